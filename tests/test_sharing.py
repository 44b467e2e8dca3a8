"""Sharing a talk, finding the way there and copying its passcode."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.factories import in_new_york, make_room, make_talk
from tests.pages import main

SITE = "http://talks.example.edu"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def talk_of(series, **fields):
    start = in_new_york(2025, 11, 4, 12)
    usual = {"series": series, "starts_at": start, "ends_at": start + timedelta(hours=1), "speakers": ["Ada Lovelace"]}
    return make_talk(**usual | fields)


def link(page, name):
    """The address of the link with this name."""
    return unescape(re.search(rf'<a [^>]*href="([^"]+)"[^>]*>{name}</a>', page)[1])


def test_a_talk_is_sent_by_mail_with_day_place_and_lasting_address(client, series):
    talk = talk_of(series, title="Engines & $x^2$", room=make_room(building="", name="Room 7"))

    address = link(main(client.get(talk.get_absolute_url())), "Send by mail")

    told = {name: unquote(value) for name, value in (one.split("=") for one in urlsplit(address).query.split("&"))}
    line = "Tuesday, 4 November 2025: ASSET: Ada Lovelace – Engines & x²"
    when = "Tuesday, 4 November 2025, 12–1 pm, New York time"
    assert told["subject"] == line
    assert told["body"].split("\r\n") == [line, when, "Room 7", "", f"{SITE}/talks/{talk.pk}/"]


def test_a_talk_is_shared_on_whatsapp_in_one_line(client, series):
    talk = talk_of(series, title="On engines")

    address = urlsplit(link(main(client.get(talk.get_absolute_url())), "Share on WhatsApp"))

    line = "Tuesday, 4 November 2025: ASSET: Ada Lovelace – On engines"
    assert address.netloc == "wa.me"
    assert parse_qs(address.query) == {"text": [f"{line} {SITE}/talks/{talk.pk}/"]}


def test_a_cancelled_talk_is_shared_as_cancelled(client, series):
    talk = talk_of(series, title="On engines", state="cancelled")

    address = link(main(client.get(talk.get_absolute_url())), "Share on WhatsApp")

    line = "Tuesday, 4 November 2025: CANCELLED: ASSET: Ada Lovelace – On engines"
    assert parse_qs(urlsplit(address).query)["text"] == [f"{line} {SITE}/talks/{talk.pk}/"]


def test_coordinates_lead_there_on_phones_and_computers(client, series):
    room = make_room(latitude="39.952600", longitude="-75.165200")
    pages = [main(client.get(one.get_absolute_url())) for one in (talk_of(series, room=room), room)]

    there = [(link(page, "Open in a map app"), link(page, "Directions")) for page in pages]

    geo = "geo:39.952600,-75.165200?q=39.952600,-75.165200"
    assert there == [(geo, "https://www.openstreetmap.org/directions?to=39.952600%2C-75.165200")] * 2


def test_a_room_without_coordinates_has_no_directions(client, series):
    room = make_room(map_url="https://example.org/map")
    pages = [main(client.get(one.get_absolute_url())) for one in (talk_of(series, room=room), room)]

    assert [("Directions" in page, "geo:" in page) for page in pages] == [(False, False)] * 2


@pytest.mark.parametrize(("passcode", "scripts"), [("sesame", 1), ("", 0)])
def test_a_passcode_can_be_copied_where_people_join(client, series, passcode, scripts):
    talk = talk_of(series, join_url="https://example.org/meet", passcode=passcode)

    page = client.get(talk.join_path).content.decode()

    assert page.count('<code id="passcode">') == page.count('data-copies="passcode"') == scripts
    assert page.count("js/copy.js") == scripts
