"""History: every write of a talk, its people, topics and further series leaves a row, and each belongs to a change."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.models import Value
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from seminars.models.edition import PublicQuerySet, publishing, taking_turns
from seminars.models.many_rows import update_rows

LONGEST_SENTENCE = 300
BATCH = 1000


def rows_of(name: str) -> models.QuerySet:
    """Return the rows of a model that is defined further up, in no order."""
    return apps.get_model("seminars", name).objects.order_by()


class ChangeQuerySet(models.QuerySet):
    """What was done to talks."""

    def touching(self, talks: models.QuerySet, series: models.QuerySet) -> Self:
        """Keep changes of any of these talks, of talks of these series that are there no longer, or of what they
        use."""
        there = models.Q(id__in=talks.order_by().values("pk"))
        gone = models.Q(series__in=series) & ~models.Q(id__in=talks.model.objects.order_by().values("pk"))
        rows = talks.model.history.model.objects.order_by().filter(change=models.OuterRef("pk"))
        shared = rows_of("SharedChange").filter(change=models.OuterRef("pk"))
        return self.filter(models.Exists(rows.filter(there | gone)) | models.Exists(shared.of_rows_used_by(talks)))

    def of_shared_rows_by(self, person: models.Model) -> Self:
        """Keep changes of shared rows that one person made."""
        shared = rows_of("SharedChange").filter(change=models.OuterRef("pk"))
        return self.filter(models.Exists(shared), by=person)

    def latest_first(self) -> Self:
        """The latest first, with who made each and who undid it."""
        return self.select_related("by", "undone_by__by", "undoes", "import_run").order_by("-pk")

    def with_overtaken(self) -> Self:
        """Tell of each whether an undo would be refused: what it touched was changed since, or made and published, or
        somebody whom it replaced is there no longer."""
        rows, talks = rows_of("HistoricalTalk"), rows_of("Talk")
        later = rows.filter(in_force("change__"), id=models.OuterRef("id"), change__gt=models.OuterRef("change"))
        later = later.filter(change__follows_zone_rules=False)  # these keep all wall times
        public = talks.filter(pk=models.OuterRef("id"), published_at__isnull=False)
        is_so = models.Exists(later) | models.Q(models.Exists(public), history_type="+")
        is_so = models.Exists(rows.filter(is_so, change=models.OuterRef("pk")))
        shared = rows_of("SharedChange").filter(change=models.OuterRef("pk"))
        is_so |= models.Exists(shared.refusing_an_undo())
        return self.annotate(is_overtaken=is_so | models.Exists(_people_gone()))

    def since(self, number: int, talk: models.Model) -> Self:
        """Keep what was done to a talk after the change of this number, the latest first."""
        of_talk = talk.history.model.objects.order_by().filter(id=talk.pk).values("change")
        return self.filter(pk__gt=number, pk__in=of_talk).latest_first()


def in_force(change: str = "") -> models.Q:
    """Ask whether a change stands: it was not undone, and undoes nothing unless it does something again."""
    is_first = models.Q(**{f"{change}undoes": None})
    return models.Q(**{f"{change}undone_by": None}) & (
        is_first | models.Q(**{f"{change}undoes__undoes__isnull": False})
    )


def _people_gone() -> models.QuerySet:
    """Return the rows of a change's people that named somebody before it who was deleted, but not by the change."""
    rows, speakers = rows_of("HistoricalAppearance"), rows_of("Speaker")
    before = rows.filter(id=models.OuterRef("id"), change__lt=models.OuterRef("change")).order_by("-history_id")
    replacing = rows.filter(change=models.OuterRef("pk")).exclude(history_type="+").order_by()
    was = replacing.annotate(was=models.Subquery(before.values("speaker")[:1])).filter(was__isnull=False)
    notes = rows_of("SharedChange").filter(kind="speaker", change=models.OuterRef("change"))
    comes_back = models.Exists(notes.deleted().filter(key=models.OuterRef("was")))
    return was.exclude(was__in=speakers.values("pk")).exclude(comes_back)


class Change(models.Model):
    """One thing that somebody did to talks, as a whole: when, who, and what it was.

    Changes are numbered in the order in which they are made: making one locks the edition's row.
    """

    sentence = models.CharField(_("what was done"), max_length=LONGEST_SENTENCE, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("when"), default=timezone.now)
    undoes = models.OneToOneField(
        "self", models.SET_NULL, null=True, related_name="undone_by", verbose_name=_("undoes")
    )

    follows_zone_rules = models.BooleanField(default=False, db_default=False)  # or another zone: wall times stayed

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.touched: set[int] = set()  # the keys of the talks that it touched, known while it is being made
        self.touched_people: set[int] = set()  # the keys of those of them whose people it touched
        self.has_shared_rows = False  # whether it touched what all series share, known as long
        self.copies_deletions = False  # whether rows that are deleted just now were copied to the history together
        self.has_other_rows = False  # whether it wrote rows that have no history, known as long

    def __str__(self) -> str:
        return self.sentence or (gettext("Changed") if self.by_id else gettext("Changed outside the desk"))

    @property
    def who(self) -> str:
        """The name of the person who did it; the site itself follows time zone rules."""
        if self.follows_zone_rules and not self.by:
            return gettext("The site")
        return str(self.by) if self.by else gettext("Someone")

    @property
    def is_empty(self) -> bool:
        """Tell of a change that was just made whether it touched nothing."""
        return not (self.touched or self.has_shared_rows or self.has_other_rows)

    @property
    def is_undone(self) -> bool:
        return hasattr(self, "undone_by")

    def touch(self, talks: set[int], *, people: bool) -> None:
        """Note that it wrote something of these talks, by their keys: their `people`, or something else."""
        self.touched |= talks
        if people:
            self.touched_people |= talks

    def be_called(self, sentence: str) -> None:
        """Take a sentence, unless it has one; it is saved when the change is complete."""
        self.sentence = self.sentence or sentence[:LONGEST_SENTENCE]

    def lacking_talks(self) -> set[int]:
        """Return the keys of the talks of which it holds a part but not the row itself, and correct `touched`."""
        there = set(rows_of("HistoricalTalk").filter(change=self).values_list("id", flat=True))
        if self.touched <= there:  # usual: each part was written with its talk
            self.touched = there
            return set()
        parts = (rows_of(f"Historical{name}").filter(change=self) for name in ("Appearance", "JointTalk", "TalkTopic"))
        first, *others = (rows.values_list("talk", flat=True) for rows in parts)
        self.touched = there | set(first.union(*others))
        return self.touched - there


_open: ContextVar[Change | None] = ContextVar("the change that is being made", default=None)


@contextmanager
def recording(
    sentence: str = "", *, by: models.Model | None = None, undoes: Change | None = None, resumes: Change | None = None
) -> Iterator[Change]:
    """Group all that is written to talks and shared rows within as one change.

    Within another recording it is part of that one, and gives it its sentence if it has none. `resumes` is a change
    that an earlier transaction began: what takes long is written in several turns, and undone as a whole.

    One transaction, alone among all public writes. Where nothing is written there is no change and no edition.
    """
    if (whole := _open.get()) is not None:
        whole.be_called(sentence)
        yield whole
        return
    with taking_turns():
        change = resumes or Change.objects.create(sentence=sentence[:LONGEST_SENTENCE], by=by, undoes=undoes)
        token, saved = _open.set(change), change.sentence
        try:
            yield change
            if change.sentence != saved:  # once all is done: a part that is refused is rolled back, and its queries too
                change.save(update_fields=["sentence"])
            _complete(change)
        finally:
            _open.reset(token)


def _complete(change: Change) -> None:
    """Let each touched talk have a row of its own in the change, by which it is found; delete what is empty."""
    if change.touched and (lacking := change.lacking_talks()):
        rows = apps.get_model("seminars", "Talk").objects.filter(pk__in=lacking)
        copy_to_history(rows, rows.model.history.model, change, kind="~")
    if change.touched_people:
        rows_of("SpeakerInvitation").follow_speakers(change.touched_people, by=change.by, now=change.made_at)
    change.has_shared_rows = change.has_shared_rows and change.shared_rows.exists()
    if change.is_empty:
        change.delete()


class HistoryRow(models.Model):
    """What every history row has beside the fields of what it is the history of."""

    change = models.ForeignKey(Change, models.CASCADE, verbose_name=_("change"))

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        with recording() as self.change:
            super().save(*args, **options)
            talk = self.talk_id if hasattr(self, "talk_id") else self.id
            self.change.touch({talk}, people=hasattr(self, "speaker_id"))


class KeptManager(HistoryManager):
    """A manager of history rows whose class is made once; the library makes one at each access to `history`."""

    @classmethod
    @cache
    def from_queryset(cls, queryset: type[models.QuerySet]) -> type[models.Manager]:
        return super().from_queryset(queryset)


class History(HistoricalRecords):
    """The history of a model; its rows belong to changes, which know who made them."""

    def __init__(self, **options: Any) -> None:
        unasked = ["room", "series", "speaker", "topic", "uid"]  # what history is never looked up by
        super().__init__(bases=[HistoryRow], no_db_index=unasked, history_manager=KeptManager, **options)

    def post_delete(self, instance: models.Model, using: str | None = None, **options: Any) -> None:
        """Record a deletion, unless it was recorded together with others."""
        if not ((change := _open.get()) and change.copies_deletions):
            super().post_delete(instance, using=using, **options)

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        return super().get_meta_options(model) | {"ordering": ["-history_id"], "default_permissions": []}


class RecordedQuerySet(PublicQuerySet):
    """A QuerySet whose writes leave history, however many rows they change at once."""

    unrecorded: frozenset[str] = frozenset()  # fields that are derived: an update of them alone is nobody's doing

    def update(self, **fields: Any) -> int:
        if {self.model._meta.get_field(name).name for name in fields} <= self.unrecorded:
            return super().update(**fields)
        with publishing(savepoint=False), recording() as change:
            keys = list(self.order_by().values_list("pk", flat=True))
            count = super().update(**fields)
            self._record(keys, change, kind="~")
            return count

    update.alters_data = True

    def bulk_create(self, objs: Iterable[models.Model], *args: Any, **options: Any) -> list[models.Model]:
        with publishing(savepoint=False), recording() as change:
            made = super().bulk_create(objs, *args, **options)
            self._record([row.pk for row in made], change, kind="+")
            return made

    def update_rows(self, rows: Sequence[models.Model], names: Sequence[str]) -> None:
        """Write these fields of rows; faster than `bulk_update`, whose CASE expressions take long for many rows."""
        with publishing(savepoint=False), recording() as change:
            update_rows(rows, names)
            self._record([row.pk for row in rows], change, kind="~")

    update_rows.alters_data = True

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete rows with those that belong to them; the history of all is written in a few queries."""
        with publishing(savepoint=False), recording() as change:
            keys = list(self.order_by().values_list("pk", flat=True))
            for relation in self.model._meta.related_objects:
                if hasattr(relation.related_model, "history"):
                    of_these = {f"{relation.field.name}__in": keys}
                    parts = relation.related_model.objects.filter(**of_these).order_by()
                    parts._record(list(parts.values_list("pk", flat=True)), change, kind="-")
            self._record(keys, change, kind="-")
            before, change.copies_deletions = change.copies_deletions, True
            try:
                return super().delete()
            finally:
                change.copies_deletions = before

    delete.alters_data = True
    delete.queryset_only = True

    def _record(self, keys: Collection[int], change: Change, *, kind: str) -> None:
        """Copy these rows to their history."""
        is_talk = self.model is apps.get_model("seminars", "Talk")
        for first in range(0, len(keys), BATCH):
            rows = self.model._base_manager.filter(pk__in=keys[first : first + BATCH])
            copy_to_history(rows, self.model.history.model, change, kind=kind)
            talks = set(rows.values_list("pk" if is_talk else "talk", flat=True))
            change.touch(talks, people=hasattr(self.model, "speaker_id"))


def copy_to_history(rows: models.QuerySet, into: type[models.Model], change: Change, *, kind: str) -> None:
    """Copy rows into their history in one statement that the database carries out by itself."""
    kept = {one.attname for one in into._meta.concrete_fields}
    fields = [one.attname for one in rows.model._meta.concrete_fields if one.attname in kept]
    constants = {
        "change_id": Value(change.pk),
        "history_type": Value(kind),
        "history_date": Value(change.made_at, models.DateTimeField()),
    }
    selected, values = rows.order_by("pk").values_list(*fields, *constants.values()).query.sql_with_params()
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(name) for name in [*fields, *constants])
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quoted(into._meta.db_table)} ({columns}) {selected}", values)
