"""Before they import talks or merge people, organisers see how many people get an email, and may email none of them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from seminars.actions import talk_news
from seminars.admin.told_readers import told_of_preview
from seminars.importing import apply, continuing
from seminars.models import ImportRun, Speaker, State, Talk, ToldTalk
from seminars.phrases.talk_news import facts_of
from tests import import_plans
from tests.admin_forms import fields_of, form_of, signed_in
from tests.factories import (
    in_new_york,
    make_administrator,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.import_plans import a_while_ago, interrupted_import, next_part, talk_on
from tests.imports import calendar, event
from tests.readers import make_reader, subjects, told, wait

pytestmark = pytest.mark.django_db

IMPORT = reverse("admin:import")
NOW = in_new_york(2025, 11, 3, 9)
NOON = in_new_york(2025, 11, 5, 12)
SILENTLY = {"no_mail": "on"}
EVENTS = [talk_on(day) for day in range(1, 6)]


@pytest.fixture(autouse=True)
def _outbox(settings, clock):
    """Letters wait until they are sent; the site has told news before."""
    settings.MAIL_AT_ONCE = False
    talk_news.tell()


@pytest.fixture(autouse=True)
def series():
    return make_series(slug="engine", short_name="ENGINE", name="Engines")


@pytest.fixture
def client(series):
    return signed_in(make_organiser(series))


@pytest.fixture
def reader():
    return make_reader()


@pytest.fixture
def short_turns(monkeypatch):
    """Two talks in each turn, and one turn in each request."""
    monkeypatch.setattr(apply, "TURN", 2)
    monkeypatch.setattr(apply, "PAUSE", 0)
    monkeypatch.setattr(continuing, "SECONDS", 0)


def planned(client, *events, **words):
    """Send a calendar whose talks are public, unless `draft` is among the words, and return the plan."""
    form = {name: value for name, value in form_of(client, IMPORT).items() if name != "draft"}
    return client.post(IMPORT, form | {"text": calendar(*events).decode()} | words)


def done(client, *events, **words):
    """Import what the plan shows; return the page that follows."""
    return client.post(IMPORT, fields_of(planned(client, *events)) | {"_save": "Import"} | words, follow=True)


def follow(client, page):
    """Open what the pages of the progress ask for."""
    while address := next_part(page):
        page = client.get(address, follow=True)


# --- the plan ----------------------------------------------------------------------------------------------


def test_the_plan_says_how_many_people_are_told_of_new_talks(client, series, reader, priml):
    make_reader("engines", series=[series])
    make_reader("other", series=[priml])
    make_reader("changes", wants_new_talks=False)

    assert told(planned(client, *EVENTS)) == ("Up to 2 people get an email about these changes. Do not email them")
    assert told(planned(client, *EVENTS, draft="on")) == ""


def test_who_chose_a_topic_is_counted_for_the_talks_on_it_alone(client):
    make_reader(topics=[make_topic(name="Looms")])

    assert told(planned(client, talk_on(1, CATEGORIES="Looms"))).startswith("Up to 1 person gets")
    assert told(planned(client, talk_on(1, CATEGORIES="Engines"))) == ""


def test_talks_of_a_series_that_the_import_adds_are_counted(series, reader):
    make_reader("engines", series=[series])
    shown = planned(signed_in(make_administrator()), talk_on(1, SUMMARY="LOOM Seminar: On looms"), series="")

    assert "series created: LOOM" in shown.text
    assert told(shown).startswith("Up to 1 person gets")


@pytest.mark.parametrize(
    ("lines", "says"), [({"SUMMARY": "On looms"}, True), ({"DESCRIPTION": "Abstract: Looms."}, False), ({}, False)]
)
def test_of_known_talks_those_are_counted_of_which_subscribers_hear(client, reader, lines, says):
    done(client, *EVENTS)

    assert bool(told(planned(client, talk_on(1, **lines), *EVENTS[1:]))) == says


def test_talks_that_are_over_are_not_counted(client, reader):
    assert told(planned(client, event())) == ""


def test_the_tick_stays_when_the_plan_is_updated(client, reader):
    again = client.post(IMPORT, fields_of(planned(client, *EVENTS)) | {"_preview": "Update plan"} | SILENTLY)

    assert fields_of(again)["no_mail"] == "on"


def test_who_is_told_of_many_planned_talks_takes_one_query(client, reader, rf, django_assert_num_queries):
    done(client, *EVENTS)
    changed = [talk_on(day, SUMMARY="On looms", CATEGORIES="Looms") for day in range(1, 31)]
    plan = import_plans.planned(*changed)

    with django_assert_num_queries(1):
        found = told_of_preview(rf.get("/"), [(one.before, one.after) for one in plan.talks])
    assert found.sentence.startswith("Up to 1 person")


# --- the import --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sent", "letters"), [({}, 1), (SILENTLY, 0)])
def test_talks_are_imported_and_changed_with_and_without_an_email(clock, client, reader, sent, letters):
    done(client, *EVENTS, **sent)
    wait(clock, 12)
    assert (len(subjects()), Talk.objects.public().count()) == (letters, 5)

    done(client, talk_on(1, SUMMARY="On looms"), *EVENTS[1:], **sent)
    wait(clock, 12)
    assert (len(subjects()), Talk.objects.filter(title="On looms").count()) == (letters, 1)


def test_what_changes_after_a_silent_import_is_told(clock, client, reader):
    done(client, *EVENTS, **SILENTLY)
    done(client, talk_on(1, SUMMARY="On looms"), *EVENTS[1:])
    wait(clock, 12)

    assert [subject.startswith("Changed: Title – ") for subject in subjects()] == [True]


def test_what_a_silent_import_takes_for_told_is_what_the_talks_say(clock, client, reader):
    done(client, talk_on(1, SUMMARY="Ada Lovelace: On engines"), *EVENTS[1:], **SILENTLY)
    moved = {"DTSTART;TZID=America/New_York": "20300301T150000", "DTEND;TZID=America/New_York": "20300301T160000"}
    changed = talk_on(1, SUMMARY="Mary Somerville: On looms", LOCATION="Room 2", **moved)
    done(client, changed, talk_on(2, STATUS="CANCELLED"), *EVENTS[2:], **SILENTLY)

    told_facts = {row.pk: {**row.facts} for row in ToldTalk.objects.all()}
    for facts in told_facts.values():
        facts.pop(talk_news.UNSAID, None)
    assert told_facts == {talk.pk: facts_of(talk) for talk in Talk.objects.for_entries()}
    first = Talk.objects.get(starts_at__day=1)
    assert (first.speaker_names, str(first.room), Talk.objects.filter(state=State.CANCELLED).count()) == (
        "Mary Somerville",
        "Room 2",
        1,
    )


@pytest.mark.parametrize(("sent", "letters"), [({}, 1), (SILENTLY, 0)])
@pytest.mark.usefixtures("short_turns")
def test_the_tick_counts_for_every_part_of_an_import(clock, client, reader, sent, letters):
    page = done(client, *EVENTS, **sent)
    assert Talk.objects.count() == 2
    follow(client, page)
    wait(clock, 12)

    assert (len(subjects()), Talk.objects.public().count()) == (letters, 5)


@pytest.mark.usefixtures("short_turns")
def test_the_tick_counts_for_an_import_that_is_continued_after_an_interruption(clock, client, reader):
    done(client, *EVENTS, **SILENTLY)
    run = a_while_ago(ImportRun.objects.get())
    other = signed_in(make_administrator())
    follow(other, other.post(reverse("admin:continue-import"), {"run": run.pk}, follow=True))
    wait(clock, 12)

    assert (subjects(), Talk.objects.public().count()) == ([], 5)


@pytest.mark.usefixtures("short_turns")
def test_an_import_without_a_tick_tells_after_an_interruption(clock, client, reader):
    run = interrupted_import(EVENTS, after=1)
    other = signed_in(make_administrator())
    follow(other, other.post(reverse("admin:continue-import"), {"run": run.pk}, follow=True))
    wait(clock, 12)

    assert (len(subjects()), Talk.objects.public().count()) == (1, 5)


# --- merging people ----------------------------------------------------------------------------------------


@pytest.fixture
def people():
    return make_speaker(name="Ada Lovelace"), make_speaker(name="Ada Lovelce")


def merge_page(people):
    kept, gone = people
    return reverse("admin:seminars_speaker_merge", args=[kept.pk]) + f"?with={gone.pk}"


@pytest.mark.parametrize(("sent", "letters"), [({}, 1), (SILENTLY, 0)])
def test_people_are_merged_with_and_without_an_email(clock, series, reader, people, sent, letters):
    make_talk(series=series, starts_at=NOON, speakers=[people[1]])
    wait(clock, 12)
    subjects()
    client = signed_in(make_administrator())
    page = client.get(merge_page(people))
    assert told(page) == "Up to 1 person gets an email about these changes. Do not email them"
    client.post(merge_page(people), fields_of(page) | sent)
    wait(clock, 12)

    assert (len(subjects()), Speaker.objects.count()) == (letters, 1)


def test_a_merge_says_nothing_where_no_speaker_of_a_coming_talk_changes(series, reader, people):
    kept, gone = people
    make_talk(series=series, starts_at=NOON, speakers=[kept])
    make_talk(series=series, starts_at=NOON - timedelta(days=30), speakers=[gone], room=make_room())
    make_talk(series=series, starts_at=NOON, speakers=[gone], room=make_room(), state=State.DRAFT)
    client = signed_in(make_administrator())

    assert told(client.get(merge_page(people))) == ""

    talk = make_talk(series=series, starts_at=NOON, speakers=[gone], room=make_room())
    assert told(client.get(merge_page(people))).startswith("Up to 1 person")
    gone.name = kept.name
    gone.save()
    assert (told(client.get(merge_page(people))), Talk.objects.get(pk=talk.pk).speakers[0].speaker) == ("", gone)
