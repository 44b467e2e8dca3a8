"""How large each calendar feed is, against what Google takes: weighed without rendering any talk twice."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Model

from seminars import kept_entries, listings
from seminars.formats import ics, ics_entry
from seminars.kept_entries import Entries
from seminars.listings import Listing
from seminars.models import Department, Room, Series, Speaker, Talk, Topic
from seminars.models.edition import one_state
from seminars.models.talk_marks import Mark
from seminars.selectors.talk_membership import Membership, talk_membership

MOST_OCTETS, MOST_EVENTS = 1_000_000, 1_000  # of a feed; beyond, Google leaves talks out without a word
LARGE_FROM = 0.7  # of either


@dataclass(frozen=True)
class Size:
    """One feed and its weight."""

    listing: Listing
    events: int
    octets: int

    @property
    def share(self) -> float:
        """How much of what Google takes it needs: 1.0 is all."""
        return max(self.octets / MOST_OCTETS, self.events / MOST_EVENTS)

    @property
    def kilobytes(self) -> int:
        return -(-self.octets // 1000)

    @property
    def percent(self) -> int:
        return round(100 * self.share)

    @property
    def is_large(self) -> bool:
        return self.share >= LARGE_FROM

    @property
    def is_too_large(self) -> bool:
        return self.share > 1


def sizes() -> list[Size]:
    """Weigh the feed of everything, then of each series and room, and those of speakers and topics that are large."""
    whole = listings.everything()
    public = Talk.objects.public().in_feed(whole.department.academic_year())
    with one_state():
        marks = public.entry_marks()
        scales = _Scales(whole.department, marks, kept_entries.entries(ics_entry.FORM, public, marks))
    listed = set(public.listed().primary_keys())
    return [scales.weighed(whole, listed), *_of_each(scales, talk_membership(public), listed)]


def _of_each(scales: "_Scales", belonging: dict[type[Model], Membership], listed: set[int]) -> Iterator[Size]:
    for thing in [*Series.objects.in_order(), *Room.objects.in_order()]:
        talks = belonging[type(thing)].get(thing.pk, set())
        yield scales.weighed_scope(thing, talks if isinstance(thing, Series) else talks & listed)
    for kind in (Speaker, Topic):
        heavy = {key: talks & listed for key, talks in belonging[kind].items() if scales.may_be_large(talks & listed)}
        for key, thing in kind.objects.in_bulk(heavy).items():
            size = scales.weighed_scope(thing, heavy[key])
            if size.is_large:
                yield size


@dataclass(frozen=True)
class _Scales:
    """The rendered entries of all public talks, of which every feed is made."""

    department: Department
    marks: list[Mark]
    entries: Entries

    def weighed(self, listing: Listing, talks: set[int]) -> Size:
        own = [mark for mark in self.marks if mark.talk in talks and mark.talk in self.entries]
        return Size(listing, len(own), ics.length(listing, own, self.entries))

    def weighed_scope(self, thing: Model, talks: set[int]) -> Size:
        return self.weighed(listings.of(thing, department=self.department), talks)

    def may_be_large(self, talks: set[int]) -> bool:
        """Tell it without the few hundred bytes that stand before the entries."""
        octets = sum(self.entries.size(talk) for talk in talks if talk in self.entries)
        return len(talks) >= LARGE_FROM * MOST_EVENTS or octets >= (LARGE_FROM - 0.1) * MOST_OCTETS
