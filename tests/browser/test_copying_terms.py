"""Copy a term, and plan one twice: by keyboard and by touch; pages, feed and history after each, and undone."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from seminars.models import Break, Department, Talk
from seminars.models.terms import Term
from seminars.times import at, local, today
from tests.browser.arriving import visits
from tests.browser.axe import violations_in_both_themes
from tests.browser.signing_in import sign_in
from tests.factories import make_draft, make_organiser, make_room, make_series, make_talk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def series():
    usual = {"default_weekday": 2, "default_start": time(12), "default_room": make_room(name="Room 414")}
    return make_series(short_name="ASSET", **usual)


def next_term():
    return Term.of(today(), Department.objects.current().year_begins_in).after


def wednesdays(term, number):
    """The first Wednesdays of a term after its first fortnight."""
    first = term.first_on + timedelta(days=14)
    first += timedelta(days=(2 - first.weekday()) % 7)
    return [first + timedelta(weeks=week) for week in range(number)]


def in_both_themes(person):
    found = violations_in_both_themes(person)
    person.refusals.clear()  # axe's own: it tries out styles
    return found


def entries_in_feed(person, series):
    address = person.url.split("/admin/")[0] + f"/series/{series.slug}/calendar.ics"
    return person.request.get(address).text().count("BEGIN:VEVENT")


def undo(person):
    person.press(person.get_by_role("button", name="Undo").first)
    person.get_by_text("Undone: ").first.wait_for()


def with_a_term_to_copy(series, new):
    """Four talks a year before, a break on the second of the new days, and a talk of others on the third."""
    room, old = series.default_room, new.before.before
    days = wednesdays(old, 4)
    for number, day in enumerate(days):
        make_talk(series=series, room=room, title=f"Old {number}", speakers=["Ada"], starts_at=at(day, time(12)))
    weeks = round((new.first_on - old.first_on) / timedelta(weeks=1))
    moved = [day + timedelta(weeks=weeks) for day in days]
    Break.objects.create(first_on=moved[1], last_on=moved[1], reason="Fall break")
    make_talk(room=room, title="Another series", starts_at=at(moved[2], time(12)))
    return moved


def preview_of_a_copy(person, series, new):
    person.visit(reverse("admin:plan") + f"?series={series.pk}")
    person.press(person.get_by_role("link", name="Copy the dates of a previous term instead"))
    person.get_by_label("Copy the dates of").select_option(value=new.before.before.slug)
    person.get_by_label("To the term").select_option(value=new.slug)
    person.press(person.get_by_role("button", name="Preview"))
    person.get_by_text("Fall break").wait_for()


def test_a_term_is_copied_and_undone(person, series):
    new, free = next_term(), make_room(name="Aula")
    first, _break, third, _unticked = with_a_term_to_copy(series, new)
    sign_in(person, make_organiser(series))

    preview_of_a_copy(person, series, new)
    found, wide = in_both_themes(person), person.evaluate("document.documentElement.scrollWidth > innerWidth")
    ticked = [box.is_checked() for box in person.locator("[name=slot]").all()]
    person.get_by_label("Another room:").select_option(value=f"{free.pk}")
    person.press(person.locator("[name=slot]").last)
    person.press(person.get_by_role("button", name="Preview again"))
    person.press(person.get_by_role("button", name="Create drafts"))
    person.get_by_text("2 drafts were added to ").wait_for()

    drafts = Talk.objects.drafts().soonest_first()
    assert (ticked, found, wide) == ([True, False, True], [], False)
    assert [(local(talk.starts_at).date(), talk.room, talk.title) for talk in drafts] == [
        (first, series.default_room, ""),
        (third, free, ""),
    ]
    assert entries_in_feed(person, series) == 4
    person.visit(reverse("admin:seminars_talk_history", args=[drafts[0].pk]))
    person.get_by_text("Term copied: ").first.wait_for()
    person.visit(reverse("admin:changes"))
    undo(person)
    assert Talk.objects.drafts().count() == 0
    assert person.refusals == []


def test_a_term_that_is_planned_twice_has_each_talk_once(person, series):
    sign_in(person, make_organiser(series))
    person.visit(reverse("admin:plan") + f"?series={series.pk}")
    begins = person.get_by_role("textbox", name="First day").input_value()

    person.press(person.get_by_role("button", name="Preview"))
    person.press(person.get_by_role("button", name="Create drafts"))
    person.get_by_text("14 drafts were added to ASSET.").wait_for()
    moved = Talk.objects.soonest_first()[1]
    moved.starts_at, moved.ends_at = moved.starts_at + timedelta(hours=3), moved.ends_at + timedelta(hours=3)
    moved.save()
    person.visit(reverse("admin:plan") + f"?series={series.pk}")
    person.get_by_role("textbox", name="First day").fill(begins)
    last_on = Talk.objects.soonest_first().last().starts_at + timedelta(weeks=1)
    person.get_by_role("textbox", name="Last day").fill(f"{local(last_on):%Y-%m-%d}")
    person.press(person.get_by_role("button", name="Preview"))
    person.get_by_role("heading", name="15 dates").wait_for()
    ticked = [box.is_checked() for box in person.locator("[name=slot]").all()]
    found, wide = in_both_themes(person), person.evaluate("document.documentElement.scrollWidth > innerWidth")
    links = person.locator(".plan-dates td a").count()
    person.press(person.get_by_role("button", name="Create drafts"))
    person.get_by_text("1 draft was added to ASSET.").wait_for()

    assert (ticked, links, found, wide) == ([False, True], 14, [], False)
    assert (Talk.objects.count(), entries_in_feed(person, series)) == (15, 0)
    undo(person)
    assert Talk.objects.count() == 14
    assert person.refusals == []


def test_no_form_tells_how_far_the_clock_of_the_server_is(series, browser, live_server):
    talk = make_draft(series=series)
    context = browser.new_context(timezone_id="Asia/Tokyo", locale="en-US")
    page = context.new_page()
    visits(page, live_server.url)
    sign_in(page, make_organiser(series))
    for row in (talk, series):
        page.visit(reverse(f"admin:seminars_{row._meta.model_name}_change", args=[row.pk]))
        assert "server time" not in page.locator("body").inner_text()
        expect(page.locator(".timezonewarning")).to_have_count(0)
    context.close()
