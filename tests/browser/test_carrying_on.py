"""Change a series and carry it on, and announce drafts with one public talk among them: by keyboard and by touch."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from seminars.models import State, Talk
from tests.browser.arriving import arrive_at
from tests.browser.axe import violations, violations_in_both_themes
from tests.browser.signing_in import sign_in
from tests.factories import make_draft, make_organiser, make_room, make_series, make_talk

pytestmark = pytest.mark.django_db(transaction=True)

OLD, NEW = "12–1 pm", "12:15–1:15 pm"


def noon(weeks):
    today = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    return today + timedelta(weeks=weeks)


@pytest.fixture
def series():
    return make_series(short_name="ASSET", default_start=time(12), default_room=make_room(name="Room 414"))


def undo(person):
    person.press(person.get_by_role("button", name="Undo").first)
    person.get_by_text("Undone: ").first.wait_for()


def hours_on(person, talk):
    person.visit(talk.get_absolute_url())
    return [shown for shown in (NEW, OLD) if shown in person.get_by_role("main").inner_text()]


def starts_in_feed(person, series):
    feed = person.request.get(person.url.split("/talks/")[0] + f"/series/{series.slug}/calendar.ics").text()
    return sorted(line.rpartition("T")[2].strip() for line in feed.splitlines() if line.startswith("DTSTART;"))[-2:]


def test_a_new_hour_of_a_series_is_carried_on_to_its_talks_and_undone(person, series):
    talk, other = make_talk(series=series, starts_at=noon(2)), make_talk(series=series, starts_at=noon(3))
    own = make_talk(series=series, starts_at=noon(4) + timedelta(hours=4), title="Special hour")
    sign_in(person, make_organiser(series))
    person.visit(reverse("admin:seminars_series_change", args=[series.pk]))

    person.locator("#id_default_start").fill("12:15")
    person.press(person.get_by_role("button", name="Save", exact=True))
    person.get_by_role("heading", name="Apply to 3 upcoming talks?").wait_for()
    ticked = [box.is_checked() for box in person.locator("[name=talk]").all()]
    found = violations_in_both_themes(person)
    wide = person.evaluate("document.documentElement.scrollWidth > innerWidth")
    before = hours_on(person, talk)
    person.go_back()
    person.press(person.get_by_role("button", name="Apply to the ticked talks"))
    person.get_by_text("2 talks were changed.").wait_for()

    assert (ticked, found, wide, before) == ([True, True, False], [], False, [OLD])
    assert [hours_on(person, one) for one in (talk, other)] == [[NEW], [NEW]]
    assert "previously" not in person.get_by_role("main").inner_text().lower()
    assert starts_in_feed(person, series) == ["121500", "160000"]
    assert Talk.objects.get(pk=own.pk).starts_at == own.starts_at
    person.visit(reverse("admin:seminars_talk_history", args=[talk.pk]))
    person.get_by_text("Usual values of ASSET applied to upcoming talks: Start").first.wait_for()
    undo(person)
    assert [hours_on(person, one) for one in (talk, other)] == [[OLD], [OLD]]
    assert starts_in_feed(person, series) == ["120000", "160000"]
    assert person.refusals == []


def test_drafts_are_announced_together_with_one_that_is_public_and_undone(person, series, client):
    drafts = [make_draft(series=series, title=f"Draft {n}", starts_at=noon(n)) for n in (2, 3)]
    public = make_talk(series=series, title="On engines", starts_at=noon(4))
    sign_in(person, make_organiser(series))
    person.visit(reverse("admin:seminars_talk_changelist"))

    for talk in (*drafts, public):
        person.press(person.locator(f"[name=_selected_action][value='{talk.pk}']"))
    person.get_by_label("Action:").select_option(label="Announce")
    person.press(person.get_by_role("button", name="Go"))
    person.get_by_text("Not changed: Only a draft can be announced. This talk is already public.").wait_for()
    found = violations(person)
    person.press(person.get_by_role("button", name="Announce"))
    person.get_by_text("Done for 2 talks.").wait_for()

    person.get_by_text("Not changed: On engines").wait_for()
    assert found == []
    assert [client.get(talk.get_absolute_url()).status_code for talk in drafts] == [200, 200]
    feed = client.get(f"/series/{series.slug}/calendar.ics").content.decode()
    assert [title in feed for title in ("Draft 2", "Draft 3", "On engines")] == [True, True, True]
    person.visit(reverse("admin:seminars_talk_history", args=[drafts[0].pk]))
    person.get_by_role("heading", name="Announced").wait_for()
    undo(person)
    assert [client.get(talk.get_absolute_url()).status_code for talk in drafts] == [404, 404]
    assert Talk.objects.get(pk=public.pk).state == State.CONFIRMED


def test_a_selection_of_talks_gets_a_room_and_a_typed_value_ticks_its_box(person, series):
    talks = [make_talk(series=series, starts_at=noon(n)) for n in (2, 3)]
    room = make_room(name="Aula", building="")
    sign_in(person, make_organiser(series))
    person.visit(reverse("admin:change-talks") + "?" + "&".join(f"talk={talk.pk}" for talk in talks))

    person.get_by_label("Room", exact=True).select_option(label="Aula")
    found = violations_in_both_themes(person)
    ticked = person.get_by_label("Change: Room").is_checked()
    person.press(person.get_by_role("button", name="Preview"))
    person.press(person.get_by_role("button", name="Apply to the ticked talks"))
    person.get_by_text("2 talks were changed.").wait_for()

    assert (ticked, found) == (True, [])
    assert {talk.room for talk in Talk.objects.all()} == {room}
    assert person.refusals == []


def test_back_and_save_again_makes_no_second_talk(person, series):
    sign_in(person, make_organiser(series))
    person.visit(reverse("admin:seminars_talk_add") + f"?series={series.pk}")

    person.locator("#id_title").fill("On engines")
    person.locator("#id_starts_at_0").fill(f"{noon(2):%Y-%m-%d}")
    person.locator("#id_starts_at_1").fill("12:00")
    person.locator("#id_ends_at_1").fill("13:00")
    person.press(person.get_by_role("button", name="Save", exact=True))
    arrive_at(person, reverse("admin:seminars_talk_changelist"))
    person.go_back()
    person.locator("#id_title").fill("On engines")
    person.locator("#id_starts_at_0").fill(f"{noon(2):%Y-%m-%d}")
    person.locator("#id_starts_at_1").fill("12:00")
    person.locator("#id_ends_at_1").fill("13:00")
    person.press(person.get_by_role("button", name="Save", exact=True))
    person.get_by_text("This talk has already been saved. Open it to change it:").first.wait_for()

    assert Talk.objects.count() == 1
