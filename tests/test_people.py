"""Read the people in a text that names people: a cell, a line behind "Speaker:"."""

import pytest

from seminars.importing.events import Person
from seminars.typed_names.people import people_in, with_affiliations

PEOPLE = {
    "Bo Reed": [("Bo Reed", "")],
    "Bo Reed (Larkfield)": [("Bo Reed", "Larkfield")],
    "Bo Reed and Ana Ruiz": [("Bo Reed", ""), ("Ana Ruiz", "")],
    "Bo Reed, Ana Ruiz": [("Bo Reed", ""), ("Ana Ruiz", "")],
    "Bo Reed; Ana Ruiz": [("Bo Reed", ""), ("Ana Ruiz", "")],
    "Bo Reed\nAna Ruiz": [("Bo Reed", ""), ("Ana Ruiz", "")],
    "Bo Reed / Ana Ruiz": [("Bo Reed", ""), ("Ana Ruiz", "")],
    "Dr. Bo Reed (Larkfield) & Ana Ruiz (Oxbridge)": [("Bo Reed", "Larkfield"), ("Ana Ruiz", "Oxbridge")],
    "Bo Reed (Larkfield), Ana Ruiz (Oxbridge) and Cem Ak": [
        ("Bo Reed", "Larkfield"),
        ("Ana Ruiz", "Oxbridge"),
        ("Cem Ak", ""),
    ],
    "Dr. Bo Reed & Prof. Ana Ruiz (both Larkfield)": [("Bo Reed", "Larkfield"), ("Ana Ruiz", "Larkfield")],
    "Bo Reed, Larkfield": [("Bo Reed", "Larkfield")],
    "Bo Reed, MIT": [("Bo Reed", "MIT")],
    r"Tom\'a\v{s} Nov\'ak (Universit\"at Z\"urich)": [("Tomáš Novák", "Universität Zürich")],
    "Bo Reed, University of Larkfield, UK": [("Bo Reed", "University of Larkfield, UK")],
    "Bo Reed, Department of Mathematics and Statistics": [("Bo Reed", "Department of Mathematics and Statistics")],
    "Bo Reed\nUniversity of Larkfield": [("Bo Reed", "University of Larkfield")],
    "Bo Reed (University\nof Larkfield)": [("Bo Reed", "University of Larkfield")],
    "Bo Reed (TU (Larkfield))": [("Bo Reed", "TU (Larkfield)")],
    "Bo Reed (Larkfield": [("Bo Reed", "Larkfield")],
    "Bo Reed y Ana Ruiz": [("Bo Reed", ""), ("Ana Ruiz", "")],
    "Bo Reed et Ana Ruiz": [("Bo Reed", ""), ("Ana Ruiz", "")],
    "José Ortega y Gasset": [("José Ortega y Gasset", "")],
    "Lovelace, Ada": [("Ada Lovelace", "")],
    "Lovelace, Ada; Reed, B.": [("Ada Lovelace", ""), ("B. Reed", "")],
    "Ada, Bo, Cem": [("Ada", ""), ("Bo", ""), ("Cem", "")],
    "Bo Reed and Bo Reed": [("Bo Reed", "")],
    "Bo Reed (Larkfield) and Bo Reed (Oxbridge)": [("Bo Reed", "Larkfield, Oxbridge")],
    "李伟、王芳": [("李伟", ""), ("王芳", "")],
    "李伟（清华大学）": [("李伟", "清华大学")],
    "Bo Reed <bo@example.edu>, Ana Ruiz (https://example.edu/~ruiz)": [("Bo Reed", ""), ("Ana Ruiz", "")],
    "Bo Reed (he/him), Larkfield": [("Bo Reed", "Larkfield")],
    "Bo Reed (she/her/hers)": [("Bo Reed", "")],
    "Bo Reed (1) and Ana Ruiz (2)": [("Bo Reed", ""), ("Ana Ruiz", "")],
    "Bo Reed [via Zoom]": [("Bo Reed", "")],
    "Bo Reed (TBA)": [("Bo Reed", "")],
    "Bo Reed - Larkfield": [("Bo Reed", "Larkfield")],
    "Bo Reed | Larkfield": [("Bo Reed", "Larkfield")],
    "Bo Reed from Larkfield": [("Bo Reed", "Larkfield")],
    "Bo Reed at the University of Larkfield": [("Bo Reed", "University of Larkfield")],
    "Bo Reed is a professor at Larkfield": [("Bo Reed", "a professor at Larkfield")],
    "Bo Reed, Professor of Physics, Larkfield University": [("Bo Reed", "Professor of Physics, Larkfield University")],
    "Bo Reed; Discussant: Ana Ruiz": [("Bo Reed", "")],
    "Bo Reed (Larkfield) / Moderator: Ana Ruiz": [("Bo Reed", "Larkfield")],
    "danah boyd": [("danah boyd", "")],
    "TBA": [],
    "N.N.": [],
    "to be announced": [],
    "Bo Reed and TBA": [("Bo Reed", "")],
    "": [],
    " , ; ": [],
}
TITLED = [
    "Prof. Bo Reed", "Professor Bo Reed", "Prof. Dr. Bo Reed", "Prof. Dr. h.c. Bo Reed",
    "Prof. Dr. h. c. mult. Bo Reed",
    "PD Dr. Bo Reed", "Priv.-Doz. Dr. Bo Reed", "Dr. rer. nat. Bo Reed", "Dr.rer.nat. Bo Reed", "Dr.-Ing. Bo Reed",
    "Dipl.-Math. Bo Reed", "M.Sc. Bo Reed", "M. Sc. Bo Reed", "Univ.-Prof. Dr. Bo Reed", "Jun.-Prof. Bo Reed",
    "Herr Dr. Bo Reed", "Frau Prof. Bo Reed", "Mr. Bo Reed", "Ms Bo Reed", "Sir Bo Reed", "Dame Bo Reed", "Bo Reed FRS",
    "Prof. Bo Reed FRS", "Bo Reed, PhD", "Bo Reed, Ph.D.", "Dr. Bo Reed, M.D.", "Bo Reed (FRS)", "dr hab. Bo Reed",
    "Dott. Bo Reed", "Mme Bo Reed", "Assoc. Prof. Bo Reed", "Associate Professor Bo Reed", "Dr Bo Reed",
]  # fmt: skip


@pytest.mark.parametrize("text", PEOPLE)
def test_people_are_split_from_each_other_and_from_their_affiliations(text):
    assert [(one.name, one.affiliation) for one in people_in(text)] == PEOPLE[text]


@pytest.mark.parametrize("text", TITLED)
def test_academic_titles_are_no_part_of_a_name(text):
    assert people_in(text) == (Person("Bo Reed"),)


@pytest.mark.parametrize(
    "name",
    ["Jan van der Berg", "Mohammed bin Salman", "Nguyễn Văn An", "LI Wei", "李 伟", "J. R. R. Tolkien", "Bo O'Brien",
     "Bo O’Brien", "O'Brien", "Jean-Pierre Lune", "B. Reed", "Madonna", "Dieter Drews",
     "Mariana Prado", "Pedro Sirvent"],
)  # fmt: skip
def test_a_name_stays_as_it_is_written(name):
    assert people_in(name) == (Person(name),)


@pytest.mark.parametrize(
    ("affiliation", "people"),
    [
        ("Larkfield", [("Bo Reed", "Oxbridge"), ("Ana Ruiz", "Larkfield")]),
        ("Larkfield\nEastfield", [("Bo Reed", "Oxbridge"), ("Ana Ruiz", "Eastfield")]),
        ("", [("Bo Reed", "Oxbridge"), ("Ana Ruiz", "")]),
    ],
)
def test_a_line_of_affiliations_fills_in_what_is_missing(affiliation, people):
    given = people_in("Bo Reed (Oxbridge) and Ana Ruiz")

    assert [(one.name, one.affiliation) for one in with_affiliations(given, affiliation)] == people


@pytest.mark.parametrize(
    "text",
    [
        "Various", "several speakers", "Multiple", "none", "None.", "N/A", "-", "?", "see website", "siehe Webseite",
        "all", "Everyone", "cancelled", "open discussion", "Panel discussion", "PhD students", "Students of the group",
        "noch offen", "Speaker Name", "Zoom", "the group",
    ],
)  # fmt: skip
def test_words_that_stand_where_a_name_is_expected_are_nobody(text):
    assert people_in(text) == ()
