"""One planned talk of the example: an ordinary one, before anything remarkable happens to it."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from seminars import times
from seminars.actions.example.data import HOME, Matter, matters
from seminars.actions.example.scenery import Scenery
from seminars.actions.example.slots import ExampleSlot
from seminars.actions.talk_defaults import standing_defaults
from seminars.models import Recording, Role, Series, Speaker, State, Talk

UIDS = uuid.UUID("6d0e0e5c-5f0a-4f5e-9a55-2f4f6b7a3c11")
CERTAIN_FOR = 9  # meetings ahead; what is later is known in part


@dataclass
class Planned:
    """An unsaved talk with the people, topics and further series that belong to it."""

    talk: Talk
    people: list[tuple[Speaker, Role]]
    topics: list[str]
    also_in: list[Series] = field(default_factory=list)
    changed_at: datetime | None = None  # when its entry last changed, if that was after publication


class Planner:
    """Draws speakers, subjects and small decisions; the same seed draws the same ones."""

    def __init__(self, speakers: list[Speaker], scenery: Scenery, seed: int, today: date) -> None:
        self.scenery, self.seed, self.today = scenery, seed, today
        self.random = Random(seed)  # noqa: S311
        self.locals = [speaker for speaker in speakers if speaker.affiliation == HOME]
        self.guests = [speaker for speaker in speakers if speaker.affiliation != HOME]
        self.matters, self.theses = matters()
        self.random.shuffle(self.matters)
        self.random.shuffle(self.theses)

    def ordinary(self, slot: ExampleSlot, number: int) -> Planned:
        """Plan what usually happens in `slot`."""
        among = self.theses if slot.series.short_name == "Defence" else self.matters
        matter = among[number % len(among)]
        planned = Planned(_talk(slot, matter), self._people(slot), matter.topics)
        talk = planned.talk
        talk.uid = str(uuid.uuid5(UIDS, f"{self.seed}/{number}"))
        self._date(talk, slot.day, number)
        if planned.people[0][0] in self.guests and self.random.random() < 0.6:
            planned.people.append((self.random.choice(self.locals), Role.HOST))
        if self.random.random() < 0.4:
            talk.recording = self.random.choice((Recording.PLANNED, Recording.PLANNED, Recording.DECLINED))
        if slot.back is not None:
            self._give_links(talk)
        elif slot.ahead is not None and slot.ahead >= CERTAIN_FOR:
            self._leave_open(planned)
        return planned

    def _people(self, slot: ExampleSlot) -> list[tuple[Speaker, Role]]:
        if slot.series.short_name == "Defence":
            candidate, *committee = self.random.sample(self.locals, 4)
            return [(candidate, Role.SPEAKER), *((person, Role.COMMITTEE) for person in committee)]
        many = 2 if self.random.random() < 0.12 else 1
        among = self.guests if self.random.random() < 0.8 else self.locals
        return [(person, Role.SPEAKER) for person in self.random.sample(among, many)]

    def _give_links(self, talk: Talk) -> None:
        """Let a past talk have been recorded or its slides been kept, or, rarely, have been cancelled."""
        if self.random.random() < 0.03:
            talk.state, talk.notice = State.CANCELLED, "Cancelled: the campus was closed that day."
            return
        kept = f"https://files.example.org/{talk.uid[:8]}"
        if self.random.random() < 0.5:
            talk.slides_url = f"{kept}/slides.pdf"
        if talk.recording != Recording.DECLINED and self.random.random() < 0.4:
            talk.recording_url = f"{kept}/recording"

    def _date(self, talk: Talk, day: date, number: int) -> None:
        """Say when it was entered and announced: three weeks ahead, and in any case before today."""
        announced_on = min(day - timedelta(days=21), self.today - timedelta(days=5 + number % 9))
        talk.published_at = times.at(announced_on, time(9))
        talk.created_at = times.at(announced_on - timedelta(days=30), time(14, number % 60))

    def _leave_open(self, planned: Planned) -> None:
        """Far ahead the title is often missing, and sometimes the speaker as well."""
        if self.random.random() < 0.6:
            planned.talk.title = planned.talk.abstract = ""
            planned.topics = []
            if self.random.random() < 0.4:
                planned.people = []


def _talk(slot: ExampleSlot, matter: Matter) -> Talk:
    return Talk(
        **standing_defaults(slot.series),
        title=matter.title,
        abstract=matter.abstract,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        state=State.CONFIRMED,
    )
