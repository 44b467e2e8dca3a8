"""Following the calendar that a series is still kept in: what is certain is applied, the rest waits on the desk."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command

from seminars.importing.following import Found, follow
from seminars.models import Change, FormerAddress, JoinAccess, Series, Source, Talk

from .admin_forms import errors_in, fields_of, form_of, signed_in
from .factories import in_new_york, make_administrator, make_organiser, make_series, make_talk
from .imports import calendar, event
from .sources import source_at, waiting
from .spreadsheets import workbook_of
from .web_server import sends, serving

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "private_sources")]

NOW = in_new_york(2024, 2, 1, 9)


@pytest.fixture
def series():
    return make_series(name="Engine Seminar", short_name="ENGINE", slug="engine")


def test_what_is_certain_is_applied(series):
    with serving(sends(calendar(event()), ETag='"1"')) as url:
        source = source_at(url, series, applies=True)
        found = follow(source)

    talk = Talk.objects.get()
    source.refresh_from_db()
    assert (found, talk.title, talk.series) == (Found.APPLIED, "On engines", series)
    assert (source.etag, source.waiting, source.content, source.problem) == ('"1"', 0, b"", "")
    assert source.checked_at == NOW


def test_the_history_says_where_changes_came_from(series):
    with serving(sends(calendar(event()))) as url:
        follow(source_at(url, series, applies=True))

    assert Change.objects.get().sentence == "Imported from 127.0.0.1"


def test_changes_wait_where_the_organiser_wants_to_see_them_first(series):
    with serving(sends(calendar(event()))) as url:
        source = source_at(url, series)
        found = follow(source)

    source.refresh_from_db()
    assert (found, Talk.objects.count()) == (Found.WAITING, 0)
    assert (source.waiting, source.content) == (1, calendar(event()))


def test_what_is_refused_waits(series):
    with serving(sends(calendar(event(), event("DTSTART", UID="2@example.edu")))) as url:
        found = follow(source_at(url, series, applies=True))

    assert (found, Talk.objects.count()) == (Found.WAITING, 0)


def test_an_unchanged_calendar_is_not_read_again(series):
    def answer(handler):
        if handler.headers["If-None-Match"] == '"1"':
            sends(b"", status=304)(handler)
        else:
            sends(calendar(event()), ETag='"1"')(handler)

    with serving(answer) as url:
        source = source_at(url, series, applies=True)
        found = [follow(source), follow(source)]

    assert found == [Found.APPLIED, Found.UNCHANGED]


def test_what_was_corrected_here_stays(series):
    answers = [calendar(event()), calendar(event(LOCATION="Room 5", SEQUENCE="2"))]
    with serving(lambda handler: sends(answers[0])(handler)) as url:
        source = source_at(url, series, applies=True)
        follow(source)
        Talk.objects.update(title="On better engines")
        answers.pop(0)
        follow(source)

    talk = Talk.objects.get()
    assert (talk.title, talk.room.name) == ("On better engines", "Room 5")


def test_a_server_that_fails_is_noted_and_what_waits_goes_on_waiting(series):
    with serving(sends(calendar(event()))) as url:
        source = source_at(url, series)
        follow(source)

    found = follow(source)

    source.refresh_from_db()
    assert found is Found.FAILED
    assert source.problem == "The server cannot be reached (ConnectionRefusedError). We will try again."
    assert source.waiting == 1


def test_a_page_that_is_no_calendar_changes_nothing(series):
    with serving(sends(b"<html><body>Sign in</body></html>")) as url:
        source = source_at(url, series, applies=True)
        found = follow(source)

    assert (found, Talk.objects.count()) == (Found.FAILED, 0)
    assert source.problem.startswith("We cannot read this.")


def test_two_processes_do_not_follow_one_source_at_once(series):
    with serving(sends(calendar(event()))) as url:
        mine = source_at(url, series, applies=True)
        theirs = Source.objects.get()
        found = [follow(mine), follow(theirs)]

    assert found == [Found.APPLIED, Found.BUSY]


def test_the_command_looks_at_every_source_that_is_followed(series):
    said = io.StringIO()
    with serving(sends(calendar(event()))) as url:
        source_at(f"{url}?stopped", series, is_active=False)
        source_at(url, series, applies=True)
        call_command("fetch_sources", stdout=said)

    assert said.getvalue() == f"Engine Seminar: {url}: changes applied\n"


def test_the_desk_lists_what_waits(series):
    with serving(sends(calendar(event()))) as url:
        source = source_at(url, series)
        follow(source)

    page = signed_in(make_organiser(series)).get("/admin/").content.decode()

    assert f'<a href="/admin/import/?source={source.pk}">Engine Seminar: 1 change</a>' in page


def test_organisers_see_the_sources_of_their_own_series(series):
    source = source_at("https://example.org/secret.ics", series)
    stranger = signed_in(make_organiser(make_series(), username="stranger"))

    assert "secret.ics" not in stranger.get("/admin/seminars/source/").content.decode()
    assert stranger.get(f"/admin/seminars/source/{source.pk}/change/").status_code == 302
    assert "secret.ics" in signed_in(make_organiser(series)).get("/admin/seminars/source/").content.decode()


def test_the_path_of_a_source_leads_to_its_series(series):
    desk = signed_in(make_organiser(series))
    add = "/admin/seminars/source/add/"

    typed = {"series": str(series.pk), "url": "webcal://old.example.edu/events/list/?ical=1"}
    answer = desk.post(add, form_of(desk, add) | typed)

    assert answer.status_code == 302
    assert FormerAddress.objects.get(path="/events/list/?ical=1").series == series


@pytest.mark.parametrize("url", ["ftp://example.org/a.ics", "example", "javascript:alert(1)"])
def test_an_address_that_cannot_be_followed_is_refused(series, url):
    desk = signed_in(make_administrator())
    add = "/admin/seminars/source/add/"

    answer = desk.post(add, form_of(desk, add) | {"series": str(series.pk), "url": url})

    assert errors_in(answer) == ["Enter a valid URL."]


def test_an_address_can_be_looked_at_from_the_desk(series):
    with serving(sends(calendar(event()))) as url:
        source = source_at(url, series)
        desk = signed_in(make_organiser(series))
        asked = {"action": "look", "_selected_action": [source.pk]}
        page = desk.post("/admin/seminars/source/", asked, follow=True).content.decode()

    assert f"Changes wait on the desk: {url}" in page
    assert f'<a href="/admin/import/?source={source.pk}">1 change is waiting</a>' in page


def test_a_doubt_waits_until_somebody_answers_it(series):
    doubtful = calendar(event(SUMMARY="Ada Lovelace: On engines"))
    source = waiting(series, doubtful, applies=True)

    assert (source.waiting, Talk.objects.count()) == (1, 0)


def test_what_waits_is_planned_at_once_and_applied_from_the_desk(series):
    source = waiting(series, calendar(event()))
    desk, page = signed_in(make_organiser(series)), f"/admin/import/?source={source.pk}"

    sent = form_of(desk, page)
    answer = desk.post(page, sent | {"_save": "Import"})

    source.refresh_from_db()
    assert answer.status_code == 302
    assert (Talk.objects.get().title, source.waiting, source.content) == ("On engines", 0, b"")


def test_an_answer_given_on_the_desk_counts_from_then_on(series):
    source = waiting(series, calendar(event(SUMMARY="Ada Lovelace: On engines")), applies=True)
    desk, page = signed_in(make_organiser(series)), f"/admin/import/?source={source.pk}"
    desk.post(page, form_of(desk, page) | {"_save": "Import"})
    more = [event(SUMMARY="Ada Lovelace: On engines"), event(SUMMARY="Bo Reed: On looms", UID="2@example.edu",
            DTSTART="20240401T160000Z", DTEND="20240401T170000Z")]  # fmt: skip

    with serving(sends(calendar(*more))) as url:
        Source.objects.update(url=url)
        found = follow(Source.objects.get())

    assert found is Found.APPLIED
    assert sorted(talk.title for talk in Talk.objects.all()) == ["On engines", "On looms"]


def test_a_talk_that_is_gone_waits(series):
    events = [
        event(UID=f"{day}@example.edu", DTSTART=f"202403{day}T160000Z", DTEND=f"202403{day}T170000Z")
        for day in (11, 12, 13)
    ]
    waiting(series, calendar(*events), applies=True)

    with serving(sends(calendar(events[0], events[2]))) as url:
        Source.objects.update(url=url)
        found = follow(Source.objects.get())

    assert (found, Source.objects.get().waiting) == (Found.WAITING, 1)
    assert [str(talk.state) for talk in Talk.objects.order_by("starts_at")] == ["confirmed"] * 3


def test_nobody_sees_what_waits_in_the_source_of_another_series(series):
    source = waiting(series, calendar(event()))
    stranger = signed_in(make_organiser(make_series(), username="stranger"))

    assert stranger.get(f"/admin/import/?source={source.pk}").status_code == 404


def test_what_was_said_on_the_desk_of_the_columns_of_a_workbook_counts_from_then_on(series):
    rows = [["Date", "Start", "Title", "Notes"], ["2024-03-05", "15:30", "On engines", "Vegan"]]
    source = waiting(series, workbook_of(("Talks", rows)))
    desk, page = signed_in(make_organiser(series)), f"/admin/import/?source={source.pk}"
    planned = desk.post(page, form_of(desk, page) | {"column-3": "", "_preview": "Update plan"})
    desk.post(page, fields_of(planned) | {"_save": "Import"})
    rows[1][3] = "Allergic to nuts"

    with serving(sends(workbook_of(("Talks", rows)))) as url:
        Source.objects.update(url=url)
        found = follow(Source.objects.get())

    assert (found, [talk.notes for talk in Talk.objects.all()]) == (Found.UNCHANGED, [""])


def test_a_calendar_of_events_that_repeat_is_read_again_although_it_is_unchanged(series):
    def answer(handler):
        is_known = handler.headers["If-None-Match"] == '"1"'
        sends(b"", status=304)(handler) if is_known else sends(weekly, ETag='"1"')(handler)

    weekly = calendar(event("DTEND", DURATION="PT1H", RRULE="FREQ=WEEKLY"))
    with serving(answer) as url:
        source = source_at(url, series, applies=True)
        follow(source)
        before = Talk.objects.count()
        with time_machine.travel(NOW + timedelta(days=70)):
            follow(Source.objects.get())

    assert Talk.objects.count() == before + 5


def test_a_source_changes_no_talk_of_another_series(series):
    other = make_talk(series=make_series(), uid="1@example.edu", title="On looms", abstract="", starts_at=NOW)

    with serving(sends(calendar(event(DESCRIPTION="We weave.")))) as url:
        found = follow(source_at(url, series, applies=True))

    other.refresh_from_db()
    assert (found, other.title, other.abstract) == (Found.UNCHANGED, "On looms", "")


def test_an_answer_about_what_is_private_counts_for_what_was_seen_alone(series):
    Series.objects.update(default_join_access=JoinAccess.MEMBERS)
    source = waiting(series, calendar(event(DESCRIPTION="We meet.\\nThe Zoom passcode is 471100.")), applies=True)
    desk, page = signed_in(make_organiser(series)), f"/admin/import/?source={source.pk}"
    planned = desk.post(page, form_of(desk, page) | {"choice-private": "keep", "_preview": "Update plan"})
    desk.post(page, fields_of(planned) | {"_save": "Import"})
    later = {"UID": "2@example.edu", "DTSTART": "20240401T160000Z", "DTEND": "20240401T170000Z"}

    with serving(sends(calendar(event(**later, DESCRIPTION="We meet.\\nThe Zoom passcode is 081500.")))) as url:
        Source.objects.update(url=url)
        found = follow(Source.objects.get())

    assert (found, Talk.objects.count()) == (Found.WAITING, 1)


def test_a_talk_that_is_gone_and_was_kept_does_not_hold_up_what_is_certain(series):
    events = [
        event(UID=f"{day}@example.edu", DTSTART=f"202403{day}T160000Z", DTEND=f"202403{day}T170000Z")
        for day in (11, 12, 13, 14)
    ]
    source = waiting(series, calendar(*events[:3]), applies=True)
    with serving(sends(calendar(events[0], events[2]))) as url:
        Source.objects.update(url=url)
        follow(Source.objects.get())
    desk, page = signed_in(make_organiser(series)), f"/admin/import/?source={source.pk}"
    desk.post(page, form_of(desk, page) | {"_save": "Import"})

    with serving(sends(calendar(events[0], events[2], events[3]))) as url:
        Source.objects.update(url=url)
        found = follow(Source.objects.get())

    assert (found, Talk.objects.count()) == (Found.APPLIED, 4)


def test_what_becomes_of_talks_that_are_gone_is_asked_each_time(series):
    events = [
        event(UID=f"{day}@example.edu", DTSTART=f"202403{day}T160000Z", DTEND=f"202403{day}T170000Z")
        for day in (11, 12, 13, 14)
    ]
    source = waiting(series, calendar(*events), applies=True)
    with serving(sends(calendar(events[0], events[2], events[3]))) as url:
        Source.objects.update(url=url)
        follow(Source.objects.get())
    desk, page = signed_in(make_organiser(series)), f"/admin/import/?source={source.pk}"
    planned = desk.post(page, form_of(desk, page) | {"choice-gone": "cancel", "_preview": "Update plan"})
    desk.post(page, fields_of(planned) | {"_save": "Import"})

    with serving(sends(calendar(events[0], events[3]))) as url:
        Source.objects.update(url=url)
        found = follow(Source.objects.get())

    states = [str(talk.state) for talk in Talk.objects.order_by("starts_at")]
    assert (found, states) == (Found.WAITING, ["confirmed", "cancelled", "confirmed", "confirmed"])


def test_a_cancelled_talk_that_its_source_moves_makes_no_work(series):
    later = {"DTSTART;TZID=America/New_York": "20240307T150000", "DTEND;TZID=America/New_York": "20240307T160000"}
    source = waiting(series, calendar(event(STATUS="CANCELLED")), applies=True)

    with serving(sends(calendar(event(STATUS="CANCELLED", **later)))) as url:
        Source.objects.update(url=url)
        found = [follow(Source.objects.get()) for _time in range(2)]

    source.refresh_from_db()
    assert (found, source.waiting, source.problem) == ([Found.UNCHANGED] * 2, 0, "")
