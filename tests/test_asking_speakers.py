"""The desk: ask speakers, send them letters, read and accept what they answer."""

import time
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.core import mail
from django.test import Client

from seminars.actions import talk_changes
from seminars.actions.outbox import Sender
from seminars.models import Change, Series, SpeakerAnswer, SpeakerLetter, SpeakerRequest, State
from seminars.models.terms import Term
from tests.admin_forms import errors_in, fields_of, form_of, messages_of, save, signed_in
from tests.database_queries import queries_of
from tests.factories import in_new_york, make_organiser, make_series, make_speaker, make_talk
from tests.pages import main, words
from tests.pictures import picture
from tests.speaking import answer_of, ask, opened, path_of, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2025, 11, 5, 9)
BUTTONS = {"_accept", "_reject_rest", "_ask_back", "_send", "_make", "_replace", "_revoke", "_ask"}


@pytest.fixture
def talk(series, ada):
    return make_talk(series=series, title="On engines", speakers=[ada], starts_at=NOW + timedelta(days=10))


@pytest.fixture
def asked(talk, ada):
    return ask(talk, ada)


def page_of(talk):
    return f"/admin/ask-speaker/?talk={talk.pk}"


def answer_page(asked):
    return f"/admin/speaker-answer/?answer={answer_of(asked).pk}"


def press(client, address, button, **changes):
    """Press a button of a form, filled in as the page shows it."""
    sent = {name: value for name, value in fields_of(client.get(address)).items() if name not in BUTTONS}
    return client.post(address, sent | changes | {button: "yes"})


def title_of(talk):
    talk.refresh_from_db()
    return talk.title


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


def term_page(series):
    return f"/admin/ask-speakers/?series={series.pk}&term={Term.of(NOW.date(), 8).slug}"


def test_the_speakers_of_a_term_whose_talks_lack_something_are_asked_at_once(organiser_client, talk, series):
    bare = make_speaker(name="Without Mail")
    make_talk(series=series, title="", speakers=[bare], starts_at=NOW + timedelta(days=11))
    done = make_speaker(name="Done", biography="x", email="done@example.org")
    make_talk(series=series, abstract="x", speakers=[done], starts_at=NOW + timedelta(days=12))
    make_talk(series=series, speakers=["Off"], starts_at=NOW + timedelta(days=13), state=State.CANCELLED)
    make_talk(series=series, speakers=["Later"], starts_at=NOW + timedelta(days=300))
    rows = organiser_client.get(term_page(series)).context["rows"]
    assert [(one.speaker.name, one.missing, is_ticked) for one, is_ticked, _mailto in rows] == [
        ("Ada Lovelace", "abstract, biography", True),
        ("Without Mail", "title, abstract, biography", True),
    ]

    organiser_client.post(term_page(series), {"ask": [one.key for one, *_rest in rows]})
    assert [letter.to for letter in mail.outbox] == [["ada@example.org"]]
    assert "1 letter is being sent." in messages_of(organiser_client, term_page(series))[0]
    rows = organiser_client.get(term_page(series)).context["rows"]
    assert [is_ticked for _one, is_ticked, _mailto in rows] == [False, True]
    assert all("mailto:" in mailto for *_rest, mailto in rows)


def test_a_biography_is_asked_of_the_speaker_who_lacks_one(organiser_client, talk, series):
    known = make_speaker(name="Known Already", biography="Born in 1906.")
    new = make_speaker(name="New Here")
    both = make_talk(series=series, abstract="x", speakers=[known, new], starts_at=NOW + timedelta(days=12))

    rows = organiser_client.get(term_page(series)).context["rows"]
    assert [one.speaker.name for one, *_rest in rows if one.talk == both] == ["New Here"]
    ask(both, known)
    shown = words(main(organiser_client.get(page_of(both))))
    assert "What we still need: nothing, but please check what is there." in shown
    assert shown.count("Missing: biography") == 1


def test_nobody_ticked_is_said(organiser_client, talk, series):
    assert "Nobody is ticked" in organiser_client.post(term_page(series), {"ask": ["0-0"]}).text


def test_200_speakers_are_asked_within_two_seconds(organiser_client, series, settings):
    settings.MAIL_AT_ONCE = False
    talks = [
        make_talk(
            series=series, title="", starts_at=NOW + timedelta(hours=2 * number + 1),
            speakers=[make_speaker(email=f"s{number}@example.org")],
        )
        for number in range(200)
    ]  # fmt: skip
    rows = organiser_client.get(term_page(series)).context["rows"]
    sent = {"ask": [one.key for one, *_rest in rows]}
    began = time.perf_counter()
    queries = queries_of(lambda: organiser_client.post(term_page(series), sent))

    assert time.perf_counter() - began < 2
    assert queries < 40
    assert SpeakerLetter.objects.count() == len(talks)


# --- answers ---


def test_the_first_page_of_the_desk_says_that_an_answer_waits(organiser_client, other_organiser_client, asked):
    assert "Answers of speakers" not in organiser_client.get("/admin/").text
    send(asked, title="On looms")

    desk = organiser_client.get("/admin/")
    assert answer_page(asked) in desk.text
    assert "Answers of speakers" not in other_organiser_client.get("/admin/").text
    assert queries_of(lambda: organiser_client.get("/admin/")) <= 15


def test_an_organiser_accepts_edits_and_drops(organiser_client, asked, talk):
    send(asked, title="On looms", abstract="New.", pronouns="she", diet="No nuts")
    shown = organiser_client.get(answer_page(asked))
    assert [(one.name, one.now, one.proposed) for one in shown.context["proposed"]] == [
        ("pronouns", "", "she"), ("title", "On engines", "On looms"), ("abstract", "", "New."),
    ]  # fmt: skip
    assert "No nuts" in shown.text
    assert "Diet" in shown.text
    assert "What you do not eat" not in shown.text

    sent = {"seen": shown.context["seen"], "take": ["title", "abstract"], "value-title": "On all looms"}
    organiser_client.post(answer_page(asked), sent | {"value-abstract": "New.", "_reject_rest": "yes"})

    assert title_of(talk) == "On all looms"
    assert answer_of(asked).decided == {"title": "edited", "abstract": "accepted", "pronouns": "rejected"}
    assert Change.objects.latest("pk").sentence == "Answer of Ada Lovelace accepted"
    assert "Answer of Ada Lovelace accepted. Not what you wanted?" in organiser_client.get("/admin/").text
    assert "accepted after an edit" in organiser_client.get(answer_page(asked)).text


def test_what_is_not_ticked_still_waits_and_the_page_says_so(organiser_client, asked, talk):
    send(asked, title="On looms", abstract="New.", pronouns="she")
    sent = {
        "seen": organiser_client.get(answer_page(asked)).context["seen"],
        "take": ["title"],
        "value-title": "On looms",
    }

    told = organiser_client.post(answer_page(asked), sent | {"_accept": "yes"}, follow=True)

    assert "2 proposals of Ada Lovelace still wait for you." in told.text
    assert sorted(answer_of(asked).proposed) == ["abstract", "pronouns"]


def test_a_photo_is_seen_before_it_is_accepted(organiser_client, asked, ada):
    Client().post(path_of(asked), opened(asked) | {"upload": picture(), "send": "yes"})
    shown = organiser_client.get(answer_page(asked))
    assert "data:image/webp;base64," in shown.text
    organiser_client.post(answer_page(asked), {"seen": shown.context["seen"], "take": "photo", "_accept": "yes"})

    ada.refresh_from_db()
    assert ada.photo is not None


def test_a_photo_that_the_speaker_replaces_in_a_draft_is_neither_shown_nor_accepted(organiser_client, asked, ada):
    Client().post(path_of(asked), opened(asked) | {"title": "On looms", "upload": picture(), "send": "yes"})
    shown = organiser_client.get(answer_page(asked))
    Client().post(path_of(asked), opened(asked) | {"upload": picture(colour="red"), "save": "yes"})
    sent = {"seen": shown.context["seen"], "take": ["photo", "title"], "value-title": "On looms", "_accept": "yes"}
    refused = organiser_client.post(answer_page(asked), sent)

    assert "Ada Lovelace has chosen another photo" in words(main(refused))
    assert [one.name for one in refused.context["proposed"]] == ["title"]
    assert "data:image" not in refused.text
    ada.refresh_from_db()
    assert ada.photo is None


def test_what_was_typed_into_a_field_that_another_organiser_has_dealt_with_comes_back(organiser_client, asked, talk):
    send(asked, title="On looms", abstract="New.")
    seen = organiser_client.get(answer_page(asked)).context["seen"]
    organiser_client.post(answer_page(asked), {"seen": seen, "take": "abstract", "_reject_rest": "yes"})
    late = {"seen": seen, "take": "title", "value-title": "On all looms", "_accept": "yes"}
    refused = organiser_client.post(answer_page(asked), late)

    assert "Somebody has changed this since you opened the page" in words(main(refused))
    assert "On all looms" in refused.text
    assert title_of(talk) == "On engines"


def test_a_question_about_an_older_answer_comes_back_beside_the_newer_one(organiser_client, asked, clock):
    send(asked, title="On looms")
    seen = organiser_client.get(answer_page(asked)).context["seen"]
    clock.shift(60)
    send(asked, title="On weaving")
    refused = organiser_client.post(answer_page(asked), {"seen": seen, "question": "Which looms?", "_ask_back": "yes"})

    assert "has sent another answer" in words(main(refused))
    assert "Which looms?" in refused.text
    assert "On weaving" in refused.text
    assert not SpeakerLetter.objects.exists()


def test_who_speaks_no_longer_is_asked_no_question(organiser_client, asked, talk):
    send(asked, title="On looms")
    talk_changes.save(talk, parts=talk_changes.Parts(people=[]))
    refused = press(organiser_client, answer_page(asked), "_ask_back", question="Which looms?")

    assert "This person is no longer a speaker of this talk." in words(main(refused))
    assert answer_of(asked).question == ""


def test_a_conflict_shows_all_three_versions_and_is_not_ticked(organiser_client, asked, talk):
    sent = opened(asked) | {"title": "On looms", "pronouns": "she", "send": "yes"}
    talk.title = "By others"
    talk.save()
    Client().post(path_of(asked), sent)

    shown = organiser_client.get(answer_page(asked))
    title = next(one for one in shown.context["proposed"] if one.name == "title")
    assert (title.then, title.now, title.proposed, title.is_ticked) == ("On engines", "By others", "On looms", False)
    assert "Somebody has changed this" in words(main(shown))


def test_what_changes_while_the_page_is_open_is_not_overwritten(organiser_client, asked, talk):
    send(asked, title="On looms")
    shown = organiser_client.get(answer_page(asked))
    talk.title = "By others"
    talk.save()
    sent = {"seen": shown.context["seen"], "take": "title", "value-title": "My own words", "_accept": "yes"}
    refused = organiser_client.post(answer_page(asked), sent)

    assert "Somebody has changed this since you opened the page" in words(refused.text)
    assert 'value="My own words"' in refused.text
    assert title_of(talk) == "By others"
    organiser_client.post(answer_page(asked), sent | {"seen": refused.context["seen"]})
    assert title_of(talk) == "My own words"


def test_a_refused_value_is_named_and_stays(organiser_client, asked, talk):
    send(asked, title="On looms")
    shown = organiser_client.get(answer_page(asked))
    sent = {"seen": shown.context["seen"], "take": "title", "value-title": "x" * 501, "_accept": "yes"}
    refused = organiser_client.post(answer_page(asked), sent)

    assert "Title: " in words(refused.text)
    assert "x" * 501 in refused.text
    assert title_of(talk) == "On engines"


def test_an_organiser_asks_back_by_mail_and_on_the_page(organiser_client, asked):
    send(asked, title="On looms")
    press(organiser_client, answer_page(asked), "_ask_back", question="Which looms?")

    [letter] = mail.outbox
    assert letter.to == ["ada@example.org"]
    assert "Which looms?" in letter.body
    assert "Which looms?" in Client().get(path_of(asked)).text
    assert not SpeakerAnswer.objects.filter(waits_since__isnull=False).exists()
    assert "Type the question first" in press(organiser_client, answer_page(asked), "_ask_back", question=" ").text


def test_an_answer_that_changes_nothing_can_be_put_away(organiser_client, asked):
    send(asked, arrival="Tuesday")
    assert "proposes no change" in organiser_client.get(answer_page(asked)).text
    press(organiser_client, answer_page(asked), "_accept")

    assert answer_of(asked).waits_since is None


def test_scripts_of_a_speaker_do_not_run_on_the_desk(organiser_client, asked, talk):
    odd = '"><script>alert(1)</script>'
    send(asked, **dict.fromkeys(("name", "title", "abstract", "biography", "diet", "affiliation"), odd))

    for address in ("/admin/", page_of(talk), answer_page(asked)):
        assert "<script>alert" not in organiser_client.get(address).text


def test_others_neither_ask_nor_read(other_organiser_client, asked, talk, series):
    send(asked, title="On looms", diet="No nuts")
    joined = signed_in(make_organiser(joint := make_series()))
    talk.also_in.add(joint)

    for client in (other_organiser_client, joined):
        for address in (page_of(talk), answer_page(asked)):
            assert client.get(address).status_code == 404
            assert client.post(address, {"_accept": "yes", "take": "title"}).status_code == 404
        assert client.post(term_page(series), {"ask": "1-1"}).status_code in (403, 404)
    assert title_of(talk) == "On engines"


def test_the_form_of_a_talk_and_the_schedule_lead_here(organiser_client, talk, series):
    assert page_of(talk) in organiser_client.get(f"/admin/seminars/talk/{talk.pk}/change/").text
    assert "/admin/ask-speakers/?series=" in organiser_client.get(f"/admin/schedule/?series={series.pk}").text
    assert "On engines" in unquote(organiser_client.get(page_of(talk)).text)


def test_the_form_of_a_talk_says_what_was_sent_and_that_an_answer_waits(organiser_client, asked, talk):
    organiser_client.post(page_of(talk), {"person": asked.speaker_id, "email": "ada@example.org", "_send": "yes"})
    send(asked, title="On looms")

    shown = words(main(organiser_client.get(f"/admin/seminars/talk/{talk.pk}/change/")))

    assert "Ada Lovelace has answered. Read the answer" in shown
    assert "Request: ada@example.org, sent " in shown


def test_answers_of_a_series_can_go_live_at_once(administrator_client, asked, talk, series):
    assert "answers_go_live" not in form_of(administrator_client, f"/admin/seminars/series/{series.pk}/change/")
    save(administrator_client, series, answers_go_live="on")
    send(asked, title="On looms")

    assert title_of(talk) == "On looms"
    assert answer_of(asked).waits_since is None
