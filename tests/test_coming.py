"""The addresses that always lead to the next talk."""

from datetime import timedelta

import pytest

from seminars.models import State
from tests.factories import in_new_york, make_draft, make_series, make_talk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def talk_on(day, **fields):
    start = in_new_york(2025, 11, day, 12)
    return make_talk(**{"starts_at": start, "ends_at": start + timedelta(hours=1)} | fields)


def goal(client, address):
    response = client.get(address)
    assert response.status_code == 302
    assert "no-store" in response.headers["Cache-Control"]
    return response.headers["Location"]


def test_next_leads_to_the_first_talk_that_goes_ahead(client):
    talk_on(2)
    talk_on(4, state=State.CANCELLED)
    talk_on(4, state=State.POSTPONED)
    talk_on(4, series=make_series(is_listed=False))
    make_draft(starts_at=in_new_york(2025, 11, 4, 12))
    right = talk_on(5)
    talk_on(6)

    assert goal(client, "/next/") == right.get_absolute_url()


def test_next_leads_late_visitors_to_the_current_talk(client):
    start = in_new_york(2025, 11, 3, 8, 30)
    happening = make_talk(starts_at=start, ends_at=start + timedelta(hours=1))
    talk_on(5)

    assert goal(client, "/next/") == happening.get_absolute_url()


def test_next_of_a_series_leads_to_its_own_joint_talks_included(client):
    asset, priml = make_series(slug="asset"), make_series(slug="priml", is_listed=False)
    talk_on(4, series=asset)
    joint = talk_on(5, series=asset, also_in=[priml])

    assert goal(client, "/series/priml/next/") == joint.get_absolute_url()


def test_a_series_is_known_by_its_former_name(client):
    series = make_series(slug="old")
    talk = talk_on(5, series=series)
    series.slug = "new"
    series.save()

    assert goal(client, "/series/old/next/") == talk.get_absolute_url()


def test_next_leads_to_the_listing_if_there_is_no_next_talk(client):
    make_series(slug="asset")

    assert goal(client, "/next/") == "/"
    assert goal(client, "/series/asset/next/") == "/series/asset/"
    assert client.get("/series/nothing/next/").status_code == 404


def test_an_edit_shows_at_once(client):
    first, second = talk_on(5), talk_on(6)
    before = goal(client, "/next/")
    first.state = State.CANCELLED
    first.save()

    assert [before, goal(client, "/next/")] == [first.get_absolute_url(), second.get_absolute_url()]
