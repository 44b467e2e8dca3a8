"""An announcement is a listing as a mail: the same facts, no secrets, and the site sends nothing."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.urls import reverse

from seminars import listings
from seminars.actions import lifecycle
from seminars.formats import announcement
from tests.admin_forms import signed_in
from tests.factories import (
    in_new_york,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2030, 11, 4, 9)
NOON = in_new_york(2030, 11, 6, 12)


@pytest.fixture
def series():
    return make_series(short_name="ASSET", mailing_list="asset-list@example.edu")


@pytest.fixture
def talk(series):
    return make_talk(
        series=series, title="On $x^2$ engines", speakers=[make_speaker(name="Ada Lovelace", affiliation="London")],
        room=make_room(name="Room 414", building="Gutmann Hall"), abstract="We *weave* $n$ threads.",
        programme="Coffee 11:30", join_url="https://example.org/meet", passcode="472119", starts_at=NOON,
    )  # fmt: skip


def page(client, **asked):
    return client.get(reverse("admin:announcement"), asked)


def plain(talk):
    return announcement.render(listings.of_talk(talk)).decode()


def test_the_text_says_all_that_the_page_says(talk):
    address = f"http://talks.example.edu/talks/{talk.pk}"

    assert (
        plain(talk)
        == f"""\
Wednesday, 6 November 2030: ASSET: Ada Lovelace – On x² engines

Wednesday, 6 November 2030, 12–1 pm, New York time
Gutmann Hall, Room 414

Speaker: Ada Lovelace (London)

Coffee 11:30

We weave n threads.

Join online: {address}/join/
Link: https://example.org/meet
Passcode: 472119

Details: {address}/on-x2-engines/
"""
    )


@pytest.mark.parametrize("access", ["timed", "members"])
def test_a_restricted_link_appears_only_as_its_stable_address(talk, access):
    talk.join_access = access
    talk.save()

    for told in (plain(talk), announcement.html(listings.of_talk(talk))):
        assert "/join/" in told
        assert "example.org/meet" not in told
        assert "Passcode" not in told


def test_an_announcement_of_a_change_begins_with_the_change(talk):
    lifecycle.move(talk, starts_at=NOON + timedelta(days=1), by=None)
    moved = listings.of_talk(talk)
    assert announcement.subject(moved).startswith("Moved: Thursday, 7 November 2030: ASSET: Ada")
    assert "Previously: Wednesday, 6 November, 12 noon." in plain(talk)
    assert "Previously: Wednesday, 6 November, 12 noon." in announcement.html(moved)

    lifecycle.cancel(talk, reason="Snow", by=None)
    assert "CANCELLED: ASSET: Ada Lovelace" in announcement.subject(listings.of_talk(talk))
    assert plain(talk).split("\n\n")[1] == "Snow"
    assert "/join/" not in plain(talk)
    assert "<h2>Cancelled: ASSET" in announcement.html(listings.of_talk(talk))


def test_a_week_lists_its_public_talks_earliest_first(talk, series):
    later = make_talk(series=series, title="Later", starts_at=NOON + timedelta(days=4, hours=11))
    for title, fields in {
        "Next": {"starts_at": NOON + timedelta(days=5)}, "Secret": {"state": "draft", "starts_at": NOON},
        "Elsewhere": {"series": make_series(), "starts_at": NOON},
    }.items():  # fmt: skip
        make_talk(**{"series": series, "title": title} | fields)

    shown = page(signed_in(make_organiser(series)), series=series.pk).context

    assert shown["subject"] == "ASSET: week of Monday, 4 November 2030"
    assert [line for line in shown["plain"].splitlines() if ": ASSET: " in line] == [
        "Wednesday, 6 November 2030: ASSET: Ada Lovelace – On x² engines",
        f"Sunday, 10 November 2030: ASSET: {later.title} (speaker to be announced)",
    ]


def test_html_is_safe_and_has_no_style(talk):
    talk.title, talk.notice = "<script>alert(1)</script>", "<img src=x>"
    talk.save()

    told = announcement.html(listings.of_talk(talk))

    assert "<script" not in told
    assert "<img" not in told
    assert "style=" not in told
    assert "<em>weave</em>" in told


def test_a_mail_to_the_list_is_opened_with_subject_and_text(talk, series):
    address = urlsplit(announcement.mailto(series.mailing_list, listings.of_talk(talk)))

    asked = parse_qs(address.query, strict_parsing=True)
    assert (address.scheme, address.path) == ("mailto", "asset-list@example.edu")
    assert asked["subject"] == [announcement.subject(listings.of_talk(talk))]
    assert asked["body"][0].replace("\r\n", "\n") == plain(talk)
    assert "+" not in address.query  # which mail programs show as it stands


def test_a_long_text_is_not_put_into_a_mail_link(talk, series):
    talk.abstract = "Engines. " * 400
    talk.save()

    assert "&body=" not in announcement.mailto(series.mailing_list, listings.of_talk(talk))


def test_typed_text_cannot_add_a_recipient(talk, series):
    talk.title = "Engines&bcc=eve@example.org\r\nBcc: eve@example.org"
    talk.save()

    query = urlsplit(announcement.mailto(series.mailing_list, listings.of_talk(talk))).query

    assert set(parse_qs(query)) == {"subject", "body"}
    assert "\n" not in parse_qs(query)["subject"][0]


# --- the page ---


def test_the_page_gives_the_text_to_copy_and_sends_nothing(talk, series):
    response = page(signed_in(make_organiser(series)), talk=talk.pk)

    assert response.context["plain"] == plain(talk)
    assert 'href="mailto:asset-list@example.edu?subject=' in response.content.decode()
    assert mail.outbox == []


def test_a_draft_must_be_announced_first(series):
    draft = make_draft(series=series, starts_at=NOON)

    response = page(signed_in(make_organiser(series)), talk=draft.pk)

    assert "plain" not in response.context
    assert reverse("admin:seminars_talk_transition", args=["announce"]) in response.content.decode()


def test_a_week_without_public_talks_says_so(series):
    make_draft(series=series, title="Secret", starts_at=NOON)

    told = page(signed_in(make_organiser(series)), series=series.pk).content.decode()

    assert "There are no public talks in this week." in told
    assert "Secret" not in told


def test_only_organisers_of_the_series_see_its_announcements(talk, series):
    stranger = signed_in(make_organiser(make_series(), make_series()))

    assert page(stranger, talk=talk.pk).status_code == 404
    assert page(stranger, series=series.pk).status_code == 404


@pytest.mark.parametrize(
    "asked", [{"talk": "x"}, {"talk": "9" * 30}, {"week": "soon"}, {"week": "0001-01-01"}, {"week": "2201-01-01"}]
)
def test_an_unknown_talk_or_series_is_not_found(series, asked):
    assert page(signed_in(make_organiser(series)), **asked).status_code == 404


def test_the_announcement_of_the_week_opens_on_the_week_of_the_next_talk(series):
    drafts = [make_draft(series=series, starts_at=in_new_york(2031, 1, 15, hour)) for hour in (12, 15)]
    client = signed_in(make_organiser(series))

    shown = page(client, series=series.pk)

    assert "week of Monday, 13 January 2031" in shown.text
    assert "2 talks of this week are still drafts." in shown.text
    client.post(shown.context["announce_drafts"])
    assert "ASSET: week of Monday, 13 January 2031" in page(client, series=series.pk).context["subject"]
    assert all(type(draft).objects.get(pk=draft.pk).is_public for draft in drafts)


def test_a_cancelled_talk_does_not_decide_which_week_is_announced(series):
    make_talk(series=series, state="cancelled", starts_at=NOON + timedelta(weeks=1))
    make_talk(series=series, title="On looms", starts_at=NOON + timedelta(weeks=2))

    shown = page(signed_in(make_organiser(series)), series=series.pk)

    assert "week of Monday, 18 November 2030" in shown.text
