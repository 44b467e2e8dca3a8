"""A strict checker of Atom feeds (RFC 4287, RFC 3339) on raw bytes. It shares no code with the renderer."""

import re
from collections import Counter
from xml.etree import ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
IRI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
ONCE = {"id", "title", "updated"}  # §4.1.1, §4.1.2
AT_MOST_ONCE = {"subtitle", "summary", "content", "published", "rights", "generator", "icon", "logo", "source"}
ANY_NUMBER = {"author", "category", "contributor", "link"}
OF_FEEDS = ONCE | ANY_NUMBER | {"subtitle", "generator", "icon", "logo", "rights", "entry"}
OF_ENTRIES = ONCE | ANY_NUMBER | {"summary", "content", "published", "rights", "source"}


def complaints(feed):
    """Return what is wrong with the bytes of a feed, in words."""
    if not feed.startswith((b"<?xml version='1.0' encoding='utf-8'?>", b'<?xml version="1.0" encoding="utf-8"?>')):
        return ["no XML declaration"]
    root = ElementTree.fromstring(feed)
    if root.tag != f"{ATOM}feed":
        return [f"the root is {root.tag}"]
    entries = root.findall(f"{ATOM}entry")
    found = [*_of_container(root, OF_FEEDS), *_of_feed(root, entries)]
    for entry in entries:
        found += _of_container(entry, OF_ENTRIES) + list(_of_entry(entry, root))
    return found


def _of_feed(root, entries):
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    yield from (f"two entries are {identity}" for identity, number in Counter(ids).items() if number > 1)
    if not _links(root, "self"):
        yield "the feed does not say where it is"  # SHOULD, §4.1.1


def _of_entry(entry, root):
    if entry.find(f"{ATOM}author") is None and root.find(f"{ATOM}author") is None:
        yield "an entry has no author"  # §4.1.2
    if entry.find(f"{ATOM}content") is None and not _links(entry, "alternate"):
        yield "an entry has neither content nor page"


def _of_container(container, allowed):
    names = Counter(child.tag.removeprefix(ATOM) for child in container)
    found = [f"{name} does not belong here" for name in names if name not in allowed]
    found += [f"{name} occurs {names[name]} times" for name in ONCE if names[name] != 1]
    found += [f"{name} occurs {names[name]} times" for name in AT_MOST_ONCE if names[name] > 1]
    kinds = Counter((link.get("type"), link.get("hreflang")) for link in _links(container, "alternate"))
    found += [f"two pages of type {kind}" for kind, number in kinds.items() if number > 1]  # §4.1.1, §4.1.2
    return found + [complaint for child in container for complaint in _of_child(child)]


def _of_child(child):
    name, text = child.tag.removeprefix(ATOM), child.text or ""
    if name in ("updated", "published") and not DATE.fullmatch(text):
        yield f"{name} is {text!r}"  # §3.3
    if name in ("id", "icon", "logo") and not IRI.fullmatch(text):
        yield f"{name} is {text!r}"  # §4.2.6
    if name in ("title", "subtitle", "summary", "content", "rights"):
        yield from _of_text(name, child)
    if name in ("author", "contributor"):
        yield from _of_person(child)
    if name == "link" and not IRI.fullmatch(child.get("href", "")):
        yield f"a link leads to {child.get('href')!r}"  # §4.2.7.1
    if name == "category" and not child.get("term"):
        yield "a category has no term"  # §4.2.2.1


def _of_text(name, child):
    if child.get("type", "text") not in ("text", "html") or len(child):
        yield f"{name} holds markup"  # §3.1.1: xhtml would need a div; we write none
    if name == "title" and not (child.text or "").strip():
        yield "a title is blank"


def _of_person(person):
    if not (person.findtext(f"{ATOM}name") or "").strip():
        yield "a person has no name"  # §3.2.1
    for uri in person.findall(f"{ATOM}uri"):
        if not IRI.fullmatch(uri.text or ""):
            yield f"a person's page is {uri.text!r}"  # §3.2.2


def _links(container, relation):
    return [link for link in container.findall(f"{ATOM}link") if link.get("rel", "alternate") == relation]
