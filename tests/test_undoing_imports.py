"""The undo of an import: all that it wrote goes, what was edited since stays, and an interrupted one can go on."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from seminars.actions import shared_rows, talk_changes, undoing_imports
from seminars.actions.undoing_imports import undo_import
from seminars.models import (
    Break,
    Change,
    FormerAddress,
    ImportedTalk,
    ImportRun,
    Room,
    Series,
    Speaker,
    State,
    Talk,
    Topic,
)
from tests.admin_forms import messages_of, signed_in
from tests.changes import last_change, offered, undo
from tests.factories import make_organiser, make_series
from tests.import_plans import (
    StoppedError,
    a_while_ago,
    continued,
    imported,
    interrupted_import,
    next_part,
    talk_on,
)
from tests.imports import calendar, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def series():
    return make_series(slug="engine", short_name="ENGINE", name="Engines", contact_name="", contact_email="")


NO_TALK = talk_on(20, SUMMARY="No seminar (spring break)")
RICH = {
    "CATEGORIES": "Looms",
    "URL": "https://old.example.edu/talks/1",
    "ORGANIZER;CN=Ada Lovelace": "mailto:ada@example.edu",
    "SUMMARY": "Mary Somerville (Oxford): On tides",
}


def everything():
    """All rows that imports write, by what people see of them."""
    talks = Talk.objects.for_pages().order_by("starts_at")
    said = [
        (talk.uid, talk.title, talk.state, talk.starts_at, str(talk.room), str(talk.speakers), str(talk.topics.all()))
        for talk in talks
    ]
    names = [sorted(map(str, model.objects.all())) for model in (Room, Speaker, Topic, Break, FormerAddress)]
    return said, names, list(Series.objects.values_list("name", "contact_name", "contact_email"))


@pytest.fixture
def short_turns(monkeypatch):
    from seminars.actions import undoing_imports
    from seminars.importing import apply

    monkeypatch.setattr(apply, "TURN", 2)
    monkeypatch.setattr(apply, "PAUSE", 0)
    for name, value in {"MANY": 2, "FEW": 2, "PAUSE": 0}.items():
        monkeypatch.setattr(undoing_imports, name, value)


# --- the whole of it goes ---


def test_an_undo_takes_back_all_that_an_import_of_drafts_wrote():
    before = everything()
    change = imported(talk_on(1, **RICH), talk_on(2), NO_TALK, draft=True)
    there = everything()

    undo_import(change, by=None)

    assert (there != before, everything(), ImportedTalk.objects.count()) == (True, before, 0)


def test_an_import_after_an_undo_gives_equal_rows():
    events = [talk_on(1, **RICH), talk_on(2), NO_TALK]
    for options in ({"draft": True}, {}):
        change = imported(*events, **options)
        there = everything()
        undo_import(change, by=None)

        imported(*events, **options)
        again = everything()
        undo_import(last_change(), by=None)

        assert again == there


@pytest.mark.parametrize(("draft", "lines"), [(False, RICH), (True, {"CATEGORIES": "Looms"})], ids=["public", "drafts"])
def test_an_undo_that_is_undone_brings_everything_back(draft, lines):
    change = imported(talk_on(1, **lines), talk_on(2), NO_TALK, draft=draft)
    there = everything()

    undone = undo_import(change, by=None)
    undo_import(undone.change, by=None)

    assert everything() == there


def test_an_import_of_a_break_alone_is_undone():
    change = imported(NO_TALK)
    there = Break.objects.count()

    undo_import(change, by=None)

    assert (there, Break.objects.count()) == (1, 0)


def test_a_series_that_an_import_made_goes_with_it():
    change = imported(talk_on(1), series="looms", draft=True)
    there = Series.objects.count()

    undo_import(change, by=None)

    assert (there, Series.objects.count()) == (2, 1)


def test_changed_talks_get_their_earlier_values_in_short_turns(short_turns):
    imported(*(talk_on(day) for day in range(1, 6)))
    before = everything()
    change = imported(*(talk_on(day, SUMMARY=f"On loom {day}") for day in range(1, 6)))

    undone = undo_import(change, by=None)

    assert everything() == before
    assert (Change.objects.count(), undone.kept) == (3, [])


def test_an_undo_that_is_undone_brings_former_addresses_of_drafts_back(short_turns):
    change = imported(talk_on(1, **RICH), talk_on(2), draft=True)
    there = dict(FormerAddress.objects.values_list("path", "talk__uid"))

    undone = undo_import(change, by=None)
    gone = FormerAddress.objects.count()
    undo_import(undone.change, by=None)

    assert there == {"/talks/1": "1@example.edu"}
    assert (gone, dict(FormerAddress.objects.values_list("path", "talk__uid"))) == (0, there)


# --- public talks ---


def test_public_talks_leave_calendars_and_keep_their_place_in_the_order_of_versions(client):
    change = imported(talk_on(1))
    first = Talk.objects.get()
    shown = client.get(reverse("feed", args=["calendar.ics"])).content.decode()

    undo_import(change, by=None)
    hidden = client.get(reverse("feed", args=["calendar.ics"])).content.decode()
    withdrawn = Talk.objects.get()
    imported(talk_on(1))
    again = Talk.objects.get()

    assert [first.uid in text for text in (shown, hidden)] == [True, False]
    assert (withdrawn.pk, withdrawn.state) == (first.pk, State.DRAFT)
    assert (again.pk, again.state, again.sequence > first.sequence) == (first.pk, State.CONFIRMED, True)


def test_a_withdrawn_talk_that_somebody_edited_does_not_become_public_by_an_import():
    undo_import(imported(talk_on(1)), by=None)
    talk = Talk.objects.get()
    talk.title = "Ours"
    talk_changes.save(talk)

    imported(talk_on(1))

    talk.refresh_from_db()
    assert (talk.title, talk.state) == ("Ours", State.DRAFT)


def test_an_import_of_drafts_after_the_undo_of_public_talks_leaves_drafts():
    undo_import(imported(talk_on(1)), by=None)

    imported(talk_on(1), draft=True)

    assert Talk.objects.get().state == State.DRAFT


def test_the_desk_asks_before_public_talks_go(organiser_client):
    change = imported(talk_on(1), talk_on(2))
    Change.objects.filter(pk=change.pk).update(by=organiser_client.session["_auth_user_id"])

    asked = undo(organiser_client, change)
    states = set(Talk.objects.values_list("state", flat=True))
    undo(organiser_client, change, confirmed="Undo the import")

    assert (asked.status_code, states) == (200, {State.CONFIRMED})
    assert "2 talks that this import added are public." in asked.content.decode()
    assert set(Talk.objects.values_list("state", flat=True)) == {State.DRAFT}


# --- what was edited since stays ---


def test_what_was_edited_since_stays_and_is_named(organiser_client):
    change = imported(talk_on(1), talk_on(2), NO_TALK, draft=True)
    talk = Talk.objects.get(uid="1@example.edu")
    talk.title = "Ours"
    talk_changes.save(talk)
    Break.objects.update(reason="Easter")

    undo(organiser_client, change)

    assert [talk.title for talk in Talk.objects.all()] == ["Ours"]
    assert [room.name for room in Room.objects.all()] == ["Room 1"]
    assert "2 were edited after the import and were kept: Ours; Easter" in messages_of(organiser_client)


def test_a_contact_that_was_corrected_since_stays(series):
    change = imported(talk_on(1, **RICH), draft=True)
    series.refresh_from_db()
    series.contact_name = "Grace Hopper"
    shared_rows.save(series)

    undone = undo_import(change, by=None)

    series.refresh_from_db()
    assert (series.contact_name, series.contact_email, undone.kept) == ("Grace Hopper", "ada@example.edu", ["Engines"])


def test_a_talk_that_was_edited_between_two_turns_stays(short_turns):
    imported(talk_on(1), talk_on(2), talk_on(3))
    news = [talk_on(day, SUMMARY=f"On loom {day}") for day in (1, 2, 3)]
    run = interrupted_import(news, after=1)
    last = Talk.objects.get(title="On engine 3")
    last.abstract = "Ours"
    talk_changes.save(last)
    continued(run)

    undo_import(run.change, by=None)

    titles = list(Talk.objects.order_by("starts_at").values_list("title", "abstract"))
    assert titles == [("On engine 1", ""), ("On engine 2", ""), ("On loom 3", "Ours")]


def test_the_front_desk_offers_to_undo_an_import_of_public_talks(organiser_client):
    change = imported(talk_on(1))

    assert change.pk in offered(organiser_client.get(reverse("admin:changes")).text)


def test_an_import_is_undone_once():
    change = imported(talk_on(1), draft=True)
    undo_import(change, by=None)

    with pytest.raises(ValidationError, match="has already undone this"):
        undo_import(change, by=None)


def test_of_two_who_undo_an_import_at_the_same_moment_the_second_changes_nothing():
    change = imported(talk_on(1), draft=True)
    first, second = (undoing_imports._Undo(change, None, even_public=False) for _person in range(2))
    list(first.turns())

    with pytest.raises(ValidationError, match="has already undone this"):
        list(second.turns())

    assert (Talk.objects.count(), Change.objects.count()) == (0, 2)


# --- interrupted ---


def test_an_interrupted_import_is_continued_as_one_change(short_turns):
    events = [*(talk_on(day) for day in range(1, 6)), NO_TALK]
    whole = imported(*events, draft=True)
    there = everything()
    undo_import(whole, by=None)
    run = interrupted_import(events, after=1, draft=True)
    half = Talk.objects.count(), run.done, run.total

    left_out = continued(run)
    run.refresh_from_db()
    after = everything()
    undo_import(run.change, by=None)

    assert (half, left_out, after == there) == ((2, 2, 5), [], True)
    assert (run.is_finished, run.done, run.content) == (True, 5, b"")
    assert Talk.objects.count() == 0


def test_an_interrupted_import_is_undone(short_turns):
    before = everything()
    run = interrupted_import([talk_on(1, **RICH), talk_on(2), talk_on(3), NO_TALK], after=1, draft=True)

    undo_import(run.change, by=None)

    assert (everything(), ImportRun.objects.stalled().count()) == (before, 0)


def test_an_interrupted_undo_goes_on(short_turns, monkeypatch):
    before = everything()
    change = imported(*(talk_on(day) for day in range(1, 6)), draft=True)
    note_turn = ImportRun.note_turn

    def stop(run, *args):
        if run.done == 2:
            raise StoppedError
        note_turn(run, *args)

    with monkeypatch.context() as patched:
        patched.setattr(ImportRun, "note_turn", stop)
        with pytest.raises(StoppedError):
            undo_import(change, by=None)
    half = Talk.objects.count()
    for run in ImportRun.objects.all():
        a_while_ago(run)
    is_offered = ImportRun.objects.stalled().count()

    undo_import(change, by=None)

    assert (half, is_offered, everything()) == (3, 1, before)
    assert Change.objects.count() == 2


def test_an_import_that_is_running_is_not_undone(short_turns):
    run = interrupted_import([talk_on(1), talk_on(2), talk_on(3)], after=1)
    ImportRun.objects.update(held_until=timezone.now() + timedelta(minutes=1))

    with pytest.raises(ValidationError, match="still running"):
        undo_import(run.change, by=None)


def test_the_desk_shows_an_unfinished_import_and_continues_it(organiser_client, short_turns):
    run = interrupted_import([talk_on(1), talk_on(2), talk_on(3)], after=1, draft=True)
    page = organiser_client.get(reverse("admin:index")).content.decode()

    response = organiser_client.post(reverse("admin:continue-import"), {"run": run.pk}, follow=True)
    organiser_client.get(next_part(response))
    after = organiser_client.get(reverse("admin:index")).content.decode()

    assert "stopped after 2 of 3 talks" in page
    assert (response.status_code, Talk.objects.count()) == (200, 3)
    assert "Unfinished imports" not in after


def test_nobody_else_continues_an_import(short_turns):
    run = interrupted_import([talk_on(1), talk_on(2), talk_on(3)], after=1, draft=True)
    other = signed_in(make_organiser(make_series(slug="other")))

    response = other.post(reverse("admin:continue-import"), {"run": run.pk})

    assert (response.status_code, Talk.objects.count()) == (404, 2)


# --- progress ---


class Terminal(StringIO):
    def isatty(self):
        return True


def test_the_command_shows_its_progress_on_a_terminal_alone(short_turns, tmp_path):
    said = []
    for number, (stream, verbosity) in enumerate([(Terminal(), 1), (StringIO(), 1), (Terminal(), 0)]):
        content = calendar(*(talk_on(3 * number + day) for day in (1, 2, 3)))
        path = written(tmp_path, content)
        call_command("import_talks", path, series="engine", stdout=StringIO(), stderr=stream, verbosity=verbosity)
        said.append(stream.getvalue())

    assert said == ["\r0 of 3 rows planned\r3 of 3 rows planned\n\r2 of 3 talks\r3 of 3 talks\n", "", ""]
