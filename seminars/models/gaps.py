"""Gaps: what a talk still lacks before visitors find all that they look for."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from seminars.models.appearance import Appearance
from seminars.models.states import CALLED_OFF, Role
from seminars.models.talk import Talk
from seminars.models.talk_queries import ONLINE_ALONE


class Gap(models.TextChoices):
    """What an organiser still has to find out."""

    SPEAKER = "speaker", _("speaker")
    TITLE = "title", _("title")
    ABSTRACT = "abstract", _("abstract")
    BIOGRAPHY = "biography", _("biography")
    ROOM = "room", _("room")
    LINK = "link", _("link")


def gaps_of(talk: Talk) -> list[Gap]:
    """Return what `talk` lacks, fetched `for_pages()`; one that is called off lacks nothing.

    A room is missing unless the talk is online alone, a link where the series usually gives one.
    """
    if talk.is_called_off:
        return []
    is_missing = {
        Gap.SPEAKER: not talk.speakers,
        Gap.TITLE: not talk.title,
        Gap.ABSTRACT: not talk.abstract,
        Gap.BIOGRAPHY: any(not appearance.speaker.biography for appearance in talk.speakers),
        Gap.ROOM: talk.mode is None,
        Gap.LINK: bool(talk.series.default_join_url) and not talk.join_url,
    }
    return [gap for gap in Gap if is_missing[gap]]


def lacking(gap: Gap) -> Q:
    """Return the condition that keeps the talks of which `gaps_of` names this gap."""
    speakers = Appearance.objects.filter(talk=OuterRef("pk"), role=Role.SPEAKER)
    conditions = {
        Gap.SPEAKER: ~Exists(speakers),
        Gap.TITLE: Q(title=""),
        Gap.ABSTRACT: Q(abstract=""),
        Gap.BIOGRAPHY: Exists(speakers.filter(speaker__biography="")),
        Gap.ROOM: Q(room=None) & ~ONLINE_ALONE,
        Gap.LINK: Q(join_url="") & ~Q(series__default_join_url=""),
    }
    return Q(conditions[gap]) & ~Q(state__in=CALLED_OFF)
