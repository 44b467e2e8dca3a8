"""What surrounds the example's talks: department, rooms, series, topics and breaks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TypeVar

from seminars.actions.example import topics
from seminars.actions.example.speakers import HOME
from seminars.models import Break, Department, JoinAccess, Room, Series, SeriesOrganiser, SeriesTopic, Topic, User
from seminars.models import Weekday as Day

Row = TypeVar("Row", Room, Series)
ADDRESS = {
    "city": "Philadelphia", "region": "Pennsylvania", "postal_code": "19104", "country": "United States",
}  # fmt: skip
LINDEN = ADDRESS | {
    "building": "Linden Hall",
    "street": "210 Orchard Walk",
    "latitude": Decimal("39.951800"),
    "longitude": Decimal("-75.193400"),
    "map_url": "https://www.openstreetmap.org/?mlat=39.9518&mlon=-75.1934#map=18/39.9518/-75.1934",
    "getting_there": "Four minutes on foot from the **Orchard Walk** tram stop. Visitors sign in at the front desk.",
}
HARBOUR = ADDRESS | {
    "building": "Harbour Building",
    "street": "8 Ferry Road",
    "latitude": Decimal("39.949300"),
    "longitude": Decimal("-75.188100"),
    "getting_there": "Bicycle stands are on the river side; the car park is behind the building.",
}


@dataclass(frozen=True)
class Scenery:
    """The saved rows among which talks are planned."""

    rooms: dict[str, Room]
    series: dict[str, Series]
    topics: dict[str, Topic]
    breaks: list[Break]

    def is_free(self, day: date, series: Series) -> bool:
        """Tell whether no break keeps `series` from meeting on `day`."""
        return not any(
            pause.first_on <= day <= pause.last_on and pause.series in (None, series) for pause in self.breaks
        )


def build(today: date) -> Scenery:
    """Save everything but talks and people; the first administrator becomes the organiser of every series."""
    Department(
        pk=1,
        name="Department of Computing and Mathematics",
        tagline=f"Seminars, colloquia and thesis defences at {HOME}. Everybody is welcome.",
        contact_name="Seminar office",
        contact_email="seminars@example.edu",
        accent="#1d4e89",
        is_example=True,
    ).save()
    subjects = {name: Topic.objects.create(name=name) for name in topics.ALL}
    rooms = {room.name: _saved(room) for room in _rooms(today)}
    series = {row.short_name: _saved(row) for row in _series(rooms)}
    _introduce(series, subjects)
    breaks = Break.objects.bulk_create(_breaks(today, series["Defence"]))
    return Scenery(rooms, series, subjects, breaks)


def _saved(row: Row) -> Row:
    row.save()
    return row


def _rooms(today: date) -> Iterator[Room]:
    step_free = "Step-free from the street; the lift is to the left of the entrance."
    yield Room(name="Room 414", capacity=60, access_notes=f"{step_free} Hearing loop in the first four rows.", **LINDEN)
    yield Room(
        name="Room 310", formerly="Room 307", formerly_until=today + timedelta(days=90),
        capacity=35, access_notes=step_free, **LINDEN,
    )  # fmt: skip
    yield Room(
        name="Auditorium", capacity=220, **HARBOUR,
        access_notes="Step-free. Places for wheelchairs are in the front row; hearing loop throughout.",
    )  # fmt: skip
    yield Room(name="Atrium", capacity=300, access_notes=step_free, is_exclusive=False, **LINDEN)


def _series(rooms: dict[str, Room]) -> Iterator[Series]:
    yield Series(
        name="Trustworthy Systems Seminar", short_name="TRUST", kind="Seminar", colour="#1d4e89",
        tagline="Software that one can rely on, and how one would know.",
        about="Every **Wednesday at noon** somebody from here or elsewhere explains how a system came to deserve "
        "trust: by proof, by measurement or by having failed in an instructive way.\n\nLunch is served from 11:45.",
        contact_name="Seminar office", contact_email="trust@example.edu", mailing_list="trust-announce@example.edu",
        default_weekday=Day.WEDNESDAY, default_start=time(12), default_minutes=75, default_room=rooms["Room 414"],
        default_join_url="https://meet.example.org/trust", default_passcode="314159",
    )  # fmt: skip
    yield Series(
        name="Probability, Information and Learning", short_name="PRIL", kind="Colloquium", colour="#9a3412",
        tagline="A colloquium for people who like their randomness explained.",
        about="Fridays at 15:30 in the Auditorium; coffee half an hour before. Speakers are asked to spend the first "
        "twenty minutes on what a student of *any* field can follow.",
        contact_name="Colloquium committee", contact_email="pril@example.edu",
        default_weekday=Day.FRIDAY, default_start=time(15, 30), default_minutes=60, default_room=rooms["Auditorium"],
        default_join_url="https://meet.example.org/pril", default_join_access=JoinAccess.TIMED,
    )  # fmt: skip
    yield Series(
        name="Thesis Defences", short_name="Defence", kind="Thesis defence", colour="#166534", announce_days=14,
        tagline="Doctoral candidates defend their work in public.",
        about="The first forty minutes are a talk for everyone. After the questions of the audience the committee "
        "stays behind with the candidate.",
        contact_name="Graduate office", contact_email="defences@example.edu",
        default_weekday=Day.TUESDAY, default_start=time(10), default_minutes=90, default_room=rooms["Room 310"],
        default_join_url="https://meet.example.org/defence", default_join_access=JoinAccess.MEMBERS,
    )  # fmt: skip


def _introduce(series: dict[str, Series], subjects: dict[str, Topic]) -> None:
    """Name what new talks begin with and who looks after them."""
    usual = {"TRUST": [topics.SYSTEMS], "PRIL": [topics.PROBABILITY, topics.LEARNING]}
    for short_name, names in usual.items():
        for name in names:
            SeriesTopic.objects.create(series=series[short_name], topic=subjects[name])
    organiser = User.objects.filter(is_superuser=True).order_by("pk").first()
    if organiser:
        SeriesOrganiser.objects.bulk_create(SeriesOrganiser(series=one, user=organiser) for one in series.values())


def _breaks(today: date, defences: Series) -> Iterator[Break]:
    for year in range(today.year - 3, today.year + 2):
        thanksgiving = _fourth_thursday_of_november(year)
        yield Break(first_on=thanksgiving, last_on=thanksgiving + timedelta(days=1), reason="Thanksgiving")
        yield Break(first_on=date(year, 12, 20), last_on=date(year + 1, 1, 6), reason="Winter break")
        yield Break(
            series=defences, first_on=date(year, 8, 1), last_on=date(year, 8, 21), reason="Graduate office closed"
        )


def _fourth_thursday_of_november(year: int) -> date:
    first = date(year, 11, 1)
    return first + timedelta(days=(Day.THURSDAY - first.weekday()) % 7 + 21)
