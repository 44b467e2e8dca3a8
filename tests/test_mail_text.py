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


@pytest.mark.parametrize("title", ["Beste Approximation in Banachräumen", "Dear Enemies: On looms"])
def test_a_title_that_begins_like_a_greeting_is_none(title):
    mail = f"{title}\nAda Lovelace (London)\n\nAbstract: They weave."

    assert read(mail) == (title, [("Ada Lovelace", "London")], "They weave.", "", ("", ""), "")


@pytest.mark.parametrize(
    "greeting", ["Dear Grace,\n", "Hello!\n", "Hi\n", "Dear all:\n", "Dear Prof. Hopper\n\n", "Bonjour à tous\n\n"]
)
def test_a_greeting_is_no_part_of_the_talk(greeting):
    *talk, rest = read(f"{greeting}Ada Lovelace (London): On engines\nAbstract: They weave.\nBio: Born in 1815.")

    assert (talk, rest) == (list(ENGINES[:-1]), greeting.strip())


@pytest.mark.parametrize("title", ["Best Arm Identification", "Warm Dark Matter", "Many Body Localization"])
def test_a_title_below_its_label_that_begins_like_a_closing_is_read(title):
    title_read, _people, *_others, rest = read(f"Speaker: Ada Lovelace\nTitle:\n{title}\n\nBest,\nAda")

    assert (title_read, rest) == (title, "Best,\nAda")


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
    "closing",
    [
        "Best,\nAda", "Best, Ada", "Best regards\nAda Lovelace", "With kind regards,\nAda", "Warmest regards,\nAda",
        "Thanks again,\nAda", "Many thanks in advance,\nAda", "Yours truly,\nAda", "Take care,\nAda",
        "See you soon,\nAda",
        "Viele Grüße\nAda", "Mit freundlichen Grüßen\nAda Lovelace", "Mit besten Gruessen,\nAda", "LG Ada", "LG, Ada",
        "Herzliche Grüße aus London\nAda", "Herzliche Grüße und bis bald\nAda", "Vielen Dank und schöne Grüße\nAda",
        "Schöne Grüße, Ada", "Bis bald,\nAda", "Hochachtungsvoll\nAda Lovelace",
        "Cordialement,\nAda", "Bien cordialement,\nAda Lovelace", "Amicalement, Ada", "À bientôt,\nAda",
        "Bien à vous,\nAda", "Meilleures salutations,\nAda", "Merci beaucoup et à bientôt,\nAda",
        "Veuillez agréer, Madame, mes salutations distinguées.\nAda Lovelace",
        "Un saludo,\nAda", "Saludos cordiales,\nAda", "Muchos saludos,\nAda", "Atentamente,\nAda Lovelace",
        "Un abrazo,\nAda", "Muchas gracias y un saludo,\nAda", "Hasta pronto,\nAda",
        "Cordiali saluti\nAda", "Met vriendelijke groet,\nAda", "Com os melhores cumprimentos,\nAda",
        "All best,\nAda", "Herzlich\nAda", "Mit freundlichem Gruß\n\ni. A. Ada Lovelace", "Schöne Woche\nAda",
        "Cdlt,\nAda",
        "Bonne réception,\nAda", "Reciba un cordial saludo,\nAda", "Besos,\nAda", "Un dernier mot,\nAda Lovelace",
        "Ganz liebe Worte,\nAda", "I am looking forward to my visit!\n\nBest,\nAda",
        "Please let me know if you need anything else.\n\nMany thanks,\nAda", "Hope this helps!\nAda",
        "Warmly,\nAda", "Thx,\nA.", "Je reste à ta disposition.\n\nBises,\nAda", "Somebody else writes,\nGrace Hopper",
        "Ada", "Ada Lovelace", "- Ada",
    ],
)  # fmt: skip
def test_a_closing_is_not_part_of_the_biography(closing):
    *talk, rest = read(f"Ada Lovelace (London): On engines\nAbstract: They weave.\nBio: Born in 1815.\n\n{closing}")

    assert talk == list(ENGINES[:-1])
    assert rest == closing


@pytest.mark.parametrize(
    "line",
    [
        "Thanks to looms we weave.", "Best of all, looms hum.", "Many looms weave.", "Merci à la machine.",
        "Cordialement dit, ça tisse.", "Saludos al telar.", "Grüße des Webstuhls.", "Bis bald ein Faden reißt.",
        "De: a little word.",
    ],
)  # fmt: skip
def test_a_sentence_that_begins_like_a_closing_stays(line):
    assert read(f"Title: On engines\nAbstract: They weave.\n{line}\nThey hum.")[2].endswith("They hum.")


QUOTINGS = [
    "On Tue, 3 Nov 2026 at 10:00, Grace Hopper <grace@example.edu> wrote:",
    "-----Original Message-----\nFrom: Grace Hopper\nSent: Tuesday, 3 November 2026 10:00\nTo: Ada\nSubject: your talk",
    "________________________________\nFrom: Grace Hopper\nSent: Tuesday, 3 November 2026 10:00\nTo: Ada",
    "*From:* Grace Hopper\n*Sent:* Tuesday, 3 November 2026 10:00\n*To:* Ada\n*Subject:* your talk",
    "Am 03.11.2026 um 10:00 schrieb Grace Hopper:",
    "Von: Grace Hopper\nGesendet: Dienstag, 3. November 2026 10:00\nAn: Ada\nBetreff: Vortrag",
    "Le mar. 3 nov. 2026 à 10:00, Grace Hopper a écrit :",
    "De : Grace Hopper\nEnvoyé : mardi 3 novembre 2026 10:00\nÀ : Ada\nObjet : exposé",
    "El mar, 3 nov 2026 a las 10:00, Grace Hopper escribió:",
    "De: Grace Hopper\nEnviado el: martes, 3 de noviembre de 2026 10:00\nPara: Ada\nAsunto: charla",
]


@pytest.mark.parametrize("quoting", QUOTINGS)
@pytest.mark.parametrize("asked", ["Could you send me a title?", "Please fill in:\n> Title:\n> Abstract:\n> Bio:"])
def test_the_mail_that_this_one_answers_is_not_part_of_the_talk(quoting, asked):
    *talk, rest = read(
        f"Ada Lovelace (London): On engines\nAbstract: They weave.\nBio: Born in 1815.\n\n{quoting}\n\n> {asked}"
    )

    assert talk == list(ENGINES[:-1])
    assert [line for line in rest.split("\n") if line] == [
        line.removeprefix("> ") for line in [*quoting.split("\n"), *asked.split("\n")]
    ]


@pytest.mark.parametrize(
    "quoting",
    [
        *QUOTINGS,
        "---------- Forwarded message ---------\nFrom: Ada\nDate: Tue, 3 Nov 2026\nSubject: Re: title\nTo: Grace",
        "Begin forwarded message:\n\nFrom: Ada\nSubject: abstract\nDate: 3 November 2026\nTo: Grace",
        "---------- Weitergeleitete Nachricht ---------\nVon: Ada\nDatum: 3. November 2026\nBetreff: Titel",
        "---------- Message transféré ---------\nDe : Ada\nDate : 3 nov. 2026\nObjet : exposé\nÀ : Grace",
        "---------- Mensaje reenviado ---------\nDe: Ada\nFecha: 3 nov 2026\nAsunto: charla\nPara: Grace",
    ],
)
def test_a_forwarded_mail_is_read_where_it_alone_tells_of_the_talk(quoting):
    *talk, rest = read(
        f"Hi,\n\nsee below.\n\nBest,\nGrace\n\n{quoting}\n\n> Ada Lovelace (London): On engines\n>\n"
        "> Abstract: They weave.\n> Bio: Born in 1815.\n>\n> Un saludo,\n> Ada"
    )

    assert talk == list(ENGINES[:-1])
    assert rest.endswith("Un saludo,\nAda")


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
        "Title: x\nFrom: Ada\nSent: now\n" * 3_000,
        "le " * 33_000,
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
