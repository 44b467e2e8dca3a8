"""Decide what speakers propose: accept all or some of it, as one change that one undo takes back, or ask back."""

import logging
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars.actions import photos, shared_rows, talk_changes
from seminars.models import Speaker, SpeakerAnswer, SpeakerRequest, Talk, User, publishing, recording
from seminars.models.speaker_request import OF_APPEARANCE, OF_SPEAKER, OF_TALK, PHOTO, Values

logger = logging.getLogger(__name__)


class Decision(NamedTuple):
    """What an organiser decides about one answer: values to take, as they may have edited them, and the rejected rest.

    `seen` is what the site said on the page where they decided, and `sent_at` which answer they saw.
    """

    values: Values
    rejected: Collection[str]
    seen: Values
    sent_at: datetime | None


def conflicts(request: SpeakerRequest, answer: SpeakerAnswer) -> set[str]:
    """Return the proposed fields that somebody else has changed since the speaker opened the form."""
    present = request.present_values()
    return {name for name in answer.proposed if answer.seen.get(name, "") != present.get(name)}


def decide(request: SpeakerRequest, answer: SpeakerAnswer, decision: Decision, *, by: User | None) -> None:
    """Take what was accepted, note what was rejected; what was neither still waits.

    Raise ValidationError and change nothing if the speaker has sent another answer ("newer"), if somebody has changed
    a field since the page was opened ("changed"), or if a value is refused.
    """
    with publishing(), recording(_("Answer of %(speaker)s accepted") % {"speaker": request.speaker}, by=by):
        answer.refresh_from_db(from_queryset=SpeakerAnswer.objects.select_for_update())
        talk = Talk.objects.for_entries().get(pk=request.talk_id)
        speaker = Speaker.objects.locked().get(pk=request.speaker_id)
        current = SpeakerRequest(talk=talk, speaker=speaker)
        _refuse_what_was_not_seen(current, answer, decision)
        _take(current, answer, decision.values, by=by)
        _note(answer, decision, by=by)


def publish_at_once(request: SpeakerRequest, answer: SpeakerAnswer) -> None:
    """Accept an answer for a series that does not wait; what conflicts or is refused waits for an organiser."""
    doubtful = conflicts(request, answer)
    values = {name: value for name, value in answer.proposed.items() if name not in doubtful}
    try:
        decide(request, answer, Decision(values, (), request.present_values(), answer.sent_at), by=None)
    except ValidationError:
        logger.info("An answer could not be published at once, and waits on the desk")


def _refuse_what_was_not_seen(current: SpeakerRequest, answer: SpeakerAnswer, decision: Decision) -> None:
    if answer.sent_at != decision.sent_at:
        raise _newer(current.speaker)
    if current.appearance is None:
        sentence = _("%(speaker)s is not at this talk any more, so nothing can be accepted.")
        raise ValidationError(sentence % {"speaker": current.speaker}, code="gone")
    if PHOTO in decision.values and decision.values[PHOTO] != answer.photo_digest:
        sentence = _(
            "%(speaker)s has chosen another photo since they sent this one. Nothing is saved yet. You see the new "
            "photo here once they send it."
        )
        raise ValidationError(sentence % {"speaker": current.speaker}, code="photo")
    present = current.present_values()
    is_decided = not answer.proposed.keys() >= decision.values.keys()
    if is_decided or any(present[name] != decision.seen.get(name) for name in decision.values):
        sentence = _(
            "Someone has changed this since you opened the page. Nothing is saved yet: check what is there now."
        )
        raise ValidationError(sentence, code="changed")


def _newer(speaker: Speaker) -> ValidationError:
    sentence = _("%(speaker)s has sent another answer since you opened this page. Nothing is saved yet.")
    return ValidationError(sentence % {"speaker": speaker}, code="newer")


def _take(current: SpeakerRequest, answer: SpeakerAnswer, values: Values, *, by: User | None) -> None:
    talk, speaker, people = current.talk, current.speaker, None
    of_talk = {name: values[name] for name in OF_TALK if name in values}
    of_speaker = {name: values[name] for name in OF_SPEAKER if name in values}
    for row, fields in ((talk, of_talk), (speaker, of_speaker)):
        for name, value in fields.items():
            setattr(row, name, value)
    if OF_APPEARANCE[0] in values:
        current.appearance.affiliation = values["affiliation"]
        people = list(talk.appearances.all())
    if PHOTO in values:
        speaker.photo = photos.store(photos.again(bytes(answer.photo)))
    if of_speaker or PHOTO in values:
        shared_rows.save(speaker)
    if of_talk or people:
        talk_changes.save(talk, by=by, parts=talk_changes.Parts(people=people))


def _note(answer: SpeakerAnswer, decision: Decision, *, by: User | None) -> None:
    """Note what became of each field; what was decided is in the form no longer, unless it was typed again since."""
    decided = dict.fromkeys(decision.rejected, "rejected")
    for name, value in decision.values.items():
        decided[name] = "accepted" if value == answer.proposed.get(name) else "edited"
    done = {name for name in decided if answer.draft.get(name) == answer.proposed.get(name)}
    answer.decided |= decided
    answer.proposed = {name: value for name, value in answer.to_decide.items() if name not in decided}
    answer.draft = {name: value for name, value in answer.draft.items() if name not in done}
    if PHOTO in done:
        answer.photo = answer.small_photo = b""
    answer.decided_at, answer.decided_by = timezone.now(), by
    answer.waits_since = answer.waits_since if answer.proposed else None
    answer.save()


def ask_back(answer: SpeakerAnswer, question: str, *, sent_at: datetime | None) -> None:
    """Show the speaker a question on their page; what they proposed stays, and waits no longer.

    `sent_at` is which answer the organiser saw. Raise ValidationError and ask nothing if there is a newer one.
    """
    seen = SpeakerAnswer.objects.filter(pk=answer.pk, sent_at=sent_at)
    if not seen.update(question=question, asked_back_at=timezone.now(), waits_since=None):
        raise _newer(answer.speaker)
