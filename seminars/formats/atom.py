"""A listing as an Atom feed (RFC 4287)."""

from collections.abc import Iterator
from datetime import datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from seminars import kept_entries, text
from seminars.kept_entries import Body, Form
from seminars.listings import Listing
from seminars.models import Talk
from seminars.models.department_language import in_department_language
from seminars.models.edition import one_state
from seminars.models.fetched import fetched_rows
from seminars.models.page_addresses import absolute, urn
from seminars.models.talk_marks import latest_change
from seminars.models.talk_prefetches import fetch_for_pages
from seminars.phrases import dated_line, gist
from seminars.times import in_utc

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
END = b"</feed>"


def render(listing: Listing, *, past_too: bool = False) -> bytes:
    """Return the feed, the talk that was announced last first; the same rows give the same bytes."""
    return bytes(body(listing, past_too=past_too))


def body(listing: Listing, *, past_too: bool = False) -> Body:
    """Return the same as it is sent: its entries stay compressed until then."""
    with one_state(), in_department_language() as language:
        talks = listing.in_feed(past_too=past_too).latest_announced_first()
        marks = talks.content_marks()
        entries = kept_entries.entries(FORM, talks, marks)
        feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": language})
        feed.extend(_head(listing, latest_change(marks), past_too=past_too))
        frame = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return Body(frame.removesuffix(END), entries, END)


def _head(listing: Listing, updated_at: datetime | None, *, past_too: bool) -> Iterator[Element]:
    address = absolute(listing.address_of("feed.atom", past_too=past_too))
    # A feed without talks is as old as its window.
    updated_at = updated_at or listing.department.academic_year().span.starts_at
    yield _element("id", _identity(listing, past_too=past_too))
    yield _element("title", text.line(listing.title))
    if about := text.plain(listing.description):
        yield _element("subtitle", about)
    yield _element("updated", in_utc(updated_at))
    yield _person(str(listing.department))  # for entries whose speakers are to be announced (§4.1.1)
    yield _element("link", rel="self", type="application/atom+xml", href=address)
    yield _element("link", rel="alternate", type="text/html", href=absolute(listing.page))
    for relation, linked in listing.archive_links(past_too=past_too).items():
        yield _element("link", rel=relation, type="application/atom+xml", href=absolute(linked.address_of("feed.atom")))
    if listing.year:
        yield Element("fh:archive", {"xmlns:fh": "http://purl.org/syndication/history/1.0"})
    yield _element("generator", "Seminars")


def _identity(listing: Listing, *, past_too: bool) -> str:
    """Return an identity that stays when the series, room, speaker or topic gets another name or slug (§4.2.6)."""
    subject = listing.subject
    about = f"{subject._meta.model_name}/{subject.pk}" if subject else listing.query
    part = "" if listing.year else listing.part(past_too=past_too)
    return urn("&".join(filter(None, (f"{settings.SITE_URL}/feed.atom#{about}", part))))


def _entry(talk: Talk) -> bytes:
    entry = Element("entry")
    entry.extend(_facts(talk))
    return ElementTree.tostring(entry, encoding="unicode").encode()


def _facts(talk: Talk) -> Iterator[Element]:
    yield _element("id", urn(talk.uid))
    yield _element("title", dated_line(talk))
    yield _element("updated", in_utc(talk.changed_at or talk.created_at))
    yield _element("published", in_utc(talk.published_at or talk.created_at))
    for person in talk.speakers:
        yield _person(person.speaker.name, person.public_page)
    for topic in fetched_rows(talk, "topics"):
        scheme = absolute(reverse("topic-index"))
        yield _element("category", term=topic.slug, scheme=scheme, label=topic.name)
    yield _element("link", rel="alternate", type="text/html", href=absolute(talk.get_absolute_url()))
    yield _element("summary", gist(talk))
    yield _element("content", render_to_string("talks/_content.html", {"talk": talk}), type="html")


def _person(name: str, page: str = "") -> Element:
    person = Element("author")
    person.append(_element("name", name))
    if page:
        person.append(_element("uri", page))
    return person


def _element(name: str, told: str = "", **attributes: str) -> Element:
    """Return an element without the characters that XML forbids even when escaped (XML 1.0 §2.2)."""
    element = Element(name, {key: text.printable(value) for key, value in attributes.items()})
    element.text = text.printable(told)
    return element


FORM = Form("atom", fetch_for_pages, _entry)
