"""The desk: read what speakers answer, accept it field by field, ask back."""

from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.core import mail
from django.test import Client

from seminars.actions import talk_changes
from seminars.models import Change, SpeakerAnswer, SpeakerLetter
from tests.admin_forms import form_of, save, signed_in
from tests.database_queries import queries_of
from tests.factories import in_new_york, make_organiser, make_series, make_talk
from tests.pages import main, words
from tests.pictures import picture
from tests.speaking import answer_of, answer_page, ask, opened, page_of, path_of, press, send, term_page, title_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2025, 11, 5, 9)


@pytest.fixture
def talk(series, ada):
    return make_talk(series=series, title="On engines", speakers=[ada], starts_at=NOW + timedelta(days=10))


@pytest.fixture
def asked(talk, ada):
    return ask(talk, ada)


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

    assert "Someone has changed this since you opened the page" in words(main(refused))
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
    assert "Someone has changed this" in words(main(shown))


def test_what_changes_while_the_page_is_open_is_not_overwritten(organiser_client, asked, talk):
    send(asked, title="On looms")
    shown = organiser_client.get(answer_page(asked))
    talk.title = "By others"
    talk.save()
    sent = {"seen": shown.context["seen"], "take": "title", "value-title": "My own words", "_accept": "yes"}
    refused = organiser_client.post(answer_page(asked), sent)

    assert "Someone has changed this since you opened the page" in words(refused.text)
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
        assert client.post(term_page(series, NOW.date()), {"ask": "1-1"}).status_code in (403, 404)
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
