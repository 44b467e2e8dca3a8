"""One of the two processes of a race: it runs a command at a given moment and reports the result.

`python -m tests.race_worker` reads commands from its input and writes the results to its output, one line of JSON each.
"""

import json
import os
import sys
import time
from datetime import datetime, timedelta
from datetime import time as clock

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seminars.settings")
django.setup()

from django.core.exceptions import ValidationError  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import DatabaseError  # noqa: E402
from django.db.models import F, QuerySet  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from seminars.actions import (  # noqa: E402
    api_tokens,
    lifecycle,
    planning,
    rearranging,
    shared_rows,
    talk_changes,
    undoing,
    zone_changes,
)
from seminars.models import ApiToken, Change, Edition, Room, Series, Talk, User  # noqa: E402

NOON = datetime.fromisoformat("2035-11-05T17:00:00+00:00")


def prepare():
    """Make an empty database with two rooms and two series. The first series is the default."""
    call_command("migrate", verbosity=0, interactive=False)
    for name in ("ASSET", "PRiML"):
        Series.objects.create(name=f"{name} Seminar", short_name=name)
    for name in ("Room 307", "Room 414"):
        Room.objects.create(name=name)


def asset():
    return Series.objects.get(short_name="ASSET")


def clear():
    Talk.objects.all().delete()


def stage(day, rows):
    """Start a round on a new day. Each talk is [room, hours after noon, state]. Return the keys of the talks."""
    series, rooms = asset(), {room.name: room for room in Room.objects.all()} | {None: None}
    rows = [
        Talk(series=series, title="On engines", state=state, room=rooms[room], room_is_exclusive=bool(room),
             published_at=None if state == "draft" else timezone.now(), **_span(day, hours))
        for room, hours, state in rows
    ]  # fmt: skip
    return [talk.pk for talk in Talk.objects.bulk_create(rows)]


def _span(day, hours=0):
    starts_at = NOON + timedelta(days=day, hours=hours)
    return {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}


def save_new(day, room, series="ASSET"):
    talk_changes.save(
        Talk(
            series=Series.objects.get(short_name=series),
            title="On looms",
            room=Room.objects.get(name=room),
            **_span(day),
        )
    )


def take_room(key, room):
    talk = Talk.objects.get(pk=key)
    talk.room = Room.objects.get(name=room)
    talk_changes.save(talk)


def change_room(key, room):
    lifecycle.change_room(Talk.objects.get(pk=key), room=Room.objects.get(name=room), by=None)


def move_to_noon(key, day):
    lifecycle.move(Talk.objects.get(pk=key), starts_at=_span(day)["starts_at"], by=None)


def announce(key):
    lifecycle.announce(Talk.objects.get(pk=key), by=None)


def reinstate(key):
    lifecycle.reinstate(Talk.objects.get(pk=key), by=None)


def rename(room):
    row = Room.objects.get(name=room)
    row.capacity = (row.capacity or 0) + 1
    shared_rows.save(row)


def retitle(keys):
    """Save talks one after the other in the given order, each in its own transaction."""
    for key in keys:
        talk = Talk.objects.get(pk=key)
        talk.title += "!"
        talk_changes.save(talk)


def plan(series, room, weeks):
    """Plan every Monday at noon for this number of weeks. Return the number of new drafts."""
    first_on = NOON.date()
    term = planning.Plan(
        series=Series.objects.get(short_name=series), first_on=first_on,
        last_on=first_on + timedelta(weeks=weeks - 1), weekdays=frozenset({first_on.weekday()}), starts=(clock(12),),
        minutes=60, room=Room.objects.get(name=room),
    )  # fmt: skip
    keys = [planning.key_of(span) for span in term.spans]
    return len(planning.make(term, keep=keys, by=None))


def swap(one, other):
    rearranging.swap(Talk.objects.get(pk=one), Talk.objects.get(pk=other), by=None)


def move_to_slot(key, slot):
    rearranging.move_to_slot(Talk.objects.get(pk=key), slot=Talk.objects.get(pk=slot), by=None)


def shift(key):
    rearranging.shift(Talk.objects.get(pk=key), by=None)


def empty(key):
    """Remove the title of a draft, so that only the slot is left."""
    Talk.objects.filter(pk=key).update(title="")


def undo_last():
    undoing.restore(Change.objects.filter(undoes=None).latest_first().first(), by=None)


def places():
    """Return the key, the weeks since the first noon and the room of every talk."""
    found = Talk.objects.order_by("pk").values_list("pk", "starts_at", "room__name")
    return [[key, (starts_at - NOON) / timedelta(weeks=1), room] for key, starts_at, room in found]


def report():
    """Return the number of talks that clash, and the number of the edition."""
    return [Talk.objects.in_conflict().count(), Edition.objects.current()[0]]


def unsettle():
    """Write the moments of all talks as other rules gave them, an hour later, and forget earlier changes of rules."""
    Change.objects.filter(follows_zone_rules=True).delete()
    hour = timedelta(hours=1)
    talks = QuerySet(Talk)
    talks.update(starts_at=F("starts_at") + hour, ends_at=F("ends_at") + hour, zone_rules="of-other-rules")


def follow_rules():
    """Let talks follow the rules, one in each turn."""
    zone_changes.BATCH = 1
    zone_changes.follow_newer_rules()


def give_token():
    """Return a token of a new administrator."""
    person = User.objects.create_superuser(f"administrator{User.objects.count()}")
    may = {"may_change_talks": True, "may_change_shared_rows": True}
    return api_tokens.make(ApiToken(person=person, name="Website", **may), days=30)


def ask(token, method, path, sent, headers):
    """Send a request of a program; return its status and its ETag."""
    client = Client(headers={"host": "127.0.0.1", "authorization": f"Bearer {token}"})
    body = {"data": json.dumps(sent), "content_type": "application/json"} if sent is not None else {}
    answer = getattr(client, method)(path, headers=headers, **body)
    return [answer.status_code, answer.headers.get("ETag")]


def rule_changes():
    """Return the keys of the talks that each change of rules moved."""
    changes = Change.objects.filter(follows_zone_rules=True).order_by("pk")
    return [list(Talk.history.filter(change=change).order_by("id").values_list("id", flat=True)) for change in changes]


COMMANDS = {
    command.__name__: command
    for command in (
        prepare, clear, stage, save_new, take_room, change_room, move_to_noon, announce, reinstate, rename, retitle,
        plan, swap, move_to_slot, shift, empty, undo_last, places, report,
        unsettle, follow_rules, rule_changes, give_token, ask,
    )
}  # fmt: skip


def attempt(name, arguments, at):
    """Run a command at the time `at`, in seconds since 1970. Both processes wait for the same time."""
    while time.time() < at:
        pass
    try:
        return {"did": COMMANDS[name](*arguments)}
    except ValidationError as refused:
        return {"refused": refused.messages}
    except DatabaseError as error:  # no user should ever see this
        return {"broke": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(attempt(**json.loads(line))) + "\n")
        sys.stdout.flush()
