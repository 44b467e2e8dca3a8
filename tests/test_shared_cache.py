"""What the settings allow shared caches, such as a CDN: how long they may send a page without asking."""

import pytest

from .factories import make_organiser

pytestmark = pytest.mark.django_db


def test_a_shared_cache_may_send_pages_for_a_while_if_the_settings_say_so(client, settings):
    first = client.get("/")["ETag"]

    settings.SHARED_CACHE_SECONDS = 30

    shared = "s-maxage=30, stale-while-revalidate=30, stale-if-error=86400"
    assert client.get("/")["Cache-Control"] == f"public, max-age=0, {shared}"
    assert client.get("/calendar.ics")["Cache-Control"] == f"public, max-age=300, {shared}"
    again = client.get("/", headers={"If-None-Match": first})
    assert (again.status_code, again["Cache-Control"]) == (304, f"public, max-age=0, {shared}")


def test_no_shared_cache_keeps_what_a_signed_in_person_sees(client, settings):
    settings.SHARED_CACHE_SECONDS = 30
    client.force_login(make_organiser())

    assert client.get("/")["Cache-Control"] == "private, no-store"
