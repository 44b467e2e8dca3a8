"""Rows that all series share: every write of a speaker, room or topic notes what the row was and what it became."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Window
from django.db.models.functions import RowNumber
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from seminars.models.edition import publishing
from seminars.models.history import Change, in_force, recording, rows_of
from seminars.models.many_rows import InsertingQuerySet
from seminars.models.page_addresses import AddressedModel, AddressedQuerySet

BATCH = 500

Values = dict[str, Any]


class Kind(models.TextChoices):
    """The models whose rows all series share."""

    SPEAKER = "speaker", _("speaker")
    ROOM = "room", _("room")
    TOPIC = "topic", _("topic")

    @property
    def model(self) -> type["SharedModel"]:
        return apps.get_model("seminars", self.value)


class SharedChangeQuerySet(InsertingQuerySet):
    """What changes did to shared rows."""

    def of_rows_used_by(self, talks: models.QuerySet) -> Self:
        """Keep what was done to rows that one of these talks uses now."""
        return self.filter(
            Q(kind=Kind.SPEAKER, key__in=rows_of("Appearance").filter(talk__in=_keys(talks)).values("speaker"))
            | Q(kind=Kind.TOPIC, key__in=rows_of("TalkTopic").filter(talk__in=_keys(talks)).values("topic"))
            | Q(kind=Kind.ROOM, key__in=talks.order_by().filter(room__isnull=False).values("room"))
        )

    def of(self, thing: "SharedModel") -> Self:
        """Keep what was done to one row, the latest first."""
        return self.filter(kind=thing.ADDRESS_FIELD, key=thing.pk).order_by("-change")

    def made(self) -> Self:
        return self.filter(before__isnull=True)

    def altered(self) -> Self:
        return self.filter(before__isnull=False, after__isnull=False)

    def deleted(self) -> Self:
        return self.filter(after__isnull=True)

    def merged_by(self, changes: Iterable[int]) -> dict[int, str]:
        """Return by the number of a change whom it merged into another: the person whose row it deleted."""
        deleted = self.deleted().filter(change__in=changes, change__undoes=None, kind=Kind.SPEAKER)
        return {note.change_id: note.before["name"] for note in deleted}

    def without_talks(self) -> Self:
        """Keep those of changes that touched no talk."""
        return self.filter(~Exists(rows_of("HistoricalTalk").filter(change=OuterRef("change"))))

    def first_of_each(self, changes: Iterable[Change], most: int) -> Self:
        """Keep the first rows of each change, and tell of each how many there are in all, as `number`."""
        number = Window(Count("pk"), partition_by="change")
        place = Window(RowNumber(), partition_by="change", order_by="pk")
        counted = self.filter(change__in=changes).annotate(number=number, place=place)
        return counted.filter(place__lte=most).order_by("pk")

    def refusing_an_undo(self) -> Self:
        """Keep those for which the undo of their change would be refused: the row was changed since, a row that was
        made alone is in use, or the change was a merger."""
        same_row = rows_of("SharedChange").filter(kind=OuterRef("kind"), key=OuterRef("key"))
        is_changed_since = Exists(same_row.filter(in_force("change__"), change__gt=OuterRef("change")))
        is_alone = ~Exists(rows_of("HistoricalTalk").filter(change=OuterRef("change")))
        others = Exists(rows_of("SharedChange").filter(change=OuterRef("change"), after__isnull=False))
        return self.filter(
            Q(is_changed_since, Q(before__isnull=False) | Q(is_alone))
            | Q(_is_in_use(), is_alone, before__isnull=True)
            | Q(others | ~is_alone, after__isnull=True, change__undoes=None)
        )


def _keys(talks: models.QuerySet) -> models.QuerySet:
    return talks.order_by().values("pk")


def _is_in_use() -> Q:
    """Ask of a note whether a talk prints its row."""
    naming = {Kind.SPEAKER: ("Appearance", "speaker"), Kind.ROOM: ("Talk", "room"), Kind.TOPIC: ("TalkTopic", "topic")}
    asked = (
        Q(Exists(rows_of(model).filter(**{link: OuterRef("key")})), kind=kind) for kind, (model, link) in naming.items()
    )
    return Q(*asked, _connector=Q.OR)


class SharedChange(models.Model):
    """What one change did to one shared row: all of its fields before and after, but see `NOT_IN_HISTORY`.

    Both stand in one row, so the first change of a row knows the old values, and one query tells what differs.
    """

    change = models.ForeignKey(Change, models.CASCADE, related_name="shared_rows", verbose_name=_("change"))
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.PositiveBigIntegerField()  # of the row, which may be gone
    before = models.JSONField(null=True)  # null: the change made the row
    after = models.JSONField(null=True)  # null: the change deleted the row

    objects = SharedChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a shared row")
        verbose_name_plural = _("changes of shared rows")
        default_permissions = ()
        indexes = [models.Index(fields=["kind", "key", "change"], name="shared_change_by_row")]
        constraints = [
            models.UniqueConstraint(fields=["change", "kind", "key"], name="change_tells_of_a_shared_row_once")
        ]

    def __str__(self) -> str:
        return (self.after or self.before)["name"]

    @property
    def model(self) -> type["SharedModel"]:
        return Kind(self.kind).model

    @property
    def can_be_put_back(self) -> bool:
        """Whether the history keeps anything of what the change altered."""
        if self.before is None or self.after is None:
            return True
        altered = {name for name, value in self.before.items() if self.after.get(name) != value}
        return not altered or not altered <= self.model.NOT_IN_HISTORY

    def is_as_left(self) -> bool:
        """Tell whether the row is as the change left it.

        Fields that were added to the model since say nothing, nor do those that an undo leaves as they are.
        """
        return self.agrees_with(values_of(self.model, [self.key]).get(self.key))

    def agrees_with(self, now: Values | None) -> bool:
        """Tell whether a row with these values, None if there is none, is as the change left it."""
        if now is None or self.after is None:
            return now == self.after
        told = now.keys() - self.model.NOT_IN_HISTORY
        return all(now[name] == value for name, value in self.after.items() if name in told)


def values_of(model: type["SharedModel"], keys: Collection[int]) -> dict[int, Values]:
    """Return the fields of these rows as the history keeps them, by key; a row that is not there is left out."""
    names = [field.attname for field in model._meta.concrete_fields]
    rows = model._base_manager.filter(pk__in=keys).values(*names)
    return {
        row["id"]: {
            name: without_value(value) if name in model.NOT_IN_HISTORY else plain(value) for name, value in row.items()
        }
        for row in rows
    }


def without_value(value: str) -> str:
    """Return what the history keeps instead of a personal value: a digest, which tells whether it changed."""
    return salted_hmac("seminars.history", value, algorithm="sha256").hexdigest()[:16] if value else ""


def plain(value: Any) -> Any:
    """Return a value as JSON gives it back, so that what was written can be compared with what is read."""
    return value if value is None or isinstance(value, str | int | bool) else str(value)


@contextmanager
def noting(model: type["SharedModel"], keys: Collection[int]) -> Iterator[list[int]]:
    """Note in the open change what becomes of these rows within; keys of rows that are made may be added."""
    with publishing(savepoint=False), recording() as change:
        keys = list(keys)
        before = values_of(model, keys)
        yield keys
        after = values_of(model, keys)
        model.written(before, after)
        _note(model, change, {key: (before.get(key), after.get(key)) for key in keys})


def _note(model: type["SharedModel"], change: Change, pairs: dict[int, tuple[Values | None, Values | None]]) -> None:
    """Write what differs; of a row that was written before in this change, what it first was stays."""
    kind = model.ADDRESS_FIELD
    known = {note.key: note for note in change.shared_rows.filter(kind=kind, key__in=pairs)}
    new = []
    for key, (before, after) in pairs.items():
        note = known.get(key)
        if note and note.before == after:
            note.delete()
        elif note:
            note.after = after
            note.save(update_fields=["after"])
        elif before != after:
            change.has_shared_rows = True
            new.append(SharedChange(change=change, kind=kind, key=key, before=before, after=after))
    SharedChange.objects.bulk_create(new, batch_size=BATCH)


class SharedQuerySet(AddressedQuerySet):
    """A QuerySet whose writes are noted, however many rows they change at once."""

    def update(self, **fields: Any) -> int:
        with noting(self.model, self.order_by().values_list("pk", flat=True)):
            return super().update(**fields)

    update.alters_data = True

    def delete(self) -> tuple[int, dict[str, int]]:
        with noting(self.model, self.order_by().values_list("pk", flat=True)):
            return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def bulk_create(self, objs: Iterable[models.Model], *args: Any, **options: Any) -> list[models.Model]:
        with noting(self.model, []) as keys:
            made = super().bulk_create(objs, *args, **options)
            keys += [row.pk for row in made]
            return made


class SharedModel(AddressedModel):
    """A row that talks of any series may print."""

    NOT_IN_HISTORY: frozenset[str] = frozenset()  # text fields of which the history says only that they changed

    objects = SharedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        with noting(type(self), [self.pk] if self.pk else []) as keys:
            super().save(*args, **options)
            keys[:] = [self.pk]

    @classmethod
    def written(cls, before: dict[int, Values], after: dict[int, Values]) -> None:
        """Update what other tables derive from these rows, whichever way they were written. Speakers need it."""

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        with noting(type(self), [self.pk]):
            return super().delete(*args, **options)
