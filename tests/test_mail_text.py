"""Read a talk from the mail of a speaker, in its common variations. Text that belongs to no field is returned."""

import time

import pytest

from seminars.importing.sources.page import read_mail
from tests.imports import SEEDS, with_the_real_files

COVERAGE = "The coverage principle in language models: From pre-training to test-time scaling"


def read(text):
    mail = read_mail(text)
    talk = mail.talk
    people = [(person.name, person.affiliation) for person in talk.people]
    return talk.title, people, talk.abstract, talk.biography, (talk.meeting.url, talk.meeting.passcode), mail.rest


ENGINES = ("On engines", [("Ada Lovelace", "London")], "They weave.", "Born in 1815.", ("", ""), "")


@with_the_real_files
def test_the_page_of_a_talk_is_read_whole():
    title, people, abstract, biography, meeting, rest = read((SEEDS / "talk-page.txt").read_text())

    assert (title, people) == (COVERAGE, [("Akshay Krishnamurthy", "MSR")])
    assert abstract.startswith("Test-time compute has emerged")
    assert biography.endswith("and generative AI.")
    assert (meeting, rest) == (("https://upenn.zoom.us/j/91064109577", ""), "")


@pytest.mark.parametrize(
    "mail",
    [
        "Ada Lovelace (London): On engines\n\nAbstract: They weave.\n\nBio: Born in 1815.",
        "Title: On engines\nSpeaker: Ada Lovelace (London)\nAbstract:\nThey weave.\nBiography:\nBorn in 1815.",
        "Title of the talk: “On engines”\nName: Ada Lovelace\n"
        "Affiliation: London\n\nAbstract\nThey weave.\n\nShort bio\nBorn in 1815.",
        "**Title:** On engines\n**Speaker:** Ada Lovelace (London)\n**Abstract:** They weave.\n**Bio:** Born in 1815.",
        "# Title\nOn engines\n# Speaker\nAda Lovelace (London)\n"
        "# Abstract\nThey weave.\n# About the speaker\nBorn in 1815.",
        "> Title: On engines\n> Speaker: Ada Lovelace (London)\n>\n> Abstract. They weave.\n>\n>> Bio — Born in 1815.",
        "<p><b>Title:</b> On engines<br><b>Speaker:</b> Ada Lovelace (London)"
        "</p><p>Abstract: They weave.</p><p>Bio: Born in 1815.</p>",
        "Titel: On engines\nReferentin: Ada Lovelace (London)\n"
        "Zusammenfassung: They weave.\nKurzbiographie: Born in 1815.",
        "Vortragstitel: On engines\nVortragende: Ada Lovelace (London)\n"
        "Kurzfassung:\nThey weave.\nZur Person:\nBorn in 1815.",
        "Ada Lovelace (London)\nOn engines\n\nAbstract:\nThey weave.\n\nAbout me:\nBorn in 1815.",
        "Title – On engines\nSpeaker – Ada Lovelace (London)\nAbstract – They weave.\nBios – Born in 1815.",
        "Vortragende: Prof. Dr. Ada Lovelace (London)\nTitel des Vortrags: On engines\n"
        "Zusammenfassung:\nThey weave.\nÜber die Vortragende:\nBorn in 1815.",
        "Title:\n\n\tOn\n\tengines\n\nSpeakers:\n\tAda Lovelace (London)\n"
        "Abstract\n\nThey weave.\n\nBio:\nBorn in 1815.",
        "TITLE: On engines\r\nSPEAKER: Ada Lovelace (London)\r\nABSTRACT: They weave.\r\nBIO: Born in 1815.\r\n",
    ],
)  # fmt: skip
def test_however_it_is_labelled_quoted_or_marked_up_it_says_the_same(mail):
    assert read(mail) == ENGINES


def test_greeting_date_place_and_signature_find_no_place_and_are_not_lost():
    mail = (
        "Dear Grace,\n\nhere is what you asked for.\n\nTitle: On engines\nSpeaker: Ada Lovelace (London)\n"
        "When: Wednesday, 6 November, noon\nWhere: Room 414\nAbstract: They weave.\n\nBio: Born in 1815.\n\n"
        "Best wishes,\nAda\n-- \nAda Lovelace\nAnalytical Society"
    )

    *talk, rest = read(mail)

    assert talk == list(ENGINES[:-1])
    assert [line for line in rest.split("\n") if line] == [
        "Dear Grace,", "here is what you asked for.", "When: Wednesday, 6 November, noon", "Where: Room 414",
        "Best wishes,", "Ada", "--", "Ada Lovelace", "Analytical Society",
    ]  # fmt: skip


def test_a_german_greeting_and_leave_are_known_too():
    *talk, rest = read(
        "Liebe Grace,\n\nTitel: On engines\nReferentin: Ada Lovelace (London)\nAbstract: They weave.\n"
        "Kurzvita: Born in 1815.\nDatum: 6. November\n\nViele Grüße\nAda"
    )

    assert talk == list(ENGINES[:-1])
    assert rest.split() == ["Liebe", "Grace,", "Datum:", "6.", "November", "Viele", "Grüße", "Ada"]


def test_the_talk_may_stand_below_the_leave():
    assert read("Hi,\nsee below.\nBest,\nAda\n\nTitle: On engines\nAbstract: They weave.")[0] == "On engines"


def test_a_zoom_block_gives_link_and_passcode():
    mail = (
        "Title: On engines\nSpeaker: Ada Lovelace\nAbstract: They weave.\n\n"
        "Ada Lovelace is inviting you to a scheduled Zoom meeting.\n\nJoin Zoom Meeting\n"
        "https://upenn.zoom.us/j/91064109577?pwd=abc\n\nMeeting ID: 910 6410 9577\nPasscode: 472119\n\n---\n\n"
        "One tap mobile\n+13052241968,,91064109577# US\n"
    )

    title, _people, abstract, _biography, meeting, rest = read(mail)

    assert (title, meeting) == ("On engines", ("https://upenn.zoom.us/j/91064109577?pwd=abc", "472119"))
    assert abstract == "They weave."
    assert "inviting you" in rest
    assert "Meeting ID: 910 6410 9577" in rest
    assert "One tap mobile" in rest


@pytest.mark.parametrize(
    ("speaker", "people"),
    [
        ("Ada Lovelace", [("Ada Lovelace", "")]),
        ("Ada Lovelace, University of London", [("Ada Lovelace", "University of London")]),
        ("Ada Lovelace, MIT", [("Ada Lovelace", "MIT")]),
        ("Ada Lovelace and Mary Somerville", [("Ada Lovelace", ""), ("Mary Somerville", "")]),
        ("Frau Prof. Dr. Ada Lovelace und Dr. Mary Somerville", [("Ada Lovelace", ""), ("Mary Somerville", "")]),
        ("\nAda Lovelace\nUniversity of London", [("Ada Lovelace", "University of London")]),
        (
            "\nAda Lovelace (London)\nMary Somerville (Oxford)",
            [("Ada Lovelace", "London"), ("Mary Somerville", "Oxford")],
        ),
        ("Ada Lovelace (University\nof London)", [("Ada Lovelace", "University of London")]),
        (
            "Ada Lovelace (London), Mary Somerville (Oxford)",
            [("Ada Lovelace", "London"), ("Mary Somerville", "Oxford")],
        ),
    ],
)
def test_speakers_are_separated_from_their_affiliations(speaker, people):
    assert read(f"Title: On engines\nSpeaker: {speaker}")[1] == people


@pytest.mark.parametrize(
    "after",
    [
        "Looking forward,\nAda",
        "On Mon, Oct 5, 2026 at 3:14 PM Grace Hopper\n<grace@example.edu> wrote:\n> could you send your abstract?",
        "Am Mo., 5. Okt. 2026 um 15:14 Uhr schrieb Grace Hopper:\n> Haben Sie schon einen Titel?",
        "Sent from my telephone",
    ],
)
def test_text_below_the_signature_is_not_part_of_the_biography(after):
    *talk, rest = read(f"Ada Lovelace (London): On engines\nAbstract: They weave.\nBio: Born in 1815.\n\n{after}")

    assert talk == list(ENGINES[:-1])
    assert rest == after.replace("\n> ", "\n")


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("Title: On engines\n\nI shall be brief.", "I shall be brief."),
        ("Title: On engines\nAffiliation: London", "London"),
        ("Title: On engines\nOnline: yes, by your link", "yes, by your link"),
    ],
)
def test_text_beside_title_affiliation_and_link_is_returned(line, kept):
    title, people, *_, rest = read(f"{line}\nAbstract: They weave.")

    assert (title, people, rest) == ("On engines", [], kept)


@pytest.mark.parametrize(
    "text",
    [
        "Name: A and B\n" * 7_000,
        "Thanks\n" * 13_000 + "Title: x",
        "Speaker: " + ">" * 99_000,
        "thanks" + "a" * 99_000 + " b c",
    ],
)
def test_hostile_mail_is_read_quickly(text):
    begun = time.process_time()

    read(text)

    assert time.process_time() - begun < 1


def test_tba_is_not_a_title():
    assert read("Title: TBA\nSpeaker: Ada Lovelace (London)")[:2] == ("", [("Ada Lovelace", "London")])


@pytest.mark.parametrize("text", ["", "Hello there,\nshall we have lunch?", "x" * 200_000, "\0\n>\n--\n:\n(:)"])
def test_text_without_a_talk_is_returned_completely(text):
    mail = read_mail(text)

    assert not mail.is_of_a_talk
    assert len(mail.rest.split()) == len(text.replace("\0", "").replace(">", "").split())
