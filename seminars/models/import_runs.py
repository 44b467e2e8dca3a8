"""Imports that were begun: how far each is, what it wrote that has no history, and what it needs to go on."""

import gzip
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from seminars.models.history import Change
from seminars.models.snapshots import talks_of

HELD = timedelta(minutes=1)  # after each turn, which takes less than a second: later the process is gone


class ImportRunQuerySet(models.QuerySet):
    """Imports and their undos."""

    def unfinished(self) -> Self:
        """Keep runs that still have work to do, the latest first; leave out imports that are being undone."""
        runs = self.filter(is_finished=False).exclude(change__undone_by__isnull=False)
        return runs.select_related("change__undoes").order_by("-pk")

    def stalled(self) -> Self:
        """Keep those that stopped half way, the latest first."""
        return self.unfinished().filter(held_until__lte=timezone.now())

    def claim(self, run: "ImportRun") -> bool:
        """Note that this process goes on with a stalled run; False if another one does or has finished it."""
        return bool(self.stalled().order_by().filter(pk=run.pk).update(held_until=timezone.now() + HELD))

    def forget_files(self, before: datetime) -> int:
        """Remove the files of imports that stopped before then, so that they can only be undone; return how many."""
        return self.filter(packed__isnull=False, held_until__lt=before).update(packed=None)


class ImportRun(models.Model):
    """One import, or the undo of one: both are written in turns. Private, so it makes no edition.

    `beside` lists what was written to rows without a history (breaks, series, former addresses): model, key, the
    fields before and after. None instead of fields: there was no such row.
    """

    change = models.OneToOneField(Change, models.CASCADE, related_name="import_run", verbose_name=_("change"))
    beside = models.JSONField(default=list)
    done = models.PositiveIntegerField(default=0)  # talks
    total = models.PositiveIntegerField(default=0)
    is_finished = models.BooleanField(default=False)
    held_until = models.DateTimeField(default=timezone.now)  # by the process that writes it
    options = models.JSONField(default=dict)  # the ImportOptions
    tells_readers = models.BooleanField(default=True, db_default=True)  # subscribers, by email, what it changes
    packed = models.BinaryField(null=True)  # the file, until all of it is imported

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.change)

    @property
    def content(self) -> bytes:
        """The file, b"" if it is not kept."""
        return gzip.decompress(self.packed) if self.packed else b""

    @content.setter
    def content(self, read: bytes) -> None:
        self.packed = gzip.compress(read, mtime=0) if read else None

    @property
    def can_go_on(self) -> bool:
        """Whether the file is kept, so that the rest of it can be imported."""
        return bool(self.packed) and not self.change.undoes_id

    @property
    def is_running(self) -> bool:
        return not self.is_finished and self.held_until > timezone.now()

    def resumed(self) -> Change | None:
        """Return the change that it belongs to, which knows what it has touched; None if it has not begun."""
        if self.change_id and not self.change.touched:
            self.change.touched = set(talks_of(self.change))
            self.change.has_shared_rows = self.change.shared_rows.exists()
            self.change.has_other_rows = bool(self.beside)
        return self.change if self.change_id else None

    def note_turn(self, change: Change, talks: int, beside: Iterable[dict[str, Any]] = ()) -> None:
        """Note, in the transaction of a turn, what the turn wrote."""
        self.change, self.held_until = change, timezone.now() + HELD
        self.done += talks
        self.beside = [*self.beside, *beside]
        self.save()

    def release(self) -> None:
        """Let another process go on at once."""
        self.held_until = timezone.now()
        if self.pk:
            self.save(update_fields=["held_until"])

    def finish(self) -> None:
        """Note that nothing is left to do, and forget the file."""
        self.is_finished, self.packed = True, None
        if self.pk:
            self.save()
