"""Plan a term in tests: a series on Wednesdays at noon, what its form sends, and what is ticked."""

from datetime import date, time

from django.urls import reverse

from seminars.actions import planning
from seminars.actions.planning import Plan
from tests.factories import make_room, make_series

WEDNESDAY = 2
FIRST, LAST = date(2030, 10, 2), date(2031, 1, 1)  # fourteen Wednesdays, the clocks change on 3 November


def make_series_on_wednesdays():
    return make_series(
        short_name="ASSET",
        default_weekday=WEDNESDAY,
        default_start=time(12),
        default_minutes=75,
        default_room=make_room(name="Room 414"),
        default_join_url="https://example.org/meet",
        default_passcode="472119",
        default_join_access="timed",
    )


def plan_of(series, **wishes):
    wishes = {"first_on": FIRST, "last_on": LAST, "weekdays": {WEDNESDAY}, "starts": (time(12),)} | wishes
    usual = {"minutes": 75, "room": series.default_room}
    return Plan(series=series, **usual | wishes | {"weekdays": frozenset(wishes["weekdays"])})


def made(plan, keep=None, by=None):
    keys = [slot.key for slot in planning.slots_of(plan) if slot.is_free] if keep is None else keep
    return planning.make(plan, keep=keys, by=by)


def wishes(series, **others):
    """The values that the form sends."""
    return {
        "series": series.pk, "first_on": str(FIRST), "last_on": str(LAST), "weekdays": [WEDNESDAY], "starts": "12:00",
        "minutes": 75, "room": series.default_room_id or "", "skipped": "",
    } | others  # fmt: skip


def address():
    return reverse("admin:plan")


def ticked_in(response):
    return [row.slot.key for row in response.context["rows"] if row.is_ticked]


def ticks_of(shown, *keys):
    """What a browser sends of a preview in which these dates are ticked."""
    offered = [row.slot.key for row in shown.context["rows"] if row.slot.is_offered]
    return {"seen": shown.context["mark"], "shown": " ".join(offered), "slot": list(keys)}


def save(client, asked, **changes):
    """Preview a plan and save what it ticks."""
    shown = client.post(address(), asked)
    return client.post(address(), asked | ticks_of(shown, *ticked_in(shown)) | {"_save": "1"} | changes)
