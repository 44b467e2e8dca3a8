"""The address that shows one draft to a speaker or host for two weeks, and nothing else."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from seminars.actions import lifecycle
from seminars.logs import WithoutKeys
from seminars.models.preview_address import PreviewAddress
from seminars.page_cache.cache_keys import cached_address
from tests.admin_forms import address_of, signed_in
from tests.factories import in_new_york, make_draft, make_organiser, make_room, make_series, make_talk
from tests.pages import main, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2030, 11, 4, 9)
SECRETS = {"join_url": "https://zoom.example.edu/j/77", "passcode": "teatime", "notes": "Pay the hotel"}


def make_the_draft(**fields):
    return make_draft(title="On engines", speakers=["Ada Lovelace"], room=make_room(name="414"), **SECRETS | fields)


def preview_of(talk):
    return reverse("talk-preview", args=[PreviewAddress.of(talk.pk).token])


def test_a_person_with_the_address_sees_the_draft_and_its_last_day(client):
    response = client.get(preview_of(make_the_draft(abstract="With $x^2$.")))

    page = words(main(response))
    assert response.status_code == 200
    assert ("On engines" in page, "Ada Lovelace" in page, "414" in page, "<math" in main(response)) == (True,) * 4
    assert "This talk has not been announced yet" in page
    assert "until the end of Monday, 18 November." in page


def test_it_shows_neither_link_nor_passcode_nor_notes(client):
    page = client.get(preview_of(make_the_draft())).content.decode()

    assert [secret for secret in ("zoom.example", "teatime", "Pay the hotel") if secret in page] == []
    assert "How to join online will be shown here." in page


def test_it_shows_that_talk_alone_and_leads_to_no_address_of_a_draft(client):
    series = make_series()
    draft = make_the_draft(series=series)
    make_draft(series=series, title="On looms", starts_at=draft.starts_at + timedelta(days=7))

    page = client.get(preview_of(draft)).content.decode()

    assert ("On looms" in page, f"/talks/{draft.pk}/" in page) == (False, False)


def test_the_answer_is_not_cached_not_indexed_and_sends_other_sites_no_referrer(client):
    address = preview_of(make_the_draft())
    response = client.get(address)

    assert response["Cache-Control"] == "private, no-store"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert cached_address(address, "") is None


def test_when_its_time_is_over_it_says_so(client):
    draft = make_the_draft()
    address = preview_of(draft)

    with time_machine.travel(in_new_york(2030, 11, 18, 23, 59), tick=False):
        before = client.get(address)
    with time_machine.travel(in_new_york(2030, 11, 19), tick=False):
        after = client.get(address)

    assert (before.status_code, after.status_code) == (200, 410)
    assert "Ask the organiser who sent it for a new address" in words(main(after))
    assert "On engines" not in after.content.decode()
    assert after["Cache-Control"] == "private, no-store"


def test_once_the_talk_is_announced_it_leads_to_its_page(client):
    draft = make_the_draft()
    lifecycle.announce(draft, by=None)

    response = client.get(preview_of(draft))

    assert (response.status_code, response["Location"]) == (302, draft.get_absolute_url())
    assert response["Cache-Control"] == "private, no-store"


def test_no_address_is_made_up_and_none_outlives_its_talk(client):
    draft, other = make_the_draft(), make_draft()
    token = PreviewAddress.of(draft.pk).token
    address = preview_of(draft)
    forged = [
        token.replace(f"{draft.pk}-", f"{other.pk}-", 1), token[:-1], "x", make_organiser().feed_token or "y.z",
    ]  # fmt: skip
    lifecycle.delete(draft, by=None)

    answers = [client.get(reverse("talk-preview", args=[one])) for one in forged] + [client.get(address)]

    assert [answer.status_code for answer in answers] == [404] * 5


def test_the_key_of_the_site_makes_the_address(client, settings):
    address = preview_of(make_the_draft())
    settings.SECRET_KEY = "another"

    assert client.get(address).status_code == 404


def test_no_log_line_contains_the_address(client, caplog):
    token = PreviewAddress.of(make_the_draft().pk).token
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        client.get(reverse("talk-preview", args=[token]))

    lines = [WithoutKeys().format(record) for record in caplog.records]
    assert lines == ["Gone: /private/…"]


def test_the_desk_shows_the_address_of_a_draft_to_people_who_may_change_it():
    series, other = make_series(), make_series()
    draft, public = make_the_draft(series=series, also_in=[other]), make_talk(series=series)
    owner, guest = signed_in(make_organiser(series)), signed_in(make_organiser(other))
    address = f"http://talks.example.edu{preview_of(draft)}"

    pages = [client.get(address_of(talk)) for client, talk in ((owner, draft), (guest, draft), (owner, public))]

    assert [page.status_code for page in pages] == [200] * 3
    assert [address in page.content.decode() for page in pages] == [True, False, False]
    assert Client().get(address.removeprefix("http://talks.example.edu")).status_code == 200
