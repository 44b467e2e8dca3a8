"""The rows that a file names: found as people name them, whatever accents and capitals, or made once."""

from collections.abc import Iterable
from functools import cached_property

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db.models import Model
from django.utils.translation import gettext as _

from seminars.actions.importing.match import Place
from seminars.actions.importing.sources import Refused
from seminars.actions.importing.summary import kind_in, short_name_in
from seminars.models import Room, Series, Speaker, Topic
from seminars.text import fold


class Catalogue:
    """Known and new rooms, topics, speakers and series; a new one is an unsaved row until the import is applied.

    What cannot be a row (a room whose name is too long) raises ValidationError.
    """

    def room(self, place: Place) -> Room | None:
        """Return the room of that name and building; a name alone means the one room that has it."""
        if not place:
            return None
        key = (fold(place.name), fold(place.building))
        if key not in self._rooms:
            namesakes = [] if place.building else [room for (name, _), room in self._rooms.items() if name == key[0]]
            self._rooms[key] = namesakes[0] if len(namesakes) == 1 else _checked(Room(**vars(place)))
        return self._rooms[key]

    def topic(self, name: str) -> Topic:
        return self._topics.setdefault(fold(name), _checked(Topic(name=name)))

    def speakers_called(self, name: str) -> list[Speaker]:
        """Return the people who have that name, or had it, the oldest row first."""
        return self._speakers.get(fold(name), [])

    def series_at(self, slug: str) -> Series | None:
        """Return the series at that address or formerly there; raise Refused where no series could be."""
        try:
            validate_slug(slug)
        except ValidationError as error:
            reason = _("--series %(slug)s: an address has letters, digits, hyphens and underscores only.")
            raise Refused(reason % {"slug": slug}) from error
        return Series.objects.with_slugs([slug]).get(slug)

    def series_called(self, label: str) -> Series | None:
        """Return the series that a label means: "ASSET", "ASSET Seminar" or its whole name."""
        return self._series.get(fold(label))

    def new_series(self, *, label: str, contact: tuple[str, str], categories: Iterable[str], slug: str = "") -> Series:
        """Return the series that a calendar tells of by the label of its talks and by its organiser; raise Refused."""
        kind = kind_in(label, tuple(categories))
        short = short_name_in(contact[0]) or label[: len(label) - len(kind)].strip() or slug.upper() or label
        made = Series(name=contact[0] or label or short, short_name=short[:40], slug=slug)
        made.kind = kind or made.kind
        made.contact_name, made.contact_email = contact
        if self.series_called(made.short_name):
            made.short_name = (slug or label)[:40]
        try:
            made.full_clean()
        except ValidationError as error:
            reason = _("The series cannot be made: %(reason)s Make it at the desk, then import again with --series.")
            raise Refused(reason % {"reason": " ".join(error.messages)}) from error
        for name in (label, *_names_of(made)):
            self._series.setdefault(fold(name), made)
        return made

    @cached_property
    def _rooms(self) -> dict[tuple[str, str], Room]:
        rooms = Room.objects.order_by("-pk")
        return {(fold(room.name), fold(room.building)): room for room in rooms}

    @cached_property
    def _topics(self) -> dict[str, Topic]:
        return {fold(topic.name): topic for topic in Topic.objects.order_by("-pk")}

    @cached_property
    def _series(self) -> dict[str, Series]:
        every = Series.objects.order_by("-pk")
        return {fold(name): series for series in every for name in _names_of(series)}

    @cached_property
    def _speakers(self) -> dict[str, list[Speaker]]:
        found: dict[str, list[Speaker]] = {}
        for speaker in Speaker.objects.order_by("pk"):
            names = (speaker.name, *speaker.other_names.replace(";", ",").split(","))
            for name in {fold(name) for name in names if name.strip()}:
                found.setdefault(name, []).append(speaker)
        return found


def _names_of(series: Series) -> tuple[str, ...]:
    return series.name, series.full_name, series.short_name


def _checked(row: Model) -> Model:
    """Return a row whose fields fit; what it shares with others is checked when it is saved."""
    row.clean_fields()
    return row
