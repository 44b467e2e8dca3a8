"""Marks: short digests of everything that an entry of a feed shows, so that a kept entry is known to be current."""

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast, Coalesce

from seminars import times
from seminars.models.appearance import Appearance, JointTalk, TalkTopic
from seminars.models.wall_times import WallTimeField

LENGTH = 16  # bytes
BATCH = 2000  # rows that are read at once

ENTRY = ("uid", "sequence", "entry_digest", "created_at", "changed_at")
# What no feed shows, and what is too long to read for nothing. Everything else of a talk counts, new fields too.
NOT_SHOWN = frozenset({"notes", "search_text", "updated_at"})
SERIES = ("name", "short_name", "slug", "kind")
ROOM = (
    "name", "slug", "building", "street", "city", "region", "postal_code", "country", "latitude", "longitude",
    "formerly", "formerly_until",
)  # fmt: skip


class Mark(NamedTuple):
    """The mark of one talk, and what the head of a feed needs to know of it."""

    talk: int  # its primary key
    starts: str  # moments as the database writes them: converting twenty thousand would take longer than reading them
    changed: str  # when its entry changed last
    zone: str  # IANA name, "" for the department's
    mark: bytes  # b"" where the entry depends on something that the mark does not cover

    @property
    def starts_at(self) -> datetime:
        return _moment(self.starts)

    @property
    def changed_at(self) -> datetime:
        return _moment(self.changed)


class MarksQuerySet(models.QuerySet):
    """Talks, by the marks of their entries; in the order of the talks."""

    def entry_marks(self) -> list[Mark]:
        """Read the marks of calendar entries, which follow from their stamps: one query."""
        stamps = [_as_text(self.model, name) for name in ENTRY]
        rows = self.values_list(*HEAD, *stamps).iterator(BATCH)
        return [Mark(*row[:4], digest_of(*row[4:])) for row in rows]

    def content_marks(self) -> list[Mark]:
        """Read the marks of entries in Atom, JSON and CSV, over all that they show: three queries however many talks.

        A talk in no listed series has none: whether its speakers have a page depends on their other talks. Everyone at
        a public talk of a listed series has one.
        """
        around = self._around()
        day = times.today()
        names = [field.attname for field in self.model._meta.concrete_fields if field.attname not in NOT_SHOWN]
        own = [_as_text(self.model, name) for name in names]
        rows = self.values_list(*HEAD, *_RELATED, *own).iterator(BATCH)
        return [_content_mark(row, around.get(row[0]), day.isoformat()) for row in rows]

    def _around(self) -> dict[int, tuple[bytes, bool]]:
        """Return, by talk, a digest of its people, further series and topics, and whether one of these is listed."""
        found: dict[int, tuple[bytes, bool]] = {}
        talks = self.order_by().values("pk")
        people = Appearance.objects.filter(talk__in=talks).in_order()
        people = people.values_list("talk", Value(value=False), "role", "affiliation", "speaker__name", "speaker__slug")
        series = JointTalk.objects.filter(talk__in=talks).values_list(
            "talk", "series__is_listed", "series__name", "series", "series__slug", "series__short_name", "series__kind"
        )
        topics = TalkTopic.objects.filter(talk__in=talks).values_list(
            "talk", Value(value=False), "topic__name", "topic", "topic__slug", Value("topic"), Value("")
        )
        for rows in (people, series.union(topics, all=True).order_by("series__name", "series", "series__short_name")):
            for talk, is_listed, *facts in rows.iterator(BATCH):
                before, is_any_listed = found.get(talk, (b"", False))
                found[talk] = digest_of(before, *facts), is_any_listed or is_listed
        return found


def digest_of(*facts: Any) -> bytes:
    """Return a digest of facts that are written alike whenever they are equal: texts, numbers, None."""
    return blake2b(repr(facts).encode("utf-8", "surrogatepass"), digest_size=LENGTH).digest()


def latest_change(marks: Iterable[Mark]) -> datetime | None:
    """Return when the latest of these entries changed."""
    latest = max((mark.changed for mark in marks), default="")  # written like that, they sort by time
    return _moment(latest) if latest else None


def _content_mark(row: tuple, around: tuple[bytes, bool] | None, day: str) -> Mark:
    """Make the mark of a row that begins with HEAD and _RELATED; `day` is the department's."""
    digest, is_joint_listed = around or (b"", False)
    ends, is_home_listed, formerly_until = row[4:7]
    # Words may leave out the year if it is the present one, of an end on another day alone.
    year = day[:4] if ends[:10] != row[1][:10] else ""
    is_former_name_shown = formerly_until is None or day <= formerly_until
    is_covered = is_home_listed or is_joint_listed
    return Mark(*row[:4], digest_of(row[4:], digest, year, is_former_name_shown) if is_covered else b"")


def _as_text(model: type[models.Model], name: str) -> Any:
    """Return an expression for a field, as text where Django would convert each value."""
    return _text(name) if isinstance(model._meta.get_field(name), models.DateField | WallTimeField) else name


def _moment(written: str) -> datetime:
    """Read a moment as the database writes it, in UTC."""
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(name: str) -> Cast:
    return Cast(name, models.TextField())


HEAD = ("pk", _text("starts_at"), Cast(Coalesce("changed_at", "created_at"), models.TextField()), "local_zone")
_RELATED = (
    _text("ends_at"), "series__is_listed", _text("room__formerly_until"), *(f"series__{name}" for name in SERIES),
    *(_text(f"room__{name}") if name in {"latitude", "longitude"} else f"room__{name}"
      for name in ROOM if name != "formerly_until"),
)  # fmt: skip
