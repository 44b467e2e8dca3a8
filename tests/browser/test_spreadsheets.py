"""Import a spreadsheet in a browser: say what its columns mean by keyboard, look at the plan, save."""

import pytest
from django.urls import reverse

from seminars.actions import accounts
from seminars.models import Talk
from tests.browser.axe import violations
from tests.browser.signing_in import sign_in
from tests.factories import make_organiser, make_series, make_talk
from tests.spreadsheets import edit, workbook_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS = [["Slot", "Mensch", "Sache", "Tee"], ["05/11/2026 15:30", "Ada Lovelace", "On engines", "yes"]]


def upload(desk, content):
    file = {"name": "talks.xlsx", "mimeType": XLSX, "buffer": content}
    desk.locator("#id_file").set_input_files(file)
    desk.get_by_role("button", name="Preview", exact=True).click()


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1280, "dark")])
def test_an_organiser_says_what_the_columns_mean_and_imports_the_talks(desk, width, theme):
    series = make_series(short_name="ASSET")
    desk.set_viewport_size({"width": width, "height": 900})
    desk.emulate_media(color_scheme=theme)
    sign_in(desk, accounts.renew_calendar(make_organiser(series)))
    desk.visit(reverse("admin:import"))

    upload(desk, workbook_of(("Talks", ROWS)))
    desk.get_by_label("Slot").select_option("Date, day before month (05/11 is 5 November)")
    desk.get_by_label("Mensch").select_option("Speakers")
    desk.get_by_label("Sache").select_option("Title")
    refusals = list(desk.refusals)  # before Axe, which breaks the policy itself
    found = violations(desk)
    scrolls = desk.evaluate("document.documentElement.scrollWidth")
    desk.get_by_role("button", name="Preview", exact=True).click()
    desk.get_by_role("button", name="Import", exact=True).click()
    desk.get_by_text("Imported: 1 new.").wait_for()

    talk = Talk.objects.get()
    assert (talk.title, talk.speaker_names, talk.starts_at.day) == ("On engines", "Ada Lovelace", 5)
    assert found == []
    assert (scrolls <= width, refusals) == (True, [])


def test_an_organiser_exports_talks_edits_a_cell_and_imports_the_file(desk):
    series = make_series(short_name="ASSET")
    talk = make_talk(series=series, title="On engines")
    sign_in(desk, accounts.renew_calendar(make_organiser(series)))
    desk.visit(reverse("admin:seminars_talk_changelist"))

    with desk.expect_download() as download:
        desk.get_by_role("link", name="Export these talks (Excel)").click()
    content = (download.value.path()).read_bytes()
    desk.visit(reverse("admin:import"))
    upload(desk, edit(content, Title="On looms"))
    desk.locator(".planned").get_by_text("On looms", exact=True).wait_for()
    desk.get_by_role("button", name="Import", exact=True).click()
    desk.get_by_text("Imported: 1 changed.").wait_for()

    talk.refresh_from_db()
    assert talk.title == "On looms"
