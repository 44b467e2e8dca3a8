"""The security headers of every kind of answer, compared with one table."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import get_resolver, path, resolve, reverse
from PIL import Image

from seminars import times, urls
from seminars.formats.card import card_link
from seminars.models import Department, Photo, Subscriber, SubscriptionRequest
from seminars.models.preview_address import PreviewAddress
from seminars.views import errors
from tests.speaking import ask, path_of

from .factories import make_administrator, make_draft, make_organiser, make_room, make_series, make_talk, make_topic

pytestmark = pytest.mark.django_db

HEADERS = (
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "X-Robots-Tag",
)
PERMISSIONS = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), geolocation=(), gyroscope=(), "
    "hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), "
    "picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), "
    "xr-spatial-tracking=()"
)
POLICY = (
    "base-uri 'none'; connect-src 'self'; default-src 'none'; font-src 'self'; form-action 'self'; "
    "frame-ancestors {ancestors}; frame-src 'self'; img-src 'self' data:; manifest-src 'self'; object-src 'none'; "
    "script-src 'self'; style-src 'self'"
)
EVERYWHERE = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
PAGE = EVERYWHERE | {"Content-Security-Policy": POLICY.format(ancestors="'none'"), "X-Frame-Options": "DENY"}
OPEN = PAGE | {"Cross-Origin-Resource-Policy": "cross-origin"}  # other sites may load it
OF_DOCUMENTS = {"Permissions-Policy", "Cross-Origin-Opener-Policy"}  # what pages load has neither
LOADED = {name: value for name, value in PAGE.items() if name not in OF_DOCUMENTS}
OPEN_LOADED = {name: value for name, value in OPEN.items() if name not in OF_DOCUMENTS}
PICTURE = {
    name: value for name, value in OPEN_LOADED.items() if name not in ("Content-Security-Policy", "X-Frame-Options")
}
FRAME = OPEN | {"Content-Security-Policy": POLICY.format(ancestors="*")}
del FRAME["X-Frame-Options"]
REDIRECT = {name: value for name, value in PAGE.items() if name != "X-Frame-Options"}  # to the address with a slash
UNFRAMED = {"X-Frame-Options": "DENY"}
FEED = OPEN | {"X-Robots-Tag": "noindex"}
SECRET = PAGE | {"X-Robots-Tag": "noindex, nofollow"}
PASSKEYS = {"Permissions-Policy": PERMISSIONS.replace("publickey-credentials-get=(), ", "")}

# Every address of the site by name; a new one has to be declared here.
ADDRESSES = {
    **dict.fromkeys(("front", "archive", "archive-year", "search", "subscribe", "talk", "series", "room"), PAGE),
    **dict.fromkeys(("calendar-period", "recordings"), PAGE),
    **dict.fromkeys(("series-index", "room-index", "speaker-index", "topic-index", "speaker", "topic"), PAGE),
    **dict.fromkeys(("poster", "series-poster", "screen", "room-screen", "embed-demo"), PAGE),
    **dict.fromkeys(("sitemap", "robots", "icon", "healthz", "readyz", "metrics"), PAGE),
    **dict.fromkeys(
        ("sign-in", "sign-out", "second-step", "password_change", "password_change_done", "password_reset"), PAGE
    ),
    **dict.fromkeys(("password_reset_done", "password_reset_complete", "password_reset_confirm"), PAGE),
    **dict.fromkeys(("embed", "series-embed", "room-embed", "speaker-embed", "topic-embed"), FRAME),
    **dict.fromkeys(("feed", "series-feed", "room-feed", "speaker-feed", "topic-feed", "talk-calendar", "api"), FEED),
    **dict.fromkeys(("photo", "portrait", "thumbnail", "mark"), PICTURE),
    **dict.fromkeys(("card", "talk-card", "series-card"), OPEN_LOADED),  # led to the present picture
    **dict.fromkeys(("private-calendar", "talk-preview", "invitation-link", "invitation"), SECRET),
    **dict.fromkeys(("sso", "sso-return"), PAGE),
    **dict.fromkeys(("mail-choice", "mail-confirmation"), SECRET),
    "speak": SECRET | {"Referrer-Policy": "no-referrer"},
    **dict.fromkeys(("subscribe-mail", "subscribe-mail-sent", "talk-invitation"), PAGE),
    **dict.fromkeys(("next", "series-next", "calendar"), PAGE | {"X-Robots-Tag": "noindex"}),
    "colours": LOADED,
    "embed-script": OPEN_LOADED,
    "second-step-code": SECRET | PASSKEYS,
    "join": PAGE | {"X-Robots-Tag": "noindex"},
}


def headers_of(response):
    found = {name: response.headers[name] for name in HEADERS if name in response.headers}
    if policy := found.get("Content-Security-Policy"):
        found["Content-Security-Policy"] = "; ".join(sorted(policy.split("; ")))
    return found


@pytest.fixture
def parts():
    """A value for every part of an address, each of an existing row."""
    series = make_series(slug="engines")
    talk = make_talk(series=series, room=make_room(), speakers=["Ada Lovelace"], topics=[make_topic()])
    image = BytesIO()
    Image.new("RGB", (8, 8)).save(image, "WEBP")
    photo = Photo.objects.create(digest="ab" * 32, content=image.getvalue(), width=8, height=8)
    department = Department.objects.create(pk=1, mark=photo, icon=b"PNG")
    person = make_organiser(series, feed_key="k" * 32)
    return {
        **{key: {"slug": series.slug} for key in ("series", "series-poster", "series-embed", "series-next")},
        **{key: {"slug": talk.room.slug} for key in ("room", "room-screen", "room-embed")},
        **{key: {"slug": talk.appearances.get().speaker.slug} for key in ("speaker", "speaker-embed")},
        **{key: {"slug": talk.topics.get().slug} for key in ("topic", "topic-embed")},
        **{key: {"address": talk.pk} for key in ("talk", "talk-calendar", "talk-invitation", "join", "poster")},
        **{key: {"digest": photo.digest} for key in ("photo", "portrait", "thumbnail", "mark")},
        **{
            f"{prefix}card": resolve(card_link(thing, department).path).kwargs
            for prefix, thing in (("", department), ("series-", series), ("talk-", talk))
        },
        "feed": {"file": "calendar.ics"},
        "series-feed": {"slug": series.slug, "file": "feed.json"},
        "room-feed": {"slug": talk.room.slug, "file": "feed.atom"},
        "speaker-feed": {"slug": talk.appearances.get().speaker.slug, "file": "talks.csv"},
        "topic-feed": {"slug": talk.topics.get().slug, "file": "calendar.ics"},
        "archive-year": {"year": times.AcademicYear.of(times.local(talk.starts_at).date(), 8).slug},
        "calendar-period": {"period": f"{times.today():%Y-%m}"},
        "private-calendar": {"token": person.feed_token},
        "talk-preview": {"token": PreviewAddress.of(make_draft(series=series).pk).token},
        "invitation-link": {"token": "made-up"},
        "mail-choice": {"token": Subscriber.objects.create(email="ada@example.org").key},
        "speak": {"token": path_of(ask(talk, talk.people.get())).split("/")[2]},
        "mail-confirmation": {"token": SubscriptionRequest.objects.create(email="ada@example.org").key},
        "password_reset_confirm": {"uidb64": "MQ", "token": "set-password"},
    }


def test_every_address_answers_with_the_headers_that_are_declared(client, parts):
    names = {pattern.name for pattern in get_resolver().url_patterns if getattr(pattern, "name", None)}

    found = {name: headers_of(client.get(reverse(name, kwargs=parts.get(name)))) for name in names}

    assert found == ADDRESSES


@pytest.mark.parametrize("address", ["/", "/calendar.ics", "/embed/", "/colours.css"])
def test_a_cached_answer_has_the_headers_of_the_first_one(client, parts, address):
    first = client.get(address)

    again = client.get(address)
    compressed = client.get(address, headers={"accept-encoding": "gzip"})

    assert headers_of(again) == headers_of(compressed) == headers_of(first)


ODD_ANSWERS = {
    "nothing is there": (404, lambda client: client.get("/nowhere/"), PAGE),
    "no such talk": (
        404,
        lambda client: client.get("/talks/999999/calendar.ics"),
        PAGE | {"Cross-Origin-Resource-Policy": "cross-origin"},
    ),
    "not changed": (
        304,
        lambda client: client.get("/", headers={"if-none-match": client.get("/")["ETag"]}),
        EVERYWHERE | UNFRAMED,
    ),
    "another host": (400, lambda client: client.get("/", headers={"host": "evil.example"}), EVERYWHERE),
    "no slash": (301, lambda client: client.get("/archive"), REDIRECT),
    "a method that feeds do not know": (405, lambda client: client.put("/calendar.ics"), PAGE),
    "a form without its token": (403, lambda client: Client(enforce_csrf_checks=True).post("/sign-in/"), PAGE),
    "signed out at the desk": (302, lambda client: client.get("/admin/"), PAGE),
    "a file": (
        200,
        lambda client: client.get("/static/css/base.css"),
        {name: value for name, value in EVERYWHERE.items() if name not in OF_DOCUMENTS}
        | {"Cross-Origin-Resource-Policy": "cross-origin"},
    ),
}


@pytest.mark.parametrize(("status", "ask", "declared"), ODD_ANSWERS.values(), ids=ODD_ANSWERS)
def test_answers_without_a_page_have_the_declared_headers_too(client, status, ask, declared):
    response = ask(client)

    assert (response.status_code, headers_of(response)) == (status, declared)


def fail(request):
    raise RuntimeError("on purpose")


urlpatterns = [path("failing/", fail), *urls.urlpatterns]
handler500 = errors.failed


@pytest.mark.urls(__name__)
def test_an_error_page_has_the_headers_of_every_page(client):
    client.raise_request_exception = False

    response = client.get("/failing/")

    assert (response.status_code, headers_of(response)) == (500, PAGE)


@pytest.mark.parametrize("address", ["/admin/", "/admin/seminars/talk/add/", "/admin/seminars/talk/"])
def test_the_desk_has_the_headers_of_every_page(client, address):
    client.force_login(make_administrator())

    assert headers_of(client.get(address)) == PAGE


def test_over_https_every_answer_has_strict_transport_security(client, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    secure = Client(SERVER_NAME="talks.example.edu")

    found = {
        headers_of(secure.get(address, secure=True)).get("Strict-Transport-Security")
        for address in ("/", "/calendar.ics", "/nowhere/", "/sign-in/", "/static/css/base.css")
    }

    assert found == {"max-age=31536000"}
