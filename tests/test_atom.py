"""Atom feeds are valid, other readers agree, and each talk keeps its identity."""

import uuid
from datetime import UTC, timedelta
from xml.etree import ElementTree

import feedparser
import hypothesis
import pytest
from hypothesis import strategies as st

from seminars import listings, text
from seminars.actions import lifecycle, shared_rows, talk_changes
from seminars.formats import atom
from seminars.models import Appearance, Department, JoinAccess, Role, State, Talk
from seminars.models.page_addresses import urn

from .atom_checker import ATOM, complaints
from .factories import in_new_york, make_room, make_series, make_speaker, make_talk, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LINK = "https://zoom.example/j/95189835192"
NOW = in_new_york(2026, 10, 1, 9)
NOON = in_new_york(2026, 11, 4, 12)
HOSTILE = "</script><script>alert(1)</script>]]>&amp;\x01\x07\x0b\x1b\ufffe \U0001f9ee \u202eתיבה"


def rendered(listing=None, **options):
    return atom.render(listing or listings.everything(), **options)


def the_entry():
    return ElementTree.fromstring(rendered()).find(f"{ATOM}entry")


def told(element, name):
    return element.findtext(f"{ATOM}{name}")


def test_a_feed_of_all_kinds_of_talks_is_valid():
    talk = make_talk(speakers=["Ada", "Bob"], topics=[make_topic(), make_topic()], room=make_room(), join_url=LINK)
    make_talk(title="", also_in=[make_series()], starts_at=NOON)
    for number, state in enumerate([State.TENTATIVE, State.POSTPONED, State.CANCELLED]):
        make_talk(state=state, starts_at=NOON + timedelta(days=number + 1))

    for listing in (listings.everything(), listings.of_series(talk.series), listings.of_talk(talk)):
        assert complaints(rendered(listing)) == []
        assert complaints(rendered(listing, past_too=True)) == []


def test_a_feed_without_talks_is_valid_and_as_old_as_its_window():
    feed = rendered()

    assert complaints(feed) == []
    assert told(ElementTree.fromstring(feed), "updated") == "2026-08-01T04:00:00Z"


def test_another_reader_finds_the_same():
    Department.objects.create(pk=1, name="Computer Science", tagline="What we *think* about")
    talk = make_talk(
        title="On $x^2$ engines", speakers=["Ada Lovelace", "Grace Hopper"], topics=[make_topic(name="Logic & <all>")],
        starts_at=NOON, abstract="A **bold** claim.", room=make_room(name="Room 414"),
        series=make_series(short_name="ASSET"),
    )  # fmt: skip

    read = feedparser.parse(rendered())

    entry = read.entries[0]
    assert (read.bozo, read.version, read.feed.title) == (False, "atom10", "Computer Science")
    assert (read.feed.subtitle, read.feed.author) == ("What we think about", "Computer Science")
    assert (read.feed.link, read.feed.links[0].href) == (
        "http://talks.example.edu/", "http://talks.example.edu/feed.atom",
    )  # fmt: skip
    assert entry.title == "Wednesday, 4 November 2026: ASSET: Ada Lovelace, Grace Hopper – On x² engines"
    assert (entry.id, entry.link) == (f"urn:uuid:{talk.uid}", f"http://talks.example.edu{talk.get_absolute_url()}")
    assert [author.name for author in entry.authors] == ["Ada Lovelace", "Grace Hopper"]
    assert [(tag.term, tag.label) for tag in entry.tags] == [("logic-all", "Logic & <all>")]
    assert entry.summary.endswith("New York time · Gutmann Hall, Room 414 — A bold claim.")
    assert "<strong>bold</strong>" in entry.content[0].value


def test_times_are_those_of_the_row(clock):
    talk = make_talk()
    clock.shift(timedelta(days=2))
    other = make_talk()
    clock.shift(timedelta(days=1))
    talk.title = "Another title"
    talk_changes.save(talk)
    clock.shift(timedelta(days=1))

    feed = ElementTree.fromstring(rendered())

    assert [(told(entry, "published"), told(entry, "updated")) for entry in feed.iter(f"{ATOM}entry")] == [
        ("2026-10-03T13:00:00Z", "2026-10-03T13:00:01Z"),  # made, then stamped
        ("2026-10-01T13:00:00Z", "2026-10-04T13:00:00Z"),
    ]
    assert told(feed, "updated") == "2026-10-04T13:00:00Z"
    assert told(feed.find(f"{ATOM}entry"), "id") == urn(other.uid)
    assert talk.changed_at.astimezone(UTC).isoformat() == "2026-10-04T13:00:00+00:00"


@pytest.mark.parametrize(
    ("uid", "expected"),
    [
        ("0fa8a4d2-7f2c-4a53-9d7f-3a2b5d0c1e11", "urn:uuid:0fa8a4d2-7f2c-4a53-9d7f-3a2b5d0c1e11"),
        ("0FA8A4D2-7F2C-4A53-9D7F-3A2B5D0C1E11", "urn:uuid:0fa8a4d2-7f2c-4a53-9d7f-3a2b5d0c1e11"),
        ("1762-5@talks.example.org", f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, '1762-5@talks.example.org')}"),
        ("0fa8a4d27f2c4a53", f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, '0fa8a4d27f2c4a53')}"),
    ],
)  # fmt: skip
def test_an_identity_is_always_a_uuid_even_after_an_import(uid, expected):
    make_talk(uid=uid)

    assert told(the_entry(), "id") == expected


def test_a_feed_keeps_its_identity_when_its_series_is_renamed():
    series = make_series(slug="old")
    make_talk(series=series)
    before = told(ElementTree.fromstring(rendered(listings.of_series(series))), "id")
    series.name, series.slug = "Another", "new"
    shared_rows.save(series)

    assert told(ElementTree.fromstring(rendered(listings.of_series(series))), "id") == before


def test_feeds_of_different_scopes_have_different_identities():
    talk = make_talk(room=make_room(), topics=[make_topic()], speakers=["Ada"])
    scopes = [
        listings.everything(), listings.of_series(talk.series), listings.of_room(talk.room),
        listings.of_topic(talk.topics.get()), listings.of_speaker(talk.people.get()),
        listings.filtered({"series": [talk.series.slug]}), listings.filtered({"room": [talk.room.slug]}),
    ]  # fmt: skip

    ids = [told(ElementTree.fromstring(rendered(scope, past_too=past)), "id") for scope in scopes for past in (0, 1)]

    assert len(set(ids)) == 14


def test_a_filtered_feed_says_where_it_and_its_page_are():
    series = make_series(slug="asset")

    feed = ElementTree.fromstring(rendered(listings.filtered({"series": [series.slug]}), past_too=True))

    assert [(link.get("rel"), link.get("href")) for link in feed.findall(f"{ATOM}link")] == [
        ("self", "http://talks.example.edu/feed.atom?series=asset&past=all"),
        ("alternate", "http://talks.example.edu/?series=asset"),
    ]


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({}, "ASSET: Ada – On engines"),
        ({"title": ""}, "ASSET: Ada (title to be announced)"),
        ({"speakers": []}, "ASSET: On engines (speaker to be announced)"),
        ({"speakers": [], "title": ""}, "ASSET: to be announced"),
        ({"state": State.TENTATIVE}, "ASSET: Ada – On engines"),
        ({"state": State.CANCELLED}, "CANCELLED: ASSET: Ada – On engines"),
        ({"state": State.POSTPONED}, "POSTPONED: ASSET: Ada – On engines"),
    ],
)
def test_a_title_begins_with_the_day_and_says_the_state(fields, title):
    series = make_series(short_name="ASSET")
    make_talk(**{"series": series, "title": "On engines", "speakers": ["Ada"], "starts_at": NOON} | fields)

    assert told(the_entry(), "title") == f"Wednesday, 4 November 2026: {title}"


def test_the_content_has_everything_that_a_calendar_entry_has():
    ada = make_speaker(name="Ada Lovelace", affiliation="London")
    talk = make_talk(
        speakers=[ada], starts_at=NOON, room=make_room(name="Room 414", city="Philadelphia"), join_url=LINK,
        passcode="tea", notice="Bring a <pen>.", programme="Coffee 11:30", abstract="Let $x$ be.", state="tentative",
    )  # fmt: skip
    Appearance.objects.create(talk=talk, speaker=make_speaker(name="Mary"), role=Role.MODERATOR, order=1)

    content = told(the_entry(), "content")

    page = f"http://talks.example.edu/talks/{talk.pk}/"
    assert [line for line in content.splitlines() if line] == [
        "<p><strong>Bring a &lt;pen&gt;.</strong></p>",
        "<p>Provisional: time and place may still change.</p>",
        "<p>Wednesday, 4 November 2026, 12–1 pm, New York time<br>Gutmann Hall, Room 414, Philadelphia</p>",
        "<p>Speaker: Ada Lovelace (London)</p>",
        "<p>Moderator: Mary</p>",
        "<p>Coffee 11:30</p>",
        "<p>Let x be.</p>",
        f'<p><a href="{page}join/">Join online</a> · <a href="{LINK}">zoom.example/j/95189835192</a>'
        " · Passcode: <code>tea</code></p>",
        f'<p><a href="http://talks.example.edu{talk.get_absolute_url()}">Details</a></p>',
    ]


@pytest.mark.parametrize("access", [JoinAccess.TIMED, JoinAccess.MEMBERS])
def test_a_restricted_link_appears_only_as_our_join_address(access):
    talk = make_talk(join_url=LINK, passcode="tea", join_access=access)

    content = told(the_entry(), "content")

    assert f"/talks/{talk.pk}/join/" in content
    assert ("zoom" in content, "tea" in content) == (False, False)


def test_a_talk_that_is_called_off_is_not_joined():
    lifecycle.cancel(make_talk(join_url=LINK, passcode="tea"), reason="Snow", by=None)

    content = told(the_entry(), "content")

    assert ("<strong>Snow</strong>" in content, "join" in content, "tea" in content) == (True, False, False)


def test_a_person_without_a_public_page_has_no_address():
    hidden = make_series(is_listed=False)
    make_talk(series=hidden, speakers=["Ada"])

    author = ElementTree.fromstring(rendered(listings.of_series(hidden))).find(f"{ATOM}entry/{ATOM}author")

    assert (told(author, "name"), told(author, "uri")) == ("Ada", None)


def test_hostile_text_stays_text():
    series = make_series(short_name=f"S{HOSTILE[:30]}", name=HOSTILE)
    make_talk(
        series=series, title=HOSTILE, abstract=HOSTILE, notice=HOSTILE, programme=HOSTILE,
        speakers=[make_speaker(name=HOSTILE, affiliation=HOSTILE)], topics=[make_topic(name=HOSTILE)],
        room=make_room(name=HOSTILE, building=HOSTILE),
    )  # fmt: skip

    feed = rendered(listings.of_series(series))
    read = feedparser.parse(feed)

    assert (complaints(feed), read.bozo) == ([], False)
    assert b"<script" not in feed
    assert "<script" not in ElementTree.fromstring(feed).findtext(f"{ATOM}entry/{ATOM}content")
    assert read.entries[0].authors[0].name == "</script><script>alert(1)</script>]]>&amp; \U0001f9ee \u202eתיבה"


@hypothesis.given(st.text(min_size=1, max_size=200))
@hypothesis.settings(max_examples=60)
def test_any_text_gives_a_feed_that_parses_and_says_it(typed):
    if not Talk.objects.exists():
        make_talk(speakers=["Ada"])
    talk = Talk.objects.for_pages().get()
    # Not saved: an error of the database would end the search.
    talk.title = talk.abstract = talk.notice = typed

    feed = ElementTree.Element("feed")
    feed.append(ElementTree.fromstring(atom._entry(talk)))

    title = ElementTree.fromstring(ElementTree.tostring(feed)).findtext("entry/title")
    assert title.endswith(text.line(typed) or "(title to be announced)")


def test_a_feed_speaks_the_departments_language(settings):
    settings.LANGUAGE_CODE = "de"
    make_talk(title="On engines", starts_at=NOON)

    feed = ElementTree.fromstring(rendered())

    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "de"
    assert told(feed.find(f"{ATOM}entry"), "title").startswith("Mittwoch, 4. November 2026: ")


FAULTS = {
    "no id": (b"<id>", b"<rights>", b"</id>", b"</rights>"),
    "a date without zone": (b"Z</updated>", b"</updated>"),
    "a blank title": (b"<title>Seminars</title>", b"<title></title>"),
    "no author": (b"<author><name>Seminars</name></author>", b""),
    "a link to nowhere": (b'rel="self" type="application/atom+xml" href="http://', b'rel="self" href="'),
    "a foreign element": (b"<generator>", b"<guid>", b"</generator>", b"</guid>"),
}


@pytest.mark.parametrize("changes", FAULTS.values(), ids=FAULTS.keys())
def test_the_checker_sees_a_fault(changes):
    make_talk()
    feed = rendered()
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in feed
        feed = feed.replace(old, new)

    assert complaints(feed) != []
