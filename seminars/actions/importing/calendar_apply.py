"""The application of a planned import: everything in one transaction, or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from seminars.actions import related_objects, stamping, talk_changes
from seminars.actions.importing.differences import Word, note_down
from seminars.actions.importing.event_reading import CalendarEvent
from seminars.actions.importing.planning import Row, Verdict
from seminars.actions.importing.sources import Refused
from seminars.models import FormerAddress, ImportedTalk, Room, Series, Talk, TalkTopic, Topic, publishing, recording


@dataclass
class Work:
    """One event and what it does to one talk, whose new values are set but not saved.

    `taken` are the source's words that the talk takes over, `declined` those against which it keeps a change of ours.
    """

    event: CalendarEvent
    talk: Talk
    row: Row
    note: ImportedTalk
    words: list[Word]
    taken: list[Word]
    declined: list[Word] = field(default_factory=list)
    before: tuple[datetime, int] | None = None  # when it was last saved, and its SEQUENCE; None for a new talk

    @property
    def is_written(self) -> bool:
        return self.row.verdict in {Verdict.NEW, Verdict.CHANGED}


def apply(works: list[Work], made: Iterable[Series | Room | Topic]) -> None:
    """Save what a plan holds; raise Refused and save nothing if the rows have changed since, or forbid it."""
    made, written = list(made), [work for work in works if work.is_written]
    try:
        with transaction.atomic():
            if made or written:
                _publish(made, written)
            for work in works:
                _note(work)
    except (ValidationError, IntegrityError) as error:
        reason = " ".join(error.messages) if isinstance(error, ValidationError) else _somebody_was_here()
        raise Refused(_("Nothing was imported. %(reason)s") % {"reason": reason}) from error


def _publish(made: list[Series | Room | Topic], works: list[Work]) -> None:
    with publishing(), recording(_("Imported")):
        for thing in made:
            related_objects.save(thing)
        _hold(works)
        for work in works:
            _write(work)
        for work in works:
            work.talk.clean()  # only now that all of them stand where they belong, so that two can swap rooms
        stamping.stamp([work.talk for work in works])


def _hold(works: list[Work]) -> None:
    """Hold the rooms, and refuse talks that somebody changed after the plan was made."""
    for work in works:
        talk = work.talk
        talk.series, talk.room = talk.series, talk.room  # they have their keys now
        if work.before:
            updated_at, sequence = work.before
            if not Talk.objects.filter(pk=talk.pk, updated_at=updated_at, sequence=sequence).exists():
                raise ValidationError(_somebody_was_here())
    talk_changes.hold_rooms([work.talk for work in works])


def _write(work: Work) -> None:
    talk_changes.write(work.talk, checked=True)
    new = {word.field: word.value for word in work.taken}
    if "topics" in new:
        _set_topics(work.talk, new["topics"])
    if (path := new.get("address")) and not FormerAddress.objects.filter(path=path).exists():
        FormerAddress.objects.remember(path, work.talk)


def _set_topics(talk: Talk, topics: list[Topic]) -> None:
    there = {row.topic_id: row for row in talk.topic_rows.all()}
    wanted = {topic.pk: topic for topic in topics}
    for key, row in there.items():
        if key not in wanted:
            row.delete()
    for key, topic in wanted.items():
        if key not in there:
            TalkTopic.objects.create(talk=talk, topic=topic)


def _note(work: Work) -> None:
    """Remember what the source said; a note says nothing to visitors, so a change of it alone stamps no talk."""
    note = work.note
    note.talk = Talk.objects.get(pk=work.talk.pk) if work.is_written else work.talk
    before = (dict(note.said), dict(note.held))
    note_down(note, work.words, work.declined)
    if note.pk is None or before != (note.said, note.held):
        note.save()


def _somebody_was_here() -> str:
    return _("Somebody changed these talks meanwhile. Look at the plan again and repeat the import.")
