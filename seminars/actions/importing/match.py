"""Match the names in an event with rows on this site: series, room, topics, people and talk."""

import re
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db.models import Model
from django.utils.translation import gettext as _

from seminars.actions.importing.read import Person, SourceEvent
from seminars.models import Room, Series, Speaker, Talk, TalkQuerySet, Topic
from seminars.models.titles import comparable, title_of
from seminars.text import fold

KINDS = (
    "Seminar Series", "Distinguished Lecture", "Reading Group", "Brown Bag", "Seminar", "Colloquium", "Lecture", "Talk",
    "Workshop", "Symposium", "Tutorial", "Defense", "Defence", "Kolloquium", "Vortrag",
)  # fmt: skip
RowNeeded = Series | Room | Topic | Speaker
_LABELLED = re.compile(r"(?P<label>[^:]{1,80}?)\s*(?::|\s[–—-]\s)\s*(?P<title>.*)")
_SHORT_NAME = re.compile(r"\(([A-Z][\w&+./-]{1,39})\)")
_ROOM = re.compile(
    r"(?:room|rm\.?|raum|zimmer|h[öo]rsaal|salle|aula|sala|suite|lecture (?:hall|theat(?:re|er))|auditorium|studio|"
    r"seminar room|conference room|lab(?:oratory)?)\b.*"
    r"|.*\b(?:room|auditorium|h[öo]rsaal)"
    r"|#?[A-Z]{0,3}[ .-]?\d+(?:[.-]\w+)*[A-Z]?",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\d+[A-Za-z]?(?:[-–/]\d+)?\s+.*[^\W\d]{2}"  # 3333 Chestnut Street
    r"|.*[^\W\d]{3}.*(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse)\s+\d+\w?$"
    r"|(?:rue|via|calle|rua|avenida)\s.*\d",
    re.IGNORECASE,
)
_POSTAL = re.compile(r"(?:[A-Z]{1,2}-)?\d{4,6}(?:-\d{3,4})?|[A-Z]{1,2}\d[\dA-Z]?\s*\d[A-Z]{2}|[A-Z]\d[A-Z]\s*\d[A-Z]\d")
_REGION = re.compile(r"[A-Z]{2,3}")
_NOWHERE = re.compile(
    r"(?:(?:on|via|by|over)\s+)?(?:online|on-line|virtual(?:ly)?|zoom|(?:microsoft )?teams|google meet|webex|remote|"
    r"tb[acd]|to be (?:announced|determined|confirmed)|n/?a|none|-+)"
    r"(?:\s*(?:only|event|meeting|talk|seminar))?[.!]?",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)


class KnownRows:
    """Known and new rooms, topics, speakers and series; a new one is an unsaved row until the import is applied.

    Each method raises ValidationError if a name is not possible (a room whose name is too long) or means several rows.
    """

    def room(self, location: str) -> Room | None:
        """Return the room of that name and building; a name alone means the one room that has it."""
        fields = room_fields_of(location)
        if not fields["name"]:
            return None
        key = (fold(fields["name"]), fold(fields.get("building", "")))
        if key not in self._rooms:
            namesakes = [] if key[1] else [room for (name, _), room in self._rooms.items() if name == key[0]]
            self._rooms[key] = namesakes[0] if len(namesakes) == 1 else _checked(Room(**fields))
        return self._rooms[key]

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
        label = parts_of(event.title).label
        if not label:
            raise ValidationError(_("The event doesn’t name a series. Choose one, or use --series SLUG."))
        return self._series.get(fold(label)) or self.series_told_of([event])

    def series_told_of(self, events: list[SourceEvent], slug: str = "") -> Series:
        """Return a new series, with the name from the first of these events that has one."""
        labels = (parts_of(event.title).label for event in events)
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


@dataclass(frozen=True)
class Summary:
    """`label` is "ASSET Seminar", "" where there is none; `title` is "" if it isn't known yet."""

    label: str
    title: str


def parts_of(summary: str, *, kinds: tuple[str, ...] = (), names: tuple[str, ...] = ()) -> Summary:
    """Split 'ASSET Seminar: "On engines"'; `names` are those of the series, `kinds` what it calls its talks.

    Text before a colon is a label only if it is such a name or ends in a kind. Otherwise it belongs to the title.
    """
    if _is_label(summary, kinds, names):
        return Summary(summary, "")
    if (match := _LABELLED.fullmatch(summary)) and _is_label(match["label"], kinds, names):
        return Summary(match["label"], title_of(match["title"]))
    return Summary("", title_of(summary))


def kind_in(label: str, kinds: tuple[str, ...] = ()) -> str:
    """Return the kind that ends a label ("Seminar"), "" if none does."""
    folded = fold(label)
    return next((kind for kind in (*kinds, *KINDS) if f" {folded}".endswith(f" {fold(kind)}")), "")


def short_name_in(name: str) -> str:
    """Return the text in brackets: "ASSET" of "AI-enabled Systems … (ASSET) Center"."""
    match = _SHORT_NAME.search(name)
    return match[1] if match else ""


def _is_label(text: str, kinds: tuple[str, ...], names: tuple[str, ...]) -> bool:
    return fold(text) in {fold(name) for name in names if name} or (
        len(text.split()) <= 6 and bool(kind_in(text, kinds)) and text.strip() != ""
    )


def room_fields_of(location: str) -> dict[str, str]:
    """Take a line such as "Gutmann Hall, Room 414, 3333 Chestnut Street, Philadelphia, 19104, United States" apart.

    Missing parts are "" or left out. Without a name there is no room.
    """
    without_links = _LINK.sub("", location)
    parts = [" ".join(part.split()) for part in re.split(r"[,;\n]", without_links)]
    parts = [part for part in parts if part and not _NOWHERE.fullmatch(part)]
    streets = (at for at, part in enumerate(parts) if at and _STREET.match(part) and not _ROOM.fullmatch(part))
    street = next(streets, None)
    if street is None:
        cut = 1 if _is_whole(parts) else 2
        return _inside(parts[:cut]) | _outside(parts[cut:])
    return _inside(parts[:street]) | {"street": parts[street]} | _outside(parts[street + 1 :])


def _is_whole(parts: list[str]) -> bool:
    """Tell whether the first part names building and room at once ("Levine Hall 307, Philadelphia")."""
    numbered = [any(letter.isdigit() for letter in part) for part in parts[:2]]
    return numbered == [True, False] and not _ROOM.fullmatch(parts[0])


def _inside(parts: list[str]) -> dict[str, str]:
    """Tell the room from its building; the room is the part that says so, else the last."""
    if len(parts) < 2:
        return {"name": parts[0] if parts else ""}
    rooms = [part for part in parts if _ROOM.fullmatch(part)]
    room = rooms[0] if rooms else parts[-1]
    at = parts.index(room)
    return {"name": room, "building": ", ".join(parts[:at] + parts[at + 1 :])}


def _outside(parts: list[str]) -> dict[str, str]:
    """Tell city, region, postal code and country; a region may share its part with the postal code ("PA 19104")."""
    parts = [piece for part in parts for piece in _split_postal(part)]
    at = next((at for at, part in enumerate(parts) if _POSTAL.fullmatch(part)), None)
    if at is None:
        return _without_postal(parts)
    city, region = _city_and_region(parts[:at])
    after = parts[at + 1 :]
    if not city and after:  # 12489 Berlin, Germany
        city, after = after[0], after[1:]
    if after and _REGION.fullmatch(after[0]) and not region and len(after) > 1:
        region, after = after[0], after[1:]
    return {"city": city, "region": region, "postal_code": parts[at], "country": ", ".join(after)}


def _split_postal(part: str) -> list[str]:
    words = part.split()
    for cut in range(1, len(words)):
        before, after = " ".join(words[:cut]), " ".join(words[cut:])
        if _POSTAL.fullmatch(after) or (_POSTAL.fullmatch(before) and not after[0].isdigit()):
            return [before, after]
    return [part]


def _without_postal(parts: list[str]) -> dict[str, str]:
    if len(parts) < 2:
        return {"city": parts[0] if parts else ""}
    if len(parts) == 2 and not _REGION.fullmatch(parts[1]):
        return {"city": parts[0], "country": parts[1]}
    return {"city": parts[0], "region": parts[1], "country": ", ".join(parts[2:])}


def _city_and_region(parts: list[str]) -> tuple[str, str]:
    if len(parts) == 1 and _REGION.fullmatch(parts[0]):
        return "", parts[0]
    return (parts[0] if parts else ""), ", ".join(parts[1:])
