"""Calendars at the addresses of an earlier site. Some programs follow no redirect, so they get a direct answer."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse, set_script_prefix

from seminars.models import Department, Edition, FormerAddress

from .admin_forms import errors_in, form_of, signed_in
from .factories import (
    in_new_york,
    make_administrator,
    make_draft,
    make_organiser,
    make_series,
    make_speaker,
    make_talk,
)
from .feeds import held, make_talk_of_every_scope
from .ics_checker import complaints, parsed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ICS = "calendar.ics"
NOW = in_new_york(2026, 10, 1, 9)
# A path that is otherwise unknown, one that is known, and one whose view finds nothing.
OLD = [
    "/old/asset.ics",
    "/événement-日本.ics",
    "/events/list/?ical=1",
    "/export?id=7&format=ics",
    "/?ical=1",
    "/?post_type=event&outlook-ical=1",
    "/series/?format=ics",
    "/series/gone/calendar.ics",
    "/talks/99999/calendar.ics",
]
OF_PAGES = [old for old in OLD if old.startswith(("/?", "/series/?"))]
NOWHERE = ["/none.ics", "/a%00b.ics", "/%FF.ics", "/none/?ical=1&x=%00", f"/{'x' * 2000}.ics"]


@pytest.fixture
def talk():
    return make_talk_of_every_scope(title="On engines")


def things(talk):
    """Each target of a former address, with the current address of its calendar."""
    return {
        Department.objects.update_or_create(pk=1)[0]: "/calendar.ics",
        talk: f"/talks/{talk.pk}/calendar.ics",
        talk.series: "/series/asset/calendar.ics",
        talk.room: "/rooms/room-414/calendar.ics",
        talk.topics.get(): "/topics/logic/calendar.ics",
        talk.people.get(): "/speakers/ada-lovelace/calendar.ics",
    }


@pytest.mark.parametrize("old", OLD)
def test_an_old_calendar_is_answered_where_it_was(client, talk, old):
    make_talk(series=make_series())
    FormerAddress.objects.remember(old, talk.series)
    present = client.get("/series/asset/calendar.ics")

    answer = client.get(old)

    assert (answer.status_code, answer.content) == (200, present.content)
    for name in ("Content-Type", "ETag", "Last-Modified", "Cache-Control", "X-Robots-Tag", "Content-Disposition"):
        assert answer[name] == present[name]


@pytest.mark.parametrize("old", ["/old.ics", "/?ical=1"])
def test_an_old_calendar_can_be_of_any_scope(client, talk, old):
    for thing, present in things(talk).items():
        FormerAddress.objects.remember(old, thing)

        answer = client.get(old)

        assert (answer.status_code, complaints(answer.content)) == (200, [])
        assert answer.content == client.get(present).content


@pytest.mark.parametrize("old", OLD)
def test_an_old_calendar_is_valid(client, clock, talk, old):
    FormerAddress.objects.remember(old, talk.series)
    clock.shift(60)
    got = client.get(old)

    with CaptureQueriesContext(connection) as queries:
        by_tag = client.get(old, headers={"if-none-match": got["ETag"]})
    by_date = client.get(old, headers={"if-modified-since": got["Last-Modified"]})
    head, options, post = client.head(old), client.options(old), client.post(old)

    assert [answer.status_code for answer in (by_tag, by_date, head)] == [304, 304, 200]
    assert len(queries) <= 3
    assert (head.content, dict(head.headers)) == (b"", dict(got.headers))
    if old not in OF_PAGES:  # there it is the page that is asked
        assert (options.status_code, post.status_code) == (204, 405)


@pytest.mark.parametrize(
    "old",
    ["/?post_type=tribe_events&ical=1&eventDisplay=list", "/events/?ical=1", "/events.ics", "/events/feed/?format=ics"],
)
def test_an_old_calendar_of_everything_is_that_of_everything_now(client, talk, old):
    make_talk(title="On looms")
    FormerAddress.objects.remember(old, Department.objects.update_or_create(pk=1)[0])

    answer = client.get(old)

    assert (answer.status_code, answer.content) == (200, client.get("/calendar.ics").content)
    assert len(held(ICS, answer)) == 2


def test_an_old_front_page_leads_to_the_front_page(client):
    department = Department.objects.update_or_create(pk=1)[0]
    for old in ("/events/", "/index.php", "/?post_type=tribe_events"):
        FormerAddress.objects.remember(old, department)

    answers = [client.get(old) for old in ("/events/", "/index.php", "/?post_type=tribe_events")]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/")] * 3


def test_an_administrator_can_point_an_old_address_to_everything(client):
    Department.objects.update_or_create(pk=1, defaults={"name": "Engines"})
    desk, add = signed_in(make_administrator()), reverse("admin:seminars_formeraddress_add")

    answer = desk.post(add, form_of(desk, add) | {"path": "/?ical=1", "department": "1"})

    assert (answer.status_code, str(FormerAddress.objects.get().target)) == (302, "Engines")
    assert client.get("/?ical=1")["Content-Type"] == "text/calendar; charset=utf-8"


def test_an_old_address_has_one_target(talk):
    Department.objects.update_or_create(pk=1)
    desk, add = signed_in(make_administrator()), reverse("admin:seminars_formeraddress_add")

    both = desk.post(add, form_of(desk, add) | {"path": "/a", "department": "1", "series": talk.series.pk})
    none = desk.post(add, form_of(desk, add) | {"path": "/a"})

    assert [errors_in(both), errors_in(none)] == [["Choose exactly one thing that this address leads to."]] * 2
    assert not FormerAddress.objects.exists()


def test_an_old_calendar_shows_an_edit_at_the_next_request(client, talk):
    FormerAddress.objects.remember("/old.ics", talk.series)
    client.get("/old.ics")

    make_talk(series=talk.series, title="Another")

    assert "Another" in client.get("/old.ics").text


@pytest.mark.parametrize("old", ["/old/asset", "/old/asset.html", "/event/?p=3", "/?p=20919", "/?format=html", "/ics"])
def test_an_old_page_leads_to_the_page(client, talk, old):
    FormerAddress.objects.remember(old, talk.series)

    answer = client.get(old)

    assert (answer.status_code, answer["Location"]) == (302, "/series/asset/")

    client.force_login(make_organiser(talk.series))
    assert client.get(old)["Location"] == "/series/asset/"


def test_an_old_page_that_is_asked_for_as_a_calendar_is_one(client, talk):
    FormerAddress.objects.remember("/events/asset/", talk.series)

    assert held(ICS, client.get("/events/asset/?ical=1")) == held(ICS, client.get("/series/asset/calendar.ics"))
    assert client.get("/events/asset/").status_code == 302


@pytest.mark.parametrize("old", ["/old.ics", "/?ical=1"])
def test_a_private_row_has_no_old_calendar(client, old):
    draft = make_draft(title="Leaked", speakers=[make_speaker(name="Leaked")])
    answers = []
    for thing in (draft, draft.people.get()):
        FormerAddress.objects.remember(old, thing)
        answers.append(client.get(old))

    assert {answer.status_code for answer in answers} == {404 if old == "/old.ics" else 200}
    assert {answer["Content-Type"] for answer in answers} == {"text/html; charset=utf-8"}
    assert ["Leaked" in answer.text for answer in answers] == [False, False]


def test_an_organiser_is_led_to_the_page_of_a_draft(client):
    draft = make_draft(title="Not yet")
    FormerAddress.objects.remember("/old.ics", draft)
    client.force_login(make_organiser(draft.series))

    answer = client.get("/old.ics")

    assert (answer.status_code, answer["Location"]) == (302, draft.get_absolute_url())


@pytest.mark.parametrize("old", OLD)
def test_people_who_are_signed_in_get_the_old_calendar_too(client, talk, old):
    FormerAddress.objects.remember(old, talk.series)
    public = client.get(old).content
    client.force_login(make_organiser(talk.series))

    answer = client.get(old)

    assert (answer.content, answer["Cache-Control"]) == (public, "private, no-store")


def test_an_old_calendar_is_found_under_the_prefix_of_the_site(client, settings, talk):
    FormerAddress.objects.remember("/old.ics", talk.series)
    FormerAddress.objects.remember("/?ical=1", talk.room)
    settings.FORCE_SCRIPT_NAME = "/seminars"
    set_script_prefix("/seminars/")
    try:
        answers = [client.get(old) for old in ("/old.ics", "/?ical=1")]
    finally:
        set_script_prefix("/")

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [parsed(answer.content).value("SOURCE") for answer in answers] == [
        "http://talks.example.edu/seminars/series/asset/calendar.ics",
        "http://talks.example.edu/seminars/rooms/room-414/calendar.ics",
    ]


@pytest.mark.parametrize(
    "nowhere", ["/none.ics", "/a%00b.ics", "/%FF.ics", "/none/?ical=1&x=%00", f"/{'x' * 2000}.ics"]
)
def test_an_unknown_calendar_is_not_found_and_not_cached(client, nowhere):
    before = Edition.objects.current()

    answers = [client.get(nowhere), client.get(nowhere), client.head(nowhere)]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert [answer.has_header("ETag") for answer in answers] == [False] * 3
    assert Edition.objects.current() == before


def test_a_name_that_is_not_our_host_is_refused_at_old_addresses_too(client, talk):
    FormerAddress.objects.remember("/old.ics", talk.series)
    client.get("/old.ics")

    assert client.get("/old.ics", headers={"host": "evil.example"}).status_code == 400


def test_old_calendars_share_the_answer_of_the_present_one(client, talk):
    FormerAddress.objects.remember("/?ical=1", talk.series)
    client.get("/series/asset/calendar.ics")

    with CaptureQueriesContext(connection) as kept:
        client.get("/?ical=1")
    cache.clear()
    with CaptureQueriesContext(connection) as fresh:
        client.get("/?ical=1")

    assert (len(kept), len(kept) < len(fresh)) == (2, True)  # the former address, the edition
