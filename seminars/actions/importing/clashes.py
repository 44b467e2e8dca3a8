"""Two talks of an import that want one room, or one of them and a talk that is here already."""

from collections import defaultdict

from django.utils.translation import gettext as _

from seminars.actions.importing.calendar_apply import Work
from seminars.actions.importing.planning import Verdict
from seminars.date_formats import clock
from seminars.models import Talk
from seminars.models.states import HOLDING
from seminars.models.talk_naming import clash_sentence, may_be_named, reserved_by, speaker_and_title


class Rooms:
    """Knows which talk has which room once the whole file is imported; rooms that are not saved yet included."""

    def __init__(self, works: list[Work]) -> None:
        self._uids = {work.talk.uid for work in works}
        self._held: dict[int, list[Talk]] = defaultdict(list)
        for work in works:
            if work.row.verdict == Verdict.UNCHANGED:
                self.take(work.talk)

    def take(self, talk: Talk) -> None:
        if _holds(talk):
            self._held[id(talk.room) if talk.room.pk is None else talk.room.pk].append(talk)

    def holder(self, talk: Talk) -> Talk | None:
        """Return the talk that has the room of `talk` at its time."""
        if not _holds(talk):
            return None
        in_file = self._held[id(talk.room) if talk.room.pk is None else talk.room.pk]
        here = Talk.objects.clashing_with(talk).with_all_that_is_printed() if talk.room.pk else ()
        others = (*in_file, *(other for other in here if other.uid not in self._uids))
        return next((other for other in others if other.span.overlaps(talk.span)), None)


def settle(work: Work, rooms: Rooms) -> str:
    """Give the talk its room and return ""; or return why it cannot have it, and what to do.

    Where two talks were in one room at one time in the past, so it was: the later one in the file is marked as sharing.
    """
    talk = work.talk
    holder = rooms.holder(talk)
    if holder and not talk.is_over():
        return clash_sentence(talk, holder) if holder.pk else _sentence_on_new(holder)
    if holder:
        talk.shares_room = True
        words = {"room": talk.room.name, "talk": _known_as(holder, talk)}
        work.row.remarks.append(_("%(room)s was also taken by '%(talk)s' then: it is marked as shared.") % words)
    rooms.take(talk)
    return ""


def _known_as(holder: Talk, talk: Talk) -> str:
    """Name whoever had the room; another series' draft is named only by its series."""
    if not holder.pk:
        return _title_of_new(holder)
    return speaker_and_title(holder) if may_be_named(holder, beside=talk) else reserved_by(holder.series)


def _sentence_on_new(holder: Talk) -> str:
    """Say who has the room where that talk is new too; a row without a key has no people to ask for."""
    words = {"room": holder.room.name, "talk": _title_of_new(holder)}
    words |= {"start": clock(holder.starts_at), "end": clock(holder.ends_at)}
    return _("%(room)s is taken by '%(talk)s' from %(start)s to %(end)s. Choose another room or time.") % words


def _title_of_new(talk: Talk) -> str:
    return talk.title or _("To be announced")


def _holds(talk: Talk) -> bool:
    return talk.room is not None and talk.room.is_exclusive and talk.state in HOLDING and not talk.shares_room
