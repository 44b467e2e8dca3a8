"""Paste, preview, merge and import in a real browser: no script or style is refused, and axe finds nothing."""

from datetime import time

import pytest
from django.urls import reverse

from seminars.models import Speaker, Talk
from tests.browser.arriving import arrive_at
from tests.browser.axe import violations
from tests.browser.signing_in import sign_in
from tests.factories import make_draft, make_organiser, make_series
from tests.imports import ENGINES, SEEDS, with_the_real_files

pytestmark = pytest.mark.django_db(transaction=True)

MAIL = (
    "Dear Grace,\n\nTitle: On engines\nSpeaker: Ada Lovelace (London)\nWhen: noon\nAbstract: With $x^2$.\n\nBio: Born."
)


# Django's pages hide overflow, so the width of the page alone proves nothing.
CUT_OFF = """width => [...document.querySelectorAll("form :is(input, select, textarea, button)")]
    .filter(field => field.getBoundingClientRect().right > width && !field.closest(".selector, table"))
    .map(field => field.name || field.id)"""


def is_open_to_all(page, width):
    assert page.refusals == [], page.url
    found = violations(page)
    page.refusals.clear()  # axe's own styles
    assert found == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    assert page.evaluate(CUT_OFF, width) == [], page.url


def test_a_pasted_mail_fills_the_form_and_is_saved(desk):
    series = make_series(default_weekday=2, default_start=time(12))
    sign_in(desk, make_organiser(series))
    desk.visit("/admin/")
    desk.get_by_role("link", name="Paste a talk", exact=True).first.click()
    desk.get_by_label("The speaker’s email or text").fill(MAIL)
    desk.get_by_role("button", name="Fill in the form").click()
    desk.locator(".previewed-text math").first.wait_for()

    assert "When: noon" in desk.get_by_role("region", name="Text that fits no field").inner_text()
    is_open_to_all(desk, 1280)
    desk.get_by_role("button", name="Save", exact=True).click()
    arrive_at(desk, reverse("admin:seminars_talk_changelist"))
    assert (Talk.objects.get().headline, Talk.objects.get().speaker_names) == ("On engines", "Ada Lovelace")
    assert Speaker.objects.get().biography == "Born."
    assert desk.refusals == []


def test_an_abstract_is_typeset_as_it_is_typed(desk):
    draft = make_draft()
    sign_in(desk, make_organiser(draft.series))
    desk.visit(reverse("admin:seminars_talk_change", args=[draft.pk]))

    desk.get_by_label("Abstract").press_sequentially("On $x^2$ and <b>bold</b>")
    desk.locator(".previewed-text math").first.wait_for()

    assert "<b>bold</b>" in desk.get_by_role("region", name="Preview").first.inner_text()
    assert desk.refusals == []


def test_without_javascript_a_button_previews_the_abstract(browser, live_server):
    draft = make_draft(abstract="On $x^2$.")
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/sign-in/?next=/admin/seminars/talk/{draft.pk}/change/")
    page.get_by_label("Username").fill(make_organiser(draft.series).username)
    page.get_by_label("Password").fill("open sesame 7")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    with page.expect_popup() as shown:
        page.get_by_role("button", name="Preview the abstract").click()

    assert shown.value.locator(".previewed-text math").count() == 1
    page.context.close()


def test_a_calendar_is_uploaded_previewed_and_imported(desk):
    sign_in(desk, make_organiser(make_series()))
    desk.visit("/admin/")
    desk.get_by_role("link", name="Import talks").first.click()
    desk.get_by_label("File").set_input_files(ENGINES)
    desk.get_by_role("button", name="Preview").click()
    desk.get_by_role("heading", name="Preview of the import").wait_for()

    is_open_to_all(desk, 1280)
    assert not Talk.objects.exists()
    desk.get_by_role("button", name="Import", exact=True).click()
    desk.get_by_text("Imported: 2 new.").wait_for()
    assert (Talk.objects.count(), desk.refusals) == (2, [])


@with_the_real_files
def test_the_page_of_a_real_talk_fills_the_form(desk):
    draft = make_draft(title="")
    sign_in(desk, make_organiser(draft.series))
    desk.visit(reverse("admin:paste") + f"?talk={draft.pk}")
    desk.get_by_label("The speaker’s email or text").fill((SEEDS / "talk-page.txt").read_text())
    desk.get_by_role("button", name="Fill in the form").click()
    desk.get_by_role("button", name="Save", exact=True).click()
    arrive_at(desk, reverse("admin:seminars_talk_changelist"))

    draft.refresh_from_db()
    assert draft.title.startswith("The coverage principle")
    assert draft.speaker_names == "Akshay Krishnamurthy"
    assert desk.refusals == []
