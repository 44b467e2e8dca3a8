"""One row of each kind and a talk in each state, and the addresses of pages that show them."""

from datetime import timedelta

from seminars.actions import lifecycle
from seminars.models import Break, Department, State
from tests.factories import in_new_york, make_organiser, make_room, make_series, make_speaker, make_talk, make_topic

NOON = in_new_york(2025, 11, 5, 12)
ZOOM = "https://example.zoom.us/j/910"


def addresses(things):
    talk = things[-1]
    fixed = [
        "/", "/?mode=hybrid", "/series/", "/rooms/", "/speakers/", "/topics/", "/archive/", "/archive/2025-26/",
        "/search/?q=q", "/search/?q=xyzzy", "/subscribe/", "/screen/", "/embed/", "/embed/demo/", "/sign-in/",
        "/password/forgotten/", "/recordings/",
        f"/talks/{talk.pk}/poster/", f"/talks/{talk.pk}/join/", f"{talk.series.get_absolute_url()}poster/",
    ]  # fmt: skip
    return [*fixed, *(thing.get_absolute_url() for thing in things)]


def make():
    """Make one row of each kind and a talk in each state, so that every text appears on a page."""
    Department.objects.create(pk=1, name="Q", contact_name="Q", contact_email="q@example.edu", is_example=True)
    Break.objects.create(first_on=in_new_york(2025, 11, 7).date(), last_on=in_new_york(2025, 11, 7).date(), reason="Q")
    series = make_series(name="Q", short_name="Q", kind="", slug="q")
    room = make_room(
        name="Q", building="", formerly="Q", map_url="https://example.org/", getting_there="Q", access_notes="Q"
    )
    speaker, topic = make_speaker(name="Q", affiliation="Q", biography="Q"), make_topic(name="Q")
    both = {"series": series, "room": room, "shares_room": True, "topics": [topic], "join_url": ZOOM}

    def on(days, **fields):
        start = NOON + timedelta(days=days)
        return make_talk(**{"starts_at": start, "ends_at": start + timedelta(hours=1), "title": "Q"} | both | fields)

    talks = [
        on(
            0,
            speakers=[speaker],
            host="Q",
            audience="Q",
            programme="Q",
            language="ja",
            recording="planned",
            passcode="1",
        ),
        on(1, title="", speakers=[speaker], state=State.TENTATIVE, join_access="members"),
        on(2, speakers=[], moved_at=NOON, moved_from=NOON, join_access="timed", recording="declined", abstract="Q"),
        lifecycle.cancel(on(3, title=""), reason="", by=make_organiser()),
        lifecycle.postpone(on(4), reason="", by=make_organiser()),
        on(5, room=None, moved_online_at=NOON),
        on(6, room=None, join_url=""),
        on(-30, speakers=[speaker], slides_url=ZOOM, paper_url=ZOOM, code_url=ZOOM, recording_url=ZOOM),
        on(-2.99, passcode="2"),
    ]
    return [series, room, speaker, topic, *talks]
