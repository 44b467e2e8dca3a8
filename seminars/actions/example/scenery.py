"""What surrounds the example's talks: department, rooms, series, topics and breaks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from seminars.actions.example.data import DATA
from seminars.models import Break, Department, Room, Series, SeriesOrganiser, SeriesTopic, Topic, User
from seminars.models import Weekday as Day


@dataclass(frozen=True)
class Scenery:
    """The saved rows among which talks are planned."""

    rooms: dict[str, Room]
    series: dict[str, Series]
    topics: dict[str, Topic]
    breaks: list[Break]

    def is_free(self, day: date, series: Series) -> bool:
        """Tell whether no break keeps `series` from meeting on `day`."""
        return not any(day in pause and pause.series in (None, series) for pause in self.breaks)


def build(today: date) -> Scenery:
    """Save everything but talks and people; the first administrator becomes the organiser of every series."""
    Department.objects.create(pk=1, is_example=True, **DATA["department"])
    subjects = {name: Topic.objects.create(name=name) for name in DATA["topics"]}
    rooms = {row["name"]: Room.objects.create(**_room(row, today)) for row in DATA["rooms"]}
    series = {row["short_name"]: Series.objects.create(**_series(row, rooms)) for row in DATA["series"]}
    _introduce(series, subjects)
    breaks = Break.objects.bulk_create(_breaks(today, series["Defence"]))
    return Scenery(rooms, series, subjects, breaks)


def _room(row: dict, today: date) -> dict:
    building = next(one for one in DATA["buildings"] if one["building"] == row["building"])
    renamed = {"formerly_until": today + timedelta(days=90)} if "formerly" in row else {}
    return building | row | renamed


def _series(row: dict, rooms: dict[str, Room]) -> dict:
    room = {"default_room": rooms[row["default_room"]]}
    return {name: value for name, value in (row | room).items() if name != "topics"}


def _introduce(series: dict[str, Series], subjects: dict[str, Topic]) -> None:
    """Name what new talks begin with and who looks after them."""
    for row in DATA["series"]:
        for name in row.get("topics", ()):
            SeriesTopic.objects.create(series=series[row["short_name"]], topic=subjects[name])
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
