"""The states of a talk and what each of them means to visitors, rooms and calendars."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a talk stands; "to be announced" is no state but a missing title or speaker."""

    DRAFT = "draft", _("Draft")
    TENTATIVE = "tentative", _("Provisional")
    CONFIRMED = "confirmed", _("Confirmed")
    POSTPONED = "postponed", _("Postponed")
    CANCELLED = "cancelled", _("Cancelled")


PUBLIC = frozenset(set(State) - {State.DRAFT})  # what visitors may see
HOLDING = frozenset({State.DRAFT, State.TENTATIVE, State.CONFIRMED})  # what keeps others out of the room
GOING_AHEAD = frozenset({State.TENTATIVE, State.CONFIRMED})
CALLED_OFF = frozenset({State.POSTPONED, State.CANCELLED})
UNSETTLED = frozenset({State.DRAFT, State.TENTATIVE})  # what organisers' own calendars mark


class Recording(models.TextChoices):
    """What visitors are told about a recording before there is one."""

    UNKNOWN = "unknown", _("not specified")
    PLANNED = "planned", _("will be recorded")
    DECLINED = "declined", _("will not be recorded")


class Role(models.TextChoices):
    """What a person does at a talk, in the order in which they are named; only speakers make the headline."""

    SPEAKER = "speaker", _("Speaker")
    PANELIST = "panelist", _("Panelist")
    MODERATOR = "moderator", _("Moderator")
    CHAIR = "chair", _("Chair")
    COMMITTEE = "committee", _("Committee")
    SUPERVISOR = "supervisor", _("Supervisor")
    HOST = "host", _("Host")

    @property
    def plural(self) -> str:
        """The name of these people in files and feeds: "panelists"."""
        return self.value if self == Role.COMMITTEE else f"{self.value}s"


class Mode(models.TextChoices):
    """How people attend, told from room and join link."""

    IN_PERSON = "in-person", _("In person")
    ONLINE = "online", _("Online")
    HYBRID = "hybrid", _("In person and online")

    @classmethod
    def of(cls, *, has_room: bool, has_link: bool) -> "Mode | None":
        """Return how people attend; None while neither room nor link is known."""
        if has_room:
            return cls.HYBRID if has_link else cls.IN_PERSON
        return cls.ONLINE if has_link else None


class Attendance(models.TextChoices):
    """The ways to attend that visitors can filter by. A hybrid talk can be attended in person and online."""

    IN_PERSON = "in-person", _("In person")
    ONLINE = "online", _("Online")
    HYBRID = "hybrid", _("In person and online")
    ONLY_IN_PERSON = "only-in-person", _("Only in person")
    ONLY_ONLINE = "only-online", _("Only online")


class Material(models.TextChoices):
    """What a past talk may offer that visitors can filter by."""

    RECORDING = "recording", _("Recording")
    SLIDES = "slides", _("Slides")


# The states in which each transition is allowed. Other words for a talk, such as a title, may be given in any state.
ALLOWED_FROM: dict[str, frozenset[str]] = {
    "announce": frozenset({State.DRAFT}),
    "confirm": frozenset({State.TENTATIVE}),
    "move": frozenset(State) - {State.CANCELLED},
    "change_room": frozenset(State) - {State.CANCELLED},
    "move_online": frozenset(GOING_AHEAD),
    "postpone": frozenset(GOING_AHEAD),
    "cancel": frozenset(PUBLIC) - {State.CANCELLED},
    "reinstate": frozenset(CALLED_OFF),
    "withdraw": frozenset(PUBLIC),
}
