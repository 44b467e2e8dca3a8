"""Limits on sign-in: wrong passwords per address, and passwords that are checked at the same time."""

import contextlib
import http.client
import re
import statistics
import threading
import time
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client, RequestFactory

from seminars import limits
from seminars.views import visitors
from tests import serving
from tests.benchmarks.inside import Inside
from tests.factories import in_new_york, make_member
from tests.pages import main, words
from tests.serving import TOKEN
from tests.signing_in import PASSWORD, is_signed_in
from tests.tables import with_tables

pytestmark = pytest.mark.usefixtures("behind_proxy")

SECURITY = Path(__file__).resolve().parent.parent / "docs" / "security.md"
MORNING = in_new_york(2025, 11, 5, 9, 30)


class Counting(MD5PasswordHasher):
    """A quick hasher that counts its calls."""

    algorithm = "counting"
    asked = 0

    def encode(self, password, salt):
        Counting.asked += 1
        return super().encode(password, salt)


def attempt(name, password="wrong", address="192.0.2.66", door="/sign-in/", **further):
    """Send the form once from a new browser."""
    browser = Client(headers={"x_forwarded_for": address})
    answer = browser.post(door, {"username": name, "password": password} | further)
    return answer, browser


def attempts(number, address="192.0.2.66"):
    return [attempt(f"nobody{each}", address=address)[0].status_code for each in range(number)]


# --- by address ---


@pytest.mark.django_db
def test_ever_new_names_from_one_address_are_refused_before_any_password_is_checked(settings):
    settings.PASSWORD_HASHERS = ["tests.test_sign_in_limits.Counting"]
    Counting.asked = 0

    answers = attempts(limits.FAILURES_FROM_ONE_ADDRESS + 10)

    assert answers == [200] * limits.FAILURES_FROM_ONE_ADDRESS + [429] * 10
    assert Counting.asked == limits.FAILURES_FROM_ONE_ADDRESS == 50


@pytest.mark.django_db
def test_a_locked_address_cannot_sign_in_even_with_the_right_password():
    person = make_member()
    attempts(limits.FAILURES_FROM_ONE_ADDRESS)

    _answer, here = attempt(person.username, PASSWORD)
    _answer, elsewhere = attempt(person.username, PASSWORD, address="192.0.2.67")

    assert (is_signed_in(here), is_signed_in(elsewhere)) == (False, True)


@pytest.mark.django_db
def test_a_flood_beyond_the_limit_writes_nothing_and_does_not_prolong_it():
    with time_machine.travel(MORNING, tick=False) as clock:
        attempts(limits.FAILURES_FROM_ONE_ADDRESS)
        rows = list(AccessAttempt.objects.order_by("pk").values())

        clock.shift(14 * 60)
        refused = attempts(20)
        written = list(AccessAttempt.objects.order_by("pk").values())
        clock.shift(60)
        allowed = attempts(1)

    assert (refused, written == rows, allowed) == ([429] * 20, True, [200])


@pytest.mark.django_db
def test_a_flood_at_one_locked_name_writes_nothing_and_does_not_prolong_it(settings):
    with time_machine.travel(MORNING, tick=False) as clock:
        for _ in range(settings.AXES_FAILURE_LIMIT):
            attempt("ada")
        rows = list(AccessAttempt.objects.values())

        clock.shift(14 * 60)
        refused = [attempt("ada")[0].status_code for _ in range(20)]
        written = list(AccessAttempt.objects.values())
        clock.shift(60)
        allowed = attempt("ada")[0].status_code

    assert (refused, written == rows, allowed) == ([429] * 20, True, 200)


@pytest.mark.django_db
def test_colleagues_behind_one_address_reset_their_own_failures_when_they_sign_in():
    people = [make_member() for _ in range(12)]

    for person in people:
        for _ in range(5):
            attempt(person.username)
        _answer, browser = attempt(person.username, PASSWORD)
        assert is_signed_in(browser)

    assert limits.address_locked_until("192.0.2.66") is None
    assert AccessAttempt.objects.count() == 0


@pytest.mark.django_db
def test_a_successful_sign_in_does_not_reset_the_failures_of_others():
    person = make_member()
    attempts(limits.FAILURES_FROM_ONE_ADDRESS - 1)

    attempt(person.username, PASSWORD)

    assert attempts(2) == [200, 429]


@pytest.mark.django_db
def test_another_browser_counts_as_the_same_visitor():
    for number in range(limits.FAILURES_FROM_ONE_ADDRESS):
        browser = Client(headers={"x_forwarded_for": "192.0.2.66", "user_agent": f"Browser {number}"})
        browser.post("/sign-in/", {"username": f"nobody{number}", "password": "wrong"})

    assert attempts(1) == [429]


@pytest.mark.django_db
def test_all_of_a_v6_network_counts_as_one_address():
    for number in range(limits.FAILURES_FROM_ONE_ADDRESS):
        attempt(f"nobody{number}", address=f"2001:db8:0:7::{number + 1:x}")

    assert attempts(1, address="2001:db8:0:7:ffff::1") == [429]
    assert attempts(1, address="2001:db8:0:8::1") == [200]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::"),
        ("", None),
    ],
)
def test_how_visitors_are_distinguished(settings, address, network):
    settings.BEHIND_PROXY = False

    assert visitors.network(RequestFactory().get("/", REMOTE_ADDR=address)) == network


@pytest.mark.django_db
def test_unknown_addresses_share_one_limit(settings):
    settings.BEHIND_PROXY = False
    for number in range(limits.FAILURES_FROM_ONE_ADDRESS):
        Client(REMOTE_ADDR="").post("/sign-in/", {"username": f"nobody{number}", "password": "wrong"})

    assert Client(REMOTE_ADDR="").post("/sign-in/", {"username": "x", "password": "wrong"}).status_code == 429


@pytest.mark.django_db
def test_the_sign_in_page_of_the_admin_checks_no_password():
    person = make_member()

    answer, browser = attempt(person.username, PASSWORD, door="/admin/login/")

    assert (answer.status_code, answer.url, is_signed_in(browser)) == (302, "/sign-in/?next=/admin/", False)


@pytest.mark.django_db
def test_nothing_that_was_typed_at_the_desk_is_kept_with_a_failure():
    attempt("ada", kept="title=On+quokkas&csrfmiddlewaretoken=numbat", next="/admin/quokka/")

    [row] = AccessAttempt.objects.values()
    assert [word for word in ("quokka", "numbat", "wrong") if word in str(row)] == []


# --- messages ---


def said_on_the_locked_page(fill):
    with time_machine.travel(MORNING, tick=False) as clock:
        fill()
        clock.shift(5 * 60)
        answer, _browser = attempt("<ada>", kept="title=On+looms", next="/admin/")
    hidden = {
        unescape(n): unescape(v)
        for n, v in re.findall(r'type="hidden" name="(next|kept)" value="([^"]*)"', main(answer))
    }
    name = unescape(re.search(r'name="username" value="([^"]*)"', main(answer))[1])
    return answer, words(main(answer)), name, hidden


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["name", "address"])
def test_the_locked_page_says_why_and_until_when_and_loses_nothing(by, settings):
    fills = {
        "name": lambda: [attempt("<ada>") for _ in range(settings.AXES_FAILURE_LIMIT)],
        "address": lambda: attempts(limits.FAILURES_FROM_ONE_ADDRESS),
    }

    answer, said, name, hidden = said_on_the_locked_page(fills[by])

    assert (answer.status_code, answer["Retry-After"]) == (429, "600")
    assert "no-store" in answer["Cache-Control"]
    assert "Your password was not checked, because there were too many wrong passwords" in said
    assert "Try again after 9:46 am, New York time." in said
    assert (name, hidden) == ("<ada>", {"next": "/admin/", "kept": "title=On+looms"})


# --- at the same moment ---


@contextlib.contextmanager
def somebody_signing_in():
    """Keep a password check busy in a thread until the block ends."""
    started, over = threading.Event(), threading.Event()

    def check():
        with limits.turn_to_sign_in() as has_turn:
            started.set()
            assert has_turn
            over.wait(30)

    thread = threading.Thread(target=check)
    thread.start()
    assert started.wait(10)
    try:
        yield over
    finally:
        over.set()
        thread.join()


@pytest.mark.django_db
def test_a_person_who_waits_too_long_sees_a_message_and_the_typed_name(monkeypatch):
    monkeypatch.setattr(limits, "TURN_WITHIN", 0.1)
    person = make_member()

    with somebody_signing_in():
        answer, browser = attempt(person.username, PASSWORD, kept="title=On+looms", next="/admin/")

    assert (answer.status_code, answer["Retry-After"], is_signed_in(browser)) == (429, "1", False)
    assert "Too many people are signing in right now" in words(main(answer))
    assert [word in main(answer) for word in (f'value="{person.username}"', 'value="title=On+looms"')] == [True, True]
    assert AccessAttempt.objects.count() == 0


@pytest.mark.django_db
def test_a_third_simultaneous_sign_in_does_not_wait(monkeypatch):
    monkeypatch.setattr(limits, "TURN_WITHIN", 30)

    def wait_for_the_turn():
        with limits.turn_to_sign_in():
            pass

    with somebody_signing_in() as over:
        waiting = threading.Thread(target=wait_for_the_turn)
        waiting.start()
        time.sleep(0.5)
        began = time.monotonic()

        answer, _browser = attempt("ada")

        assert (answer.status_code, time.monotonic() - began < 5) == (429, True)
        over.set()
        waiting.join()


@pytest.mark.django_db
def test_the_turn_is_given_back_after_every_try():
    person = make_member()

    assert [attempt(person.username)[0].status_code for _ in range(5)] == [200] * 5
    assert is_signed_in(attempt(person.username, PASSWORD)[1])


# --- the whole site ---


def tries(server, number, over, statuses):
    """Send two wrong passwords a second, or fewer if the site is slow, each from another address."""
    for each in range(10_000):
        headers = {"Cookie": f"csrftoken={TOKEN}", "X-Forwarded-For": f"10.{number}.{each // 250}.{each % 250}"}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        form = urlencode({"username": f"nobody{number}-{each}", "password": "wrong", "csrfmiddlewaretoken": TOKEN})
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as line:
            line.request("POST", "/sign-in/", form, headers)
            statuses.append(line.getresponse().status)
        if over.wait(0.5):
            return


@pytest.mark.slow
def test_a_crowd_of_tries_from_many_addresses_leaves_threads_for_visitors(tmp_path, record_testsuite_property):
    rows = with_tables(tmp_path / "rows.sqlite3")
    with Inside(rows, commands="tests.account_commands") as people:
        people("prepare")
        people("make", ["ada"])
    with serving.site(rows, BEHIND_PROXY="yes") as server:
        server.warm("/series/")
        over, statuses = threading.Event(), []
        crowd = [threading.Thread(target=tries, args=(server, number, over, statuses)) for number in range(16)]
        for thread in crowd:
            thread.start()
        try:
            time.sleep(3)
            took = [server.milliseconds("/series/") for _ in range(40)]
        finally:
            over.set()
            for thread in crowd:
                thread.join()

    record_testsuite_property("milliseconds for a page during a crowd of sign-ins", f"{statistics.median(took):.0f}")
    assert set(statuses) == {200, 429}
    assert statistics.median(took) < 500


def test_the_documents_name_the_limits_that_are_in_force(settings):
    section = SECURITY.read_text().split("\n## Limits\n")[1].split("\n## ")[0]
    told = [row.split(" | ")[1] for row in section.splitlines() if row.startswith("| ")][1:]
    minutes = f"{settings.AXES_COOLOFF_TIME * 60:.0f} minutes"
    hour = f"{limits.HOUR / timedelta(minutes=1):.0f} minutes"

    assert told == [
        f"{settings.AXES_FAILURE_LIMIT} in {minutes}",
        f"{limits.FAILURES_FROM_ONE_ADDRESS} in {minutes}",
        f"{settings.AXES_FAILURE_LIMIT} in {minutes}",
        f"{settings.AXES_FAILURE_LIMIT} in {minutes}",
        f"{limits.SINGLE_SIGN_ONS_FROM_ONE_ADDRESS} in {hour}",
        f"{limits.AT_PROVIDER}, each 5 seconds at most for one answer",
        f"{limits.AT_ONCE}",
        f"{limits.LINKS_FOR_ONE_EMAIL} in {hour}",
        f"{limits.SUBSCRIPTIONS_WITHOUT_QUESTION} in {hour}, then with a sum to solve; "
        f"{limits.SUBSCRIPTIONS_FROM_ONE_ADDRESS} in all",
        f"{limits.CONFIRMATIONS_FOR_ONE_EMAIL} in {hour}",
        f"{limits.SAVES_OF_ONE_ANSWER:,} in {hour}",
        f"{limits.UNKNOWN_TOKENS_FROM_ONE_ADDRESS} in {hour}",
        f"{limits.API_REQUESTS} in a minute",
        f"{limits.WRONG_API_TOKENS_FROM_ONE_ADDRESS} in a minute",
        f"{limits.LINKS_FROM_ONE_ADDRESS} in {hour}",
    ]
    assert f"try again in {limits.TURN_WITHIN} seconds" in section
