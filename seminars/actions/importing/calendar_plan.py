"""What an iCalendar file changes here: planned without writing anything."""

from copy import copy

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars.actions import talks
from seminars.actions.importing.calendar_apply import Work, apply
from seminars.actions.importing.calendar_reading import CalendarFile
from seminars.actions.importing.calendar_words import series_of, series_told_of, words_of
from seminars.actions.importing.catalogue import Catalogue
from seminars.actions.importing.clashes import Rooms, settle
from seminars.actions.importing.differences import Word, apply_words, declined_sentence, sentence, sort_out
from seminars.actions.importing.event_reading import CalendarEvent
from seminars.actions.importing.planning import Plan, Row, Verdict, Wish
from seminars.actions.importing.sources import Refusal, Refused
from seminars.date_formats import moment
from seminars.formats.ics_facts import facts_of
from seminars.models import FormerAddress, ImportedTalk, Room, Series, State, Talk, Topic

# Which row a talk has is checked as the rows are saved, its stamps are set then.
_NOT_YET = {"series", "room", "published_at", "changed_at"}


def plan_calendar(file: CalendarFile, wish: Wish) -> Plan:
    """Plan the import of a calendar; raise Refused where no part of it can be imported."""
    planner = _Planner(file, wish)
    works = [work for event in file.events if (work := planner.work_on(event))]
    works = planner.without_clashes(works)
    contacts = _contacts_given(works)
    made = _made(works)
    sentences = [*map(_made_sentence, made), *map(_contact_sentence, contacts)]
    refused = [Row.refused(refusal) for refusal in (*file.refusals, *planner.refusals)]
    rows = sorted([*refused, *(work.row for work in works)], key=lambda row: row.line)
    return Plan(rows, sentences, lambda: apply(works, [*made, *contacts]))


class _Planner:
    """Turns events into work on talks, new and known."""

    def __init__(self, file: CalendarFile, wish: Wish) -> None:
        uids = [event.uid for event in file.events]
        known = Talk.objects.filter(uid__in=uids).with_all_that_is_printed()
        self._known = {talk.uid: talk for talk in known}
        self._notes = ImportedTalk.objects.by_uid(uids)
        self._wish = wish
        self._catalogue = Catalogue()
        self._asked: Series | None = None
        if wish.series:
            found = self._catalogue.series_at(wish.series)
            self._asked = found or series_told_of(file.events, self._catalogue, slug=wish.series)
        self.refusals: list[Refusal] = []

    def work_on(self, event: CalendarEvent) -> Work | None:
        """Return the work that an event makes; None, and a refusal, where it cannot be a talk here."""
        try:
            talk = self._known.get(event.uid)
            return self._change(event, talk) if talk else self._addition(event)
        except ValidationError as error:
            self._refuse(event, " ".join(error.messages))
        except Refused as error:
            self._refuse(event, str(error))
        return None

    def without_clashes(self, works: list[Work]) -> list[Work]:
        """Keep the works whose talk gets its room; refuse the others."""
        rooms = Rooms(works)
        kept = []
        for work in works:
            reason = settle(work, rooms) if work.is_written else ""
            if reason:
                self._refuse(work.event, reason)
            else:
                kept.append(work)
        return kept

    def _refuse(self, event: CalendarEvent, reason: str) -> None:
        self.refusals.append(Refusal(event.line, event.summary, reason))

    def _addition(self, event: CalendarEvent) -> Work:
        series = self._asked or series_of(event, self._catalogue)
        words = words_of(event, series, self._catalogue)
        now = timezone.now()
        talk = Talk(series=series, uid=event.uid, sequence=event.sequence + 1)
        talk.created_at = min(event.created_at or now, now)
        talk.join_access = series.default_join_access
        apply_words(talk, words)
        if self._wish.draft:
            talk.state = State.DRAFT
        talk.clean_fields(exclude=_NOT_YET)
        remarks = [*event.remarks, *_remark_on_end(event, series), *_remark_on_address(event)]
        row = Row(Verdict.NEW, event.line, _name(talk), remarks)
        return Work(event, talk, row, ImportedTalk(talk=talk), words, taken=words)

    def _change(self, event: CalendarEvent, talk: Talk) -> Work:
        if not self._wish.allows(talk.series_id):
            raise Refused(_("It belongs to another series here. Ask an administrator to import it."))
        note = self._notes.get(event.uid) or ImportedTalk(talk=talk)
        words = words_of(event, talk.series, self._catalogue)
        taken, declined = sort_out(talk, note, words)
        row = Row(Verdict.CHANGED if taken else Verdict.UNCHANGED, event.line, _name(talk))
        row.remarks += [sentence(talk, word) for word in taken] + [declined_sentence(talk, word) for word in declined]
        before = (talk.updated_at, talk.sequence)
        if taken:
            row.remarks += _take_over(talk, taken, event.sequence)
        return Work(event, talk, row, note, words, taken, declined, before)


def _take_over(talk: Talk, words: list[Word], sequence: int) -> list[str]:
    """Set the new values and what follows from them, and say the latter.

    Where the entry prints any of them, SEQUENCE passes the source's.
    """
    before, known = facts_of(talk), copy(talk)
    apply_words(talk, words)
    talks.follow(talk, known)
    if facts_of(talk) != before or any(word.field == "topics" for word in words):
        # One more is added as the talk is stamped, but not while it never was public.
        talk.sequence = max(talk.sequence, sequence if talk.published_at else sequence + 1)
    talk.clean_fields(exclude=_NOT_YET)
    followed = {"state", "notice"} - {word.field for word in words}
    news = [Word(name, None, getattr(talk, name)) for name in sorted(followed)]
    return [sentence(known, word) for word in news if word.value != getattr(known, word.field)]


def _name(talk: Talk) -> str:
    return _("%(title)s (%(start)s)") % {"title": talk.title or _("To be announced"), "start": moment(talk.starts_at)}


def _remark_on_end(event: CalendarEvent, series: Series) -> list[str]:
    if event.ends_at:
        return []
    return [
        _("it has no end and was given the %(minutes)d minutes of its series") % {"minutes": series.default_minutes}
    ]


def _remark_on_address(event: CalendarEvent) -> list[str]:
    if not event.address or not FormerAddress.objects.filter(path=event.address).exists():
        return []
    return [
        _("its old address %(path)s means something else here already and is left as it is") % {"path": event.address}
    ]


def _made(works: list[Work]) -> list[Series | Room | Topic]:
    """Return the rows that these talks need and that are not saved yet, each once."""
    needed: dict[int, Series | Room | Topic] = {}
    for work in works:
        if work.is_written:
            topics = [topic for word in work.taken if word.field == "topics" for topic in word.value]
            needed |= {id(row): row for row in (work.talk.series, work.talk.room, *topics) if row and row.pk is None}
    return list(needed.values())


def _made_sentence(row: Series | Room | Topic) -> str:
    if isinstance(row, Series):
        words = {"name": row.name, "short": row.short_name, "contact": row.contact_email or _("none")}
        return _("series made: %(name)s (short name %(short)s, contact %(contact)s)") % words
    if isinstance(row, Room):
        return _("room made: %(room)s") % {"room": row.location}
    return _("topic made: %(topic)s") % {"topic": row.name}


def _contacts_given(works: list[Work]) -> list[Series]:
    """Give the known series that have no contact the one that the calendar names, and return them."""
    given: dict[int, Series] = {}
    for work in works:
        series, contact = work.talk.series, work.event.contact
        if series.pk and any(contact) and not (series.contact_name or series.contact_email):
            series.contact_name, series.contact_email = contact
            given.setdefault(series.pk, series)
    return list(given.values())


def _contact_sentence(series: Series) -> str:
    contact = " ".join(filter(None, (series.contact_name, series.contact_email)))
    return _("contact of %(series)s: %(contact)s") % {"series": series.full_name, "contact": contact}
