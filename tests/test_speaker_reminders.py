"""Speakers who were asked are reminded of what is missing, once for each step, and asked for slides afterwards."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from seminars.actions import lifecycle, speaker_reminders, speaker_requests
from seminars.actions.outbox import Sender
from seminars.formats.letters import speakers
from seminars.management.commands.work import next_morning
from seminars.models import Letter, SpeakerLetter, SpeakerRequest, Talk
from seminars.models.letter import LetterState
from seminars.models.speaker_request import LetterReason
from tests.factories import in_new_york, make_draft, make_organiser, make_talk
from tests.speaking import ask, path_of, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2025, 11, 5, 9)


@pytest.fixture
def talk(series, ada):
    return make_talk(series=series, title="", speakers=[ada], starts_at=NOW + timedelta(days=30, hours=3))


@pytest.fixture
def asked(talk, ada, waiting):
    return ask(talk, ada, by=make_organiser(talk.series, first_name="Grace", last_name="Hopper", email="g@example.org"))


def steps():
    return list(SpeakerLetter.objects.order_by("pk").values_list("step", flat=True))


def live(clock, days):
    """Let the worker do its task each morning of so many days, and send what is due."""
    for _day in range(days):
        clock.shift(timedelta(days=1))
        speaker_reminders.put_due()
        Sender().send_due()


def test_a_speaker_is_reminded_21_10_and_5_days_before_the_talk(clock, asked):
    live(clock, 29)

    assert steps() == [21, 10, 5]
    days = [(asked.talk.starts_at.date() - one.put_at.date()).days for one in SpeakerLetter.objects.order_by("pk")]
    assert days == [21, 10, 5]
    assert [one.subject for one in mail.outbox] == [
        "Reminder: your talk on Friday, 5 December 2025, 12–1 pm, New York time"
    ] * 3
    letter = mail.outbox[0]
    assert letter.to == ["ada@example.org"]
    assert asked.address in letter.body
    assert "we still need: title, abstract, biography." in letter.body
    assert letter.body.rstrip().endswith("Grace Hopper")
    assert letter.reply_to == ["g@example.org"]
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"


def test_a_worker_that_begins_again_sends_nothing_twice(clock, asked):
    clock.shift(timedelta(days=10))

    assert [speaker_reminders.put_due() for _run in range(3)] == [1, 0, 0]
    clock.shift(timedelta(days=4))
    assert speaker_reminders.put_due() == 0


def test_a_step_that_was_noted_without_its_letter_is_impossible(clock, asked, monkeypatch):
    clock.shift(timedelta(days=10))

    def die(_letters):
        raise OSError("killed")

    with monkeypatch.context() as killing:
        killing.setattr("seminars.actions.outbox.put_all", die)
        with pytest.raises(OSError, match="killed"):
            speaker_reminders.put_due()

    assert steps() == []
    assert speaker_reminders.put_due() == 1


def test_nobody_is_reminded_who_was_not_asked(clock, talk, waiting):
    live(clock, 29)

    assert not Letter.objects.exists()


def test_an_answer_silences_reminders_also_one_that_is_under_way(clock, asked):
    clock.shift(timedelta(days=10))
    assert speaker_reminders.put_due() == 1
    assert send(asked, title="On looms").status_code == 302

    Sender().send_due()

    assert mail.outbox == []
    assert Letter.objects.get().state == LetterState.DROPPED
    live(clock, 19)
    assert mail.outbox == []


def test_nothing_is_asked_of_a_talk_that_is_called_off(clock, asked):
    lifecycle.postpone(asked.talk, reason="Snow", by=None)
    live(clock, 40)
    assert mail.outbox == []


def test_a_reminder_under_way_is_dropped_if_the_talk_is_cancelled(clock, asked):
    clock.shift(timedelta(days=10))
    speaker_reminders.put_due()
    lifecycle.cancel(asked.talk, reason="Snow", by=None)

    Sender().send_due()

    assert mail.outbox == []


@pytest.mark.parametrize("prevented", ["complete", "no email", "switched off", "revoked", "given away"])
def test_who_has_nothing_to_give_is_left_alone(clock, asked, prevented):
    talk, ada = asked.talk, asked.speaker
    if prevented == "complete":
        Talk.objects.filter(pk=talk.pk).update(title="On looms", abstract="Weaving.")
        type(ada).objects.filter(pk=ada.pk).update(biography="Born in 1815.")
    elif prevented == "no email":
        type(ada).objects.filter(pk=ada.pk).update(email="")
    elif prevented == "switched off":
        type(talk.series).objects.filter(pk=talk.series_id).update(reminds_speakers=False)
    elif prevented == "revoked":
        speaker_requests.revoke(asked)
    else:
        talk.appearances.all().delete()

    live(clock, 29)

    assert mail.outbox == []


def test_a_biography_is_asked_of_the_person_who_lacks_one(clock, asked):
    Talk.objects.filter(pk=asked.talk_id).update(title="On looms", abstract="Weaving.")
    type(asked.speaker).objects.filter(pk=asked.speaker_id).update(biography="Born in 1815.")
    asked.talk.appearances.create(speaker=type(asked.speaker).objects.create(name="Bo Li"), order=1)

    live(clock, 29)

    assert mail.outbox == []


def test_who_was_asked_yesterday_is_not_reminded_today(clock, asked, ada):
    clock.shift(timedelta(days=9))
    speaker_requests.send({asked: ada.email}, by=asked.made_by)
    Sender().send_due()

    live(clock, 1)
    assert steps() == [None]
    live(clock, 4)
    assert steps() == [None, 21]


def test_the_speaker_of_a_draft_is_reminded_and_of_a_late_talk_once_for_the_step_it_is_in(clock, series, ada, waiting):
    draft = make_draft(series=series, title="", speakers=[ada], starts_at=NOW + timedelta(days=7))
    ask(draft, ada, by=None)

    live(clock, 6)

    assert steps() == [10, 5]


def test_slides_are_asked_for_once_after_the_talk(clock, asked):
    live(clock, 45)

    assert steps() == [21, 10, 5, -1]
    letter = mail.outbox[-1]
    assert letter.subject.startswith("Thank you for your talk on Friday, 5 December 2025")
    assert "please send us a link to them" in letter.body
    assert path_of(asked) in letter.body


def test_no_slides_are_asked_for_that_are_there(clock, asked):
    live(clock, 29)
    Talk.objects.filter(pk=asked.talk_id).update(slides_url="https://example.org/slides.pdf")

    live(clock, 10)

    assert steps() == [21, 10, 5]


def test_the_words_are_those_of_the_series(clock, asked):
    asked.talk.series.remind_text = "Dear {speaker}, {missing}? {address}"
    asked.talk.series.save()

    letter = speakers.written(ask(asked.talk, asked.speaker), asked.made_by, reason=LetterReason.REMIND)

    assert letter.text == f"Dear Ada Lovelace, title, abstract, biography? {asked.address}"


@pytest.mark.parametrize("template", ["Dear {name}", "{address", "Without an address"])
def test_a_template_that_cannot_be_filled_in_is_refused(template):
    with pytest.raises(ValidationError):
        speakers.check(template, needs_address=True)


def test_200_speakers_take_the_same_queries_to_look_for_as_two(series, clock, django_assert_max_num_queries, waiting):
    for number in range(60):
        draft = make_draft(
            series=series,
            title="T",
            abstract="A",
            starts_at=NOW + timedelta(days=20, hours=number % 5),
            shares_room=True,
        )
        person = type(draft).people.rel.model.objects.create(
            name=f"Ada {number}", email=f"a{number}@example.org", biography="B"
        )
        draft.appearances.create(speaker=person)
        ask(draft, person)
    assert SpeakerRequest.objects.count() == 60

    with django_assert_max_num_queries(12):
        assert speaker_reminders.put_due() == 0


def test_the_morning_is_nine_in_the_department():
    assert next_morning(NOW) == in_new_york(2025, 11, 6, 9)
    assert next_morning(NOW - timedelta(minutes=1)) == NOW
