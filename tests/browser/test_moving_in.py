"""Move a department in, in a browser: answer questions, import, undo, import again; then follow the old calendar."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from seminars.actions import accounts
from seminars.importing import ImportOptions, apply, continuing, plan_content
from seminars.importing.apply import apply_plan
from seminars.models import Change, Room, State, Talk
from tests.browser.arriving import arrive_at
from tests.browser.axe import violations
from tests.browser.signing_in import sign_in
from tests.factories import make_organiser, make_series, make_speaker
from tests.imports import calendar, event
from tests.web_server import sends, serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BERLIN = ZoneInfo("Europe/Berlin")


def told(uid, day, summary, **lines):
    times = {"DTSTART;TZID=Europe/Berlin": f"203003{day}T160000", "DTEND;TZID=Europe/Berlin": f"203003{day}T170000"}
    return event(UID=f"{uid}@example.edu", SUMMARY=summary, **(times | lines))


TITLES = ("On engines", "On looms", "On gears", "On wheels")
LOOMS = {"URL": "https://old.example.edu/event/looms/", "LOCATION": "Room 12"}
BEFORE = calendar(
    told(1, 11, "On engines"), told(2, 12, "On looms", **LOOMS), told(3, 13, "On gears"), told(4, 14, "On wheels")
)  # fmt: skip
AFTER = calendar(
    told(1, 18, "On engines"), told(2, 12, "On looms", **LOOMS | {"LOCATION": "Room 14"}),
    told(4, 14, "On wheels", STATUS="CANCELLED"),
)  # fmt: skip


@pytest.fixture
def series():
    return make_series(name="Engine Seminar", short_name="ENGINE", slug="engine", default_room=None)


@pytest.fixture
def organiser(desk, series):
    sign_in(desk, accounts.renew_calendar(make_organiser(series)))
    return desk


def upload(desk, content):
    file = {"name": "talks.ics", "mimeType": "text/calendar", "buffer": content}
    desk.locator("#id_file").set_input_files(file)
    desk.get_by_role("button", name="Preview", exact=True).click()


def answer(desk, question, choice):
    desk.get_by_role("group", name=question).get_by_label(choice).check()


def import_it(desk):
    desk.get_by_role("button", name="Import", exact=True).click()


def test_a_calendar_moves_in_after_three_questions_and_can_be_taken_back(organiser, series):
    make_speaker(name="Ada Lovelace", affiliation="London")
    known = make_speaker(name="Ada Lovelace", affiliation="Paris")
    all_day = event("DTSTART", "DTEND", UID="3@example.edu", SUMMARY="Ana Ruiz (Northam): On gears",
                    **{"DTSTART;VALUE=DATE": "20300313"})  # fmt: skip
    content = calendar(told(1, 11, "Bo Reed: On looms"), told(2, 12, "Ada Lovelace (Rome): On engines"), all_day)
    organiser.visit(reverse("admin:import"))

    upload(organiser, content)
    organiser.get_by_role("button", name="Update plan").wait_for()
    found = violations(organiser)
    answer(organiser, "How should “Bo Reed: On looms”", "title: Bo Reed: On looms")
    answer(organiser, "Who is “Ada Lovelace (Rome)”?", "Ada Lovelace (Paris)")
    organiser.get_by_role("group", name="When do").get_by_role("textbox").fill("15:30")
    organiser.get_by_role("button", name="Update plan").click()
    import_it(organiser)
    organiser.get_by_text("Imported: 3 new.").wait_for()
    first = sorted((talk.title, talk.speaker_names, talk.state) for talk in Talk.objects.all())
    organiser.get_by_role("button", name="Undo").first.click()
    organiser.get_by_text("Undone").first.wait_for()
    undone = Talk.objects.count()
    organiser.visit(reverse("admin:import"))
    upload(organiser, content)
    import_it(organiser)
    organiser.get_by_text("Imported: 3 new.").wait_for()

    assert first == [
        ("Bo Reed: On looms", "", State.DRAFT),
        ("On engines", "Ada Lovelace", State.DRAFT),
        ("On gears", "Ana Ruiz", State.DRAFT),
    ]
    assert (undone, Talk.objects.count(), known.talks.count()) == (0, 3, 0)
    assert found == []


def test_an_import_of_public_talks_is_undone_by_keyboard_after_a_question(organiser, series):
    change = apply_plan(plan_content(calendar(told(1, 11, "On engines"), told(2, 12, "On looms")),
                                     ImportOptions(series="engine"), name="talks.ics"))  # fmt: skip
    Change.objects.filter(pk=change.pk).update(by=series.organisers.get())
    organiser.visit(reverse("admin:changes"))

    press(organiser, organiser.get_by_role("button", name="Undo").first)
    organiser.get_by_role("heading", name="Undo the import?").wait_for()
    found = violations(organiser)
    press(organiser, organiser.get_by_role("link", name="Keep the talks"))
    arrive_at(organiser, reverse("admin:changes"))
    kept = set(Talk.objects.values_list("state", flat=True))
    press(organiser, organiser.get_by_role("button", name="Undo").first)
    press(organiser, organiser.get_by_role("button", name="Undo the import"))
    organiser.get_by_text("Undone").first.wait_for()

    assert (kept, set(Talk.objects.values_list("state", flat=True))) == ({State.CONFIRMED}, {State.DRAFT})
    assert (found, organiser.refusals) == ([], [])


def test_a_long_import_goes_on_by_itself_to_the_front_desk(organiser, monkeypatch):
    monkeypatch.setattr(continuing, "SECONDS", 0)
    monkeypatch.setattr(apply, "TURN", 1)
    organiser.visit(reverse("admin:import"))
    upload(organiser, BEFORE)
    organiser.get_by_role("button", name="Import", exact=True).wait_for()

    import_it(organiser)
    organiser.get_by_text("The import is complete: 4 talks.").wait_for()

    assert (Talk.objects.count(), Change.objects.count(), organiser.refusals) == (4, 1, [])


def test_an_old_calendar_is_followed_until_it_is_left(organiser, series, settings, live_server):
    settings.SOURCES_MAY_BE_PRIVATE = True
    answers = [BEFORE, AFTER]
    with serving(lambda handler: sends(answers[0])(handler)) as url:
        follow(organiser, url)
        look(organiser)
        organiser.get_by_role("link", name="4 changes are waiting").click()
        import_it(organiser)
        organiser.get_by_text("Imported: 4 new.").wait_for()
        answers.pop(0)
        organiser.visit(reverse("admin:seminars_source_changelist"))
        look(organiser)
        organiser.visit(reverse("admin:index"))
        organiser.get_by_role("link", name="Engine Seminar: 4 changes").click()
        answer(organiser, "Some talks are on this site but no longer in the file", "cancel")
        organiser.get_by_role("button", name="Update plan").click()
        import_it(organiser)
        organiser.get_by_text("Imported: 4 changed.").wait_for()

    engines, looms, gears, wheels = (Talk.objects.get(title=title) for title in TITLES)
    assert engines.starts_at == datetime(2030, 3, 18, 16, tzinfo=BERLIN)
    assert (looms.room, gears.state, wheels.state) == (Room.objects.get(name="Room 14"), "cancelled", "cancelled")
    organiser.visit("/event/looms/")
    assert organiser.url == live_server.url + looms.get_absolute_url()
    feed = organiser.request.get(f"{live_server.url}/series/engine/calendar.ics").text()
    assert (feed.count("STATUS:CANCELLED"), "20300318T160000" in feed) == (2, True)


def press(desk, thing):
    """Move the focus there with the Tab key, and press Enter."""
    thing.wait_for()
    for _ in range(100):
        desk.keyboard.press("Tab")
        if thing.evaluate("element => element === document.activeElement"):
            desk.keyboard.press("Enter")
            return
    raise AssertionError(f"the Tab key does not reach {thing}")


def look(desk):
    desk.get_by_role("checkbox").nth(1).check()
    desk.locator("select[name=action]").select_option("look")
    desk.get_by_role("button", name="Go").click()
    desk.get_by_text("Changes wait on the desk").first.wait_for()


def follow(desk, url):
    desk.visit(reverse("admin:seminars_source_add"))
    desk.get_by_label("Series:").select_option("Engine Seminar")
    desk.get_by_label("Address:").fill(url)
    desk.get_by_label("New talks as drafts").uncheck()
    desk.get_by_role("button", name="Save", exact=True).click()
