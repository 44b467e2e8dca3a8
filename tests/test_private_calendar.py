"""An organiser's private calendar: it has drafts too, and works until the organiser revokes its address."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from seminars import kept_entries
from seminars.actions import accounts, lifecycle, shared_rows, talk_changes
from seminars.formats import ics_entry
from seminars.logs import WithoutKeys
from seminars.models import SeriesOrganiser, State, Talk, User
from tests.admin_forms import save, signed_in, with_row
from tests.factories import (
    in_new_york,
    make_administrator,
    make_draft,
    make_member,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.ics_checker import complaints, parsed, read_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(series):
    return accounts.renew_calendar(make_organiser(series, first_name="Ada"))


def address(person):
    return reverse("private-calendar", args=[person.feed_token])


def entries(answer):
    assert answer.status_code == 200
    return parsed(answer.content).called("VEVENT")


def values(answer, name):
    """The values of one property, entry by entry."""
    return [read_text(entry.value(name)) for entry in entries(answer)]


def test_the_calendar_has_the_talks_of_the_organisers_series_and_marks_drafts(client, ada, series):
    for number, state in enumerate((State.DRAFT, State.TENTATIVE, State.CONFIRMED, State.CANCELLED)):
        start = in_new_york(2126, 1, 1 + number, 12)
        make_talk(series=series, title=str(state), speakers=["Ada"], state=state, starts_at=start)
    make_draft(title="another's")

    assert values(client.get(address(ada)), "SUMMARY") == [
        "DRAFT: ASSET: Ada – draft",
        "PROVISIONAL: ASSET: Ada – tentative",
        "ASSET: Ada – confirmed",
        "CANCELLED: ASSET: Ada – cancelled",
    ]
    assert values(client.get(address(ada)), "STATUS") == ["TENTATIVE", "TENTATIVE", "CONFIRMED", "CANCELLED"]


def test_a_joint_draft_is_in_the_calendars_of_both_series_and_an_administrator_has_all(client, ada, series):
    make_draft(title="Joint", also_in=[series])
    make_draft(title="Other")
    boss = accounts.renew_calendar(make_administrator())

    assert len(values(client.get(address(ada)), "SUMMARY")) == 1
    assert len(values(client.get(address(boss)), "SUMMARY")) == 2


def test_the_private_calendar_does_not_change_public_feeds(client, ada, series):
    make_draft(series=series, title="Looms")
    make_talk(series=series, title="Engines", state=State.TENTATIVE)
    lifecycle.withdraw(make_talk(series=series, title="Mills"), by=None)
    before = client.get("/calendar.ics").content

    private = client.get(address(ada)).content
    cache.clear()
    client.get(address(ada))
    after = client.get("/calendar.ics").content

    assert (private.count(b"DRAFT:"), private.count(b"PROVISIONAL:")) == (2, 1)
    assert after == before
    assert [entry.value("SUMMARY").partition(": ")[2] for entry in parsed(after).called("VEVENT")] == [
        "Engines (speaker to be announced)"
    ]


def test_a_public_talk_has_the_bytes_of_the_public_feed_and_is_not_rendered_again(client, ada, series):
    talk_changes.save(make_talk(series=series, title="Engines"))
    public = client.get("/calendar.ics").content.partition(b"BEGIN:VEVENT")[2]

    with CaptureQueriesContext(connection) as captured:
        private = client.get(address(ada)).content.partition(b"BEGIN:VEVENT")[2]

    assert private == public
    # One query looks for drafts, and there are none.
    assert len([query for query in captured if '"abstract"' in query["sql"]]) == 1


def test_none_of_its_unsettled_entries_is_kept_where_public_feeds_look(client, ada, series):
    withdrawn = lifecycle.withdraw(make_talk(series=series), by=None)  # its digest tells the truth, so it could be
    [shelf] = kept_entries._keys(ics_entry.FORM, [withdrawn.pk // kept_entries.SHELF]).values()
    cache.clear()

    client.get(address(ada))

    assert cache.get(shelf) is None


def test_a_draft_keeps_its_identity_when_it_is_announced_and_never_goes_back_in_time(client, ada, series):
    with time_machine.travel(in_new_york(2026, 1, 5, 9), tick=False) as clock:
        draft = make_draft(series=series, title="Looms", starts_at=in_new_york(2026, 3, 5, 12))
        clock.shift(timedelta(hours=1))
        draft.title = "Engines"
        talk_changes.save(draft)
        as_draft = {
            name: values(client.get(address(ada)), name) for name in ("UID", "SEQUENCE", "LAST-MODIFIED", "DTSTAMP")
        }
        clock.shift(timedelta(hours=1))
        lifecycle.announce(draft, by=None)
        announced = {name: values(client.get(address(ada)), name) for name in as_draft}

    assert as_draft == {
        "UID": [draft.uid], "SEQUENCE": ["0"], "LAST-MODIFIED": ["20260105T150000Z"], "DTSTAMP": ["20260105T150000Z"],
    }  # fmt: skip
    assert announced == {
        "UID": [draft.uid], "SEQUENCE": ["0"], "LAST-MODIFIED": ["20260105T160000Z"], "DTSTAMP": ["20260105T160000Z"],
    }  # fmt: skip


VISIBLE = {
    "title": lambda draft: change(draft, title="On looms"),
    "time": lambda draft: lifecycle.move(draft, starts_at=draft.starts_at + timedelta(days=1), by=None),
    "room": lambda draft: lifecycle.change_room(draft, room=make_room(), by=None),
    "room renamed": lambda draft: rename(draft.room, name="Room 307"),
    "series renamed": lambda draft: rename(draft.series, short_name="LOOMS"),
    "speaker renamed": lambda draft: rename(draft.people.get(), name="Augusta Ada King"),
    "topic renamed": lambda draft: rename(draft.topics.get(), name="Looms"),
    "person added on the desk": lambda draft: add_on_the_desk(
        draft, "appearances", speaker=make_speaker().pk, role="speaker", order=1
    ),
    "topic added on the desk": lambda draft: add_on_the_desk(draft, "topic_rows", topic=make_topic().pk),
    "series added on the desk": lambda draft: add_on_the_desk(draft, "joint_rows", series=make_series().pk),
}


def change(draft, **fields):
    for name, value in fields.items():
        setattr(draft, name, value)
    talk_changes.save(draft)


def rename(thing, **fields):
    for name, value in fields.items():
        setattr(thing, name, value)
    shared_rows.save(thing)


def add_on_the_desk(draft, prefix, **fields):
    desk = signed_in(make_administrator())
    assert save(desk, draft, **with_row(desk, draft, prefix, **fields)).status_code == 302


@pytest.fixture
def full_draft(series):
    """A draft with one of everything that its entry prints, and when it was written down."""
    with time_machine.travel(in_new_york(2026, 1, 5, 9), tick=False):
        return make_draft(
            series=series, room=make_room(), speakers=["Ada"], topics=[make_topic()],
            starts_at=in_new_york(2026, 3, 5, 12),
        )  # fmt: skip


@pytest.mark.parametrize("visible", VISIBLE.values(), ids=VISIBLE)
def test_each_change_of_a_draft_that_its_entry_shows_is_a_later_version(client, ada, full_draft, visible):
    with time_machine.travel(in_new_york(2026, 1, 5, 10), tick=False):
        before = client.get(address(ada)).content
        visible(full_draft)
        after = client.get(address(ada))

    assert entries(after)[0] != parsed(before).called("VEVENT")[0]
    assert values(after, "LAST-MODIFIED") == values(after, "DTSTAMP") == ["20260105T150000Z"]
    assert values(after, "SEQUENCE") == ["0"]


def test_a_value_that_the_entry_of_a_draft_does_not_show_changes_no_byte(client, ada, full_draft):
    with time_machine.travel(in_new_york(2026, 1, 5, 10), tick=False):
        before = client.get(address(ada)).content
        change(full_draft, notes="Ask her about slides")
        rename(full_draft.room, capacity=40)
        shared_rows.save(full_draft.series)

        assert client.get(address(ada)).content == before


def test_it_does_not_contain_its_own_address(client, ada, series):
    make_draft(series=series)

    answer = client.get(address(ada))

    assert ada.feed_token.encode() not in b"".join(answer.content.split(b"\r\n "))
    assert [line.name for line in parsed(answer.content).lines if line.name == "SOURCE"] == []
    assert complaints(answer.content) == ["VCALENDAR has SOURCE 0 times"]  # and in all else it is a good calendar


def test_the_answer_is_not_cached_not_indexed_and_sends_no_referrer(client, ada):
    for answer in (client.get(address(ada)), client.head(address(ada)), client.get("/private/nonsense/calendar.ics")):
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert not answer.has_header("Access-Control-Allow-Origin")
        assert not answer.cookies


def test_many_talks_need_no_more_queries_than_one(client, ada, series):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get(address(ada))
        return len(asked)

    make_draft(series=series, speakers=["Ada"])
    few = queries()
    for number in range(10):
        make_draft(series=series, speakers=[f"Person {number}"])

    assert (queries(), few <= 14) == (few, True)


# --- who is let in ---


def test_an_invalid_address_is_not_found(client, ada):
    token = ada.feed_token
    forged = [token[:-1], f"{token}x", token.replace(str(ada.pk), "999", 1), "1", ".", "..", "1.2.3"]

    assert [client.get(f"/private/{guess}/calendar.ics").status_code for guess in forged] == [404] * len(forged)


@pytest.mark.parametrize("end", [accounts.revoke_calendar, accounts.renew_calendar])
def test_an_address_that_was_revoked_or_renewed_is_gone(client, ada, end):
    old = address(ada)
    assert client.get(old).status_code == 200

    end(ada)

    assert client.get(old).status_code == 410
    assert client.get(old).content == b""


def test_a_new_address_opens_the_same_calendar(client, ada, series):
    make_draft(series=series)
    accounts.renew_calendar(ada)

    assert len(values(client.get(address(ada)), "SUMMARY")) == 1


def test_the_calendar_is_gone_for_a_person_who_left(client, ada):
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert client.get(address(ada)).status_code == 410

    User.objects.filter(pk=ada.pk).update(is_active=True)
    SeriesOrganiser.objects.filter(user=ada).delete()
    assert client.get(address(ada)).status_code == 410

    where = address(ada)
    ada.delete()
    assert client.get(where).status_code == 410


def test_the_rows_alone_open_no_calendar(client, ada, settings):
    where = address(ada)
    settings.SECRET_KEY = "another site's key, with the same rows behind it"

    assert client.get(where).status_code == 404


def test_the_calendar_refuses_post_and_put(ada):
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(address(ada)).status_code == 405
    assert strict.put(address(ada)).status_code == 405


def test_a_failure_never_gives_a_partial_calendar(client, ada, series):
    make_draft(series=series)
    Talk.objects.update(zone="Nowhere/Nothing", local_zone="Nowhere/Nothing")

    answer = client.get(address(ada))

    assert (answer.status_code, answer.content, answer["Retry-After"]) == (503, b"", "120")


# --- what is written down ---


def test_no_log_line_contains_the_address(client, ada, caplog):
    caplog.set_level(logging.DEBUG)
    token = ada.feed_token
    where = address(ada)
    client.get(where)
    client.get(f"{where}/")
    client.get(f"/private/{token}")
    client.get(f"/private//{token}/calendar.ics")
    client.get(f"/Private/{token}/calendar.ics")
    client.post(where)
    client.get(where, headers={"host": "evil.example"})
    Talk.objects.update(zone="Nowhere/Nothing", local_zone="Nowhere/Nothing")
    client.get(where)
    accounts.revoke_calendar(ada)
    client.get(where)
    logging.getLogger("django.request").error("Failed: %s", where)

    lines = [WithoutKeys().format(record) for record in caplog.records]
    assert {"Not Found: /private/…", "Gone: /private/…", "Failed: /private/…"} <= set(lines)
    assert [line for line in lines if token in line or token.rpartition(".")[2] in line] == []


def test_the_lines_of_the_development_server_go_the_same_way():
    console = settings.LOGGING["loggers"]["django.server"]

    assert (console["handlers"], console["propagate"]) == (["console"], False)


# --- on the desk ---


def test_an_organiser_makes_copies_renews_and_revokes_the_address(series):
    person = make_organiser(series)
    client = signed_in(person)
    page = reverse("admin:my-calendar")
    assert "You do not have an address at the moment." in client.get(page).text

    client.post(page, {"renew": "yes"})
    first = User.objects.get(pk=person.pk).feed_token
    assert f"http://talks.example.edu/private/{first}/calendar.ics" in client.get(page).text

    client.post(page, {"renew": "yes"})
    second = User.objects.get(pk=person.pk).feed_token
    shown = client.get(page).text
    assert (first in shown, second in shown, first == second) == (False, True, False)

    client.post(page, {"revoke": "yes"})
    assert User.objects.get(pk=person.pk).feed_token == ""
    assert "You do not have an address at the moment." in client.get(page).text


def test_looking_at_the_page_makes_no_address(series):
    person = make_organiser(series)

    signed_in(person).get(reverse("admin:my-calendar"))

    assert User.objects.get(pk=person.pk).feed_token == ""


def test_no_other_person_sees_the_address(ada, series):
    boss, member = signed_in(make_administrator()), signed_in(make_member())
    pages = [reverse("admin:my-calendar"), "/admin/", reverse("admin:seminars_user_change", args=[ada.pk])]

    for client in (boss, member, Client()):
        for page in pages:
            text = client.get(page, follow=True).text
            assert [secret for secret in (ada.feed_token, ada.feed_key) if secret in text] == []


def test_the_page_with_the_address_is_not_cached_and_sends_other_sites_no_referrer(ada):
    answer = signed_in(ada).get(reverse("admin:my-calendar"))

    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert 'name="referrer"' not in answer.text
