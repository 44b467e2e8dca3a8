"""The digest: who gets it when, what it says, and that it says nothing to whom it does not concern."""

from datetime import timedelta
from email import message_from_bytes

import pytest
from django.core import mail
from django.test import Client

from seminars.actions import lifecycle, weekly_emails
from seminars.actions.outbox import Sender
from seminars.formats.letters.mailing import LONGEST_HTML
from seminars.models import Department, Letter, Subscriber
from seminars.selectors.weekly_talks import MOST
from tests.factories import in_new_york, make_draft, make_room, make_series, make_talk, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2025, 11, 5, 9)
MONDAY = in_new_york(2025, 11, 10, 8)
THURSDAY = in_new_york(2025, 11, 13, 16)
WEEK = timedelta(weeks=1)


def subscribe(email="ada@example.org", series=(), topics=(), **fields):
    wanted = {"wants_digest": True, "is_for_all": not series and not topics} | fields
    subscriber = Subscriber.objects.create(email=email, **wanted)
    subscriber.series.set(series)
    subscriber.topics.set(topics)
    return subscriber


def digest_of(clock, at=MONDAY):
    """What is sent at that moment."""
    clock.move_to(at)
    before = len(mail.outbox)
    weekly_emails.put_due()
    return mail.outbox[before:]


def test_a_worker_that_was_away_for_a_week_sends_the_digest_of_today(clock, series):
    make_talk(series=series, starts_at=THURSDAY + WEEK)
    moved = make_talk(series=series, starts_at=THURSDAY + 2 * WEEK)
    subscriber = subscribe()
    digest_of(clock)
    clock.shift(timedelta(hours=1))
    lifecycle.move(moved, starts_at=THURSDAY + 3 * WEEK, by=None)

    assert digest_of(clock, MONDAY + WEEK + timedelta(days=3)) == []  # too late
    [sent] = digest_of(clock, MONDAY + 2 * WEEK)
    subscriber.refresh_from_db()

    assert "CHANGES" in sent.body
    assert (subscriber.digest_sent_at, subscriber.digest_due_at) == (MONDAY + 2 * WEEK, MONDAY + 3 * WEEK)

    make_talk(series=series, starts_at=THURSDAY + 5 * WEEK)
    assert len(digest_of(clock, MONDAY + 5 * WEEK + timedelta(hours=2))) == 1  # for which that of week 3 was due


def test_what_does_not_fit_is_counted(clock, series):
    for number in range(MOST + 2):
        make_talk(series=series, starts_at=THURSDAY + timedelta(hours=number / 10))
    subscribe()

    [sent] = digest_of(clock)

    assert "2 more talks are on the site: http://talks.example.edu/" in sent.body
    assert "2 more talks are on the site</a>" in sent.alternatives[0].content


def test_a_department_whose_name_has_a_line_break_sends_it(clock, series):
    department = Department.objects.current()
    department.name = "Department of\nMathematics"
    department.save()
    make_talk(series=series, starts_at=THURSDAY)
    subscribe()

    [sent] = digest_of(clock)

    assert sent.subject.startswith("Department of Mathematics: talks of")


def test_a_clock_that_ran_ahead_for_a_while_puts_nothing_off(clock, series):
    make_talk(series=series, starts_at=THURSDAY)
    subscribe()
    digest_of(clock, NOW + 60 * WEEK)

    assert digest_of(clock, NOW) == []
    [sent] = digest_of(clock, MONDAY)
    assert digest_of(clock, MONDAY) == []
    assert "THIS WEEK" in sent.body


def test_it_comes_once_a_week_at_its_hour(clock, series):
    make_talk(series=series, title="On engines", starts_at=THURSDAY)
    make_talk(series=series, title="On looms", starts_at=THURSDAY + WEEK)
    subscribe()

    assert digest_of(clock, MONDAY - timedelta(minutes=1)) == []
    [first] = digest_of(clock)
    assert digest_of(clock) == []
    [second] = digest_of(clock, MONDAY + WEEK)

    assert "On engines" in first.body.partition("AHEAD")[0]
    assert "On looms" in first.body.partition("AHEAD")[2]
    assert "On engines" not in second.body
    assert "<h1" in first.alternatives[0].content
    assert "&lt;" not in first.alternatives[0].content
    assert first.subject == "Seminars: talks of 10–16 November 2025"


def test_a_week_without_talks_and_changes_brings_no_mail(clock, series):
    make_talk(series=series, starts_at=THURSDAY + 2 * WEEK)
    subscribe()

    assert digest_of(clock) == []
    assert Letter.objects.get().state == "dropped"


def test_changes_since_the_last_one_are_told(clock, series):
    clock.move_to(NOW - WEEK)
    moved = make_talk(series=series, title="On engines", starts_at=THURSDAY + 2 * WEEK)
    off = make_talk(series=series, title="On looms", starts_at=THURSDAY + 3 * WEEK)
    same = make_talk(series=series, title="On threads", starts_at=THURSDAY + 4 * WEEK)
    subscribe()
    digest_of(clock, MONDAY - WEEK)
    clock.move_to(NOW)
    lifecycle.move(moved, starts_at=THURSDAY + 2 * WEEK + timedelta(hours=1), by=None)
    lifecycle.cancel(off, reason="The speaker is ill.", by=None)

    [sent] = digest_of(clock)
    changes = sent.body.partition("CHANGES")[2].partition("AHEAD")[0]
    [later] = digest_of(clock, MONDAY + WEEK) or [None]

    assert "On engines" in changes
    assert "Previously: " in changes
    assert "CANCELLED: " in changes
    assert "The speaker is ill." in changes
    assert same.title not in changes
    assert later is None


def test_each_gets_what_they_chose(clock, series, priml):
    topic = make_topic(name="Logic")
    make_talk(series=series, title="On engines", starts_at=THURSDAY)
    make_talk(series=priml, title="On looms", starts_at=THURSDAY, topics=[topic])
    hidden = make_series(short_name="Hidden", slug="hidden", is_listed=False)
    make_talk(series=hidden, title="On secrets", starts_at=THURSDAY)
    subscribe("all@example.org")
    subscribe("asset@example.org", [series])
    subscribe("logic@example.org", [], [topic])
    subscribe("hidden@example.org", [hidden])

    told = {
        message.to[0].partition("@")[0]: [title for title in ("engines", "looms", "secrets") if title in message.body]
        for message in digest_of(clock)
    }

    assert told == {"all": ["engines", "looms"], "asset": ["engines"], "logic": ["looms"], "hidden": ["secrets"]}


def test_no_letter_tells_what_is_private(clock, series):
    make_draft(series=series, title="Still a draft", starts_at=THURSDAY)
    for access in ("timed", "members"):
        make_talk(
            series=series, starts_at=THURSDAY, notes="Pay the hotel", join_access=access,
            join_url=f"https://meet.example/{access}", passcode="472119", room=make_room(is_exclusive=False),
        )  # fmt: skip
    subscribe("ada@example.org")
    subscribe("grace@example.org")

    for message in digest_of(clock):
        whole = message.message().as_string() + message.body + message.alternatives[0].content
        other = {"ada": "grace", "grace": "ada"}[message.to[0].partition("@")[0]]
        for secret in ("Still a draft", "Pay the hotel", "meet.example", "472119", f"{other}@example.org"):
            assert secret not in whole


def test_one_rendering_serves_all_who_chose_the_same(clock, series, django_assert_max_num_queries):
    make_talk(series=series, starts_at=THURSDAY)
    for number in range(20):
        subscribe(f"person{number}@example.org")
    clock.move_to(MONDAY)
    with django_assert_max_num_queries(20 * 12 + 40):
        weekly_emails.put_due()

    bodies = {message.body.partition("-- ")[0] for message in mail.outbox}
    assert (len(mail.outbox), len(bodies)) == (20, 1)


def test_a_change_before_it_is_sent_is_told(clock, series, settings):
    settings.MAIL_AT_ONCE = False
    talk = make_talk(series=series, title="On engines", starts_at=THURSDAY)
    subscribe()
    digest_of(clock)
    lifecycle.cancel(talk, reason="The speaker is ill.", by=None)

    Sender().send_due()

    assert "The speaker is ill." in mail.outbox[0].body


def test_who_leaves_before_it_is_sent_gets_none(clock, series, settings):
    settings.MAIL_AT_ONCE = False
    make_talk(series=series, starts_at=THURSDAY)
    gone, changed, suspended = (subscribe(f"{name}@example.org") for name in ("gone", "changed", "suspended"))
    digest_of(clock)
    gone.delete()
    Subscriber.objects.filter(pk=changed.pk).update(wants_digest=False)
    Subscriber.objects.filter(pk=suspended.pk).update(suspended_at=NOW)

    Sender().send_due()

    assert mail.outbox == []


@pytest.mark.parametrize(("hour", "due"), [(8, 8), (9, 9), (7, 7)])
def test_another_hour_holds_at_once(clock, hour, due):
    subscriber = subscribe()
    subscriber.digest_hour = hour
    subscriber.save()

    assert subscriber.digest_due_at == MONDAY.replace(hour=due)


def test_a_worker_that_was_away_for_days_leaves_the_old_one_out(clock, series):
    make_talk(series=series, starts_at=THURSDAY)
    subscribe()

    assert digest_of(clock, MONDAY + timedelta(days=2)) == []
    assert Subscriber.objects.get().digest_due_at == MONDAY + WEEK


def test_each_letter_has_a_way_out_that_mail_programs_can_press(clock, series):
    Department.objects.create(pk=1, name="Seminare für Statistik", contact_email="talks@example.edu")
    make_talk(series=series, starts_at=THURSDAY)
    subscriber = subscribe()
    [sent] = digest_of(clock)
    raw = sent.message().as_bytes()
    headers = raw.partition(b"\n\n")[0].decode("ascii").split("\n")

    assert f"List-Unsubscribe: <{subscriber.address}>" in headers
    assert len(subscriber.address) <= 75
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in headers
    assert "List-Id: <mail.talks.example.edu>" in headers
    assert "Auto-Submitted: auto-generated" in headers
    assert "Reply-To: talks@example.edu" in headers
    parsed = message_from_bytes(raw)
    assert [part.get_content_type() for part in parsed.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip
    assert subscriber.address in sent.body
    assert subscriber.address in sent.alternatives[0].content

    path = subscriber.address.removeprefix("http://talks.example.edu")
    Client().post(path, {"List-Unsubscribe": "One-Click"})
    assert not Subscriber.objects.exists()


def test_a_long_digest_stays_below_what_gmail_cuts_off(clock, series):
    for number in range(24):
        make_talk(series=series, title=f"On engine {number}", abstract="So many threads. " * 400, starts_at=THURSDAY)
    subscriber = subscribe()

    [sent] = digest_of(clock)

    [html] = sent.alternatives
    for part in (sent.body, html.content):
        assert len(part.encode()) <= LONGEST_HTML
        assert "On engine 23" in part
        assert subscriber.address in part
