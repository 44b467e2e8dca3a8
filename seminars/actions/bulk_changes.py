"""Write many talks at once, by the same rules as `talk_changes.py`: in a few queries and short turns."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars import text
from seminars.actions import rule_clashes, stamping, talk_changes
from seminars.actions.hosts import Hosts
from seminars.models import Appearance, FormerAddress, Role, SpeakerInvitation, Talk, TalkTopic, Topic
from seminars.models.fetched import fetched_rows
from seminars.models.searching import search_text_of
from seminars.models.talk_naming import clash_sentence
from seminars.models.wall_times import WALL_TIME_FIELDS
from seminars.times import Span, days

TURN = 500  # talks in one transaction: others who save wait for less than half a second
BATCH = 100
MONTH = timedelta(days=31)  # a talk that takes longer is compared with every other in its room
_STAMPS = frozenset({"entry_digest", "sequence", "changed_at", "search_text", "id", "updated_at"})


@dataclass(slots=True)
class TalkWrite:
    """A talk with its new values, unsaved. `before` is the talk as it was read with all its parts, None if it is new.

    `people` are its speakers in their order, and everybody at a new talk; `topics` are its topics, `moderators` the
    moderators of a known talk, and `hosts` its hosts who are known people, whom `render` finds by `talk.host`. Each is
    None where they stay. `address` is an old path that leads to it from now on.
    """

    talk: Talk
    before: Talk | None
    people: list[Appearance] | None = None
    topics: list[Topic] | None = None
    address: str = ""
    moderators: list[Appearance] | None = None
    hosts: list[Appearance] | None = None

    @property
    def roles(self) -> list[Role]:
        """The roles in which a known talk gets other people."""
        rows = {Role.SPEAKER: self.people, Role.MODERATOR: self.moderators, Role.HOST: self.hosts}
        return [role for role in rows if rows[role] is not None]

    @property
    def appearances(self) -> list[Appearance]:
        return [*(self.people or ()), *(self.moderators or ()), *(self.hosts or ())]

    def set_host(self, typed: str) -> None:
        """Let the talk have this host and no other."""
        if typed == self.talk.hosted_by:
            return
        self.talk.host = typed
        if self.before and self.before.people_as(Role.HOST):
            self.hosts = []
            rows = fetched_rows(self.talk, "appearances")
            self.talk._prefetched_objects_cache["appearances"] = [one for one in rows if one.role != Role.HOST]


def copy_to_change(talk: Talk) -> Talk:
    """Return a copy of a talk that was read with all its parts; its fields and parts can be set, and the talk stays."""
    changed = copy(talk)
    changed._prefetched_objects_cache = dict(talk._prefetched_objects_cache)
    return changed


def prepare(talk: Talk, before: Talk | None, *, keep_notice: bool = False, tells_move: bool = True) -> None:
    """Set what follows from the new values, and check them all but for the room; raise ValidationError.

    This takes most of the time of a change, and nobody has to wait for it. `talk_changes.settle` says what
    `keep_notice` and `tells_move` mean.
    """
    talk_changes.settle(talk, before, keep_notice=keep_notice, tells_move=tells_move)
    talk.room_is_exclusive = talk.room is not None and talk.room.is_exclusive


def render(writes: Iterable[TalkWrite]) -> None:
    """Render what the search reads of these talks, before a transaction in which others would wait for it.

    A new talk gets its search words, so that it is inserted with them and the index is written once. Hosts who are
    known become people of their talks.
    """
    writes = list(writes)
    _settle_hosts(writes)
    for one in writes:
        if one.before is None:
            _keep_parts(one)
            one.talk.search_text = search_text_of(one.talk)
        else:
            text.line(one.talk.title)
            text.plain(one.talk.abstract)


def _settle_hosts(writes: Iterable[TalkWrite]) -> None:
    typed = [one for one in writes if one.talk.host and not (one.before and one.talk.host == one.before.host)]
    hosts = Hosts(one.talk.host for one in typed)
    for one in typed:
        there = fetched_rows(one.before, "appearances") if one.before else one.people or ()
        rows = hosts.settle(one.talk, [row for row in there if row.role != Role.HOST])
        if not one.talk.host:
            known = {row.speaker_id: copy(row) for row in there if row.role == Role.HOST}
            one.hosts = [known.get(row.speaker_id, row) for row in rows]


def write(writes: Sequence[TalkWrite], *, beside: Iterable[int] = ()) -> list[FormerAddress]:
    """Write talks that were prepared and rendered, within a change that the caller records.

    Return the former addresses added. Raise ValidationError if one was changed since, or if another talk has a room;
    the talks with the keys `beside` are about to be moved and count only if they are among `writes`.
    """
    talks = [one.talk for one in writes]
    new, known = ([one for one in writes if (one.before is None) is is_new] for is_new in (True, False))
    _hold_rooms(writes)
    _refuse_changed(known)
    _refuse_taken_rooms(talks, beside)
    if new:
        _write_new(new)
    if known:
        _write_known(known)
    addresses = _write_addresses(writes)
    for some in (new, known):
        written = [one.talk for one in some]
        stamping.stamp(written, loaded=written, has_words=some is new)
    for talk in talks:
        rule_clashes.look_again_at(talk)
    return addresses


def _hold_rooms(writes: Sequence[TalkWrite]) -> None:
    """Lock the rooms; render talks again whose room was renamed since they were planned."""
    rooms = [one.talk.room for one in writes]
    talk_changes.hold_rooms([one.talk for one in writes])
    render(one for one, room in zip(writes, rooms, strict=True) if room and one.talk.room.location != room.location)


def _refuse_changed(writes: list[TalkWrite]) -> None:
    there = Talk.objects.with_keys(one.talk.pk for one in writes)
    rows = there.order_by().values_list("pk", "updated_at", "sequence")
    stamps = {key: (updated_at, sequence) for key, updated_at, sequence in rows}
    if any(stamps.get(one.talk.pk) != (one.before.updated_at, one.before.sequence) for one in writes):
        raise ValidationError(changed_since(), code="later")


def changed_since() -> str:
    return _("Someone changed these talks after you previewed the import. Preview it again, then import.")


def _refuse_taken_rooms(talks: list[Talk], beside: Iterable[int]) -> None:
    bookings = Bookings.of(talks, beside={*beside, *(talk.pk for talk in talks if talk.pk)})
    for talk in sorted(talks, key=lambda one: one.is_over()):
        if other := bookings.holder(talk):
            raise ValidationError(clash_sentence(talk, other), code="clash")
        bookings.take(talk)


def _write_new(writes: list[TalkWrite]) -> None:
    talks = [one.talk for one in writes]
    Talk.objects.bulk_create(talks, batch_size=BATCH)
    people = [appearance for one in writes for appearance in _appearances(one)]
    Appearance.objects.bulk_create(people, batch_size=TURN)
    topics = [TalkTopic(talk=one.talk, topic=topic) for one in writes for topic in one.topics or ()]
    TalkTopic.objects.bulk_create(topics, batch_size=TURN)
    for one in writes:
        one.talk.remember_moments()


def _write_known(writes: list[TalkWrite]) -> None:
    changed = {name for one in writes for name in _changed_fields(one)}
    if changed:
        now, talks = timezone.now(), [one.talk for one in writes]
        for talk in talks:
            talk.updated_at = now
        names = sorted({*changed, *WALL_TIME_FIELDS, "updated_at", "published_at", "room_is_exclusive"})
        Talk.objects.update_rows(talks, names)
    if "series" in changed:
        SpeakerInvitation.objects.go_with_talks(talks)
    for role in sorted({role for one in writes for role in one.roles}):
        Appearance.objects.filter(talk__in=[one.talk for one in writes if role in one.roles], role=role).delete()
    talk_changes.set_topics({one.talk: one.topics for one in writes if one.topics is not None})
    for one in writes:
        one.talk.remember_moments()
    people = [appearance for one in writes for appearance in _appearances(one)]
    Appearance.objects.bulk_create(people, batch_size=TURN)
    for one in writes:
        _keep_parts(one)


def _changed_fields(one: TalkWrite) -> set[str]:
    """Return the names of the fields that differ; stamps are written by stamping, `sequence` may have been raised."""
    names = {field.name: field.attname for field in Talk._meta.concrete_fields if field.name not in _STAMPS}
    changed = {name for name, kept in names.items() if getattr(one.talk, kept) != getattr(one.before, kept)}
    return changed | ({"sequence", "entry_digest"} if _stamps(one.talk) != _stamps(one.before) else set())


def _stamps(talk: Talk) -> tuple[int, str]:
    return talk.sequence, talk.entry_digest


def _appearances(one: TalkWrite) -> list[Appearance]:
    """Return the rows of its people, which know the keys of the talk and of the people now."""
    for appearance in one.appearances:
        appearance.talk, appearance.speaker = one.talk, appearance.speaker
    return one.appearances


def _keep_parts(one: TalkWrite) -> None:
    """Let the talk have its parts at hand as if they had been fetched, so that no stamp reads them again."""
    parts = one.talk.__dict__.setdefault("_prefetched_objects_cache", {})
    if one.before is None:
        parts |= {"appearances": [], "also_in": [], "topics": []}
    if one.roles:
        others = [appearance for appearance in parts["appearances"] if appearance.role not in one.roles]
        people = [*one.appearances, *others]
        parts["appearances"] = sorted(people, key=lambda appearance: (appearance.order, appearance.pk))
    if one.topics is not None:
        parts["topics"] = sorted(one.topics, key=lambda topic: (topic.name, topic.pk))


def _write_addresses(writes: Sequence[TalkWrite]) -> list[FormerAddress]:
    wanted = {one.address: one.talk for one in writes if one.address}
    if not wanted:
        return []
    known = FormerAddress.objects.known_among(wanted)
    new = [FormerAddress(path=path, talk=talk) for path, talk in wanted.items() if path not in known]
    return FormerAddress.objects.bulk_create(new, batch_size=TURN)


class Bookings:
    """Which talks have which rooms when; talks and rooms that are not saved yet are among them."""

    def __init__(self) -> None:
        # By room and day in UTC, and under None what takes longer than a month.
        self._held: dict[int, dict[date | None, list[tuple[Span, Talk | int]]]] = defaultdict(lambda: defaultdict(list))

    @classmethod
    def of(cls, talks: Iterable[Talk], *, beside: Iterable[int] = ()) -> "Bookings":
        """Return who has the rooms of these talks at about their time, but for the keys `beside`: one query."""
        found = cls()
        holding = [talk for talk in talks if talk.holds_room and talk.room.pk]
        if not holding:
            return found
        whole = Span(min(talk.starts_at for talk in holding), max(talk.ends_at for talk in holding))
        there = Talk.objects.holding_rooms().in_room(*{talk.room for talk in holding}).during(whole)
        left_out = set(beside)
        for key, room, starts_at, ends_at in there.order_by().values_list("pk", "room", "starts_at", "ends_at"):
            if key not in left_out:
                found._put(room, Span(starts_at, ends_at), key)
        return found

    def take(self, talk: Talk) -> None:
        if talk.holds_room:
            self._put(_room_key(talk), talk.span, talk)

    def holder(self, talk: Talk) -> Talk | None:
        """Return the talk that has the room of `talk` at its time."""
        other = self._found(talk)
        return other if other is None or isinstance(other, Talk) else Talk.objects.for_pages().get(pk=other)

    def is_free(self, talk: Talk) -> bool:
        """Tell whether nobody else has the room of `talk` at its time."""
        return self._found(talk) is None

    def _found(self, talk: Talk) -> Talk | int | None:
        if not talk.holds_room:
            return None
        room = self._held.get(_room_key(talk), {})
        for day in room if _is_long(talk.span) else (*_days(talk.span), None):
            for span, other in room.get(day, ()):
                if span.overlaps(talk.span):
                    return other
        return None

    def _put(self, room: int, span: Span, talk: Talk | int) -> None:
        for day in (None,) if _is_long(span) else _days(span):
            self._held[room][day].append((span, talk))


def _room_key(talk: Talk) -> int:
    return talk.room.pk or -id(talk.room)


def _days(span: Span) -> Iterable[date]:
    return days(*(moment.astimezone(UTC).date() for moment in (span.starts_at, span.ends_at)))


def _is_long(span: Span) -> bool:
    return span.ends_at - span.starts_at > MONTH
