"""What organisers decide about the answers of speakers, and what becomes of talks and people by it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from seminars.actions import housekeeping, merging, speaker_answers, speaker_requests, talk_changes, undoing
from seminars.actions.merging import Merger
from seminars.actions.speaker_answers import Decision
from seminars.models import Change, Edition, Photo, Series, SpeakerAnswer, SpeakerRequest, State
from tests.factories import in_new_york, make_organiser, make_series, make_speaker, make_talk
from tests.pictures import picture
from tests.speaking import answer_of, ask, opened, path_of, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2025, 11, 5, 9)


@pytest.fixture
def talk(series, ada):
    return make_talk(series=series, title="On engines", speakers=[ada], starts_at=NOW + timedelta(days=10))


@pytest.fixture
def asked(talk, ada):
    return ask(talk, ada)


@pytest.fixture
def grace(series):
    return make_organiser(series)


def decide(asked, by, *accepted, rejected=(), **edited):
    """Accept these fields, as an organiser does who has just opened the page."""
    answer, fresh = answer_of(asked), SpeakerRequest.objects.good_of(asked.talk_id, asked.speaker_id)
    values = {name: answer.proposed[name] for name in accepted} | edited
    decision = Decision(values, rejected, fresh.present_values(), answer.sent_at)
    speaker_answers.decide(fresh, answer, decision, by=by)
    return answer_of(asked)


def said(asked):
    fresh = SpeakerRequest.objects.get(pk=asked.pk).with_talk()
    return fresh.present_values()


ALL = {
    "name": "Ada King", "affiliation": "Ockham", "pronouns": "she", "title": "On looms", "abstract": "New.",
    "language": "fr", "biography": "Of London.", "homepage": "https://ada.example.org/", "orcid": "0000-0002-1825-0097",
    "slides_url": "https://example.org/s", "paper_url": "https://example.org/p", "code_url": "https://example.org/c",
    "recording_url": "https://example.org/r", "recording": "declined",
}  # fmt: skip


def test_everything_that_is_accepted_goes_where_it_belongs_and_one_undo_takes_it_back(asked, grace, client):
    before = said(asked)
    client.post(path_of(asked), opened(asked) | ALL | {"upload": picture(), "send": "yes"})
    answer = decide(asked, grace, *answer_of(asked).proposed)

    photo = Photo.objects.get()
    assert said(asked) == ALL | {"photo": photo.digest}
    assert set(answer.decided.values()) == {"accepted"}
    assert (answer.proposed, answer.waits_since, bytes(answer.photo)) == ({}, None, b"")
    assert client.get(photo.get_absolute_url()).status_code == 200
    ours = opened(asked)
    assert {name: ours[name] for name in ALL} == ALL

    undoing.restore(Change.objects.latest("pk"), by=grace)
    assert said(asked) == before


def test_some_is_accepted_some_edited_some_rejected_and_the_rest_waits(asked, grace):
    send(asked, title="On looms", abstract="New.", pronouns="she", homepage="https://x.example.org/")
    answer = decide(asked, grace, "title", rejected=["pronouns"], abstract="Newer.")

    assert answer.decided == {"title": "accepted", "abstract": "edited", "pronouns": "rejected"}
    assert answer.proposed == {"homepage": "https://x.example.org/"}
    assert answer.waits_since == NOW
    now = said(asked)
    assert (now["title"], now["abstract"], now["pronouns"], now["homepage"]) == ("On looms", "Newer.", "", "")
    assert opened(asked)["pronouns"] == ""


def test_what_was_changed_meanwhile_is_a_conflict_and_not_overwritten_unseen(asked, talk, grace):
    sent = opened(asked) | {"title": "On looms", "send": "yes"}
    talk.title = "By others"
    talk_changes.save(talk)
    Client().post(path_of(asked), sent)
    answer = answer_of(asked)
    assert answer.seen["title"] == "On engines"
    assert speaker_answers.conflicts(SpeakerRequest.objects.good_of(talk.pk, asked.speaker_id), answer) == {"title"}
    stale = Decision({"title": "On looms"}, (), {"title": "On engines"}, answer.sent_at)
    with pytest.raises(ValidationError) as refusal:
        speaker_answers.decide(asked, answer, stale, by=grace)

    assert refusal.value.code == "changed"
    assert said(asked)["title"] == "By others"


def test_what_the_speaker_did_not_touch_is_not_proposed(asked, talk):
    sent = opened(asked) | {"pronouns": "she", "send": "yes"}
    talk.title = "By others"
    talk_changes.save(talk)
    Client().post(path_of(asked), sent)

    assert answer_of(asked).proposed == {"pronouns": "she"}
    assert opened(asked)["title"] == "By others"


def test_a_newer_answer_stops_a_decision_about_the_older_one(asked, grace, clock):
    send(asked, title="On looms")
    seen = answer_of(asked)
    clock.shift(60)
    send(asked, title="On weaving")

    old = Decision({"title": "On looms"}, (), said(asked), seen.sent_at)
    with pytest.raises(ValidationError) as refusal:
        speaker_answers.decide(asked, seen, old, by=grace)
    assert refusal.value.code == "newer"
    assert said(asked)["title"] == "On engines"


def test_a_value_that_is_refused_changes_nothing(asked, grace):
    send(asked, title="On looms", pronouns="she")
    edition = Edition.objects.number()

    with pytest.raises(ValidationError):
        decide(asked, grace, "pronouns", title="x" * 501)
    assert (said(asked)["title"], said(asked)["pronouns"]) == ("On engines", "")
    assert Edition.objects.number() == edition


def test_drafts_and_answers_make_no_edition(asked):
    edition = Edition.objects.number()
    send(asked, title="On looms", button="save")
    send(asked, title="On looms")

    assert Edition.objects.number() == edition


def test_answers_can_go_live_at_once_but_not_over_what_others_changed(asked, talk):
    Series.objects.update(answers_go_live=True)
    sent = opened(asked) | {"title": "On looms", "abstract": "New.", "send": "yes"}
    talk.title = "By others"
    talk_changes.save(talk)
    Client().post(path_of(asked), sent)

    assert (said(asked)["title"], said(asked)["abstract"]) == ("By others", "New.")
    assert answer_of(asked).proposed == {"title": "On looms"}
    assert Change.objects.latest("pk").by is None


def test_a_question_is_shown_to_the_speaker_until_they_answer(asked, client):
    send(asked, title="On looms")
    speaker_answers.ask_back(answer_of(asked), "Which looms?")

    assert "Which looms?" in client.get(path_of(asked)).text
    assert answer_of(asked).waits_since is None
    send(asked, title="On Jacquard looms")
    assert "Which looms?" not in client.get(path_of(asked)).text
    assert answer_of(asked).proposed == {"title": "On Jacquard looms"}


def test_addresses_are_made_once_and_for_200_at_a_time(series, ada, django_assert_max_num_queries):
    talks = [make_talk(series=series, speakers=[ada], state=State.DRAFT) for _ in range(20)]
    first = speaker_requests.make(talks[0], ada, by=None)
    with django_assert_max_num_queries(8):
        made = speaker_requests.make_all([(talk, ada) for talk in talks], by=make_organiser(series))

    assert {one.talk_id for one in made} == {talk.pk for talk in talks}
    assert first in made
    assert speaker_requests.make(talks[0], ada, by=None) == first
    assert SpeakerAnswer.objects.count() == 20


def test_private_details_are_forgotten_30_days_after_the_talk_and_all_of_it_after_a_year(asked, clock):
    send(asked, title="On looms", diet="No nuts")
    clock.move_to(asked.talk.ends_at + timedelta(days=29))
    housekeeping.tidy()
    assert answer_of(asked).private["diet"] == "No nuts"

    clock.move_to(asked.talk.ends_at + timedelta(days=31))
    housekeeping.tidy()
    assert (answer_of(asked).private, answer_of(asked).proposed) == ({}, {"title": "On looms"})
    clock.move_to(asked.talk.ends_at + timedelta(days=366))
    housekeeping.tidy()
    assert (SpeakerRequest.objects.count(), SpeakerAnswer.objects.count()) == (0, 0)


def test_a_merged_person_keeps_address_and_answer(asked, ada):
    send(asked, title="On looms")
    kept = make_speaker(name="Ada L.")
    merging.merge(Merger(kept, ada), by=None)

    again = SpeakerRequest.objects.get(pk=asked.pk).with_talk()
    assert (again.speaker, answer_of(again).proposed) == (kept, {"title": "On looms"})
    assert opened(again)["title"] == "On looms"


def test_another_secret_key_keeps_the_link_but_cannot_show_it(asked, settings, client):
    path = path_of(asked)
    settings.SECRET_KEY = "another" * 9

    assert client.get(path).status_code == 200
    assert asked.address == ""


def test_one_person_at_two_talks_has_two_addresses(asked, ada):
    other = ask(make_talk(series=make_series(), speakers=[ada], title="Other"), ada)

    assert other.digest != asked.digest
    assert (opened(other)["title"], opened(asked)["title"]) == ("Other", "On engines")


def test_a_field_typed_into_before_others_changed_it_stays_a_conflict_when_the_form_is_opened_again(asked, talk):
    send(asked, button="save", title="On looms")
    talk.title = "By others"
    talk_changes.save(talk)
    send(asked, pronouns="she")

    answer = answer_of(asked)
    assert answer.proposed == {"title": "On looms", "pronouns": "she"}
    assert (answer.seen["title"], answer.seen["pronouns"]) == ("On engines", "")
    fresh = SpeakerRequest.objects.good_of(talk.pk, asked.speaker_id)
    assert speaker_answers.conflicts(fresh, answer) == {"title"}
