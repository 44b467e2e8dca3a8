"""Forgotten passwords: the limits, answers that reveal no account, and a slow mail server."""

import contextlib
import http.client
import re
import statistics
import time
from urllib.parse import urlencode

import pytest
import time_machine
from django.core import mail as outgoing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from seminars import limits
from seminars.actions.outbox import Sender
from seminars.models import Department, Throttle
from tests import serving
from tests.benchmarks.inside import Inside
from tests.factories import in_new_york, make_member
from tests.mailbox import link_in, mail_server
from tests.pages import main, words
from tests.serving import TOKEN
from tests.tables import with_tables
from tests.workers import worker

pytestmark = pytest.mark.usefixtures("behind_proxy")

FORGOTTEN = "/password/forgotten/"


def ask(email, address="192.0.2.1"):
    """Ask for a link as a visitor behind the proxy; the settings must believe it."""
    return Client().post(FORGOTTEN, {"email": email}, headers={"x_forwarded_for": address})


# --- how many ---


@pytest.mark.django_db
def test_thirty_requests_for_one_address_send_five_links_and_get_the_same_answer():
    make_member(email="ada@example.org")

    answers = [ask("ada@example.org", address=f"192.0.2.{number}") for number in range(30)]

    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/password/sent/")}
    assert len(outgoing.outbox) == limits.LINKS_FOR_ONE_EMAIL == 5


@pytest.mark.django_db
def test_other_spellings_of_one_address_are_one_address():
    make_member(email="ada@example.org")

    for spelling in ("ada@example.org", "ADA@example.org", "Ada@EXAMPLE.org", " ada@example.org ") * 3:
        ask(spelling)

    assert len(outgoing.outbox) == limits.LINKS_FOR_ONE_EMAIL


@pytest.mark.django_db
def test_an_hour_later_a_link_is_sent_again():
    make_member(email="ada@example.org")
    with time_machine.travel(in_new_york(2025, 11, 5, 9), tick=False) as clock:
        for _ in range(6):
            ask("ada@example.org")
        clock.shift(3600)

        ask("ada@example.org")

    assert len(outgoing.outbox) == limits.LINKS_FOR_ONE_EMAIL + 1
    assert Throttle.objects.count() == 2  # what is over was removed


@pytest.mark.django_db
def test_from_one_network_twenty_links_are_asked_for_and_then_the_page_says_when_to_try_again():
    with time_machine.travel(in_new_york(2025, 11, 5, 9, 30), tick=False):
        answers = [ask(f"{number}@example.org", address=f"2001:db8::{number + 1:x}") for number in range(21)]
        elsewhere = ask("x@example.org", address="2001:db8:0:1::1")

    assert [answer.status_code for answer in answers] == [302] * limits.LINKS_FROM_ONE_ADDRESS + [429]
    assert answers[-1]["Retry-After"] == "3600"
    assert "Try again after 10:31 am, New York time." in words(main(answers[-1]))
    assert 'value="20@example.org"' in answers[-1].content.decode()
    assert elsewhere.status_code == 302


@pytest.mark.django_db
def test_a_flood_beyond_the_limit_writes_nothing():
    for number in range(limits.LINKS_FROM_ONE_ADDRESS):
        ask(f"{number}@example.org")
    before = list(Throttle.objects.order_by("pk").values())

    for number in range(20):
        with CaptureQueriesContext(connection) as asked:
            ask(f"{number}@elsewhere.example")

    assert list(Throttle.objects.order_by("pk").values()) == before
    assert [query["sql"] for query in asked if not query["sql"].startswith("SELECT")] == []


@pytest.mark.django_db
def test_the_counts_tell_neither_addresses_nor_accounts():
    ask("ada@example.org")

    keys = Throttle.objects.values_list("key", flat=True)
    assert [re.fullmatch("[0-9a-f]{64}", key) is not None for key in keys] == [True, True]


# --- what can be told from the answer ---


@pytest.mark.django_db(transaction=True)
def test_known_unknown_and_inactive_addresses_get_the_same_answer_in_the_same_time(settings):
    settings.MAIL_AT_ONCE = False
    kinds = ("known", "unknown", "inactive")
    for number in range(15):
        make_member(email=f"known{number}@example.org")
        make_member(email=f"inactive{number}@example.org", is_active=False)
    ask("warm@example.org")
    answers, queries, times = [], [], {kind: [] for kind in kinds}

    for number in range(15):
        for kind in kinds:
            client, began = Client(), time.thread_time()
            with CaptureQueriesContext(connection) as asked:
                answer = client.post(
                    FORGOTTEN,
                    {"email": f"{kind}{number}@example.org"},
                    headers={"x_forwarded_for": f"198.51.{kinds.index(kind)}.{number}"},
                )
            times[kind].append(time.thread_time() - began)
            queries.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in asked])
            answers.append((answer.status_code, dict(answer.headers), answer.content))
    Sender().send_due()

    assert answers == [answers[0]] * 45
    assert queries == [queries[0]] * 45
    assert [query for query in queries[0] if "seminars_user" in query] == []
    medians = [statistics.median(times[kind]) for kind in kinds]
    assert max(medians) < 1.5 * min(medians)
    assert sorted(message.to[0] for message in outgoing.outbox) == sorted(f"known{n}@example.org" for n in range(15))


@pytest.mark.django_db
def test_people_without_a_password_get_no_link():
    person = make_member(email="ada@example.org")
    person.set_unusable_password()
    person.save()

    assert ask("ada@example.org").url == "/password/sent/"
    assert outgoing.outbox == []


@pytest.mark.django_db
def test_the_link_is_sent_in_the_departments_language():
    Department.objects.create(pk=1, name="Q", language="de")
    make_member(email="ada@example.org")

    ask("ada@example.org")

    assert [message.subject for message in outgoing.outbox] == ["Q: ein neues Passwort"]


# --- the whole site ---


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    rows = with_tables(tmp_path_factory.mktemp("site") / "rows.sqlite3")
    with Inside(rows, commands="tests.account_commands") as people:
        people("make", ["ada", "charles", *(f"person{number}" for number in range(12))])
    return rows


def post(server, email, address):
    """Ask the site for a link; return the status and how long it took, in seconds."""
    headers = {"Cookie": f"csrftoken={TOKEN}", "X-Forwarded-For": address}
    headers |= {"Content-Type": "application/x-www-form-urlencoded"}
    began = time.monotonic()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as line:
        line.request("POST", FORGOTTEN, urlencode({"email": email, "csrfmiddlewaretoken": TOKEN}), headers)
        return line.getresponse().status, time.monotonic() - began


@pytest.mark.slow
def test_a_slow_mail_server_delays_no_visitor_and_gets_every_mail(rows):
    with (
        mail_server(delay=1) as (mails, url),
        serving.site(rows, EMAIL_URL=url, BEHIND_PROXY="yes") as server,
        worker(rows, EMAIL_URL=url),
    ):
        server.warm("/")
        answers = [post(server, f"person{number}@example.org", f"192.0.2.{number}") for number in range(12)]
        front = [server.milliseconds("/") for _ in range(10)]

        assert {status for status, _took in answers} == {302}
        assert (statistics.median(took for _status, took in answers) < 0.5, max(front) < 500) == (True, True)
        assert len(mails.await_arrivals(12)) == 12


@pytest.mark.slow
def test_the_link_names_the_path_under_which_the_site_runs(rows):
    site = "http://www.example.edu/seminars"
    with (
        mail_server() as (mails, url),
        serving.site(rows, EMAIL_URL=url, SITE_URL=site) as server,
        worker(rows, EMAIL_URL=url, SITE_URL=site),
    ):
        post(server, "ada@example.org", "")
        [(_recipients, message)] = mails.await_arrivals(1)

    assert re.fullmatch(r"/seminars/password/\w+/[\w-]+/", link_in(message))
