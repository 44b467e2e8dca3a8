"""Embedding in other sites: a list for frames, a script with a custom element, and no other page in a frame."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from seminars.actions import lifecycle
from seminars.models import Department, State
from tests.factories import (
    in_new_york,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.pages import badges, main, titles, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
NOON = in_new_york(2025, 11, 5, 12)


def at_noon(**fields):
    return make_talk(**{"starts_at": NOON, "ends_at": NOON + timedelta(minutes=75), "title": "On engines"} | fields)


def test_every_scope_has_a_list_of_upcoming_talks(client):
    ada, room, topic = make_speaker(slug="ada"), make_room(slug="r414"), make_topic(slug="engines")
    at_noon(series=make_series(slug="asset"), speakers=[ada], room=room, topics=[topic])
    at_noon(title="Looms", starts_at=NOON + timedelta(days=1), ends_at=NOON + timedelta(days=2))
    make_draft(title="Secret", starts_at=NOON)

    scopes = ["/series/asset/", "/rooms/r414/", "/speakers/ada/", "/topics/engines/"]
    assert titles(client.get("/embed/")) == ["On engines", "Looms"]
    assert [titles(client.get(f"{scope}embed/")) for scope in scopes] == [["On engines"]] * 4
    assert titles(client.get("/embed/?series=asset")) == ["On engines"]
    assert client.get("/embed/?series=nothing").status_code == 404
    assert client.get("/speakers/nobody/embed/").status_code == 404


def test_any_site_can_frame_the_list_and_no_other_page(client):
    make_series(slug="asset")
    for address in ("/embed/", "/series/asset/embed/"):
        response = client.get(address)
        assert "frame-ancestors *;" in response.headers["Content-Security-Policy"] + ";"
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        assert not response.has_header("X-Frame-Options")
    for address in ("/", "/series/asset/", "/embed/demo/", "/screen/"):
        response = client.get(address)
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Frame-Options"] == "DENY"


def test_the_list_says_every_state(client):
    at_noon(state=State.TENTATIVE)
    at_noon(title="", speakers=["Ada Lovelace"])
    lifecycle.postpone(at_noon(), reason="The speaker is ill.", by=make_organiser())
    lifecycle.cancel(at_noon(), reason="Snow", by=make_organiser())
    lifecycle.move(at_noon(), starts_at=in_new_york(2025, 11, 6, 12), by=make_organiser())
    online = at_noon(room=make_room(), join_url="https://x.org/", passcode="472119", starts_at=NOON + timedelta(days=2),
                     ends_at=NOON + timedelta(days=3))  # fmt: skip
    lifecycle.change_room(online, room=None, by=make_organiser())

    shown = main(client.get("/embed/"))
    assert badges(shown) == ["Provisional", "Postponed", "Cancelled", "Moved", "Online only"]
    said = words(shown)
    for word in ("Ada Lovelace Title", "Title to be announced", "The speaker is ill.", "Snow", "Previously Wednesday"):
        assert word in said
    assert "472119" not in said


def test_valid_limits_and_themes_are_used_and_others_ignored(client):
    for day in range(12):
        at_noon(starts_at=NOON + timedelta(days=day), ends_at=NOON + timedelta(days=day, hours=1))

    assert [len(titles(client.get(f"/embed/?limit={n}"))) for n in ("3", "", "0", "51", "x")] == [3, 10, 10, 10, 10]
    assert 'class="embedded is-dark"' in client.get("/embed/?theme=dark").content.decode()
    assert 'class="embedded is-auto"' in client.get("/embed/?theme=<b>").content.decode()


def test_links_of_the_list_open_the_whole_page_and_engines_leave_it_alone(client):
    page = client.get("/embed/").content.decode()

    assert '<base target="_top">' in page
    assert '<meta name="robots" content="noindex">' in page
    assert "No talks have been announced yet." in page


def test_any_site_can_load_the_script_and_caches_it_for_an_hour(client):
    first = client.get("/embed.js")

    assert first.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    assert client.get("/embed.js", headers={"if-none-match": first.headers["ETag"]}).status_code == 304


def test_the_script_speaks_the_departments_language(client):
    assert '"cancelled": "Cancelled"' in client.get("/embed.js").content.decode()
    with translation.override("de"):
        assert "/* words */" not in client.get("/embed.js").content.decode()


def test_the_script_sets_typed_text_as_text_alone(client):
    script = client.get("/embed.js").content.decode()

    assert [
        way for way in ("innerHTML", "insertAdjacentHTML", "outerHTML", "document.write", "eval(") if way in script
    ] == []


def test_the_demo_shows_what_to_paste_and_typed_text_cannot_leave_it(client):
    Department.objects.create(pk=1, name="</textarea><script>alert(1)</script>")
    make_series(slug="asset", name='"><script>alert(2)</script>')

    for address in ("/embed/demo/", "/embed/demo/?series=asset&limit=7&level=2&theme=dark"):
        page = client.get(address).content.decode()
        assert "<script>" not in page
    assert "&lt;seminar-list series=&quot;asset&quot; limit=&quot;7&quot; heading-level=&quot;2&quot;" in page
    assert "/series/asset/embed/?limit=7&amp;amp;theme=dark&quot;" in page


def test_in_the_demo_the_frame_is_light_and_the_element_follows_its_page(client):
    page = client.get("/embed/demo/").content.decode()

    assert "limit=5&amp;amp;theme=light&quot;" in page
    assert '<iframe src="/embed/?limit=5&amp;theme=light"' in page
    assert 'theme="auto"' in page


def test_the_queries_do_not_grow_with_the_talks(client):
    def queries(address):
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(address)
        return len(asked)

    at_noon(series=make_series(slug="asset"), speakers=["A"], room=make_room())
    addresses = ["/embed/", "/series/asset/embed/", "/embed/demo/?series=asset"]
    few = [queries(address) for address in addresses]
    for day in range(9):
        at_noon(starts_at=NOON + timedelta(days=day), ends_at=NOON + timedelta(days=day, hours=1), speakers=["B", "C"])

    assert [queries(address) for address in addresses] == few
    assert max(few) <= 12
