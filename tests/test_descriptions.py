"""Read speaker, title and abstract from the labels in the description of an event."""

import pytest

from seminars.importing.events import Person
from seminars.importing.reading.summaries import Described, read_description

BO = Person("Bo Reed", "Larkfield")
ENGINES = Described("On engines", (BO,), "We weave.")


@pytest.mark.parametrize(
    "text",
    [
        "Speaker: Bo Reed (Larkfield)\nTitle: On engines\nAbstract: We weave.",
        "Speaker: Bo Reed\nAffiliation: Larkfield\nTalk title: On engines\n\nWe weave.",
        "Speaker(s): Bo Reed\nInstitution: Larkfield\nTitle: “On engines”\nAbstract:\nWe weave.",
        "**Speaker:** Bo Reed, Larkfield\n**Title:** On engines\n**Abstract.** We weave.",
        "Guest speaker: Dr. Bo Reed (Larkfield)\nTitle: On engines\nABSTRACT\nWe weave.",
        "Vortragender: Bo Reed\nInstitut: Larkfield\nTitel: On engines\nZusammenfassung: We weave.",
        "Orateur : Bo Reed (Larkfield)\nTitre : On engines\nRésumé : We weave.",
        "Ponente: Bo Reed (Larkfield)\nTítulo: On engines\nResumen: We weave.",
        "Relatore: Bo Reed (Larkfield)\nTitolo: On engines\nRiassunto: We weave.",
        "Palestrante: Bo Reed (Larkfield)\nTítulo: On engines\nResumo: We weave.",
        "Spreker: Bo Reed (Larkfield)\nTitel: On engines\nSamenvatting: We weave.",
        "Prelegent: Bo Reed (Larkfield)\nTytuł: On engines\nStreszczenie: We weave.",
        "主讲人：Bo Reed\n单位：Larkfield\n报告题目：On engines\n摘要：We weave.",
        "講演者：Bo Reed\n所属：Larkfield\n題目：On engines\n概要：We weave.",
    ],
)
def test_labels_of_many_languages_say_the_same(text):
    assert read_description(text) == ENGINES


@pytest.mark.parametrize(
    "text",
    [
        "See the extended abstract: https://example.edu/a.pdf", "We study an abstract: the theory of rings.",
        "Rings are abstract.\nAnd so are fields.", "Topics: algebra, abstract\nNo more.", "Graphical abstract\nbelow",
        "In the abstract\nwe stand", "We weave.\n\nWe knit.", "",
    ],
)  # fmt: skip
def test_text_without_labels_at_the_beginning_of_a_line_is_the_abstract(text):
    assert read_description(text) == Described(abstract=text)


def test_what_stands_before_the_abstract_keeps_its_paragraph():
    assert read_description("We meet at noon.\n\nAbstract: We show").abstract == "We meet at noon.\n\nWe show"


def test_lines_that_fit_no_field_are_kept_apart_and_the_abstract_may_follow_them():
    described = read_description("Discussant: A. Nother\nWhen: noon\nType: Colloquium\n\nWe weave.\n\nBio: Born.")

    assert described == Described(
        abstract="We weave.",
        biography="Born.",
        kind="Colloquium",
        rest="Discussant: A. Nother\nWhen: noon\nType: Colloquium",
    )


def test_a_line_that_fits_no_field_ends_with_the_line():
    assert read_description("Room: 414\nWe weave.") == Described(abstract="We weave.", rest="Room: 414")


def test_how_to_join_is_kept_apart():
    described = read_description("Zoom: https://zoom.us/j/1\nPasscode: tea\n\nWe weave.")

    assert described == Described(abstract="We weave.", joining="https://zoom.us/j/1\ntea")


def test_an_affiliation_of_nobody_is_not_lost():
    assert read_description("Affiliation: Larkfield\n\nWe weave.").rest == "Affiliation: Larkfield"


def test_speakers_and_title_that_are_to_be_announced_are_none():
    assert read_description("Speaker: TBA\nTitle: TBA\n\nWe weave.") == Described(abstract="We weave.")


def test_a_description_of_researchseminars_names_the_speaker_below_the_title():
    described = read_description(
        "Title: On engines\nby Bo Reed (Larkfield) as part of PDE Seminar\n\n"
        "Lecture held in Room 4 in Hall.\nAbstract: TBA\n"
    )

    assert (described.title, described.people) == ("On engines", (Person("Bo Reed", "Larkfield"),))
    assert described.abstract == "Lecture held in Room 4 in Hall."


# --- who does something else than speak ---


@pytest.mark.parametrize(
    ("text", "host", "moderators", "rest"),
    [
        ("Speaker: Bo Reed\nModerator: Ana Ruiz\n\nWe weave.", "", ["Ana Ruiz"], ""),
        ("Host: Ana Ruiz\nSpeaker: Bo Reed\n\nWe weave.", "Ana Ruiz", [], ""),
        ("Speaker: Bo Reed, Host: Ana Ruiz (Turin)\nWe weave.", "Ana Ruiz (Turin)", [], ""),
        ("Speaker: Bo Reed. Chair: Prof. Ana Ruiz\nWe weave.", "", ["Ana Ruiz"], ""),
        ("Speaker: Bo Reed\nChair: Ana Ruiz (Turin)\n\nWe weave.", "", [], "Chair: Ana Ruiz (Turin)"),
        ("Speaker: Bo Reed\nDiscussant: Kim Lee\n\nWe weave.", "", [], "Discussant: Kim Lee"),
        ("Speaker: Bo Reed; Moderators: Ana Ruiz and Kim Lee; Discussant: Jo Moss\nWe weave.", "",
         ["Ana Ruiz", "Kim Lee"], "Discussant: Jo Moss"),
        ("Referent: Bo Reed\nGastgeberin: Ana Ruiz\nModeration: Kim Lee\n\nWe weave.", "Ana Ruiz", ["Kim Lee"], ""),
        ("Host: Ana Ruiz\nHost: Kim Lee\nSpeaker: Bo Reed\n\nWe weave.", "Ana Ruiz", [], "Host: Kim Lee"),
    ],
)  # fmt: skip
def test_hosts_and_moderators_are_no_speakers_and_no_word_is_lost(text, host, moderators, rest):
    described = read_description(text)

    assert described == Described(
        people=(Person("Bo Reed"),),
        abstract="We weave.",
        host=host,
        moderators=tuple(map(Person, moderators)),
        rest=rest,
    )


@pytest.mark.parametrize(
    ("text", "abstract", "rest"),
    [
        ("Presented by Bo Reed. Recording: https://example.org/1", "", "Recording: https://example.org/1"),
        ("Presented by Dr. Bo Reed.\nWe weave.", "We weave.", ""),
        ("Talk by Bo Reed\n\nWe weave.", "We weave.", ""),
        ("Presented by Bo Reed. We weave.", "We weave.", ""),
    ],
)
def test_who_presents_a_talk_speaks(text, abstract, rest):
    assert read_description(text) == Described(people=(Person("Bo Reed"),), abstract=abstract, rest=rest)
