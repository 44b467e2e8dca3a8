"""What a change of several talks does to one of them: the old value beside the new one, in few words."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from seminars import date_formats
from seminars.models import Role, Talk
from seminars.models.fetched import fetched_rows
from seminars.phrases.talk_differences import words_of

SHOWN = ("state", "join_url", "passcode", "join_access", "host", "language", "notice")


@dataclass(frozen=True)
class TalkDifference:
    """One value of a talk that changes; "" where there was, or will be, nothing."""

    label: str
    old: str
    new: str


def differences(before: Talk, after: Talk) -> list[TalkDifference]:
    """Return what differs between two versions of a talk, in the order of the form."""
    return [one for one in _pairs(before, after) if one.old != one.new]


def _pairs(before: Talk, after: Talk) -> Iterator[TalkDifference]:
    yield TalkDifference(_("Room"), str(before.room or ""), str(after.room or ""))
    yield TalkDifference(_("Time"), hours_of(before), hours_of(after))
    for name in SHOWN:
        field = Talk._meta.get_field(name)
        old, new = (words_of(field, getattr(talk, "hosted_by" if name == "host" else name)) for talk in (before, after))
        yield TalkDifference(capfirst(field.verbose_name), old, new)
    yield TalkDifference(_("Moderator"), moderators_of(before), moderators_of(after))
    yield TalkDifference(_("Topics"), topics_of(before), topics_of(after))


def hours_of(talk: Talk) -> str:
    """Return the time of day at which a talk takes place, by the clocks there."""
    return date_formats.hours(talk.span, talk.zone_info)


def moderators_of(talk: Talk) -> str:
    return ", ".join(one.speaker.name for one in talk.people_as(Role.MODERATOR))


def topics_of(talk: Talk) -> str:
    return ", ".join(topic.name for topic in fetched_rows(talk, "topics"))
