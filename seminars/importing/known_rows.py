"""Look up rooms, topics and people by the names in a file; names that are not known make new rows, unsaved so far."""

from collections import defaultdict
from collections.abc import Collection
from functools import cached_property

from django.db.models import Model
from django.utils.translation import gettext as _

from seminars.importing.choices import Choices
from seminars.importing.events import Person
from seminars.importing.reading.places import read_place
from seminars.models import Room, Series, Speaker, Topic
from seminars.models.name_matching import surely_meant
from seminars.text import fold
from seminars.typed_names.people import in_full

RowNeeded = Series | Room | Topic | Speaker
NEW, NONE = "new", "none"  # answers to which of several rows is meant


class KnownRows:
    """Each method raises ValidationError if a name is not possible, such as a room whose name is too long."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._called: dict[str, list[Speaker]] = {}
        self._speakers_named: dict[tuple[str, str], Speaker] = {}
        self._new_people: dict[str, list[Speaker]] = defaultdict(list)  # several may have one name
        self._places: dict[str, Room | None] = {}

    # --- rooms and topics ---

    def room(self, location: str, example: str = "") -> Room | None:
        """Return the room of a place; a name without a building means the one room that has it."""
        if location not in self._places:
            self._places[location] = self._room_at(location, example)
        return self._places[location]

    def _room_at(self, location: str, example: str) -> Room | None:
        known = {str(room): room for room in self._rooms.values()}
        if location in known:
            return known[location]
        place = read_place(location, known=known)
        if place.known:
            return known[place.known]
        fields, question = place.fields, _("Which room is “%(place)s”?") % {"place": location}
        key = f"room:{fold(location)[:80]}"
        if any(self._has(one) for one in place.alternatives):
            readings = [fields, *place.alternatives]
            options = [(str(number), Room(**one).location or _("no room")) for number, one in enumerate(readings)]
            options += [(NONE, _("no room"))] if all(one["name"] for one in readings) else []
            chosen = self._choices.choose(key, question, options, example=example)
            fields = {} if chosen == NONE else readings[int(chosen)]
        if not fields.get("name"):
            return None
        return self._rooms.get(_place_of(fields)) or self._namesake_or_new(fields, key, question, example)

    def _has(self, fields: dict[str, str]) -> bool:
        return _place_of(fields) in self._rooms

    def _namesake_or_new(self, fields: dict[str, str], key: str, question: str, example: str) -> Room | None:
        name, building = _place_of(fields)
        namesakes = [] if building else [room for (known, _b), room in self._rooms.items() if known == name]
        if len(namesakes) == 1:
            return namesakes[0]
        chosen = NEW
        if namesakes:
            options = [(NEW, _("a new room, %(room)s") % {"room": fields["name"]})]
            options += [(str(room.pk), str(room)) for room in namesakes if room.pk]
            chosen = self._choices.choose(key, question, [*options, (NONE, _("no room"))], example=example)
        if chosen == NONE:
            return None
        if found := next((room for room in namesakes if str(room.pk) == chosen), None):
            return found
        made = self._rooms[name, building] = _checked(Room(**fields))
        return made

    @cached_property
    def _rooms(self) -> dict[tuple[str, str], Room]:
        rooms = Room.objects.order_by("-pk")
        return {(fold(room.name), fold(room.building)): room for room in rooms}

    def topic(self, name: str) -> Topic:
        if (key := fold(name)) not in self._topics:
            self._topics[key] = _checked(Topic(name=name))
        return self._topics[key]

    @cached_property
    def _topics(self) -> dict[str, Topic]:
        return {fold(topic.name): topic for topic in Topic.objects.order_by("-pk")}

    # --- people ---

    def look_up(self, names: Collection[str]) -> None:
        """Read the people of these names, so that none of them is asked for alone."""
        self._called |= Speaker.objects.called_any([name for name in names if fold(name) not in self._called])

    def speaker(self, person: Person, example: str = "") -> Speaker:
        """Return the one person of that name, else whom the affiliation or somebody decides for, else a new one."""
        key = fold(person.name), fold(person.affiliation)
        if key not in self._speakers_named:
            self.look_up([person.name])
            known = [*self._called[key[0]], *self._new_people[key[0]]]
            self._speakers_named[key] = self._who_is(person, known, example)
        return self._speakers_named[key]

    def _who_is(self, person: Person, known: list[Speaker], example: str) -> Speaker:
        if meant := surely_meant(known, person.affiliation):
            return _with_affiliation(meant, person)
        if not known:
            return self._new(person)
        options = [(_value_of(one), in_full(one)) for one in known]
        new = (NEW, _("a new person, %(person)s") % {"person": in_full(person)})
        options = [new, *options] if len(known) > 1 else [*options, new]
        question = _("Who is “%(person)s”?") % {"person": in_full(person)}
        key = f"person:{fold(in_full(person))[:120]}"
        chosen = self._choices.choose(key, question, options, example=example)
        return next((one for one in known if _value_of(one) == chosen), None) or self._new(person)

    def _new(self, person: Person) -> Speaker:
        made = _checked(Speaker(name=person.name, affiliation=person.affiliation))
        self._new_people[fold(person.name)].append(made)
        return made


def _with_affiliation(speaker: Speaker, person: Person) -> Speaker:
    """Let a new person have the affiliation that the file gives elsewhere; a known one keeps what they have."""
    if speaker.pk is None:
        speaker.affiliation = speaker.affiliation or person.affiliation
    return speaker


def _value_of(speaker: Speaker) -> str:
    """Return the answer that means this person: of a new one the name in full, which each import gives them."""
    return str(speaker.pk) if speaker.pk else fold(in_full(speaker))[:120]


def _place_of(fields: dict[str, str]) -> tuple[str, str]:
    return fold(fields["name"]), fold(fields.get("building", ""))


def _checked(row: Model) -> Model:
    """Return a row with valid fields; whether it is unique is checked when it is saved."""
    row.clean_fields()
    return row
