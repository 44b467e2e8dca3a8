"""Match the names in an event with rows on this site: series, room, topics, people and talk."""

from functools import cached_property

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db.models import Model
from django.utils.translation import gettext as _

from seminars.importing.events import Person, SourceEvent
from seminars.importing.places import room_fields_of
from seminars.importing.summaries import kind_in, parts_of, short_name_in
from seminars.models import Room, Series, Speaker, Talk, TalkQuerySet, Topic
from seminars.models.titles import comparable
from seminars.text import fold

RowNeeded = Series | Room | Topic | Speaker


class KnownRows:
    """Known and new rooms, topics, speakers and series; a new one is an unsaved row until the import is applied.

    Each method raises ValidationError if a name is not possible (a room whose name is too long) or means several rows.
    """

    def room(self, location: str) -> Room | None:
        """Return the room of that name and building; a name alone means the one room that has it."""
        if known := self._rooms_as_printed.get(fold(location)):
            return known
        fields = room_fields_of(location)
        if not fields["name"]:
            return None
        key = (fold(fields["name"]), fold(fields.get("building", "")))
        if key not in self._rooms:
            namesakes = [] if key[1] else [room for (name, _), room in self._rooms.items() if name == key[0]]
            self._rooms[key] = namesakes[0] if len(namesakes) == 1 else _checked(Room(**fields))
        return self._rooms[key]

    def series_named(self, name: str) -> Series | None:
        """Return the series with that name or short name."""
        return self._series.get(fold(name)) if name else None

    def series_called(self, name: str) -> Series:
        """Return the same; raise ValidationError if there is none."""
        if (series := self.series_named(name)) is None:
            sentence = _("There is no series called “%(name)s”. Add it on the desk, or correct its name.")
            raise ValidationError(sentence % {"name": name})
        return series

    def topic(self, name: str) -> Topic:
        if (key := fold(name)) not in self._topics:
            self._topics[key] = _checked(Topic(name=name))
        return self._topics[key]

    def speaker(self, person: Person) -> Speaker:
        """Return the one person of that name, else the one with that affiliation too, else a new one."""
        namesakes = Speaker.objects.called(person.name)
        if len(namesakes) > 1:
            namesakes = [one for one in namesakes if fold(one.affiliation) == fold(person.affiliation)]
            if len(namesakes) != 1:
                reason = _(
                    "Several people on this site are called %(name)s. Choose the speaker of this talk on the desk."
                )
                raise ValidationError(reason % {"name": person.name})
        return namesakes[0] if namesakes else _checked(Speaker(name=person.name))

    def series_at(self, slug: str) -> Series | None:
        """Return the series at that address or formerly there."""
        try:
            validate_slug(slug)
        except ValidationError as error:
            reason = _("--series %(slug)s: use only letters, digits, hyphens and underscores.")
            raise ValidationError(reason % {"slug": slug}) from error
        return Series.objects.with_slugs([slug]).get(slug)

    def series_of(self, event: SourceEvent) -> Series:
        """Return the series that the event names before its title, new if it is not known."""
        label = parts_of(event.summary).label
        if not label:
            raise ValidationError(_("The event doesn’t name a series. Choose one, or use --series SLUG."))
        return self._series.get(fold(label)) or self.series_told_of([event])

    def series_told_of(self, events: list[SourceEvent], slug: str = "") -> Series:
        """Return a new series, with the name from the first of these events that has one."""
        labels = (parts_of(event.summary).label for event in events)
        contacts = (event.contact for event in events if any(event.contact))
        categories = tuple(dict.fromkeys(name for event in events for name in event.categories))
        label, contact = next(filter(None, labels), ""), next(contacts, ("", ""))
        made = _new_series(label, contact, kind_in(label, categories), slug)
        if fold(made.short_name) in self._series:
            made.short_name = (slug or label)[:40]
        try:
            made.full_clean()
        except ValidationError as error:
            reason = _(
                "The series cannot be created: %(reason)s Create it on the desk, then import again with --series."
            )
            raise ValidationError(reason % {"reason": " ".join(error.messages)}) from error
        for name in (label, *names_of(made)):
            self._series.setdefault(fold(name), made)
        return made

    @cached_property
    def _rooms(self) -> dict[tuple[str, str], Room]:
        rooms = Room.objects.order_by("-pk")
        return {(fold(room.name), fold(room.building)): room for room in rooms}

    @cached_property
    def _rooms_as_printed(self) -> dict[str, Room]:
        """Return the rooms as exported talks name them: no heuristics tell their parts."""
        return {fold(str(room)): room for room in self._rooms.values()}

    @cached_property
    def _topics(self) -> dict[str, Topic]:
        return {fold(topic.name): topic for topic in Topic.objects.order_by("-pk")}

    @cached_property
    def _series(self) -> dict[str, Series]:
        every = Series.objects.order_by("-pk")
        return {fold(name): series for series in every for name in names_of(series)}


def _new_series(label: str, contact: tuple[str, str], kind: str, slug: str) -> Series:
    short = short_name_in(contact[0]) or label[: len(label) - len(kind)].strip() or slug.upper() or label
    made = Series(name=contact[0] or label or short, short_name=short[:40], slug=slug)
    made.kind = kind or made.kind
    made.contact_name, made.contact_email = contact
    return made


def names_of(series: Series) -> tuple[str, ...]:
    return series.name, series.full_name, series.short_name


def _checked(row: Model) -> Model:
    """Return a row with valid fields; whether it is unique is checked when it is saved."""
    row.clean_fields()
    return row


def talk_called(title: str, among: TalkQuerySet) -> Talk:
    """Return the one talk among these that has that title, with all that is printed; raise ValidationError."""
    titles = among.values_list("pk", "title")
    keys = [key for key, known in titles if known and comparable(known) == comparable(title)]
    if not keys:
        reason = _(
            "No talk on this site is called “%(title)s”. Import its calendar first, add the talk, or correct its "
            "title. Then import this page again."
        )
        raise ValidationError(reason % {"title": title})
    if len(keys) > 1:
        reason = _("%(count)d talks on this site are called “%(title)s”. Choose the series, or use --series SLUG.")
        raise ValidationError(reason % {"count": len(keys), "title": title})
    return Talk.objects.filter(pk__in=keys).for_pages().get()
