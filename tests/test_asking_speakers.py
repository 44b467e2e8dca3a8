"""The desk: ask speakers, send them letters, read and accept what they answer."""

import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail

from seminars.actions import talk_changes
from seminars.actions.outbox import Sender
from seminars.models import Series, SpeakerLetter, SpeakerRequest, State
from tests.admin_forms import errors_in, messages_of, save
from tests.database_queries import queries_of
from tests.factories import in_new_york, make_speaker, make_talk
from tests.pages import main, words
from tests.speaking import ask, page_of, press, term_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2025, 11, 5, 9)


@pytest.fixture
def talk(series, ada):
    return make_talk(series=series, title="On engines", speakers=[ada], starts_at=NOW + timedelta(days=10))


@pytest.fixture
def asked(talk, ada):
    return ask(talk, ada)


# --- addresses and letters ---


def test_an_address_is_made_shown_replaced_and_revoked(organiser_client, talk):
    press(organiser_client, page_of(talk), "_make")
    first = SpeakerRequest.objects.get()
    shown = organiser_client.get(page_of(talk)).text
    assert first.address in shown
    assert first.made_by.first_name == "Grace"

    press(organiser_client, page_of(talk), "_replace")
    assert first.address not in organiser_client.get(page_of(talk)).text
    press(organiser_client, page_of(talk), "_revoke")
    assert not SpeakerRequest.objects.good().exists()


def test_the_letter_is_ready_in_the_mail_program(organiser_client, asked, talk):
    shown = organiser_client.get(page_of(talk))
    mailto = next(one.mailto for one in shown.context["speakers"])

    to, query = urlsplit(mailto).path, parse_qs(urlsplit(mailto).query)
    assert to == "ada@example.org"
    assert asked.address in query["body"][0]
    assert "Dear Ada Lovelace" in query["body"][0]
    assert "abstract, biography" in query["body"][0]


def test_the_site_sends_the_letter_and_says_to_whom_and_when(organiser_client, talk, waiting):
    press(organiser_client, page_of(talk), "_send", email="ada@home.example")
    assert "waiting since" in organiser_client.get(page_of(talk)).text
    assert mail.outbox == []
    Sender().send_due()

    [letter] = mail.outbox
    request = SpeakerRequest.objects.get()
    assert (letter.to, letter.extra_headers["Auto-Submitted"]) == (["ada@home.example"], "no")
    assert request.address in letter.body
    told = words(main(organiser_client.get(page_of(talk))))
    assert "Request: ada@home.example, sent" in told
    assert "Grace Hopper" in told


def test_a_letter_whose_address_ended_is_not_sent(organiser_client, talk, waiting):
    press(organiser_client, page_of(talk), "_send")
    press(organiser_client, page_of(talk), "_revoke")
    Sender().send_due()

    assert mail.outbox == []
    assert SpeakerLetter.objects.get().sent_at is None


def test_a_letter_about_a_talk_that_others_give_by_now_is_not_sent(organiser_client, talk, waiting):
    press(organiser_client, page_of(talk), "_send")
    talk_changes.save(talk, parts=talk_changes.Parts(people=[]))
    Sender().send_due()

    assert mail.outbox == []


def test_a_letter_speaks_the_language_of_the_talk(organiser_client, talk):
    talk.language = "de"
    talk.save()
    press(organiser_client, page_of(talk), "_send")

    assert mail.outbox[0].body.startswith("Guten Tag, Ada Lovelace,")


def test_a_wrong_email_address_is_marked_and_nothing_is_sent(organiser_client, talk):
    refused = press(organiser_client, page_of(talk), "_send", email="ada@")

    assert errors_in(refused) == ["Enter a valid email address."]
    assert 'value="ada@"' in refused.text
    assert not SpeakerRequest.objects.exists()


def test_organisers_write_the_letter_of_their_series(administrator_client, talk, series):
    save(administrator_client, series, ask_subject="{title}?", ask_text="Hi {speaker}, {{really}}: {address}")
    press(administrator_client, page_of(talk), "_send")

    assert mail.outbox[0].subject == "On engines?"
    assert mail.outbox[0].body.startswith("Hi Ada Lovelace, {really}: http")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Hi {nobody} {address}", "{nobody} is not known."),
        ("Hi {speaker.email} {address}", "{speaker.email} is not known."),
        ("Hi {speaker:>999999999} {address}", "{speaker} is not known."),
        ("Hi { {address}", "A brace stands alone."),
        ("Hi {speaker}", "The letter needs {address}"),
    ],
)
def test_a_letter_with_a_wrong_placeholder_is_refused(administrator_client, series, text, sentence):
    refused = save(administrator_client, series, ask_text=text)

    assert sentence in " ".join(errors_in(refused))
    assert text in refused.context["adminform"].form["ask_text"].value()
    assert Series.objects.get(pk=series.pk).ask_text == ""


# --- a whole term ---


def test_the_speakers_of_a_term_whose_talks_lack_something_are_asked_at_once(organiser_client, talk, series):
    bare = make_speaker(name="Without Mail")
    make_talk(series=series, title="", speakers=[bare], starts_at=NOW + timedelta(days=11))
    done = make_speaker(name="Done", biography="x", email="done@example.org")
    make_talk(series=series, abstract="x", speakers=[done], starts_at=NOW + timedelta(days=12))
    make_talk(series=series, speakers=["Off"], starts_at=NOW + timedelta(days=13), state=State.CANCELLED)
    make_talk(series=series, speakers=["Later"], starts_at=NOW + timedelta(days=300))
    rows = organiser_client.get(term_page(series, NOW.date())).context["rows"]
    assert [(one.speaker.name, one.missing, is_ticked) for one, is_ticked, _mailto in rows] == [
        ("Ada Lovelace", "abstract, biography", True),
        ("Without Mail", "title, abstract, biography", True),
    ]

    organiser_client.post(term_page(series, NOW.date()), {"ask": [one.key for one, *_rest in rows]})
    assert [letter.to for letter in mail.outbox] == [["ada@example.org"]]
    assert "1 letter is being sent." in messages_of(organiser_client, term_page(series, NOW.date()))[0]
    rows = organiser_client.get(term_page(series, NOW.date())).context["rows"]
    assert [is_ticked for _one, is_ticked, _mailto in rows] == [False, True]
    assert all("mailto:" in mailto for *_rest, mailto in rows)


def test_a_biography_is_asked_of_the_speaker_who_lacks_one(organiser_client, talk, series):
    known = make_speaker(name="Known Already", biography="Born in 1906.")
    new = make_speaker(name="New Here")
    both = make_talk(series=series, abstract="x", speakers=[known, new], starts_at=NOW + timedelta(days=12))

    rows = organiser_client.get(term_page(series, NOW.date())).context["rows"]
    assert [one.speaker.name for one, *_rest in rows if one.talk == both] == ["New Here"]
    ask(both, known)
    shown = words(main(organiser_client.get(page_of(both))))
    assert "What we still need: nothing, but please check what is there." in shown
    assert shown.count("Missing: biography") == 1


def test_nobody_ticked_is_said(organiser_client, talk, series):
    assert (
        "Tick at least one person to ask."
        in organiser_client.post(term_page(series, NOW.date()), {"ask": ["0-0"]}).text
    )


def test_200_speakers_are_asked_within_two_seconds(organiser_client, series, settings):
    settings.MAIL_AT_ONCE = False
    talks = [
        make_talk(
            series=series, title="", starts_at=NOW + timedelta(hours=2 * number + 1),
            speakers=[make_speaker(email=f"s{number}@example.org")],
        )
        for number in range(200)
    ]  # fmt: skip
    rows = organiser_client.get(term_page(series, NOW.date())).context["rows"]
    sent = {"ask": [one.key for one, *_rest in rows]}
    began = time.perf_counter()
    queries = queries_of(lambda: organiser_client.post(term_page(series, NOW.date()), sent))

    assert time.perf_counter() - began < 2
    assert queries < 40
    assert SpeakerLetter.objects.count() == len(talks)
