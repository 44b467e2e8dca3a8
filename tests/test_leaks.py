"""No public answer contains a secret. The tests ask every address in every format, and follow every link."""

import re
from collections import deque
from html import unescape
from itertools import product
from urllib.parse import unquote, urljoin

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import URLResolver, get_resolver

from seminars import languages, limits
from seminars.calendar_periods import Month, Week
from seminars.models import Appearance, Attendance, Department, Material, Talk
from seminars.models.page_addresses import AddressedModel
from seminars.page_cache import cache_keys
from seminars.times import today
from seminars.views.feeds import FORMATS
from tests import access_matrix
from tests.admin_forms import signed_in
from tests.factories import make_member, make_organiser, make_talk
from tests.secrets_data import Site

pytestmark = pytest.mark.django_db

LINK = re.compile(rf"""(?:href|src|action)="([^"]*)"|({settings.SITE_URL}[^\s"<>\\,;]*)""")
PART = re.compile(r"<(?:\w+:)?(\w+)>")


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setattr(limits, "API_REQUESTS", 10**6)
    return Site()


# --- what to ask ---


def parts(site):
    """The values for a part of an address, by its first word and the name of the part, or by the name alone."""
    slugs = {(model.NOUN, "slug"): slugs_of(model) for model in addressed()}
    photos = {person.speaker.photo_id for person in Appearance.objects.all()} - {None}
    return slugs | {
        ("talks", "address"): [*Talk.objects.values_list("pk", flat=True), *wrong_keys(site), 0, 10**30],
        ("talks", "slug"): ["old-title", "lantern-quokkatitle"],
        ("archive", "year"): [Department.objects.current().academic_year().slug, "1999-00", "never"],
        ("calendar", "period"): [Month.of(today()), Week.of(today()), "1950-01", "never"],
        ("photos", "digest"): sorted(photos),
        ("portraits", "digest"): sorted(photos),
        ("thumbnails", "digest"): sorted(photos),
        ("marks", "digest"): sorted(photos),
        ("private", "token"): ["no.token", site.organiser.feed_token[:-3], site.speaker_token, site.speaker_token[:-1]],
        ("password", "uidb64"): ["MQ"],
        ("password", "token"): ["set-password", "x"],
        ("api", "rest"): [*of_programs(site), "v1/nothing"],
        "file": list(FORMATS),
        "digest": ["0" * 32],  # of a card
    }


def of_programs(site):
    """The addresses of the interface for programs, of every row and with every filter that takes words."""
    for model in addressed():
        yield f"v1/{model.NOUN}?limit=100"
        yield from (f"v1/{model.NOUN}/{slug}" for slug in slugs_of(model))
    for talk in [*Talk.objects.values_list("pk", flat=True), *wrong_keys(site)]:
        yield from (f"v1/talks/{talk}", f"v1/talks/{talk}/history")
    for query in ("", "?q=lantern", "?q=link pass", "?state=draft", "?desk=true", "?order=-start", "?limit=1"):
        yield f"v1/talks{query}"
    yield from ("", "v1/token", "v1/breaks", "v1/department", "v1/openapi.json", "v1/speakers?q=quokkaspeaker")
    for model in addressed():
        yield from (f"v1/talks?{model.ADDRESS_FIELD}={slug}" for slug in slugs_of(model))


def wrong_keys(site):
    """Addresses of unlisted talks with a key that is not theirs, or a part of it."""
    talks = site.unlisted_alone
    return [f"{talk.pk}-{key}" for talk in talks for key in (talks[0].address_key[:-1], make_talk().address_key)]


def questions():
    """The values of each query parameter."""
    things = {model.ADDRESS_FIELD: slugs_of(model) for model in addressed()}
    return things | {
        "mode": [*Attendance, "never"],
        "has": [*Material, "never"],
        "page": ["2", "x"],
        "past": ["all"],
        "upcoming": [""],
        "year": ["2025-26", "2019-20", "x"],
        "q": ["lantern", "link pass", "a"],
        "paper": ["letter", "x"],
        "letter": ["A", "Q", "x"],
        "limit": ["50", "x"],
        "theme": ["dark", "x"],
        "level": ["2", "x"],
    }


def addressed():
    """The models whose rows have a page at a slug."""
    return [model for model in apps.get_models() if issubclass(model, AddressedModel)]


def slugs_of(model):
    return list(model.objects.values_list("slug", flat=True))


def given(choices, part, where, noun=""):
    """The values for a part of an address. An unknown part fails the test."""
    found = choices.get((noun, part)) or choices.get(part)
    assert found, f"tests/test_leaks.py does not know what “{part}” may be in {where}: say it there."
    return found


def addresses(site):
    """Every address that urls.py knows, with every argument and every single question."""
    known, asked = parts(site), questions()
    for route, name in routes(get_resolver().url_patterns):
        if not route.startswith("admin/"):
            choices = [given(known, part, route, noun=route.partition("/")[0]) for part in PART.findall(route)]
            paths = ["/" + PART.sub("{}", route).format(*values) for values in product(*choices)]
            yield from (path + query for path, query in product(paths, queries(name, asked)))
    yield from addresses_of_the_desk(site)
    yield from ("/event/0/", "/event/1/?ical=1", "/event/0.ics", "/?event=0", "/?event=1&ical=1", "/nowhere/")


def addresses_of_the_desk(site):
    """Every page of the desk, of one row of each kind."""
    of_a_draft = {"talk": site.draft, "speaker": site.draft.people.get()}
    rows = of_a_draft | {"series": site.series, "room": site.room, "department": Department.objects.get()}
    for _name, route in access_matrix.routes():
        if route.startswith("/admin/"):
            row = next((row.pk for kind, row in rows.items() if f"/{kind}/" in route), 1)
            address = route.replace("<slug:name>/", f"cancel/?talk={site.draft.pk}")
            yield re.sub("<[^>]+>", str(row), address)


def routes(urls, prefix=""):
    """The route of every pattern and its name."""
    for url in urls:
        route = f"{prefix}{url.pattern}"
        if isinstance(url, URLResolver):
            yield from routes(url.url_patterns, route)
        else:
            yield route, url.name


def queries(name, asked):
    understood = cache_keys.PAGES.get(name) or cache_keys.FEEDS.get(name) or frozenset()
    if name == "search":
        understood = cache_keys.FILTERS | {"q"}
    singles = [f"{one}={value}" for one in sorted(understood) for value in given(asked, one, name)]
    wider = {"past": "past=all&", "upcoming": "upcoming&limit=50&", "q": "q=lantern&"}
    both = [wider[one] + single for one in understood & set(wider) for single in singles]
    return ["", *(f"?{query}" for query in [*singles, *both])]


# --- what the answers contain ---


def told_by(response):
    """The whole text of an answer with its headers, as people and machines read it."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    body = b"".join(response).decode(errors="replace").replace("\r\n ", "").replace("\\/", "/")
    return unescape(f"{headers}\n{response.cookies.output()}\n{body}")


def links_in(told, address):
    """The addresses of this site to which an answer leads."""
    for quoted, whole in LINK.findall(told):
        link = urljoin(f"{settings.SITE_URL}{address}", quoted or whole).partition("#")[0]
        path = link.removeprefix(settings.SITE_URL)
        is_ours = path != link and path.startswith("/") and not path.startswith(("/static/", "/admin/", "/sign-in/"))
        if is_ours and not _is_one_of_many(path):
            yield path


def _is_one_of_many(path):
    """Whether it is one of the thousands of pages that only combine what others say: languages, months and filters."""
    language, has_question = languages.of_path(path), "?" in path
    return language not in ("", "de") or (has_question and (bool(language) or path.startswith("/calendar/")))


def crawl(site, client):
    """Ask every address and follow every link. Return the secrets that each answer contains: {address: words}."""
    waiting, told = deque(addresses(site)), {}
    while waiting:
        address = waiting.popleft()
        if address not in told:
            response = client.get(address)
            assert response.status_code < 500, address
            told[address] = told_by(response)
            waiting.extend(links_in(f'{told[address]} href="{response.get("Location", "")}"', address))
    return told


def leaks(site, told, who):
    """The secrets that a person saw without a right to, and where."""
    secrets = site.secrets
    read = ((address, unquote(words).lower()) for address, words in told.items())
    return sorted(
        (address, secret)
        for address, words in read
        for secret in secrets
        if secret in words and not site.may_tell(secret, languages.without(address), who)
    )


def where(told, word):
    """The kinds of address that tell a word."""
    kinds = (
        "/search/",
        "/speakers/",
        "/archive/",
        "/talks/",
        "/calendar.ics",
        "/feed.atom",
        "/feed.json",
        "/talks.csv",
    )
    return {
        kind for kind in kinds for address, words in told.items() if address.startswith(kind) and word in words.lower()
    }


@pytest.mark.thorough
def test_no_answer_to_a_visitor_contains_a_secret(site):
    organiser = signed_in(site.organiser)
    for talk in Talk.objects.all():
        organiser.get(talk.get_absolute_url())  # what organisers see must not lie about for others

    told = crawl(site, Client())

    assert leaks(site, told, "visitor") == []
    assert where(told, "lantern public") == {
        "/search/", "/speakers/", "/talks/", "/calendar.ics", "/feed.atom", "/feed.json", "/talks.csv",
    }  # fmt: skip


@pytest.mark.thorough
def test_no_answer_to_a_signed_in_person_contains_the_secrets_of_others(site):
    assert leaks(site, crawl(site, signed_in(make_organiser())), "organiser elsewhere") == []


def test_answers_contain_the_secrets_that_the_person_may_see(site):
    """The secrets must exist, or their absence would prove nothing."""
    draft = signed_in(site.organiser).get(site.draft.get_absolute_url()).content.decode().lower()
    joining = told_by(signed_in(make_member()).get(f"/talks/{site.members.pk}/join/"))

    assert [word in draft for word in ("quokkatitle", "quokkaspeaker", "quokkaabstract", "quokkanotice")] == [True] * 4
    assert ("numbatlink" in joining, "numbatpass" in joining) == (True, True)
    assert "wombattitle" in told_by(Client().get("/series/wombatslug/")).lower()
    speaking = told_by(Client().get(site.speaking)).lower()
    assert [word in speaking for word in ("planigaletitle", "planigalebiography", "planigalediet")] == [True] * 3
