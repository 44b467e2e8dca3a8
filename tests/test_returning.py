"""Every form of the desk leads back to the page that led to it, and to no other site or person's page."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from seminars.admin import returning
from seminars.forms.next_page import LONGEST, next_of, with_next
from seminars.models import Change, Talk
from tests.admin_forms import address_of, form_of, messages_of, signed_in, transition_page
from tests.factories import make_draft, make_organiser, make_room, make_series, make_speaker, make_talk

pytestmark = pytest.mark.django_db

DESK = "/admin/"
LIST = "/admin/seminars/talk/?missing=title&p=2"


@pytest.fixture
def series():
    return make_series(short_name="ASSET")


@pytest.fixture
def talk(series):
    return make_talk(series=series, title="On looms")


@pytest.fixture
def client(series):
    return signed_in(make_organiser(series))


def sent(client, row, page, **changes):
    """Open the form of `row` from a page, change these fields and press a button."""
    address = with_next(address_of(row), page)
    return client.post(address, form_of(client, address) | changes)


# --- the ways back ---


@pytest.mark.parametrize("page", [DESK, LIST, "/admin/changes/", "/", "/de/archive/", "/series/asset/"])
def test_saving_leads_back_to_the_page_that_led_to_the_form(client, talk, page):
    assert sent(client, talk, page, title="On engines", _save="on").url == page


def test_the_message_links_to_what_was_saved_and_from_there_back_again(client, talk):
    sent(client, talk, LIST, title="On engines", _save="on")

    form = with_next(address_of(talk), LIST).replace("&", "&amp;")
    assert f'“<a href="{form}">On engines' in client.get(LIST, follow=True).text


def test_without_a_page_that_led_there_saving_leads_to_the_list_with_its_filters(client, talk):
    address = f"{address_of(talk)}?_changelist_filters={quote('missing=title&p=2')}"

    assert client.post(address, form_of(client, address) | {"_save": "on"}).url == LIST
    assert client.post(address_of(talk), form_of(client, address_of(talk))).url == "/admin/seminars/talk/"


def test_a_refused_form_and_one_saved_to_go_on_still_lead_back(client, talk):
    refused = sent(client, talk, LIST, starts_at_0="nonsense", _save="on")
    goes_on = sent(client, talk, LIST, title="On engines", _continue="on")

    assert refused.context["back"] == LIST
    assert urlsplit(goes_on.url).path == address_of(talk)
    assert client.get(goes_on.url).context["back"] == LIST


def test_the_form_can_be_left_without_saving(client, talk):
    page = client.get(with_next(address_of(talk), LIST)).text

    assert f'<a href="{LIST.replace("&", "&amp;")}" class="button">Go back without saving</a>' in page


def test_organisers_are_led_back_to_the_report(client, talk):
    assert sent(client, talk, "/admin/report/?by=term", _save="on").url == "/admin/report/?by=term"


def test_deleting_leads_back_and_so_does_not_deleting(client, series):
    draft = make_draft(series=series)
    form = client.get(with_next(address_of(draft), DESK)).text
    delete = with_next(address_of(draft, "delete"), DESK)

    assert f'href="{delete}" class="deletelink"' in form
    assert f'<a href="{with_next(address_of(draft), DESK)}" class="closelink">' in client.get(delete).text
    assert client.post(delete, {"post": "yes"}).url == DESK
    assert not Talk.objects.filter(pk=draft.pk).exists()


def test_planning_the_next_talk_and_announcing_lead_back_in_the_end(client, series):
    draft = make_draft(series=series)

    planned, announced = (sent(client, draft, DESK, **{button: "on"}).url for button in ("_next", "_announce"))

    assert (next_of(planned), next_of(announced)) == (DESK, DESK)
    assert client.post(announced, {}).url == DESK


def test_a_transition_leads_back_and_names_its_talk(client, talk):
    response = client.post(with_next(transition_page("title", talk), LIST), {"title": "On engines"})

    assert response.url == LIST
    assert any(said.startswith("The title has been changed. ") and "On engines" in said for said in messages_of(client))


def test_several_talks_selected_in_a_list_lead_back_to_its_place(client, talk):
    for action in ("change_several", "cancel"):
        response = client.post(
            LIST.replace("missing=title&p=2", "q=looms"), {"action": action, "_selected_action": talk.pk}
        )
        assert next_of(response.url) == "/admin/seminars/talk/?q=looms"


def test_the_usual_values_of_a_series_are_carried_on_before_it_leads_back(client, series, talk):
    response = sent(client, series, DESK, default_room=make_room().pk, _save="on")

    assert urlsplit(response.url).path == reverse("admin:carry-on")
    assert client.get(response.url).context["back"] == DESK


def test_undo_stays_on_the_page_of_its_button(client, talk):
    sent(client, talk, LIST, title="On engines", _save="on")

    response = client.post(reverse("admin:undo"), {"change": Change.objects.latest("pk").pk, "next": LIST})

    assert response.url == LIST


def test_a_form_opened_from_a_form_leads_back_to_it_and_that_one_to_where_it_began(client, talk):
    form = with_next(address_of(talk), LIST)
    person = make_speaker()

    first = sent(client, person, form, _save="on").url

    assert first == form
    assert client.post(first, form_of(client, first)).url == LIST


def test_a_page_that_is_gone_is_passed_over_for_the_one_that_led_to_it(client, series):
    draft, person = make_draft(series=series), make_speaker()
    address = with_next(address_of(person), with_next(address_of(draft), LIST))
    fields = form_of(client, address)

    draft.delete()

    assert client.post(address, fields).url == LIST


# --- no way out ---


@pytest.mark.parametrize(
    "page",
    [
        "https://evil.example.org/", "//evil.example.org/", "///evil.example.org", "/\\evil.example.org",
        "\\\\evil.example.org", "javascript:alert(1)", "http:evil.example.org", "http://testserver/admin/", "/nowhere/",
        "admin/", "desk", "list",
        "/admin/\t//evil.example.org", "http://[", "/sign-out/", "/calendar.ics", "/talks/1/join/",
    ],
)  # fmt: skip
def test_nothing_but_a_page_of_this_site_is_led_back_to(client, talk, page):
    address = f"{address_of(talk)}?next={quote(page)}"

    assert client.get(address).context["back"] == "/admin/seminars/talk/"
    assert client.post(address, form_of(client, address)).url == "/admin/seminars/talk/"


def test_no_address_that_takes_posts_alone_is_led_back_to(client, talk):
    names = {name for name in _names_of(get_resolver("seminars.urls").url_patterns) if name}
    refused = {name for name in names if _is_for_posts_alone(client, name)}

    assert {"undo", "joint-request", "text-preview"} <= refused
    assert refused <= returning.NO_PAGES


def test_nobody_is_led_to_a_page_that_they_may_not_see(client, talk):
    others = make_series(short_name="OTHER")
    draft = make_draft(series=others)
    pages = [
        address_of(draft), address_of(draft, "history"), address_of(draft, "delete"),
        f"/admin/plan/?series={others.pk}", transition_page("cancel", draft), f"/admin/change-talks/?talk={draft.pk}",
        "/admin/seminars/user/",
        "/admin/seminars/series/add/", "/admin/role/", "/admin/department-zone/",
    ]  # fmt: skip

    ways = [sent(client, talk, page, _save="on").url for page in pages]

    assert ways == ["/admin/seminars/talk/"] * len(pages)


def test_an_address_does_not_grow_with_every_page_that_led_to_the_next():
    address = "/admin/"
    for _page in range(30):
        address = with_next("/admin/seminars/talk/1/change/", address)

    assert len(address) < 3 * LONGEST
    assert parse_qs(urlsplit(address).query)["next"]


def _names_of(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name
        elif pattern.app_name == "admin":
            yield from _names_of(pattern.url_patterns)


def _is_for_posts_alone(client, name):
    try:
        address = reverse(f"admin:{name}")
    except NoReverseMatch:  # it needs arguments, or is no page of the desk
        return False
    return client.get(address).status_code == 405
