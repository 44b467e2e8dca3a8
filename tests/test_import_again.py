"""Import a second time: changes in the source are taken over, our own changes stay."""

import pytest
import time_machine
from django.core.exceptions import ValidationError

from seminars.actions import lifecycle, talk_changes
from seminars.models import Edition, FormerAddress, ImportedTalk, State, Talk, TalkTopic
from tests.factories import in_new_york, make_room, make_talk, make_topic
from tests.imports import ENGINES, calendar, event, importing, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def again(tmp_path):
    """Imports an ordinary event as it was, and later as it became."""

    def import_it(*without, **lines):
        return importing(written(tmp_path, calendar(event(*without, **lines))), series="engine")

    import_it()
    return import_it


def test_the_same_file_changes_nothing():
    importing(ENGINES, series="engine")
    edition = Edition.objects.current()
    stamps = Talk.objects.soonest_first().entry_marks()

    said = importing(ENGINES, series="engine")

    assert said.splitlines() == [
        "unchanged: line 14: On the weaving of numbers: cards, wheels and patience (Wednesday, 6 March 2024, 12 noon)",
        "unchanged: line 32: To be announced (Wednesday, 13 March 2024, 12 noon)",
        "In total: 0 new, 0 changed, 2 unchanged, 0 refused.",
        "Everything has already been imported.",
    ]
    assert (Edition.objects.current(), Talk.objects.soonest_first().entry_marks()) == (edition, stamps)


def test_the_same_file_changes_nothing_without_the_series_either():
    importing(ENGINES, series="engine")

    assert "0 new, 0 changed, 2 unchanged, 0 refused" in importing(ENGINES)


def test_a_new_title_and_time_are_taken_over_and_reported(again):
    said = again(SUMMARY="ENGINE Seminar: On looms", DTSTART="20240306T180000Z", DTEND="20240306T190000Z")
    talk = Talk.objects.get()

    assert said.splitlines()[:4] == [
        "changed: line 3: On engines (Wednesday, 6 March 2024, 12 noon)",
        "  - title: On engines → On looms",
        "  - start: Wednesday, 6 March 2024, 12 noon → Wednesday, 6 March 2024, 1 pm",
        "  - end: Wednesday, 6 March 2024, 1 pm → Wednesday, 6 March 2024, 2 pm",
    ]
    assert (talk.title, talk.starts_at) == ("On looms", in_new_york(2024, 3, 6, 13))


def test_a_change_raises_the_sequence_once_and_past_that_of_the_source(again):
    again(SUMMARY="ENGINE Seminar: On looms")
    assert Talk.objects.get().sequence == 2

    again(SUMMARY="ENGINE Seminar: On wheels", SEQUENCE="7")
    assert Talk.objects.get().sequence == 8


def test_a_draft_passes_the_sequence_of_the_source_too(tmp_path):
    for lines in ({"SEQUENCE": "3"}, {"SEQUENCE": "7", "SUMMARY": "ENGINE Seminar: On looms"}):
        importing(written(tmp_path, calendar(event(**lines))), series="engine", draft=True)
    draft = Talk.objects.get()

    lifecycle.announce(draft, by=None)

    assert (draft.title, Talk.objects.get().sequence) == ("On looms", 8)


def test_a_value_that_no_entry_prints_leaves_the_stamps_unchanged(again):
    before = Talk.objects.all().entry_marks()

    said = again(SEQUENCE="7", URL="https://old.example.edu/event/1/")

    assert "1 changed" in said
    assert Talk.objects.all().entry_marks() == before


def test_our_own_change_stays_while_the_source_says_the_same(again):
    talk_changes.save(_with(Talk.objects.get(), title="On engines, revised"))

    said = again()

    assert "0 new, 0 changed, 1 unchanged" in said
    assert Talk.objects.get().title == "On engines, revised"


def test_our_own_change_stays_even_after_an_import_in_between(again):
    talk_changes.save(_with(Talk.objects.get(), title="On engines, revised"))
    again()

    again(SUMMARY="ENGINE Seminar: On looms")

    assert Talk.objects.get().title == "On engines, revised"


def test_a_change_on_both_sides_keeps_ours_and_is_reported_once(again):
    talk_changes.save(_with(Talk.objects.get(), title="On engines, revised"))

    said = again(SUMMARY="ENGINE Seminar: On looms")

    assert said.splitlines()[:2] == [
        "unchanged: line 3: On engines, revised (Wednesday, 6 March 2024, 12 noon)",
        "  - title: not changed, because it was edited here (On engines, revised). The file says On looms",
    ]
    assert Talk.objects.get().title == "On engines, revised"
    assert "not changed, because it was edited here" not in again(SUMMARY="ENGINE Seminar: On looms")


def test_the_same_change_on_both_sides_is_not_reported(again):
    talk_changes.save(_with(Talk.objects.get(), title="On looms"))

    said = again(SUMMARY="ENGINE Seminar: On looms")

    assert said.splitlines()[0] == "unchanged: line 3: On looms (Wednesday, 6 March 2024, 12 noon)"
    assert "On wheels" in again(SUMMARY="ENGINE Seminar: On wheels")
    assert Talk.objects.get().title == "On wheels"


def test_a_new_room_here_stays_while_the_source_says_the_same(again):
    room = make_room()
    lifecycle.change_room(Talk.objects.get(), room=room, by=None)

    again(SUMMARY="ENGINE Seminar: On looms")

    assert (Talk.objects.get().room, Talk.objects.get().title) == (room, "On looms")


def test_a_new_room_of_the_source_is_taken_over(again):
    again(LOCATION="Babbage Hall\\, Room 13")

    assert str(Talk.objects.get().room) == "Babbage Hall, Room 13"


def test_a_talk_cancelled_at_the_source_is_cancelled_here(again):
    again(STATUS="CANCELLED")

    assert Talk.objects.get().state == State.CANCELLED


def test_a_talk_cancelled_here_stays_so(again):
    lifecycle.cancel(Talk.objects.get(), reason="Snow", by=None)

    again(SUMMARY="ENGINE Seminar: On looms")

    assert Talk.objects.get().state == State.CANCELLED


def test_a_draft_never_becomes_public_by_an_import(tmp_path):
    for status in ("CONFIRMED", "CANCELLED"):
        path = written(tmp_path, calendar(event(STATUS=status)))
        said = importing(path, series="engine", draft=True)

    assert Talk.objects.get().state == State.DRAFT
    assert "  - state: not changed, because it was edited here (draft). The file says cancelled" in said.splitlines()


def test_topics_of_our_own_stay_while_the_source_says_the_same(again):
    topic = make_topic()
    TalkTopic.objects.create(talk=Talk.objects.get(), topic=topic)

    again(SUMMARY="ENGINE Seminar: On looms")

    assert list(Talk.objects.get().topics.all()) == [topic]


def test_new_topics_of_the_source_replace_its_old_ones(again):
    again(CATEGORIES="Looms,Wheels")
    again(CATEGORIES="Wheels,Cards")

    assert sorted(topic.name for topic in Talk.objects.get().topics.all()) == ["Cards", "Wheels"]


def test_both_the_new_and_the_old_address_of_the_source_lead_here(again):
    again(URL="https://old.example.edu/event/1/")
    again(URL="https://old.example.edu/event/one/")

    assert [FormerAddress.objects.meaning(f"/event/{name}/") for name in ("1", "one")] == [Talk.objects.get()] * 2


def test_a_talk_with_that_uid_that_was_never_imported_is_only_filled_in(tmp_path):
    talk = make_talk(uid="1@example.edu", title="Ours", starts_at=in_new_york(2024, 3, 6, 12))

    said = importing(written(tmp_path, calendar(event(DESCRIPTION="An abstract."))))
    talk.refresh_from_db()

    assert (talk.title, talk.abstract) == ("Ours", "An abstract.")
    assert "title: not changed, because it was edited here (Ours). The file says On engines" in said


def test_two_talks_of_the_source_that_swap_rooms_do_not_clash(tmp_path):
    def swapped(first, second):
        when = {"DTSTART": "21000306T120000Z", "DTEND": "21000306T130000Z"}
        events = [event(LOCATION=first, **when), event(UID="2@example.edu", LOCATION=second, **when)]
        return importing(written(tmp_path, calendar(*events)), series="engine")

    swapped("Room 1", "Room 2")
    said = swapped("Room 2", "Room 1")

    assert "0 new, 2 changed, 0 unchanged, 0 refused" in said
    assert [talk.room.name for talk in Talk.objects.order_by("uid")] == ["Room 2", "Room 1"]


def test_a_plan_is_refused_once_somebody_changed_its_talk(tmp_path, again):
    from seminars import importing as package

    path = written(tmp_path, calendar(event(SUMMARY="ENGINE Seminar: On looms", LOCATION="Room 99")))
    plan = package.plan_file(path, package.ImportOptions())
    talk_changes.save(_with(Talk.objects.get(), title="Meanwhile"))

    with pytest.raises(ValidationError, match="Someone changed these talks after you previewed the import"):
        package.apply_plan(plan)

    assert Talk.objects.get().title == "Meanwhile"
    assert not Talk.objects.filter(room__name="Room 99").exists()


def test_a_plan_is_refused_once_somebody_took_its_room(tmp_path):
    from seminars import importing as package

    room = make_room(name="Room 12", building="Babbage Hall")
    path = written(tmp_path, calendar(event(DTSTART="21000306T120000Z", DTEND="21000306T130000Z")))
    plan = package.plan_file(path, package.ImportOptions(series="engine"))
    make_talk(room=room, title="Sooner", starts_at=in_new_york(2100, 3, 6, 7))

    with pytest.raises(ValidationError, match="Room 12 is taken by “Sooner”, 7–8 am"):
        package.apply_plan(plan)

    assert [talk.title for talk in Talk.objects.all()] == ["Sooner"]


def test_a_note_shows_the_value_of_the_source_beside_ours(again):
    note = ImportedTalk.objects.get()

    assert (note.said["title"], note.held["title"]) == ("ENGINE Seminar: On engines", "On engines")


def _with(talk, **fields):
    for name, value in fields.items():
        setattr(talk, name, value)
    return talk


def test_what_was_cleared_here_is_not_filled_again(again):
    Talk.objects.update(title="", room=None)

    said = again(SUMMARY="ENGINE Seminar: On looms", LOCATION="Room 5")
    talk = Talk.objects.get()

    assert (talk.title, talk.room) == ("", None)
    assert "title: not changed, because it was edited here (none). The file says On looms" in said


def test_a_date_of_a_repeating_event_that_is_too_long_ago_to_be_read_again_is_not_gone(tmp_path):
    first = event(UID="0@example.edu", DTSTART="20240101T160000Z", DTEND="20240101T170000Z")
    weekly = [
        *event(UID="2@example.edu", DTSTART="20240304T160000Z", DTEND="20240304T170000Z")[:-1],
        "RRULE:FREQ=WEEKLY",
    ]
    file = written(tmp_path, calendar(first, [*weekly, "END:VEVENT"]))
    with time_machine.travel("2025-03-01"):
        importing(file, series="engine")

    with time_machine.travel("2025-12-01"):
        said = importing(file, series="engine")

    assert [line for line in said.splitlines() if line.startswith("no longer in the file")] == []


def test_a_talk_that_moves_stays_one_talk_where_its_uid_has_its_times(tmp_path):
    def moved_to(hour, start):
        uid = f"77-{start}-{start + 3600}@events.example.edu"
        moved = event(UID=uid, DTSTART=f"20240306T{hour}0000Z", DTEND=f"20240306T{hour + 1}0000Z")
        other = event(UID="78-1709744400-1709748000@events.example.edu", SUMMARY="On looms")
        return importing(written(tmp_path, calendar(moved, other)), series="engine")

    moved_to(17, 1709744400)
    said = [moved_to(18, 1709748000), moved_to(19, 1709751600)]

    assert ["0 new, 1 changed, 1 unchanged" in each for each in said] == [True, True]
    assert Talk.objects.order_by("-starts_at").first().uid == "77-1709744400-1709748000@events.example.edu"


def test_a_talk_whose_uid_is_new_at_each_export_stays_one_talk(again):
    said = again(UID="other@example.edu")

    assert (Talk.objects.count(), "0 new, 0 changed, 1 unchanged" in said) == (1, True)


def test_two_talks_with_the_same_title_at_the_same_time_stay_two(tmp_path):
    def imported(*uids):
        return importing(written(tmp_path, calendar(*(event("LOCATION", UID=uid) for uid in uids))), series="engine")

    imported("1", "2")
    imported("3", "4")

    assert Talk.objects.count() == 4


@pytest.mark.parametrize("moved", ["20270106T190000Z", "20270107T170000Z"])
def test_the_dates_of_a_repeating_event_that_moves_as_a_whole_stay_the_same_talks(tmp_path, moved):
    def imported(start):
        weekly = event("DTEND", DTSTART=start, DURATION="PT1H", RRULE="FREQ=WEEKLY;COUNT=3")
        return importing(written(tmp_path, calendar(weekly)), series="engine")

    imported("20270106T170000Z")
    said = imported(moved)

    assert "0 new, 3 changed, 0 unchanged" in said
    assert f"{Talk.objects.soonest_first().first().starts_at:%Y%m%dT%H%M%SZ}" == moved


def test_a_uid_that_looks_like_an_impossible_date_is_read(tmp_path):
    importing(written(tmp_path, calendar(event(UID="1/20270231"))), series="engine")

    said = importing(written(tmp_path, calendar(event(UID="1/20270230"))), series="engine")

    assert "0 new, 0 changed, 1 unchanged" in said


# --- a cancelled talk whose source moves it ---


def test_a_talk_that_is_cancelled_at_its_source_stays_where_it_was_until_it_goes_ahead_again(again):
    again(STATUS="CANCELLED")
    moved = {"DTSTART;TZID=America/New_York": "20240307T150000", "DTEND;TZID=America/New_York": "20240307T160000"}

    said = [again(STATUS="CANCELLED", LOCATION="Room 5", **moved) for _time in range(2)]

    remark = "  - not moved, because it is cancelled here. If you reinstate it, import again"
    assert ["0 changed, 1 unchanged, 0 refused" in one and remark in one.splitlines() for one in said] == [True, True]
    assert Talk.objects.get().starts_at == in_new_york(2024, 3, 6, 12)

    again(LOCATION="Room 5", **moved)

    talk = Talk.objects.get()
    assert (talk.state, talk.starts_at, talk.room.name) == ("confirmed", in_new_york(2024, 3, 7, 15), "Room 5")


def test_a_talk_that_was_cancelled_here_follows_its_source_once_it_is_reinstated(again):
    lifecycle.cancel(Talk.objects.get(), reason="Ill", by=None)
    moved = {"DTSTART;TZID=America/New_York": "20240307T150000", "DTEND;TZID=America/New_York": "20240307T160000"}
    again(**moved)
    lifecycle.reinstate(Talk.objects.get(), by=None)

    again(**moved)

    assert Talk.objects.get().starts_at == in_new_york(2024, 3, 7, 15)


def test_a_talk_that_is_moved_and_cancelled_at_once_is_both(again):
    again("DTEND", STATUS="CANCELLED", **{"DTSTART;TZID=America/New_York": "20240307T110000"})

    talk = Talk.objects.get()
    assert (talk.state, talk.starts_at) == ("cancelled", in_new_york(2024, 3, 7, 11))
