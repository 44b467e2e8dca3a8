"""What happens to some talks of the example, so that every state a talk can be in is there to be seen."""

from collections.abc import Callable
from datetime import time, timedelta

from seminars import times
from seminars.actions.example.data import TEXTS
from seminars.actions.example.planned import Planned, Stage
from seminars.actions.example.slots import Slot
from seminars.models import JoinAccess, Recording, Role, State

Occasion = Callable[[Planned, Stage], None]
UNDER_WAY_FOR = timedelta(hours=2)


def occasion_of(slot: Slot) -> Occasion | None:
    """Return what happens in this slot, None for most."""
    if slot.ahead is not None:
        return AHEAD.get((slot.series.short_name, slot.ahead))
    return BACK.get((slot.series.short_name, slot.back))


def _changed(planned: Planned, stage: Stage, days_ago: int) -> None:
    """A published talk was changed some days ago, and calendars were told."""
    planned.changed_at = times.at(stage.today - timedelta(days=days_ago), time(10, 30))
    planned.talk.sequence = 1


def _opening(planned: Planned, stage: Stage) -> None:
    planned.talk.title = "When may a program say that it does not know?"
    planned.talk.abstract = TEXTS["opening"]
    planned.talk.recording = Recording.PLANNED
    planned.talk.audience = "Everyone; no background needed"
    planned.topics = ("Machine learning", "Logic", "Systems")


def _title_missing(planned: Planned, stage: Stage) -> None:
    planned.talk.title = planned.talk.abstract = ""
    planned.topics = ()


def _speaker_missing(planned: Planned, stage: Stage) -> None:
    _title_missing(planned, stage)
    planned.people = []


def _tentative(planned: Planned, stage: Stage) -> None:
    planned.talk.state = State.TENTATIVE


def _moved(planned: Planned, stage: Stage) -> None:
    """To the next working day on which the series does not meet anyway."""
    talk, series = planned.talk, planned.talk.series
    day, clock = talk.starts_at.date() + timedelta(days=1), talk.starts_at.time()
    while day.weekday() > 4 or day.weekday() == series.default_weekday or not stage.scenery.is_free(day, series):
        day += timedelta(days=1)
    _changed(planned, stage, days_ago=3)
    talk.moved_from, talk.moved_at = talk.starts_at, planned.changed_at
    talk.starts_at = times.at(day, clock)
    talk.ends_at = talk.starts_at + timedelta(minutes=series.default_minutes)


def _moved_online(planned: Planned, stage: Stage) -> None:
    _changed(planned, stage, days_ago=1)
    planned.talk.room, planned.talk.programme = None, ""
    planned.talk.moved_online_at = planned.changed_at
    planned.talk.notice = "The speaker cannot travel this week and talks online."


def _room_changed(planned: Planned, stage: Stage) -> None:
    _changed(planned, stage, days_ago=2)
    old, planned.talk.room = planned.talk.room, stage.scenery.rooms["Auditorium"]
    planned.talk.notice = f"Room changed from {old} to {planned.talk.room}"


def _postponed(planned: Planned, stage: Stage) -> None:
    _changed(planned, stage, days_ago=2)
    planned.talk.state = State.POSTPONED
    planned.talk.notice = "The speaker is ill; a new date will be announced here."


def _cancelled(planned: Planned, stage: Stage) -> None:
    _changed(planned, stage, days_ago=1)
    planned.talk.state = State.CANCELLED
    planned.talk.notice = "Cancelled because of a strike at the airport. We hope for next year."


def _draft(planned: Planned, stage: Stage) -> None:
    planned.talk.state, planned.talk.published_at = State.DRAFT, None
    planned.talk.notes = "Waiting for an answer since last week; ask again on Monday."


def _joint(planned: Planned, stage: Stage) -> None:
    planned.also_in = [stage.scenery.series["TRUST"]]


def _panel(planned: Planned, stage: Stage) -> None:
    """Three speakers and a moderator, before two series at once."""
    (first, _role), talk = planned.people[0], planned.talk
    others = [person for person in stage.cast.guests if person != first][:3]
    planned.people = [(first, Role.SPEAKER), *((person, Role.SPEAKER) for person in others[:2])]
    planned.people.append((others[2], Role.MODERATOR))
    planned.also_in = [stage.scenery.series["PRIL"]]
    talk.title, talk.kind, talk.abstract = "Who checks the checkers?", "Panel", TEXTS["panel"]
    planned.topics = ("Computing and society", "Machine learning")


def _long_title(planned: Planned, stage: Stage) -> None:
    planned.talk.title = (
        "On the surprisingly long and still unfinished story of how three failed attempts to make elevators wait less "
        "led to a scheduling theorem, two counterexamples, and a service that half the building now depends on"
    )


def _german(planned: Planned, stage: Stage) -> None:
    planned.talk.title, planned.talk.language = "Über Ordnung in großen zufälligen Netzen", "de"
    planned.talk.abstract = TEXTS["german"]
    planned.topics = ("Probability", "Networks")


def _japanese(planned: Planned, stage: Stage) -> None:
    planned.talk.title, planned.talk.language = "格子暗号と量子計算：これからの十年", "ja"
    planned.talk.abstract = TEXTS["japanese"]
    planned.topics = ("Cryptography", "Complexity")


def _recorded(planned: Planned, stage: Stage) -> None:
    kept = f"https://files.example.org/{planned.talk.uid[:8]}"
    planned.talk.state, planned.talk.notice = State.CONFIRMED, ""
    planned.talk.recording = Recording.PLANNED
    planned.talk.slides_url, planned.talk.recording_url = f"{kept}/slides.pdf", f"{kept}/recording"
    planned.talk.paper_url, planned.talk.code_url = f"{kept}/paper.pdf", "https://code.example.org/checker"


def under_way(planned: Planned, stage: Stage) -> None:
    """Begun when the example's hour began, and not over before the next one is; in the atrium, in nobody's way."""
    talk = planned.talk
    talk.ends_at, talk.room = talk.starts_at + UNDER_WAY_FOR, stage.scenery.rooms["Atrium"]
    talk.title, talk.abstract = "What a lock remembers", TEXTS["under_way"]
    talk.join_access, talk.audience = JoinAccess.OPEN, "Everyone who has ever waited for a computer"
    talk.programme = "Questions at any time; tea afterwards, Atrium"
    planned.topics = ("Systems", "Algorithms")


AHEAD: dict[tuple[str, int], Occasion] = {
    ("TRUST", 0): _opening,
    ("TRUST", 1): _title_missing,
    ("TRUST", 2): _moved,
    ("TRUST", 3): _room_changed,
    ("TRUST", 4): _panel,
    ("TRUST", 5): _moved_online,
    ("TRUST", 6): _long_title,
    ("TRUST", 7): _cancelled,
    ("PRIL", 0): _joint,
    ("PRIL", 1): _postponed,
    ("PRIL", 2): _japanese,
    ("PRIL", 3): _speaker_missing,
    ("PRIL", 4): _tentative,
    ("PRIL", 5): _german,
    ("PRIL", 6): _draft,
    ("Defence", 1): _tentative,
    ("Defence", 3): _draft,
}
BACK: dict[tuple[str, int], Occasion] = {("TRUST", 0): _recorded}
