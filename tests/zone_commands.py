"""What the process beside a site does for tests/faults/test_zone_data_replaced.py."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.management import call_command

from seminars.models import Talk
from tests.factories import make_room, make_series, make_talk


def prepare(walls):
    """A talk at a wall time (ISO 8601) in each of these zones; return its page by zone."""
    call_command("prepare", empty=True, verbosity=0)
    paths = {}
    for zone, wall in walls.items():
        start = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone))
        series = make_series(zone=zone)
        talk = make_talk(series=series, room=make_room(), speakers=["Ada Lovelace"], starts_at=start)
        paths[zone] = talk.get_absolute_url()
    call_command("prepare", empty=True, verbosity=0)
    return paths


def sequences():
    return sorted(Talk.objects.values_list("sequence", flat=True))
