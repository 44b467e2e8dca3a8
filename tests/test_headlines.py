"""Read who speaks about what from the line that an event is called by: tests/data/headlines.txt."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seminars.importing.reading.summaries import read_headline
from seminars.text import fold
from tests.headlines import people_of, rows


def words_of(text):
    return set(re.findall(r"[^\W_]+", fold(text)))


ROWS = rows()
NAMES = ["Bo Reed", "Ana Ruiz", "J. R. R. Tolkien", "Jan van der Berg", "LI Wei", "李伟", "Machine Learning", "Rust"]
AROUND = [
    "Dr. Bo Reed (Larkfield)", "Prof. Reed", "TBA", "On engines", "a survey", "“On engines”", "PDE", "PDE Seminar",
    "Colloquium", "Job talk", "[HYBRID]", "(online)", "CANCELLED", "(moved to Room 5)", "[PDE]", "(Larkfield)",
    "No seminar",
    "spring break", "Re:", "#12", "14:00", "(joint work)", "University of Larkfield", "by", "with", "presents",
    "Speaker:", "Hold", "[tentative]", "Maybe", "New room", "Note unusual time", "FYI", "reserved", "(Ana Ruiz?)", "?",
    "ML Lunch",
]  # fmt: skip
ANY_TEXT = st.text(st.characters(exclude_categories=["C"]), max_size=60)
SIGNS = [": ", " - ", " – ", "—", " | ", ", ", " and ", " & ", " ", " (", ") ", " by ", "; ", "：", "/"]
# Words that are not kept: academic titles, what joins names, what says that there is no title.
LEFT_OUT = words_of(
    "dr prof and by with von presents tba tbd tbc to be announced determined confirmed decided speaker title nn n both"
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.headline)
def test_a_headline_is_read_as_a_person_would(row):
    readings = row.read().readings

    meant = [place for place, reading in enumerate(readings) if row.means(reading)]

    certainty = "!" if len(readings) == 1 else "?" if meant[:1] == [0] else "~"
    assert (certainty, len(meant)) == (row.certainty, 1), readings


@pytest.mark.parametrize("row", [row for row in ROWS if row.else_], ids=lambda row: row.headline)
def test_label_kind_state_and_break_are_read(row):
    [reading] = filter(row.means, row.read().readings)

    said = {"break": reading.reason if reading.is_break else None} | vars(reading)

    assert {name: said[name] for name in row.else_} == row.else_


def test_nine_in_ten_speakers_are_in_the_likeliest_reading():
    named = [row for row in ROWS if row.people]

    right = sum(people_of(row.read().readings[0]) == row.people for row in named)

    assert right / len(named) >= 0.9


def test_no_headline_is_read_with_a_wrong_speaker_and_without_a_doubt():
    surely = [(row, row.read().readings[0]) for row in ROWS if not row.read().is_doubtful]

    assert [row.headline for row, reading in surely if people_of(reading) != row.people] == []


def test_only_names_and_kinds_of_the_series_at_hand_are_labels():
    summary = "TRUST: On trust"

    unknown, known = read_headline(summary), read_headline(summary, names=["TRUST"])
    kind = read_headline("Teatime: On trust", kinds=["Teatime"])

    assert [(one.readings[0].label, one.readings[0].title) for one in (unknown, known, kind)] == [
        ("", "TRUST: On trust"), ("TRUST", "On trust"), ("Teatime", "On trust"),
    ]  # fmt: skip


def test_a_name_of_a_series_may_hold_a_colon():
    name = "Engines: Large and Small"

    reading = read_headline(f"{name}: On looms", names=[name]).readings[0]

    assert (reading.label, reading.title) == (name, "On looms")


def test_headlines_of_one_shape_are_one_question():
    shapes = [
        read_headline(summary).shape
        for summary in ("Bo Reed: On engines", "Ana Ruiz: On looms", "Ana Ruiz - On looms", "Monte Carlo: old and new")
    ]

    assert shapes == [
        "name: title or title", "name: title or title", "name - title or title", "title or name: title",
    ]  # fmt: skip


def test_a_very_long_headline_is_a_title():
    summary = "Bo Reed (Larkfield): " + "On engines " * 60

    [reading] = read_headline(summary).readings

    assert (reading.people, reading.title) == ((), summary.strip())


@given(st.lists(st.sampled_from([*NAMES, *AROUND, *SIGNS]), max_size=9).map("".join) | ANY_TEXT)
def test_no_word_of_a_headline_is_lost(summary):
    headline = read_headline(summary, names=("PDE",))

    for reading in headline.readings:
        said = [reading.title, reading.label, reading.kind, reading.reason, *reading.marks, people_of(reading)]
        assert words_of(summary) - words_of(" ".join(said)) - LEFT_OUT == set(), reading


@given(st.lists(st.sampled_from([*NAMES, *AROUND, *SIGNS]), max_size=9).map("".join))
def test_a_shape_names_its_readings_in_their_order(summary):
    headline = read_headline(summary)

    forms = headline.shape.split(" or ")

    assert len(forms) == len(headline.readings)
    named = [bool(reading.people) for reading in headline.readings]
    assert headline.shape == "fields" or named == ["name" in form for form in forms]
