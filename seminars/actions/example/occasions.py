"""What happens to some talks of the example, so that every state a talk can be in is there to be seen."""

from datetime import date, time, timedelta

from seminars import times
from seminars.actions.example.data import DATA
from seminars.actions.example.planned import Planned, Planner
from seminars.actions.example.slots import ExampleSlot
from seminars.models import Role, Speaker, State, Talk

Occasion = dict  # a table of department.toml, where the keys are explained
UNDER_WAY: Occasion = DATA["under_way"]
OCCASIONS = {(one["series"], one.get("ahead"), one.get("back")): one for one in DATA["occasions"]}


def occasion_of(slot: ExampleSlot) -> Occasion:
    """Return what happens in this slot: nothing in most."""
    return OCCASIONS.get((slot.series.short_name, slot.ahead, slot.back), {})


def happen(planned: Planned, occasion: Occasion, planner: Planner) -> None:
    """Change a planned talk in every way that the occasion names."""
    talk = planned.talk
    for name, value in occasion.get("talk", {}).items():
        setattr(talk, name, value.format(talk=talk.uid[:8]) if name.endswith("_url") else value)
    if talk.state == State.DRAFT:
        talk.published_at = None
    if "room" in occasion:
        talk.room = planner.scenery.rooms.get(occasion["room"])
    if "minutes" in occasion:
        talk.ends_at = talk.starts_at + timedelta(minutes=occasion["minutes"])
    if "people" in occasion:
        planned.people = _people(planned, occasion["people"], planner)
    planned.topics = occasion.get("topics", planned.topics)
    planned.also_in = [planner.scenery.series[name] for name in occasion.get("also_in", ())]
    if "changed" in occasion:
        _change(planned, occasion, planner)


def _people(planned: Planned, roles: list[str], planner: Planner) -> list[tuple[Speaker, Role]]:
    first, _role = planned.people[0]
    others = (person for person in planner.guests if person != first)
    return list(zip([first, *others], map(Role, roles), strict=False))


def _change(planned: Planned, occasion: Occasion, planner: Planner) -> None:
    talk = planned.talk
    planned.changed_at = times.at(planner.today - timedelta(days=occasion["changed"]), time(10, 30))
    talk.sequence = 1
    if talk.room is None:
        talk.moved_online_at = planned.changed_at
    if occasion.get("moves"):
        talk.moved_from, talk.moved_at = talk.starts_at, planned.changed_at
        talk.starts_at = times.at(_next_day_off(talk, planner), talk.starts_at.time())
        talk.ends_at = talk.starts_at + timedelta(minutes=talk.series.default_minutes)


def _next_day_off(talk: Talk, planner: Planner) -> date:
    """Return the next working day on which the series does not meet anyway."""
    day = talk.starts_at.date() + timedelta(days=1)
    while day.weekday() in (talk.series.default_weekday, 5, 6) or not planner.scenery.is_free(day, talk.series):
        day += timedelta(days=1)
    return day
