"""Marks: short digests of everything that an entry of a feed shows, so that a kept entry is known to be current."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast, Coalesce

from seminars import times
from seminars.models.appearance import Appearance, JointTalk, TalkTopic
from seminars.models.wall_times import WallTimeField, rules_of

LENGTH = 16  # bytes
BATCH = 2000  # rows that are read at once

ENTRY = ("uid", "sequence", "entry_digest", "created_at", "changed_at")
# What no feed shows, and what is too long to read for nothing. Everything else of a talk counts, new fields too.
NOT_SHOWN = frozenset({"notes", "room_is_exclusive", "search_text", "shares_room", "updated_at"})
YES = frozenset({"1", "true"})  # as databases write it
SERIES = ("name", "slug", "short_name", "kind")
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
        rows, rules = self.values_list(*HEAD, *stamps).iterator(BATCH), cache(rules_of)
        return [Mark(*row[:4], digest_of(*row[4:], rules(row[3]))) for row in rows]

    def content_marks(self) -> list[Mark]:
        """Read the marks of entries in Atom, JSON and CSV, over all that they show: three queries however many talks.

        A talk in no listed series has none: whether its speakers have a page depends on their other talks. Everyone at
        a public talk of a listed series has one.
        """
        around, listed = self._around()
        day, rules = times.today().isoformat(), cache(rules_of)
        names = [field.attname for field in self.model._meta.concrete_fields if field.attname not in NOT_SHOWN]
        own = [_as_text(self.model, name) for name in names]
        rows = self.values_list(*HEAD, *_RELATED, *own).iterator(BATCH)
        return [
            _content_mark(row, around.get(row[0], "") + rules(row[3]), day, is_listed=row[0] in listed) for row in rows
        ]

    def _around(self) -> tuple[dict[int, str], set[int]]:
        """Return, by talk, its people, further series and topics as text; and the talks in a further, listed series."""
        found: dict[int, str] = {}
        listed: set[int] = set()
        talks, none = self.order_by().values("pk"), Value("")
        people = Appearance.objects.filter(talk__in=talks).in_order()
        people = people.values_list("talk", none, "role", "affiliation", "speaker__name", "speaker__slug")
        series = JointTalk.objects.filter(talk__in=talks).values_list(
            "talk", _text("series__is_listed"), *(f"series__{name}" for name in ("name", "pk", *SERIES[1:]))
        )
        topics = TalkTopic.objects.filter(talk__in=talks).values_list(
            "talk", none, "topic__name", "topic", "topic__slug", Value("topic"), Value("")
        )
        for rows in (people, series.union(topics, all=True).order_by("series__name", "series__pk", "series__kind")):
            for talk, is_listed, *facts in rows.iterator(BATCH):
                found[talk] = f"{found.get(talk, '')}{facts}"
                if is_listed in YES:
                    listed.add(talk)
        return found, listed


def digest_of(*facts: Any) -> bytes:
    """Return a digest of facts that are written alike whenever they are equal: texts, numbers, None."""
    return blake2b(repr(facts).encode("utf-8", "surrogatepass"), digest_size=LENGTH).digest()


def latest_change(marks: Iterable[Mark]) -> datetime | None:
    """Return when the latest of these entries changed."""
    latest = max((mark.changed for mark in marks), default="")  # written like that, they sort by time
    return _moment(latest) if latest else None


def _content_mark(row: tuple, around: str, day: str, *, is_listed: bool) -> Mark:
    """Make the mark of a row that begins with HEAD and _RELATED; `day` is the department's."""
    is_home_listed, formerly_until = row[4:6]
    is_former_name_shown = formerly_until is None or day <= formerly_until
    is_covered = is_listed or is_home_listed in YES
    return Mark(*row[:4], digest_of(row[4:], around, is_former_name_shown) if is_covered else b"")


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
    _text("series__is_listed"), _text("room__formerly_until"),
    *(f"series__{name}" for name in SERIES),
    *(_text(f"room__{name}") if name in {"latitude", "longitude"} else f"room__{name}"
      for name in ROOM if name != "formerly_until"),
)  # fmt: skip
