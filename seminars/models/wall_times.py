"""Wall times: what a clock in a talk's own city shows is the fact, and the moment in UTC follows from it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query_utils import DeferredAttribute
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars import times, zone_data
from seminars.models.edition import publishing
from seminars.models.many_rows import update_rows
from seminars.zone_names import known_zone, nearest_zone

# Each moment, and the field that holds the wall time that it follows from.
LOCAL = {"starts_at": "starts_local", "ends_at": "ends_local", "moved_from": "moved_from_local"}

AT_ONCE = 1000  # rows that are read at once
UNKNOWN = "unknown"  # the rules of a zone that the present data lacks

Moments = Mapping[str, datetime | None]

WALL_TIME_FIELDS = frozenset({*LOCAL, *LOCAL.values(), "local_zone", "zone_rules"})


class WallTimeField(models.Field):
    """A date and a time of day without a zone: a naive `datetime`, to the microsecond."""

    description = gettext_lazy("Date and time of day, without a time zone")

    def get_internal_type(self) -> str:
        return "WallTimeField"  # Django's own would make it a moment in UTC

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "timestamp without time zone" if connection.vendor == "postgresql" else "datetime"

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> datetime | None:
        return self.to_python(value)

    def to_python(self, value: Any) -> datetime | None:
        """Read a value of the database or of a file; raise ValidationError for anything but a time without a zone."""
        found = parse_datetime(value) if isinstance(value, str) else value
        if value and (not isinstance(found, datetime) or found.tzinfo is not None):
            raise ValidationError(_("Enter a date and a time without a time zone."), code="invalid")
        return found or None

    def get_prep_value(self, value: Any) -> datetime | None:
        return self.to_python(super().get_prep_value(value))

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        value = value if prepared else self.get_prep_value(value)
        return value.isoformat(" ") if value and connection.vendor == "sqlite" else value

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return value.isoformat() if value else ""


class ZoneField(models.CharField):
    """The IANA name of a time zone, or "" for the department's; it may be typed in any case."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max_length": 64, "blank": True, "default": "", "db_default": ""} | options)

    def clean(self, value: Any, model_instance: models.Model | None) -> str:
        """Return the name as the database writes it; raise ValidationError with the nearest for an unknown one."""
        return zone_of(super().clean(value, model_instance))


def zone_of(typed: str) -> str:
    """Return the IANA name of what was typed, "" for nothing; raise ValidationError with the nearest where unknown."""
    if not typed.strip() or (known := known_zone(typed)):
        return known if typed.strip() else ""
    nearest = nearest_zone(typed) or "Europe/Berlin"
    sentence = _("“%(typed)s” is not the name of a time zone. Did you mean %(nearest)s?")
    raise ValidationError(sentence % {"typed": typed, "nearest": nearest}, code="zone")


class HasWallTimes(models.Model):
    """A row whose moments follow from wall times by the rules of its zone.

    `local_zone` is the name of that zone, "" for the department's; `zone_rules` a digest of the rules by which its
    moments were derived, "" where the moments were written without wall times. A row that is read derives its moments
    anew where the rules have changed: what it shows is right even before `actions/zone_changes.py` has written it.
    """

    _stored: dict[str, datetime | None] = {}  # the moments that the database has
    _stored_in: tuple[str, str] = "", ""  # the zone and the rules with which it has them
    _set_moments: frozenset[str] = frozenset()  # the moments that were set since

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str, field_names: list[str], values: list[Any]) -> Self:
        row = super().from_db(db, field_names, values)
        row.remember_moments()
        rules = rules_of(row.local_zone) if row.__dict__.keys() >= WALL_TIME_FIELDS else UNKNOWN
        if rules not in {UNKNOWN, row.__dict__.get("zone_rules")}:
            row.follow_zone_rules(rules)
        return row

    def refresh_from_db(self, using: str | None = None, fields: Iterable[str] | None = None, **options: Any) -> None:
        """As Django's; what was set and is not read again stays set."""
        super().refresh_from_db(using, fields, **options)
        if fields is None:
            self.remember_moments()
        else:
            self._set_moments -= set(fields)

    @property
    def zone_info(self) -> ZoneInfo:
        """The zone of its wall times."""
        return zone_info(self.local_zone)

    @property
    def zone_name(self) -> str:
        """The IANA name of that zone, "" for the department's, also where the present data lacks the zone."""
        return self.local_zone if self.local_zone and rules_of(self.local_zone) != UNKNOWN else ""

    @property
    def is_skipped(self) -> bool:
        """Tell whether its wall time does not exist: the clocks skip it, so it begins later than was typed."""
        return self.starts_local is not None and self.starts_local != _wall(self.starts_at, self.zone_info)

    @property
    def takes_days(self) -> bool:
        """Tell whether it lasts a day or more, as a workshop does."""
        return self.ends_at - self.starts_at >= timedelta(days=1)

    def stored_moment(self, name: str) -> datetime:
        """Return one of its moments as the database has it, whatever the rules say now."""
        return self._stored.get(name) or getattr(self, name)

    def note_new_moments(self) -> None:
        """Note, before it is written, that it has other moments than the database although its wall times stayed."""

    def remember_moments(self) -> None:
        """Take its moments and zone for those of the database: it was just read or written."""
        there = self.__dict__
        self._stored = {name: there[name] for name in LOCAL if name in there}
        self._stored_in = there.get("local_zone", ""), there.get("zone_rules", "")
        self._set_moments = frozenset()

    def wall_of(self, name: str) -> datetime:
        """Return the wall time of one of its moments, also of one that was set and is not saved yet."""
        wall = getattr(self, LOCAL[name])
        return wall if wall and name not in self._set_moments else _wall(getattr(self, name), self.zone_info)

    def follow_zone_rules(self, rules: str) -> None:
        """Derive its moments anew by the rules in force; take its wall times from them if it has none."""
        if self.zone_rules:
            self._put(self.moments_by_rules())
        else:
            self._take_wall_times_of(LOCAL)
        self.zone_rules = rules

    def derive_times(self) -> None:
        """Bring wall times and moments together before they are written.

        A moment that was set since the row was read says what its wall time is. Of all others the wall time stays,
        even if the zone is another one than before; only what the talk was moved from stays the moment that it was.
        """
        walls = {name: getattr(self, local) for name, local in LOCAL.items()}
        kept = {name for name, wall in walls.items() if wall and name not in self._set_moments}
        kept -= self._written_without_wall_times()
        if self.local_zone != self._stored_in[0]:
            kept -= {"moved_from"}
        self._take_wall_times_of(LOCAL.keys() - kept)
        self._put({name: moment for name, moment in self.moments_by_rules().items() if name in kept})
        same = [name for name in ("starts_at", "ends_at") if getattr(self, LOCAL[name]) == walls[name]]
        if any(self.stored_moment(name) != getattr(self, name) for name in same):
            self.note_new_moments()
        self.zone_rules = rules_of(self.local_zone)

    def _written_without_wall_times(self) -> set[str]:
        """Return the moments that SQL or an earlier release wrote: they do not follow from wall times and rules."""
        zone, rules = self._stored_in
        if rules != rules_of(zone):
            return set()
        walls = {name: getattr(self, local) for name, local in LOCAL.items()}
        by_rules = moments_by_rules(self._stored, walls, zone_info(zone))
        return {name for name, moment in by_rules.items() if moment != self._stored[name]}

    def take_wall_times(self) -> None:
        """Take its wall times from those of its moments that do not follow from them already."""
        by_rules = self.moments_by_rules()
        self._take_wall_times_of(name for name in LOCAL if getattr(self, name) != by_rules.get(name))
        self.zone_rules = rules_of(self.local_zone)

    def moments_by_rules(self) -> dict[str, datetime]:
        """Return the moments that follow from its wall times, as far as there are any, by the rules in force."""
        moments = {name: getattr(self, name) for name in LOCAL}
        return moments_by_rules(moments, {name: getattr(self, local) for name, local in LOCAL.items()}, self.zone_info)

    def _put(self, moments: Mapping[str, datetime]) -> None:
        self.__dict__.update(moments)  # nobody set them

    def _take_wall_times_of(self, names: Iterable[str]) -> None:
        for name in names:
            moment = getattr(self, name)
            setattr(self, LOCAL[name], moment and _wall(moment, self.zone_info))


class MomentAttribute(DeferredAttribute):
    """A moment of a row with wall times; notes when it is set."""

    def __set__(self, instance: HasWallTimes, value: datetime | None) -> None:
        instance.__dict__[self.field.attname] = value
        instance._set_moments |= {self.field.attname}


def watch_moments(model: type[HasWallTimes]) -> None:
    """Let the rows of a model note which of their moments are set."""
    for name in LOCAL:
        setattr(model, name, MomentAttribute(model._meta.get_field(name)))


class WallTimesQuerySet(models.QuerySet):
    """A QuerySet whose writes bring wall times and moments together."""

    def update(self, **fields: Any) -> int:
        """As Django's; wall times are taken from moments that are written."""
        if LOCAL.keys().isdisjoint(fields) or "zone_rules" in fields:
            return super().update(**fields)
        with publishing(savepoint=False):
            keys = list(self.values_list("pk", flat=True))
            count = super().update(**fields, zone_rules="")
            self.model.objects.filter(pk__in=keys).take_wall_times()
            return count

    update.alters_data = True

    def bulk_create(self, objs: Iterable[models.Model], *args: Any, **options: Any) -> list[models.Model]:
        talks = list(objs)
        for talk in talks:
            talk.derive_times()
        return super().bulk_create(talks, *args, **options)

    def take_wall_times(self) -> int:
        """Take the wall times of talks whose moments were written without them, in SQL for example; return how many.

        Moments that follow from other rules than those in force are none of them.
        """
        read = {"id", *LOCAL, *LOCAL.values(), "local_zone", "zone_rules"}
        names = [field.attname for field in self.model._meta.concrete_fields if field.attname in read]  # for `from_db`
        fields = [*LOCAL.values(), "zone_rules"]
        changed = []
        for values in self.order_by().values_list(*names).iterator(AT_ONCE):
            before = dict(zip(names, values, strict=True))
            rules = rules_of(before["local_zone"])
            if before["zone_rules"] not in {"", rules} and rules != UNKNOWN:
                continue
            if _follows(before, rules):
                continue
            row = self.model.from_db(self.db, names, values)
            row.take_wall_times()
            if any(getattr(row, name) != before[name] for name in fields):
                changed.append(row)
        if changed:
            update_rows(changed, fields)
        return len(changed)


def _follows(row: Mapping[str, Any], rules: str) -> bool:
    """Tell whether the moments of a row are those that follow from its wall times by the rules in force."""
    if row["zone_rules"] != rules:
        return False
    walls = {name: row[local] for name, local in LOCAL.items()}
    found = moments_by_rules(row, walls, zone_info(row["local_zone"]))
    return all(found.get(name) == row[name] for name in LOCAL)


def moments_by_rules(moments: Moments, walls: Moments, zone: ZoneInfo) -> dict[str, datetime]:
    """Return the moments that follow from wall times by the rules of a zone, in UTC, by name.

    `moments` are the present ones: of a time that occurs twice the closer one is taken. If the clocks skip or repeat
    the time between start and end, the end keeps its distance from the start.
    """
    found = {
        name: times.moment_of(wall, zone, near=moments[name])
        for name, wall in walls.items()
        if wall and moments.get(name)
    }
    if len({"starts_at", "ends_at"} & found.keys()) == 2 and found["ends_at"] <= found["starts_at"]:
        by_walls, before = (of["ends_at"] - of["starts_at"] for of in (walls, moments))
        found["ends_at"] = found["starts_at"] + (by_walls if by_walls > timedelta(0) else before)
    return found


def zone_info(zone: str) -> ZoneInfo:
    """Return the zone of this IANA name, the department's for "" and for a name that the present data lacks."""
    try:
        return ZoneInfo(zone or times.zone_name())
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(times.zone_name())


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return times.local(moment, zone).replace(tzinfo=None)


def rules_of(zone: str) -> str:
    """Return a digest of the rules in force of a zone, "" for the department's; "unknown" where the data lacks it."""
    try:
        return zone_data.current().rules(zone or times.zone_name())
    except (ZoneInfoNotFoundError, ValueError):
        return UNKNOWN
