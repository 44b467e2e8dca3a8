"""Drafts that an import brought and that somebody deleted: the next import leaves them out."""

from collections.abc import Collection

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_QUERY = 5000  # UIDs that one query asks for


class DeletedImportQuerySet(models.QuerySet):
    """UIDs of deleted drafts."""

    def among(self, uids: Collection[str]) -> set[str]:
        """Return those of these UIDs whose talk was deleted here."""
        asked = list(uids)
        parts = (asked[first : first + _QUERY] for first in range(0, len(asked), _QUERY))
        return {uid for part in parts for uid in self.filter(uid__in=part).values_list("uid", flat=True)}

    def forget(self, uids: Collection[str]) -> None:
        """Forget it of talks that are here again."""
        self.filter(uid__in=uids).delete()


class DeletedImport(models.Model):
    """The UID of one; private, so it makes no edition."""

    uid = models.CharField(max_length=255, unique=True)
    deleted_at = models.DateTimeField(_("deleted"), default=timezone.now)

    objects = DeletedImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("deleted draft of an import")
        verbose_name_plural = _("deleted drafts of imports")
        default_permissions = ()

    def __str__(self) -> str:
        return self.uid
