"""Loading the example into an empty site: the same seed in the same hour gives the same rows."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from random import Random

from django.core.exceptions import ValidationError
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars import times
from seminars.actions.example import occasions, scenery, speakers
from seminars.actions.example.data import HOME
from seminars.actions.example.planned import Planned, Planner
from seminars.actions.example.slots import ExampleSlot, older, slots
from seminars.actions.stamping import stamp
from seminars.models import (
    Appearance,
    JointTalk,
    Photo,
    Room,
    Series,
    Speaker,
    Talk,
    TalkTopic,
    Topic,
    publishing,
    recording,
)

MOST_TALKS = 30_000
USUAL_TALKS = 240
MOST_SPEAKERS = 400
BATCH = 1000
_OF_A_SITE_IN_USE = (Talk, Series, Room, Speaker, Topic)


def load(*, talks: int | None = None, seed: int = 1, now: datetime | None = None) -> int:
    """Make a department around `now`: its coming term and two years past, or exactly `talks` talks; return how many.

    Coming talks are made first, then past ones backwards. Raise ValidationError with a sentence where there is a talk,
    series, room, speaker or topic already, or where `talks` is out of bounds.
    """
    if talks is not None and not 1 <= talks <= MOST_TALKS:
        raise ValidationError(_("Choose a number of talks from 1 to %(most)s.") % {"most": MOST_TALKS})
    with publishing(), recording(_("Example loaded")):
        _refuse_where_rows_are()
        planned = _planned(talks, seed, times.local(now or timezone.now()))
        _write(planned)
        return len(planned)


def has_rows() -> bool:
    """Tell whether somebody entered or imported something already."""
    return any(model.objects.exists() for model in _OF_A_SITE_IN_USE)


def _refuse_where_rows_are() -> None:
    for model in _OF_A_SITE_IN_USE:
        if count := model.objects.count():
            words = {"count": count, "things": model._meta.verbose_name_plural}
            raise ValidationError(
                _("The example needs an empty site, but this one already has %(things)s (%(count)s).") % words
            )


def _planned(talks: int | None, seed: int, now: datetime) -> list[Planned]:
    """Save what surrounds the talks and plan them; what happens to one of them alters no other."""
    count = min(MOST_SPEAKERS, 30 + (talks or USUAL_TALKS) // 4)
    people, photos = speakers.draw_up(count, Random(seed))  # noqa: S311
    Photo.objects.bulk_create(photos, ignore_conflicts=True)
    today = now.date()
    planner = Planner(Speaker.objects.bulk_create(people), scenery.build(today), seed, today)
    under_way = ExampleSlot(planner.scenery.series["TRUST"], now.replace(minute=0, second=0, microsecond=0))
    further = older(planner.scenery, today) if talks else ()
    meetings = list(islice(chain([under_way], slots(planner.scenery, today), further), talks))
    planned = [planner.ordinary(slot, number) for number, slot in enumerate(meetings)]
    happening = [occasions.UNDER_WAY, *map(occasions.occasion_of, meetings[1:])]
    for one, occasion in zip(planned, happening, strict=True):
        occasions.happen(one, occasion, planner)
    return planned


def _write(planned: list[Planned]) -> None:
    """Write the talks as the actions would have left them, in few large statements."""
    for one in planned:
        one.talk.room_is_exclusive = bool(one.talk.room) and one.talk.room.is_exclusive
    Talk.objects.bulk_create([one.talk for one in planned], batch_size=BATCH)
    Appearance.objects.bulk_create(_appearances(planned), batch_size=BATCH)
    JointTalk.objects.bulk_create(JointTalk(talk=one.talk, series=series) for one in planned for series in one.also_in)
    topics = {topic.name: topic for topic in Topic.objects.all()}
    rows = (TalkTopic(talk=one.talk, topic=topics[name]) for one in planned for name in one.topics)
    TalkTopic.objects.bulk_create(rows, batch_size=BATCH)
    stamp(Talk.objects.all())
    _date_back(planned)


def _appearances(planned: list[Planned]) -> Iterator[Appearance]:
    for one in planned:
        for order, (person, role) in enumerate(one.people):
            is_external = person.affiliation != HOME
            yield Appearance(
                talk=one.talk, speaker=person, order=order, role=role,
                affiliation=person.affiliation, is_external=is_external,
            )  # fmt: skip


def _date_back(planned: list[Planned]) -> None:
    """Let nothing tell when the example was loaded: entries changed when they were announced or written down, or some
    days ago."""
    Talk.objects.update(changed_at=Coalesce("published_at", "created_at"))
    for one in planned:
        if one.changed_at:
            Talk.objects.filter(pk=one.talk.pk).update(changed_at=one.changed_at)
    Talk.objects.update(updated_at=Coalesce("changed_at", "created_at"))
    Photo.objects.update(created_at=min(one.talk.created_at for one in planned))
