"""Who has which role."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from seminars.models.identity import Identity
from seminars.models.series import SeriesOrganiser, SeriesQuerySet
from seminars.models.user import User

MOST_MEMBERS = 100  # named; the list of accounts has the rest


@dataclass(frozen=True)
class PeopleByRole:
    """People with an account, each under their highest role, as far as they concern some series."""

    series: SeriesQuerySet

    @cached_property
    def administrators(self) -> list[User]:
        return list(_in_order().filter(is_active=True, is_superuser=True))

    @cached_property
    def organisers(self) -> list[User]:
        """Those who look after one of the series, which are their `series_rows`."""
        rows = SeriesOrganiser.objects.filter(series__in=self.series).select_related("series").order_by("series__name")
        people = _in_order().filter(is_active=True, is_superuser=False, pk__in=rows.order_by().values("user"))
        return list(people.prefetch_related(Prefetch("series_rows", rows)))

    @cached_property
    def members(self) -> list[User]:
        """Those who look after nothing."""
        return list(self._without_series().filter(is_active=True)[:MOST_MEMBERS])

    @cached_property
    def deactivated(self) -> list[User]:
        return list(_in_order().filter(is_active=False)[:MOST_MEMBERS])

    def _without_series(self) -> QuerySet[User]:
        return _in_order().filter(~Q(pk__in=SeriesOrganiser.objects.values("user")), is_superuser=False)


def _in_order() -> QuerySet[User]:
    identities = Identity.objects.filter(user=OuterRef("pk"))
    people = User.objects.annotate(has_identity=Exists(identities))
    return people.order_by("last_name", "first_name", "username")
