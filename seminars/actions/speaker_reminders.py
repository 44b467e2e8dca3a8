"""Remind speakers whom an organiser has asked of what is missing, and ask for slides afterwards: one letter a step.

Somebody who has answered, whose talk is called off, or whose series does not remind is left alone. Each step of a talk
is a row that is there once, so a worker that is killed and begins again sends no second letter.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from seminars.actions import outbox
from seminars.formats.letters import speakers
from seminars.models import Letter, SpeakerAnswer, SpeakerLetter, SpeakerRequest, Talk
from seminars.models.letter import LetterKind
from seminars.models.speaker_request import LetterReason
from seminars.times import Span, local, start_of

STEPS = (21, 10, 5)  # days before the talk, in the department's zone
AFTERWARDS = -1  # the step of the request for slides
THANKS_WITHIN = timedelta(days=7)  # after the talk; a request that comes later looks like a mistake
PAUSE = timedelta(days=3)  # after any letter to the same person about the same talk
GOOD_FOR = timedelta(days=2)  # a reminder that could not be sent for so long is left out


def put_due(now: datetime | None = None) -> int:
    """Put the reminders that are due into the outbox; return how many."""
    now = now or timezone.now()
    today = local(now).date()
    ahead = Span(now, start_of(today + timedelta(days=STEPS[0] + 1)))
    behind = Span(start_of(today) - THANKS_WITHIN, start_of(today))
    return _put(_to_remind(ahead, now), now) + _put(_to_thank(behind), now)


def step_of(talk: Talk, now: datetime) -> int | None:
    """Return the step in which a talk is: the last of STEPS that has come, None before the first and on its day."""
    days = (local(talk.starts_at).date() - local(now).date()).days
    return min((step for step in STEPS if days <= step), default=None) if days > 0 else None


def _to_remind(span: Span, now: datetime) -> list[tuple[SpeakerRequest, LetterReason, int]]:
    requests = _read(span)
    answered = SpeakerAnswer.objects.sent_in([one.talk for one in requests])
    return [
        (one, LetterReason.REMIND, step)
        for one in requests
        if (step := step_of(one.talk, now)) is not None
        and (one.talk_id, one.speaker_id) not in answered
        and speakers.lacks(one.talk, one.speaker)
    ]


def _to_thank(span: Span) -> list[tuple[SpeakerRequest, LetterReason, int]]:
    over = [one for one in _read(span) if one.talk.is_over() and not one.talk.slides_url]
    return [(one, LetterReason.THANK, AFTERWARDS) for one in over]


def _read(span: Span) -> list[SpeakerRequest]:
    """Return the addresses that may need a letter, with their talks and people: the same few queries for any number."""
    found = list(SpeakerRequest.objects.to_remind(span).select_related("speaker").distinct())
    talks = Talk.objects.for_pages().in_bulk({one.talk_id for one in found})
    for one in found:
        one.talk = talks[one.talk_id]
    return [one for one in found if one.speaker.email and one.address]


def _put(due: Iterable[tuple[SpeakerRequest, LetterReason, int]], now: datetime) -> int:
    due = list(due)
    if not due:
        return 0
    written = defaultdict(list)
    for letter in SpeakerLetter.objects.of([request.talk for request, _reason, _step in due]):
        written[letter.talk_id, letter.speaker_id].append(letter)
    put = 0
    for request, reason, step in due:
        before = written[request.talk_id, request.speaker_id]
        is_done = any(one.step == step or one.put_at > now - PAUSE for one in before)
        if not is_done and _put_one(request, reason, step, now):
            put += 1
    return put


def _put_one(request: SpeakerRequest, reason: LetterReason, step: int, now: datetime) -> bool:
    """Note the step and put its letter into the outbox, both or neither; return False if another worker has."""
    fields = {"reason": reason, "to": request.speaker.email, "by": request.made_by, "put_at": now}
    key = {"talk": request.talk, "speaker": request.speaker, "step": step}
    with transaction.atomic():
        note, is_new = SpeakerLetter.objects.get_or_create(**key, defaults=fields)
        if is_new:
            outbox.put_all(
                [
                    Letter(
                        kind=LetterKind.SPEAKER,
                        key=f"speaker-step:{request.talk_id}:{request.speaker_id}:{step}",
                        to=note.to,
                        about={"speaker_letter": note.pk},
                        expires_at=now + GOOD_FOR,
                    )
                ]
            )
    return is_new
