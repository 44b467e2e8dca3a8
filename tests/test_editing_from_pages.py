"""Pages lead those who may change what they show to its form, and saving leads back to the page."""

import re
from html import unescape

import pytest

from tests.admin_forms import address_of, form_of, signed_in
from tests.factories import (
    make_administrator,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.pages import main

pytestmark = pytest.mark.django_db


@pytest.fixture
def series():
    return make_series(name="Looms", short_name="ASSET", slug="asset")


@pytest.fixture
def shown(series):
    """One of each kind that has a page, by kind."""
    person, room, topic = make_speaker(name="Ada Lovelace"), make_room(name="Room 307"), make_topic(name="Rings")
    talk = make_talk(series=series, title="On looms", speakers=[person], room=room, topics=[topic])
    return {"talk": talk, "series": series, "speaker": person, "room": room, "topic": topic}


def edit_link(page):
    found = re.search(r'<a class="button is-quiet" href="([^"]*/change/[^"]*)">', main(page))
    return found and unescape(found[1])


@pytest.mark.parametrize("kind", ["talk", "series", "speaker"])
def test_an_organiser_edits_what_a_page_shows_and_comes_back_to_it(series, shown, kind):
    client, page = signed_in(make_organiser(series)), shown[kind].get_absolute_url()

    link = edit_link(client.get(page))
    saved = client.post(link, form_of(client, link))

    assert link.startswith(address_of(shown[kind]) + "?next=")
    assert saved.url == page


@pytest.mark.parametrize("kind", ["talk", "series", "speaker", "room", "topic"])
def test_an_administrator_edits_everything(shown, kind):
    page = signed_in(make_administrator()).get(shown[kind].get_absolute_url())

    assert edit_link(page).startswith(address_of(shown[kind]))


@pytest.mark.parametrize("kind", ["talk", "series", "speaker", "room", "topic"])
def test_visitors_and_others_see_no_link(client, shown, kind):
    page = shown[kind].get_absolute_url()
    other = signed_in(make_organiser(make_series()))
    may_edit = {"speaker"}  # which talks of any series can show

    assert edit_link(client.get(page)) is None
    assert bool(edit_link(other.get(page))) == (kind in may_edit)
    assert edit_link(client.get(page)) is None


def test_the_page_in_another_language_leads_back_to_itself(series, shown, settings):
    client = signed_in(make_organiser(series))
    page = f"/de{shown['talk'].get_absolute_url()}"

    link = edit_link(client.get(page))

    assert client.post(link, form_of(client, link)).url == page


def test_a_draft_that_its_organiser_looks_at_has_the_link_and_its_preview_for_guests_none(series):
    draft = make_draft(series=series)
    client = signed_in(make_organiser(series))

    assert edit_link(client.get(draft.get_absolute_url()))
