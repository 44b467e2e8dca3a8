"""Lists in parts: a program that reads one after the other sees each row once, whatever is added between."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q


class PlacesQuerySet(models.QuerySet):
    """Talks, by their place in the order of their starts."""

    def after_place(self, start: datetime, key: int) -> Self:
        """Keep talks that come after the one with this start and key, the earliest first."""
        return self.filter(Q(starts_at__gt=start) | Q(starts_at=start, pk__gt=key)).order_by("starts_at", "pk")

    def before_place(self, start: datetime, key: int) -> Self:
        """Keep the talks that come before it, the latest first."""
        return self.filter(Q(starts_at__lt=start) | Q(starts_at=start, pk__lt=key)).order_by("-starts_at", "-pk")

    def in_states(self, states: list[str]) -> Self:
        return self.filter(state__in=states)

    def between(self, since: datetime | None, until: datetime | None) -> Self:
        """Keep talks that end after one moment and start before another."""
        found = self if since is None else self.filter(ends_at__gt=since)
        return found if until is None else found.filter(starts_at__lt=until)

    def updated_since(self, moment: datetime) -> Self:
        """Keep talks that were saved, or whose calendar entry changed, at or after a moment."""
        return self.filter(Q(updated_at__gte=moment) | Q(changed_at__gte=moment))
