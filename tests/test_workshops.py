"""A talk of a day or more with a link and no room: its place is not known yet, and its link is shown."""

import pytest

from seminars.actions import lifecycle
from seminars.formats.ics_facts import facts_of
from seminars.models import Gap, Talk, gaps_of, lacking
from seminars.models.states import Attendance, Mode
from tests.factories import in_new_york, make_room, make_talk
from tests.ics_reading import said

pytestmark = pytest.mark.django_db

LINK = "https://example.org/workshop"
DAYS = {"starts_at": in_new_york(2030, 11, 6, 9), "ends_at": in_new_york(2030, 11, 7, 17)}


@pytest.fixture
def workshop():
    return make_talk(title="Workshop", join_url=LINK, **DAYS)


@pytest.fixture
def evening():
    return make_talk(title="Evening", join_url=LINK, starts_at=in_new_york(2030, 11, 6, 18))


def test_its_place_is_to_be_announced_and_its_link_is_shown(client, workshop, evening):
    page, other = (client.get(talk.get_absolute_url()).text for talk in (workshop, evening))

    assert ("Place to be announced" in page, "Join online" in page, ">Online<" in page) == (True, True, False)
    assert "Place to be announced" not in other


def test_feeds_and_calendars_do_not_call_it_online(client, workshop, evening):
    items = client.get("/feed.json").json()["items"]
    modes = {item["_seminars"]["title"]: item["_seminars"].get("mode") for item in items}

    assert modes == {"Workshop": None, "Evening": Mode.ONLINE}
    assert [said(talk, "LOCATION") for talk in (workshop, evening)] == ["To be announced", "Online"]
    assert (workshop.mode, evening.mode) == (None, Mode.ONLINE)


def test_it_lacks_a_room_and_is_not_among_what_is_only_online(workshop, evening):
    assert (Gap.ROOM in gaps_of(workshop), Gap.ROOM in gaps_of(evening)) == (True, False)
    assert list(Talk.objects.filter(lacking(Gap.ROOM))) == [workshop]
    assert list(Talk.objects.attended(Attendance.ONLY_ONLINE)) == [evening]
    assert list(Talk.objects.attended(Attendance.ONLINE)) == [evening]


def test_one_that_was_moved_online_is_online(workshop):
    talk = make_talk(title="Moved", room=make_room(), join_url=LINK, **DAYS)

    lifecycle.move_online(talk, reason="Snow", by=None)

    talk.refresh_from_db()
    assert (talk.mode, talk.is_online_only, talk.moved_online_at is None) == (Mode.ONLINE, True, False)
    assert list(Talk.objects.attended(Attendance.ONLY_ONLINE)) == [talk]


def test_calendar_entries_of_all_other_talks_keep_their_digests(workshop, evening):
    facts = facts_of(evening)

    assert "lacks_place" in vars(facts)
    assert facts.digest == evening.entry_digest
    assert facts_of(workshop).digest != type(facts)(**vars(facts_of(workshop)) | {"lacks_place": False}).digest
