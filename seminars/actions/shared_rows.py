"""Save rooms, speakers, series and topics. Subscribers see the change in every talk that shows them."""

from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars.actions.stamping import stamp
from seminars.actions.talk_changes import refuse_together
from seminars.formats.letters import speakers
from seminars.models import Room, Series, SeriesTopic, Speaker, Talk, Topic, publishing, recording
from seminars.models.speaker import proposed_sort_name
from seminars.times import today

BATCH = 250
FORMER_NAME_SHOWN = timedelta(days=182)


def save(thing: Room | Speaker | Series | Topic, *, checked: bool = False) -> None:
    """Check, write and stamp; raise ValidationError and write nothing if it is refused.

    `checked` says that a form has checked these fields within the same transaction.
    """
    sentence = _("Changed: %(what)s") if thing.pk else _("Added: %(what)s")
    with publishing(), recording(sentence % {"what": thing}):
        if not checked:
            thing.full_clean()
            if isinstance(thing, Series):
                speakers.check_texts(thing)
        if isinstance(thing, Room):
            _propose_former_name(thing)
        if isinstance(thing, Speaker):
            _propose_sort_name(thing)
        _write(thing)


def add(things: Iterable[Room | Speaker | Topic]) -> None:
    """Write new rows whose fields were checked, a few queries for each kind of row however many there are."""
    kinds: dict[type[Room | Speaker | Topic], list[Room | Speaker | Topic]] = {}
    for thing in things:
        kinds.setdefault(type(thing), []).append(thing)
    for kind, rows in kinds.items():
        kind.objects.give_slugs(rows)
        if kind is Speaker:
            for speaker in rows:
                speaker.sort_name = speaker.sort_name or proposed_sort_name(speaker.name)
        kind.objects.bulk_create(rows, batch_size=BATCH)


def set_usual_topics(series: Series, topics: Iterable[Topic]) -> None:
    """Let new talks of a series begin with these topics and no others."""
    rows = SeriesTopic.objects.filter(series=series)
    with publishing(), recording(_("Changed: %(what)s") % {"what": series}):
        there = {row.topic_id: row for row in rows}
        wanted = {topic.pk: topic for topic in topics}
        if gone := there.keys() - wanted.keys():
            rows.filter(topic__in=gone).delete()
        new = [SeriesTopic(series=series, topic=topic) for key, topic in wanted.items() if key not in there]
        if new:
            SeriesTopic.objects.bulk_create(new)


def put_back(thing: Room | Speaker | Topic) -> None:
    """Check, write and stamp a row whose earlier values an undo restores, without suggesting other values."""
    thing.full_clean()
    _write(thing)


def delete(things: Iterable[Room | Speaker | Series | Topic]) -> None:
    """Delete rows that no talk shows; raise ProtectedError for a row that is in use."""
    things = list(things)
    with publishing(), recording(_("Deleted: %(what)s") % {"what": ", ".join(map(str, things))}):
        for thing in things:
            thing.delete()


def _write(thing: Room | Speaker | Series | Topic) -> None:
    is_new = thing._state.adding
    zone = getattr(type(thing).objects.filter(pk=thing.pk).first(), "zone", "") if hasattr(thing, "zone") else None
    thing.save()
    if is_new:
        return  # no talk shows it yet
    if isinstance(thing, Room):
        _keep_exclusive(thing)
    if zone is not None and zone != thing.zone:
        _keep_wall_times(thing)
    stamp(Talk.objects.showing(thing))


def _propose_former_name(room: Room) -> None:
    """Show the old name of a renamed room for half a year, unless the organiser typed a former name."""
    before = Room.objects.filter(pk=room.pk).first()
    if before and before.name != room.name and before.formerly == room.formerly:
        room.formerly, room.formerly_until = before.name, today() + FORMER_NAME_SHOWN


def _propose_sort_name(speaker: Speaker) -> None:
    """Update the sort name to match a new name, unless an organiser has typed a sort name."""
    before = Speaker.objects.filter(pk=speaker.pk).first()
    if before and speaker.sort_name == before.sort_name == proposed_sort_name(before.name):
        speaker.sort_name = proposed_sort_name(speaker.name)


def _keep_wall_times(thing: Room | Series) -> None:
    """Keep the wall times of talks whose room or series changes its zone; refuse the change if talks would clash."""
    of_thing = {"room": thing} if isinstance(thing, Room) else {"series": thing}
    there = Talk.objects.filter(zone="", **of_thing).with_series_and_room()
    talks = [talk for talk in there if talk.zone_in(talk.room) != talk.local_zone]
    for talk in talks:
        talk.save()
    moved = Talk.objects.filter(pk__in=[talk.pk for talk in talks])
    moved.filter(pk__in=moved.over().keys_in_conflict()).update(shares_room=True)  # clashes in the past are accepted
    try:
        refuse_together([talk for talk in talks if not talk.is_over()], Talk.check_room)
    except ValidationError as clash:
        raise ValidationError({"zone": clash.messages}) from clash


def _keep_exclusive(room: Room) -> None:
    """Apply "one talk at a time" to the talks in the room; refuse it if two upcoming talks share the room.

    Past talks that shared the room are marked as sharing it.
    """
    there = Talk.objects.in_room(room)
    changed = there.exclude(room_is_exclusive=room.is_exclusive)
    if not changed.exists():
        return
    there.filter(pk__in=list(there.in_conflict().over().values_list("pk", flat=True))).update(shares_room=True)
    if in_conflict := there.in_conflict().first():
        try:
            in_conflict.check_room()
        except ValidationError as clash:
            raise ValidationError({"is_exclusive": clash.messages}) from clash
    changed.update(room_is_exclusive=room.is_exclusive)
