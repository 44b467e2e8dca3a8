"""Commands for a process beside a site: the example's talks, and among them a few that visitors look for."""

from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from seminars import times
from tests.factories import make_room, make_series, make_speaker, make_talk, make_topic

PLACE = {
    "building": "Quarry House",
    "street": "3 Quarry Lane",
    "city": "Philadelphia",
    "getting_there": "Take tram 11 to Quarry Lane.",
    "map_url": "https://www.openstreetmap.org/#map=18/39.95/-75.19",
}


def prepare():
    """Fill an empty site. Return the path of the talk that is on now."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_example", verbosity=0)
    now = timezone.now().replace(second=0, microsecond=0)
    series = make_series(name="Geometry Tea", short_name="TEA", slug="geometry-tea", colour="#0f766e")
    knots, rosalind = make_topic(name="Knot theory"), make_speaker(name="Rosalind Achterberg")
    theatre = make_room(name="Theatre 2", **PLACE)

    def make(hours, title, **fields):
        start = now + timedelta(hours=hours)
        return make_talk(title=title, series=series, starts_at=start, ends_at=start + timedelta(hours=5), **fields)

    join = {"join_url": "https://meet.example.org/tea", "passcode": "271828"}
    make(-24 * 380, "Tangles in polymers", speakers=[rosalind], recording_url="https://videos.example.org/tangles")
    since = min(4, (now - times.day_span(times.today()).starts_at) / timedelta(hours=1))  # within this week, too
    on_now = make(-since, "Folding paper along curves", speakers=[rosalind], room=theatre, abstract="We fold.", **join)
    make(24 * 9, "Ribbons and slices", speakers=["Piet Oosterhuis"], room=theatre, topics=[knots])
    make(24 * 10, "Knots on a screen", speakers=["Mirela Dobrescu"], topics=[knots], **join)
    make(24 * 16, "Spectral gaps of hyperbolic surfaces", speakers=[rosalind], room=theatre)
    return on_now.get_absolute_url()
