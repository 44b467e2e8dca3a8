"""What an import cannot know is asked: which reading, person, room, series or time is meant, and what follows."""

from datetime import date

import pytest
from django.urls import reverse

from seminars.importing import ImportOptions, Outcome, apply_plan
from seminars.importing.events import Person, SourceEvent, SourceFile
from seminars.models import Break, JoinAccess, Room, Series, Speaker, State, Talk
from tests.admin_forms import signed_in
from tests.factories import in_new_york, make_administrator, make_room, make_series, make_speaker, make_talk
from tests.import_plans import plan_import
from tests.imports import calendar, event, importing, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def series():
    return make_series(slug="engine", short_name="ENGINE", name="Engines")


def source(summary="On engines", *, uid="1", **fields):
    start = fields.pop("starts_at", in_new_york(2030, 3, 6, 12))
    return SourceEvent(uid=uid, summary=summary, starts_at=start, **fields)


def planned(*events, name="", choices=None, **options):
    asked = {"series": "engine", "choices": choices or {}} | options
    return plan_import(SourceFile(list(events), name=name), ImportOptions(**asked))


def applied(*events, **options):
    plan = planned(*events, **options)
    apply_plan(plan)
    return plan


def asked(plan):
    """Each question by its key: the possible answers, the chosen one first."""
    return {doubt.key: [doubt.chosen, *(value for value, _label in doubt.options)] for doubt in plan.doubts}


# --- headlines and people ---


def test_the_speaker_of_a_headline_comes_with_affiliation_and_title(series):
    applied(source("Ada Lovelace (Analytical Society): On engines"))
    talk = Talk.objects.for_pages().get()

    assert talk.title == "On engines"
    assert [str(one) for one in talk.speakers] == ["Ada Lovelace (Analytical Society)"]
    assert "ada lovelace" in talk.search_text


def test_another_reading_is_chosen_once_for_all_headlines_of_its_shape(series):
    events = [source(f"Ada Lovelace: On {what}", uid=what) for what in ("cards", "wheels")]

    plan = applied(*events, choices={"reading:name: title or title": "1"})

    assert asked(plan) == {"reading:name: title or title": ["1", "0", "1"]}
    assert sorted(talk.title for talk in Talk.objects.all()) == [
        "Ada Lovelace: On cards",
        "Ada Lovelace: On wheels",
    ]
    assert not Speaker.objects.exists()


def test_a_reading_that_agrees_with_the_people_of_the_source_is_no_doubt(series):
    from seminars.importing.events import Person

    plan = applied(source("Ada Lovelace (Society): On engines", people=[Person("Ada Lovelace", "Society")]))

    assert asked(plan) == {}
    assert Talk.objects.get().title == "On engines"


def test_an_unknown_answer_counts_as_none(series):
    plan = planned(source("Ada Lovelace: On engines"), choices={"reading:name: title or title": "7"})

    assert asked(plan) == {"reading:name: title or title": ["0", "0", "1"]}


def test_one_person_of_that_name_is_meant_without_a_question(series):
    ada = make_speaker(name="Ada Lovelace")

    plan = applied(source("Ada Lovelace (Society): On engines"))

    assert "person:ada lovelace (society)" not in asked(plan)
    assert list(Talk.objects.get().people.all()) == [ada]


@pytest.mark.parametrize(("answer", "is_known"), [(None, True), ("new", False)])
def test_a_known_person_with_another_affiliation_may_be_somebody_else(series, answer, is_known):
    ada = make_speaker(name="Ada Lovelace", affiliation="London")
    choices = {"person:ada lovelace (paris)": answer} if answer else {}

    applied(source("Ada Lovelace (Paris): On engines"), choices=choices)

    assert (list(Talk.objects.get().people.all()) == [ada]) == is_known


def test_of_two_namesakes_the_chosen_one_speaks(series):
    _first, second = (make_speaker(name="Ada Lovelace", affiliation=city) for city in ("London", "Rome"))
    key = "person:ada lovelace (paris)"

    plan = applied(source("Ada Lovelace (Paris): On engines"), choices={key: str(second.pk)})

    assert asked(plan)[key] == [str(second.pk), "new", str(_first.pk), str(second.pk)]
    assert list(Talk.objects.get().people.all()) == [second]


def test_a_name_in_several_events_is_one_new_person_wherever_they_were(series):
    applied(*(source(f"Ada Lovelace ({city}): On engines", uid=city) for city in ("London", "Paris")))
    ada = Speaker.objects.get()

    assert sorted(one.affiliation for one in ada.appearances.all()) == ["London", "Paris"]


# --- rooms and times ---


@pytest.fixture
def rooms():
    return [make_room(name="Room 12", building=building) for building in ("Babbage Hall", "Gutmann Hall")]


@pytest.mark.parametrize("which", [0, 1])
def test_of_two_rooms_of_one_name_the_chosen_one_is_taken(series, rooms, which):
    applied(source(location="Room 12"), choices={"room:room 12": str(rooms[which].pk)})

    assert (Talk.objects.get().room, Room.objects.count()) == (rooms[which], 2)


@pytest.mark.parametrize(("answer", "count"), [("new", 3), ("none", 2)])
def test_a_name_of_two_rooms_may_mean_a_third_one_or_none(series, rooms, answer, count):
    applied(source(location="Room 12"), choices={"room:room 12": answer})

    assert (Talk.objects.get().room in rooms, Room.objects.count()) == (False, count)


def test_an_event_without_a_time_becomes_a_draft_at_the_chosen_time(series):
    whole_day = source(starts_at=None, day=date(2030, 3, 6))

    plan = applied(whole_day, choices={"time:engine": "16:30"})
    talk = Talk.objects.get()

    assert (talk.starts_at, talk.state) == (in_new_york(2030, 3, 6, 16, 30), State.DRAFT)
    assert plan.rows[0].remarks == ["no time of day given; used 4:30 pm, and imported as a draft"]


def test_an_event_without_a_time_is_proposed_at_the_usual_time_of_its_series():
    make_series(slug="engine", default_start="15:15")

    plan = planned(source(starts_at=None, day=date(2030, 3, 6)))

    assert asked(plan) == {"time:engine": ["15:15"]}


def test_a_time_that_is_none_refuses_the_event_and_says_what_to_do(series):
    plan = planned(source(starts_at=None, day=date(2030, 3, 6)), choices={"time:engine": "teatime"})

    assert plan.rows[0].remarks == ["“teatime” is not a time of day. Enter one such as 16:00."]


@pytest.mark.parametrize(
    ("answer", "outcome", "room", "shares"),
    [
        (None, Outcome.REFUSED, None, None),
        ("no-room", Outcome.NEW, "", False),
        ("share", Outcome.NEW, "Room 12", True),
    ],
)
def test_a_talk_whose_room_is_taken_is_left_out_unless_something_else_is_chosen(series, answer, outcome, room, shares):
    there = make_talk(room=make_room(name="Room 12", building=""), starts_at=in_new_york(2030, 3, 6, 12))

    plan = applied(source(location="Room 12"), choices={"clashes": answer} if answer else {})
    new = Talk.objects.exclude(pk=there.pk).first()

    assert [row.outcome for row in plan.rows] == [outcome]
    assert new is None if room is None else (str(new.room or ""), new.shares_room) == (room, shares)


def test_a_talk_in_another_zone_keeps_it(series):
    applied(
        source(zone="Europe/Berlin"),
        source(uid="2", zone="America/New_York", starts_at=in_new_york(2030, 3, 7, 12)),
        source(uid="3", zone="US/Eastern", starts_at=in_new_york(2030, 3, 8, 12)),
    )

    assert [talk.zone for talk in Talk.objects.soonest_first()] == ["Europe/Berlin", "", ""]


# --- what is private ---


def test_a_private_event_becomes_a_draft_and_the_plan_says_so(series):
    plan = applied(source(is_private=True))

    assert Talk.objects.get().state == State.DRAFT
    assert plan.rows[0].remarks[0] == "private in its source, so it is a draft here"


@pytest.mark.parametrize(
    ("access", "answer", "stays"),
    [
        (JoinAccess.OPEN, None, True),
        (JoinAccess.MEMBERS, None, False),
        (JoinAccess.MEMBERS, "keep", True),
    ],
)
def test_what_looks_like_a_link_is_left_out_where_links_are_not_public(access, answer, stays):
    make_series(slug="engine", default_join_access=access)
    text = "We meet.\nJoin https://example.zoom.us/j/1 please."

    plan = applied(source(abstract=text), choices={"private": answer} if answer else {})

    assert ("zoom.us" in Talk.objects.get().abstract) == stays
    assert ("left out of the abstract: https://example.zoom.us/j/1" in plan.rows[0].remarks) == (not stays)


@pytest.mark.parametrize("field", ["summary", "biography"])
def test_titles_and_biographies_have_no_passcode_where_links_are_not_public(field):
    make_series(slug="engine", default_join_access=JoinAccess.MEMBERS)
    told = {"summary": "On engines", "biography": "Bo builds."} | {field: "On engines. The Zoom passcode is 471100."}

    plan = applied(source(people=[Person("Bo Reed")], **told))
    talk = Talk.objects.get()

    assert "471100" not in f"{talk.title} {Speaker.objects.get().biography}"
    assert [doubt.key for doubt in plan.doubts] == ["private"]


# --- contacts ---


@pytest.mark.parametrize(
    ("contacts", "given"),
    [
        ([("Office", "office@example.edu"), ("Office", "office@example.edu")], "office@example.edu"),
        ([("Bo Reed", "bo@example.edu"), ("Ana Ruiz", "ana@example.edu")], ""),
        ([("Engines", "c_12@group.calendar.google.com")], ""),
    ],
)
def test_a_series_gets_the_contact_that_all_events_name(series, contacts, given):
    applied(*(source(uid=str(number), contact=contact) for number, contact in enumerate(contacts, start=1)))

    assert Series.objects.get().contact_email == given


def test_the_contact_of_a_private_event_stays_private(series):
    applied(source(contact=("Bo Reed", "bo@example.edu"), is_private=True))

    assert Series.objects.get().contact_email == ""


# --- series ---


def test_a_new_series_has_the_name_of_the_calendar_if_its_events_name_none():
    applied(source(), name="Engines at Noon", series="")

    assert Series.objects.get().name == "Engines at Noon"


def test_the_name_of_a_new_series_can_be_typed():
    applied(source(), name="Calendar of A. Lovelace", series="", choices={"series-name": "Engines"})

    assert (Series.objects.get().name, Series.objects.get().short_name) == ("Engines", "Engines")


def test_events_that_name_no_series_can_go_into_a_known_one(series):
    applied(source(), series="", choices={"series": "engine"})

    assert Talk.objects.get().series == series


def test_two_labels_of_several_events_each_make_two_series():
    labels = ("Cards Seminar", "Cards Seminar", "Wheels Colloquium", "Wheels Colloquium")

    applied(*(source(f"{label}: On {uid}", uid=str(uid)) for uid, label in enumerate(labels)), series="")

    assert sorted(one.full_name for one in Series.objects.all()) == ["Cards Seminar", "Wheels Colloquium"]


def test_a_label_of_one_event_makes_no_series(series):
    events = [source("Cards Seminar: On cards"), *(source(f"On {uid}", uid=uid) for uid in "23")]

    plan = planned(*events, series="")

    assert [row.outcome for row in plan.rows] == [Outcome.REFUSED] * 3


# --- breaks ---


def test_no_seminar_proposes_a_break_and_no_talk(series):
    plan = applied(source("No seminar (spring break)"))

    assert (Break.objects.get().reason, Break.objects.get().series) == ("spring break", series)
    assert (Break.objects.get().first_on, Talk.objects.count()) == (date(2030, 3, 6), 0)
    assert [row.outcome for row in plan.rows] == [Outcome.NEW]


def test_a_break_that_is_there_is_unchanged(series):
    applied(source("No seminar (spring break)"))

    plan = applied(source("No seminar (spring break)"))

    assert [row.outcome for row in plan.rows] == [Outcome.UNCHANGED]
    assert Break.objects.count() == 1


def test_a_private_event_proposes_no_break(series):
    applied(source("Holiday", is_private=True))

    assert (Break.objects.count(), Talk.objects.get().title, Talk.objects.get().state) == (0, "Holiday", State.DRAFT)


def test_a_cancelled_talk_that_becomes_a_draft_is_told(series):
    plan = applied(source("CANCELLED: On engines"), draft=True)

    assert Talk.objects.get().state == State.DRAFT
    assert "Cancelled in its source, but a draft here" in plan.rows[0].remarks


def test_breaks_can_be_left_out(series):
    applied(source("No seminar (spring break)"), choices={"breaks": "leave-out"})

    assert not Break.objects.exists()


# --- the command and the desk ---


def test_the_command_lists_what_can_be_chosen_and_imports_nothing(tmp_path, series):
    path = written(tmp_path, calendar(event(SUMMARY="Ada Lovelace: On engines")))

    said = importing(path, series="engine", list_choices=True)

    assert "* --choose 'reading:name: title or title=0'  speaker: Ada Lovelace; title: On engines" in said
    assert not Talk.objects.exists()


def test_the_command_takes_an_answer(tmp_path, series):
    path = written(tmp_path, calendar(event(SUMMARY="Ada Lovelace: On engines")))

    importing(path, series="engine", choose=["reading:name: title or title=1"])

    assert Talk.objects.get().title == "Ada Lovelace: On engines"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("nonsense", "--choose nonsense: write KEY=VALUE, as --list-choices shows it."),
        ("colour=red", "--choose colour: there is no such question. Use --list-choices to see all of them."),
    ],
)
def test_the_command_refuses_an_answer_that_nobody_asked_for(tmp_path, series, given, sentence):
    path = written(tmp_path, calendar(event()))

    assert importing(path, series="engine", choose=[given]) == f"REFUSED: {sentence}"


def test_the_desk_asks_and_plans_again_with_the_answer_without_a_new_upload(series):
    client = signed_in(make_administrator())
    text = calendar(event(SUMMARY="Ada Lovelace: On engines")).decode()
    sent = {"series": series.pk, "text": text}

    first = client.post(reverse("admin:import"), sent).content.decode()
    again = client.post(reverse("admin:import"), sent | {"choice-reading:name: title or title": "1"}).content.decode()

    assert 'name="choice-reading:name: title or title" value="0" checked' in first
    assert 'name="choice-reading:name: title or title" value="1" checked' in again
    assert "<bdi>Ada Lovelace: On engines (" in again
    assert "BEGIN:VCALENDAR" in again
