"""Who has spoken here before: how many talks, the last and the next one, and which were less than a year ago."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seminars.date_formats import day_in_year
from seminars.models.appearance import Appearance
from seminars.models.speaker import Speaker
from seminars.models.states import CALLED_OFF, Role
from seminars.models.talk import Talk
from seminars.models.talk_queries import TalkQuerySet
from seminars.times import local


@dataclass
class TalksGiven:
    """The talks that somebody gives, as far as it may be told: the number of past ones, the last and the next."""

    number: int = 0
    last: Talk | None = None
    coming: Talk | None = None
    near: list[Talk] = field(default_factory=list)  # the earliest first

    @property
    def when(self) -> str:
        """When and where the last one was, and the next one is: "4 November 2025 (ASSET); planned on …"."""
        last = [_("%(day)s (%(series)s)") % _when_and_where(self.last)] if self.last else []
        return "; ".join([*last, *self._planned])

    @property
    def sentence(self) -> str:
        """The same with the number of talks: "2 talks, the last on 4 November 2025 (ASSET)"."""
        return "; ".join([*self._past, *self._planned])

    @property
    def _past(self) -> list[str]:
        if not self.last:
            return []
        sentence = ngettext(
            "%(number)d talk, on %(day)s (%(series)s)",
            "%(number)d talks, the last on %(day)s (%(series)s)",
            self.number,
        )
        return [sentence % ({"number": self.number} | _when_and_where(self.last))]

    @property
    def _planned(self) -> list[str]:
        return [_("planned on %(day)s (%(series)s)") % _when_and_where(self.coming)] if self.coming else []


def talks_given(
    people: Collection[Speaker], known: TalkQuerySet, *, within: timedelta = timedelta(0), now: datetime | None = None
) -> dict[int, TalksGiven]:
    """Return by key what is known of the talks of each of these people that are not called off: three queries.

    `known` are the talks of which the reader may learn; those `within` so much time before and after now are `near`.
    """
    now = now or timezone.now()
    rows = Appearance.objects.filter(role=Role.SPEAKER, speaker__in=people, talk__in=known.order_by().values("pk"))
    given = rows.exclude(talk__state__in=CALLED_OFF).order_by()
    found: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for speaker, talk, starts_at in given.values_list("speaker", "talk", "talk__starts_at"):
        found[speaker].append((starts_at, talk))
    for talks in found.values():
        talks.sort()  # by the database, this would make it read all talks in order
    near = {key: [talk for at, talk in talks if abs(at - now) < within] for key, talks in found.items()}
    last = {key: next((talk for at, talk in reversed(talks) if at < now), None) for key, talks in found.items()}
    coming = {key: next((talk for at, talk in talks if at >= now), None) for key, talks in found.items()}
    read = Talk.objects.with_series().in_bulk(
        {*last.values(), *coming.values(), *(talk for keys in near.values() for talk in keys)} - {None}
    )
    return {
        key: TalksGiven(
            number=sum(at < now for at, _talk in talks),
            last=read.get(last[key]),
            coming=read.get(coming[key]),
            near=[read[talk] for talk in near[key] if talk in read],
        )
        for key, talks in found.items()
    }


def spoke_sentence(name: str, talk: Talk, now: datetime | None = None) -> str:
    """Say when somebody spoke or is to speak, for those who are about to invite them."""
    words = {"name": name} | _when_and_where(talk)
    if talk.starts_at < (now or timezone.now()):
        return _("%(name)s spoke here on %(day)s (%(series)s).") % words
    return _("%(name)s is to speak here on %(day)s (%(series)s).") % words


def _when_and_where(talk: Talk) -> dict[str, str]:
    on = local(talk.starts_at, talk.zone_info).date()
    return {"day": day_in_year(on), "series": talk.series_label}
