"""Ask a speaker at a private address: make, replace and revoke it, keep drafts, take what is sent in, send letters."""

import secrets
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars.actions import outbox, speaker_answers
from seminars.models import Letter, Photo, Speaker, SpeakerAnswer, SpeakerLetter, SpeakerRequest, Talk, User
from seminars.models.letter import LetterKind
from seminars.models.speaker_request import PHOTO, PRIVATE, PROPOSED, Ending, LetterReason, Values

MOST_CHARACTERS = 300_000  # of a draft


class TypedAnswer(NamedTuple):
    """What a form of the speaker's page sent: its values, what the site said when it was opened, and which version.

    `photo` is a new picture; None leaves the one that was proposed before.
    """

    values: Values
    seen: Values
    version: int
    photo: Photo | None = None
    is_without_photo: bool = False


def make(talk: Talk, speaker: Speaker, *, by: User | None) -> SpeakerRequest:
    """Return the good address of a person at a talk, which is made unless there is one."""
    made = SpeakerRequest.new(talk, speaker, by)
    rest = {name: getattr(made, name) for name in ("seed", "digest", "made_by")}
    with transaction.atomic():
        found, _made = SpeakerRequest.objects.get_or_create(talk=talk, speaker=speaker, ended_at=None, defaults=rest)
        SpeakerAnswer.objects.begin([found])
    return found


def make_all(asked: Collection[tuple[Talk, Speaker]], *, by: User) -> list[SpeakerRequest]:
    """Return the good addresses of people at talks; four queries, however many are made."""
    good = SpeakerRequest.objects.good().of([talk for talk, _speaker in asked])
    there = {(row.talk_id, row.speaker_id) for row in good}
    new = [SpeakerRequest.new(*one, by) for one in asked if (one[0].pk, one[1].pk) not in there]
    with transaction.atomic():
        SpeakerRequest.objects.bulk_create(new, ignore_conflicts=True)
        SpeakerAnswer.objects.begin(new)
    keys = {(talk.pk, speaker.pk): (talk, speaker) for talk, speaker in asked}
    rows = [row for row in good.all() if (row.talk_id, row.speaker_id) in keys]
    for row in rows:
        row.talk, row.speaker = keys[row.talk_id, row.speaker_id]
    return rows


def replace(request: SpeakerRequest, *, by: User) -> SpeakerRequest:
    """End an address and return a new one of the same person; what was typed stays."""
    with transaction.atomic():
        _end(request, Ending.REPLACED)
        return make(request.talk, request.speaker, by=by)


def revoke(request: SpeakerRequest) -> None:
    """End an address: its page says that it no longer works."""
    _end(request, Ending.REVOKED)


def _end(request: SpeakerRequest, ending: Ending) -> None:
    SpeakerRequest.objects.good().filter(pk=request.pk).update(ended_at=timezone.now(), ending=ending)


# --- what speakers type ----------------------------------------------------------------------------------


def save_draft(answer: SpeakerAnswer, typed: TypedAnswer, **fields: Any) -> None:
    """Keep what was typed as it is, unchecked, with any further `fields` of the answer.

    Raise ValidationError with the code "version" if another tab or device has saved since, and with "long" for more
    than anybody types. Nothing is kept then.
    """
    values = {name: value.replace("\0", "") for name, value in typed.values.items()}
    if sum(map(len, values.values())) > MOST_CHARACTERS:
        sentence = _("This is too much text to keep: the whole form may have at most %(most)s characters. Shorten it.")
        raise ValidationError(sentence % {"most": f"{MOST_CHARACTERS:,}"}, code="long")
    draft = {name: values[name] for name in PROPOSED if name in values}
    seen = {name: typed.seen[name] for name in PROPOSED if name in typed.seen}
    # Of a field that was typed into before, what counts is what the site said then.
    seen |= {name: old for name, old in answer.seen.items() if _is_typed(answer, name) and name in draft}
    private = answer.private | {name: values[name] for name in PRIVATE if name in values}
    fields |= {"draft": draft, "seen": seen, "private": private, "saved_at": timezone.now()}
    fields |= _picture(answer, typed, draft)
    if not SpeakerAnswer.objects.write_if(answer, typed.version, **fields):
        sentence = _(
            "You have saved this form in another tab or on another device since you opened it here. Nothing is lost: "
            "what you typed here is below. Save again to keep it instead of the other version."
        )
        raise ValidationError(sentence, code="version")


def _is_typed(answer: SpeakerAnswer, name: str) -> bool:
    return name in answer.draft and answer.draft[name] != answer.seen.get(name)


def _picture(answer: SpeakerAnswer, typed: TypedAnswer, draft: Values) -> dict[str, bytes]:
    """Return the columns of a new picture; the draft names it by its digest."""
    if typed.photo is not None:
        draft[PHOTO] = typed.photo.digest
        return {"photo": typed.photo.content, "small_photo": typed.photo.portrait}
    if typed.is_without_photo:
        draft.pop(PHOTO, None)
        return {"photo": b"", "small_photo": b""}
    if answer.photo:
        draft[PHOTO] = answer.photo_digest
    return {}


def send_in(request: SpeakerRequest, answer: SpeakerAnswer, typed: TypedAnswer) -> None:
    """Propose to the organisers what the speaker changed; where the series says so, publish it at once.

    The values were checked. Raise ValidationError as `save_draft` does.
    """
    with transaction.atomic():
        now = timezone.now()
        save_draft(answer, typed, sent_at=now, waits_since=now)
        present = request.present_values()
        changed = {name: value for name, value in answer.draft.items() if _is_typed(answer, name)}
        answer.proposed = {name: value for name, value in changed.items() if value != present.get(name)}
        answer.save(update_fields=["proposed"])
    if request.talk.series.answers_go_live:
        speaker_answers.publish_at_once(request, answer)


# --- letters ---------------------------------------------------------------------------------------------


def send(requests: Mapping[SpeakerRequest, str], *, by: User, question: str = "") -> None:
    """Put a letter into the outbox for each request; `requests` maps it to the speaker's email address."""
    reason = LetterReason.ASK_BACK if question else LetterReason.ASK
    with transaction.atomic():
        notes = SpeakerLetter.objects.bulk_create(
            SpeakerLetter(talk=one.talk, speaker=one.speaker, reason=reason, to=to, question=question, by=by)
            for one, to in requests.items()
        )
        outbox.put_all(
            [
                Letter(
                    kind=LetterKind.SPEAKER,
                    key=f"speaker:{note.pk}:{secrets.token_urlsafe(6)}",
                    to=note.to,
                    about={"speaker_letter": note.pk},
                    expires_at=one.ends_at,
                )
                for one, note in zip(requests, notes, strict=True)
            ]
        )
