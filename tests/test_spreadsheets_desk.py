"""Import a spreadsheet on the desk: say what its columns mean, look at the plan, save."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from seminars.forms import importing as import_form
from seminars.models import Talk
from tests.admin_forms import errors_in, fields_of, form_of, signed_in
from tests.factories import in_new_york, make_organiser, make_series, make_talk
from tests.spreadsheets import csv_of, edit, workbook_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2026, 10, 1, 9)
IMPORT = reverse("admin:import")
ROWS = [["Slot", "Mensch", "Sache", "Tee"], ["05/11/2026 15:30", "Ada Lovelace", "On engines", "yes"]]


@pytest.fixture
def series():
    return make_series(slug="asset", short_name="ASSET")


@pytest.fixture
def desk(series):
    return signed_in(make_organiser(series))


def uploaded(client, content, name="talks.xlsx"):
    form = form_of(client, IMPORT)
    return client.post(IMPORT, form | {"file": SimpleUploadedFile(name, content), "_preview": "Preview"})


def sent_again(client, seen, *, button="_preview", **changes):
    return client.post(IMPORT, fields_of(seen) | changes | {button: "Send"})


def test_the_page_asks_what_the_columns_mean_shows_their_values_and_keeps_the_file(desk):
    seen = uploaded(desk, workbook_of(("Talks", ROWS)))

    fields = fields_of(seen)
    assert errors_in(seen) == [
        "We could not tell which column of this spreadsheet has the date. Choose it, or call it “Date”."
    ]
    assert [fields[f"column-{at}"] for at in range(4)] == ["", "", "", ""]
    assert '<td><span dir="auto">05/11/2026 15:30</span></td>' in seen.text
    assert fields["text"].splitlines() == [",".join(row) for row in ROWS]


def test_what_was_said_of_the_columns_makes_the_plan_and_the_talks(desk):
    seen = uploaded(desk, workbook_of(("Talks", ROWS)))

    plan = sent_again(
        desk, seen, **{"column-0": "date-day-first", "column-1": "speakers", "column-2": "title", "column-3": ""}
    )
    sent_again(desk, plan, button="_save")

    talk = Talk.objects.get()
    assert (talk.title, talk.speaker_names, talk.starts_at.date()) == (
        "On engines",
        "Ada Lovelace",
        in_new_york(2026, 11, 5).date(),
    )


def test_two_columns_cannot_have_one_meaning_and_one_has_to_be_the_date(desk):
    seen = uploaded(desk, workbook_of(("Talks", ROWS)))

    twice = sent_again(desk, seen, **{"column-0": "when", "column-1": "title", "column-2": "title"})
    never = sent_again(desk, twice, **{"column-0": "", "column-1": "", "column-2": "title"})

    assert errors_in(twice)[-1] == "“Mensch” has the same meaning. Leave one of the two out."
    assert "Choose the column that has the date." in errors_in(never)
    assert fields_of(never)["column-2"] == "title"
    assert Talk.objects.count() == 0


def test_answers_about_another_file_do_not_count(desk):
    seen = uploaded(desk, workbook_of(("Talks", ROWS)))
    other = csv_of([["Date", "Start", "Title"], ["2026-11-05", "15:30", "On looms"]]).decode()

    plan = sent_again(desk, seen, text=other, **{"column-0": "title"})

    assert [fields_of(plan)[f"column-{at}"] for at in range(3)] == ["date", "start", "title"]
    assert "On looms" in plan.text


def test_an_exported_file_is_imported_without_a_question(desk, series):
    talk = make_talk(series=series, title="On engines", starts_at=in_new_york(2026, 11, 5, 15, 30))
    export = desk.get(reverse("admin:seminars_talk_export", args=["xlsx"]) + "?when=all")
    content = edit(b"".join(export.streaming_content), Title="On looms", Abstract="one\n\ntwo\n- three")

    plan = uploaded(desk, content)
    sent_again(desk, plan, button="_save")

    talk.refresh_from_db()
    assert "column-0" not in fields_of(plan)
    assert (talk.title, talk.abstract, Talk.objects.count()) == ("On looms", "one\n\ntwo\n- three", 1)


def test_pasted_cells_are_a_spreadsheet(desk):
    form = form_of(desk, IMPORT) | {
        "text": "\tDate\tTime\tTitle\r\n\t2026-11-05\t15:30\tOn engines\r\n",
        "_preview": "Preview",
    }

    plan = desk.post(IMPORT, form)

    assert "On engines (Thursday, 5 November, 3:30 pm)" in plan.text


def test_the_plan_says_which_sheet_was_read(desk):
    talks = [["Date", "Start", "Title"], ["2026-11-05", "15:30", "On engines"]]

    plan = uploaded(desk, workbook_of(("Budget", [["Tea", "3"]]), ("Talks", talks)))

    assert "Read from the sheet “Talks”. Not read: “Budget”." in plan.text


def test_a_workbook_that_is_too_large_as_text_is_refused(desk, monkeypatch):
    monkeypatch.setattr(import_form, "LARGEST", 10_000)
    content = workbook_of(("Talks", [["Date", "Title"], *(["2026-11-05", "word " * 10] for _number in range(300))]))

    seen = uploaded(desk, content)

    assert len(content) < 10_000
    assert errors_in(seen)[0].startswith("This file is larger than 4 MB.")


@pytest.mark.parametrize("content", [b"PK\x03\x04 and no more", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more"])
def test_a_file_that_is_no_workbook_is_refused_beside_its_field(desk, content):
    seen = uploaded(desk, content)

    assert errors_in(seen) == [
        "This file cannot be read as a spreadsheet. Save it as .xlsx or CSV, then import it again."
    ]


# --- the same headers again ---

MEANT = {"column-0": "date-day-first", "column-1": "speakers", "column-2": "title", "column-3": ""}
LATER = [ROWS[0], ["12/11/2026 15:30", "Grace Hopper", "On looms", "no"]]


def imported(client, rows):
    seen = uploaded(client, workbook_of(("Talks", rows)))
    sent_again(client, sent_again(client, seen, **MEANT), button="_save")


def proposed(client, rows):
    fields = fields_of(uploaded(client, workbook_of(("Talks", rows))))
    return [fields[name] for name in MEANT]


def test_what_was_said_of_the_columns_is_proposed_for_the_same_headers(desk):
    imported(desk, ROWS)

    assert proposed(desk, LATER) == list(MEANT.values())


def test_the_columns_of_another_organiser_of_the_series_are_proposed(desk, series):
    imported(desk, ROWS)

    assert proposed(signed_in(make_organiser(series, username="bea")), LATER) == list(MEANT.values())


def test_the_columns_of_a_stranger_are_not_proposed(desk):
    imported(desk, ROWS)

    assert proposed(signed_in(make_organiser(make_series(), username="bea")), LATER) == ["", "", "", ""]


def test_other_headers_are_another_spreadsheet(desk):
    imported(desk, ROWS)

    assert proposed(desk, [[*ROWS[0], "Kuchen"], [*LATER[1], "no"]]) == ["", "", "", ""]


def test_the_last_choice_counts(desk):
    imported(desk, ROWS)
    seen = uploaded(desk, workbook_of(("Talks", LATER)))
    sent_again(desk, sent_again(desk, seen, **MEANT | {"column-3": "notes"}), button="_save")

    assert proposed(desk, ROWS)[-1] == "notes"
