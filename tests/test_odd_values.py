"""Odd values in addresses, forms and headers: the answer is a page, never an error."""

import logging
from functools import partial
from itertools import cycle, islice, product
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client

from tests import access_matrix, odd_values
from tests.admin_forms import form_of, signed_in

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:DateTimeField .* received a naive datetime:RuntimeWarning"),
]

DESK = sorted({name for name, _route in access_matrix.routes() if name.startswith("admin:")})
LISTS = [name for name in DESK if name.endswith("_changelist")]
PUBLIC = sorted({name for name, _route in access_matrix.routes() if not name.startswith("admin:")})
ASKING = ["organiser of A", "administrator"]


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """One site for all tests: `status` rolls back what a request changes. The end rolls back the site."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield access_matrix.Site()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _no_log():
    """A refused request is logged with a traceback, which takes half as long as the answer."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def status(ask):
    """Send a request, roll back its changes, and return the status, also for an error in our code."""
    ask.func.__self__.raise_request_exception = False
    with transaction.atomic():
        response = ask()
        transaction.set_rollback(True)
    return response.status_code


def written(path, *names, value):
    """The address with these further parameters. A lone surrogate is sent as its three bytes."""
    asked = "&".join(f"{_quoted(name)}={_quoted(value)}" for name in names)
    return f"{path}{'&' if '?' in path else '?'}{asked}"


def _quoted(words):
    return quote(words.encode("utf-8", "surrogatepass"), safe="")


def one_of_each(site, names):
    """One address for each of these names."""
    paths_of = {
        name: [path for known, path in site.addresses() if f"{known} ".startswith(f"{name} ")] for name in names
    }
    return {name: paths[0] for name, paths in paths_of.items()}


def test_every_parameter_that_the_desk_reads_is_asked_for():
    of_addresses, sent = odd_values.read_in_the_sources()

    asked_for = odd_values.OF_ALL.union(*odd_values.OURS.values())

    assert (of_addresses - asked_for, sent - odd_values.SENT) == (set(), set())


@pytest.mark.slow
@pytest.mark.parametrize("name", DESK)
@pytest.mark.parametrize("who", ASKING)
def test_no_odd_parameter_of_an_address_breaks_a_page_of_the_desk(site, who, name):
    """An administrator, who may open every page, sends our own parameters one by one; an organiser sends them together.

    Those of the admin itself are sent by one or the other in turn.
    """
    client = signed_in(site.people[who])
    path = one_of_each(site, {name})[name]
    own = odd_values.own_parameters(name)
    together = [[one] for one in own] if who == "administrator" else [own] * bool(own)
    asked_for = list(product(together, odd_values.VALUES))
    asked_for += [([asked], value) for asked, value in odd_values.of_the_admin(name)[ASKING.index(who) :: 2]]

    answers = {(*asked, value[:30]): status(partial(client.get, written(path, *asked, value=value)))
               for asked, value in asked_for}  # fmt: skip

    assert {asked: number for asked, number in answers.items() if number >= 500} == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in DESK if name.endswith(("_change", "_delete", "_history", "_leave"))])
def test_no_odd_key_in_a_path_breaks_a_page_of_the_desk(site, name):
    client = signed_in(site.people["administrator"])
    route = next(route for known, route in access_matrix.routes() if known == name)
    first, _hole, last = route.replace("<id>", "<path:object_id>").partition("<path:object_id>")

    paths = [f"{first}{_quoted(value)}{last}" for value in odd_values.VALUES[::2] if value.strip()]
    answers = {path[:60]: (status(partial(client.get, path)), status(partial(client.post, path, {"post": "yes"})))
               for path in paths}  # fmt: skip

    assert {path: both for path, both in answers.items() if max(both) >= 500} == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [name for name in DESK if name.endswith(("_change", "_add")) or name.count("_") == 0 or "transition" in name],
)
def test_no_odd_value_in_a_form_breaks_a_page_of_the_desk(site, name):
    client = signed_in(site.people["administrator"])
    path = one_of_each(site, {name})[name] + odd_values.query_of(name, site)
    if client.get(path).status_code != 200:
        pytest.skip("no form for anybody")
    form, values = form_of(client, path), cycle(odd_values.VALUES)
    sent = [{asked: next(values)} for asked in sorted({*form, *odd_values.SENT})]
    sent += [dict.fromkeys([*form, *odd_values.SENT], value) for value in odd_values.VALUES[::3]]

    answers = {str(changes)[:80]: status(partial(client.post, path, _sendable(form | changes))) for changes in sent}

    assert {asked: number for asked, number in answers.items() if number >= 500} == {}


def _sendable(form):
    return {name: value.encode("utf-8", "surrogatepass").decode("utf-8", "replace") for name, value in form.items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", LISTS)
def test_no_odd_selection_breaks_an_action_on_a_list(site, name):
    """A list gets a third of the pairs of field and value: each field, each value, and all pairs on three lists."""
    client = signed_in(site.people["administrator"])
    path = one_of_each(site, {name})[name]
    names = ("action", "_selected_action", "index", "select_across", "post")
    usual = {"action": "delete_selected", "_selected_action": ["1"], "index": "0", "select_across": "0", "post": "yes"}
    changes = [{asked: value} for number, asked in enumerate(names, LISTS.index(name))
               for value in odd_values.VALUES[number % 3 :: 3]]  # fmt: skip

    answers = {str(change)[:80]: status(partial(client.post, path, usual | _sendable(change))) for change in changes}

    assert {asked: number for asked, number in answers.items() if number >= 500} == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", PUBLIC)
def test_no_odd_question_breaks_a_public_page(site, name):
    visitor, values = Client(), cycle(odd_values.VALUES)
    path = one_of_each(site, {name})[name]
    asked = ["page", "q", "exact", "series", "topic", "room", "speaker", "mode", "past", "year", "upcoming",
             "letter", "paper", "limit", "theme", "level", "next", "ical", "format", "event", ""]  # fmt: skip

    answers = {(one, value[:30]): status(partial(visitor.get, written(path, one, value=value)))
               for one in asked for value in islice(values, 3)}  # fmt: skip

    assert {asked: number for asked, number in answers.items() if number >= 500} == {}


@pytest.mark.slow
def test_no_odd_path_breaks_the_site(site):
    visitor = Client()
    routes = [route for name, route in access_matrix.routes() if not name.startswith("admin:") and "<" in route]

    paths = {
        "/".join(_quoted(value) if part.startswith("<") else part for part in route.split("/"))
        for route in routes for value in odd_values.VALUES if value
    }  # fmt: skip
    answers = {path[:80]: status(partial(visitor.get, path)) for path in sorted(paths)}

    assert {path: number for path, number in answers.items() if number >= 500} == {}


@pytest.mark.parametrize(
    "header",
    ["HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_ACCEPT_LANGUAGE", "HTTP_COOKIE",
     "HTTP_RANGE", "HTTP_REFERER", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_USER_AGENT", "HTTP_ORIGIN",
     "CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_HOST"],
)  # fmt: skip
def test_no_odd_header_breaks_the_site(site, header):
    visitor = Client()
    told = [value.encode("utf-8", "surrogatepass").decode("latin-1") for value in odd_values.VALUES]
    asked = [f"sessionid={value}; csrftoken={value}" for value in told] if header == "HTTP_COOKIE" else told

    answers = {
        (path, value[:30]): status(partial(visitor.get, path, **{header: value}))
        for path in ("/", "/calendar.ics", "/sign-in/", "/admin/") for value in asked
    }  # fmt: skip

    assert {asked: number for asked, number in answers.items() if number >= 500} == {}
