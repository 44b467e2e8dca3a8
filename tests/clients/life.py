"""Commands that change one talk as an organiser does, for the process of tests/serving.py."""

from datetime import datetime, timedelta

from django.core.management import call_command

from seminars.actions import lifecycle, shared_rows, stamping, talk_changes
from seminars.models import Appearance, Department, Room, Talk
from seminars.times import local
from tests.factories import make_draft, make_room, make_series, make_speaker, make_talk


def prepare(noon):
    """One public talk at `noon` (ISO 8601 with its offset) and a draft beside it."""
    call_command("migrate", verbosity=0, interactive=False)
    Department.objects.current().save()
    series, start = make_series(short_name="ASSET"), datetime.fromisoformat(noon)
    room = make_room(name="Room 307", building="Gutmann Hall")
    make_draft(series=series, title="Not yet", starts_at=start)
    return make_talk(series=series, title="", starts_at=start, room=room, join_url="https://zoom.example/j/1").pk


def add_speaker():
    Appearance.objects.create(talk=_talk(), speaker=make_speaker(name="Ada Lovelace"))
    stamping.stamp([_talk()])


def rename():
    _set(title="On engines; or, $x^2$")


def rename_room():
    room = Room.objects.get(name="Room 307")
    room.name = "Room 414"
    shared_rows.save(room)


def change_room():
    lifecycle.change_room(_talk(), room=make_room(name="Atrium", building="Linden Hall"), by=None)


def change_link():
    _set(join_url="https://zoom.example/j/2")


def move():
    """A day later at the same hour, although the clocks may change that night."""
    lifecycle.move(_talk(), starts_at=local(_talk().starts_at) + timedelta(days=1), by=None)


def cancel():
    lifecycle.cancel(_talk(), reason="Snow", by=None)


def reinstate():
    lifecycle.reinstate(_talk(), by=None)


def postpone():
    lifecycle.postpone(_talk(), reason="The speaker is ill.", by=None)


def withdraw():
    lifecycle.withdraw(_talk(), by=None)


def save_without_change():
    talk_changes.save(_talk())


def stamps():
    """UID, SEQUENCE and the moment of the last change, as the row has them."""
    talk = _talk()
    return [talk.uid, talk.sequence, talk.changed_at.isoformat()]


def _talk():
    return Talk.objects.exclude(title="Not yet").get()


def _set(**fields):
    talk = _talk()
    for name, value in fields.items():
        setattr(talk, name, value)
    talk_changes.save(talk)
