"""Ask every address of the site, by GET and POST, as each kind of person: `python -m tests.access_matrix` counts them.

tests/data/access_matrix.txt declares the expected answers. `python -m tests.access_matrix --write` writes that file
again. Read the difference before you commit it.
"""

import json
import logging
import os
import re
import sys
from pathlib import Path

DECLARED = Path(__file__).parent / "data" / "access_matrix.txt"
METHODS = ("GET", "POST")
PEOPLE = ("visitor", "member", "organiser of A", "organiser of B", "administrator")
HEAD = f"""\
# What the site answers at every address, for {", ".join(PEOPLE)}, in this order.
# ok is 200, on leads to another page, front leads to the first page of the desk because the person may not see the row,
# in leads to the sign-in page, bad is 400, no is 403, none is 404, method is 405, gone is 410.
# POST sends what a button of the desk would. It deletes, undoes and saves, and the walk rolls each change back.
"""
WORDS = {200: "ok", 204: "ok", 301: "on", 400: "bad", 403: "no", 404: "none", 405: "method", 410: "gone"}


def routes(urls=None, prefix="/", namespace=""):
    """Yield name and route of every address in the URL configuration, in its order."""
    from django.urls import URLResolver, get_resolver

    for url in get_resolver().url_patterns if urls is None else urls:
        route = prefix + str(url.pattern)
        if isinstance(url, URLResolver):
            yield from routes(url.url_patterns, route, f"{namespace}{url.namespace}:" if url.namespace else namespace)
        else:
            words = " with its title" if "<slug:slug>" in route else ""
            route = (
                re.sub("[$^]", "", route)
                .replace("(?P<url>.*)", "nowhere/")
                .replace("(?P<app_label>seminars)", "seminars")
            )
            yield f"{namespace}{url.name or route.strip('/').partition('<')[0]}{words}", route


def pages():
    """Yield name and route of every page, which each language has."""
    from seminars.urls import pages

    yield from routes(pages)


class Site:
    """A department with a row of each kind: series A, B and one that is unlisted, which A's organiser looks after."""

    def __init__(self):
        from seminars.actions import accounts
        from tests import factories as make

        a, b = make.make_series(short_name="A", slug="a"), make.make_series(short_name="B", slug="b")
        unlisted = make.make_series(short_name="U", slug="u", is_listed=False)
        self.series = {"series A": a, "series B": b, "unlisted series of A": unlisted}
        self.organiser = accounts.renew_calendar(make.make_organiser(a, unlisted))
        others = [make.make_member(), self.organiser, make.make_organiser(b), make.make_administrator()]
        self.people = dict(zip(PEOPLE, [None, *others], strict=True))
        self.speakers = self._make_speakers(a)
        self.talks = self._make_talks(a, b, unlisted)
        self.change = self._make_change()
        self.request = self._make_request(b)
        self.rows = self._rows()
        self.tokens = self._tokens()

    def _make_speakers(self, series):
        from seminars.actions import photos
        from tests import factories as make
        from tests.pictures import picture

        known = make.make_speaker(name="Ada", photo=photos.keep(picture()))
        hidden = make.make_speaker(name="Mary")
        make.make_draft(series=series, speakers=[hidden])
        return {"speaker": known, "speaker of a draft alone": hidden}

    def _make_talks(self, a, b, unlisted):
        from tests import factories as make

        whole = {"speakers": [self.speakers["speaker"]], "room": make.make_room(), "shares_room": True}
        whole |= {"topics": [make.make_topic()]}
        return {
            "talk of A": make.make_talk(series=a, **whole),
            "draft of A": make.make_draft(series=a, **whole),
            "draft of B": make.make_draft(series=b, **whole),
            "unlisted talk of A": make.make_talk(series=unlisted, **whole),
            "joint talk of A and B": make.make_talk(series=a, also_in=[b], **whole),
        }

    def _make_change(self):
        """A change that the organiser of A made and can undo."""
        from seminars.actions import lifecycle, undoing
        from seminars.models import Change

        lifecycle.cancel(self.talks["talk of A"], reason="Snow", by=self.organiser)
        undoing.restore(Change.objects.latest("pk"), by=self.organiser)
        return Change.objects.latest("pk")

    def _make_request(self, series):
        """A request that one series made and the organisers of another may accept."""
        from seminars.models import JointRequest

        asked = {"talk": self.talks["talk of A"], "asked_by": self.organiser}
        return JointRequest.objects.create(series=series, **asked)

    def _rows(self):
        """The rows that the routes of the desk can stand for, by kind."""
        from seminars.models import (
            Break,
            CalendarInvitation,
            Department,
            FormerAddress,
            Room,
            Source,
            Subscriber,
            Topic,
        )

        a, b = self.series["series A"], self.series["series B"]
        days = {"first_on": "2099-01-01", "last_on": "2099-01-01"}
        breaks = {
            "break of A": Break.objects.create(series=a, reason="Snow", **days),
            "break of all": Break.objects.create(reason="Holiday", **days),
        }
        looks = {"name": "Engines", "mark": self.speakers["speaker"].photo, "icon": b"PNG"}
        return {
            "talk": self.talks,
            "series": self.series,
            "break": breaks,
            "speaker": self.speakers,
            "room": {"room": Room.objects.get()},
            "topic": {"topic": Topic.objects.get()},
            "department": {"department": Department.objects.update_or_create(pk=1, defaults=looks)[0]},
            "user": {"somebody": self.people["member"]},
            "formeraddress": {"former address": FormerAddress.objects.create(path="/event/old/", series=a)},
            "photo": {"photo": self.speakers["speaker"].photo},
            "subscriber": {"subscriber": Subscriber.objects.create(email="x@example.org", wants_digest=True)},
            "calendarinvitation": {
                "invitation": CalendarInvitation.objects.create(email="z@example.org", talk=self.talks["talk of A"])
            },
            "source": {
                "source of A": Source.objects.create(series=a, url="https://example.org/a.ics"),
                "source of B": Source.objects.create(series=b, url="https://example.org/b.ics"),
            },
        }

    def _tokens(self):
        from seminars.models import SubscriptionRequest
        from seminars.models.account_invitation import AccountRole, Invitation
        from seminars.models.preview_address import PreviewAddress
        from tests.speaking import ask, path_of

        calendar, preview = self.organiser.feed_token, PreviewAddress.of(self.talks["draft of A"].pk).token
        invitation = Invitation.objects.create(
            email="x@example.org", role=AccountRole.MEMBER, invited_by=self.people["administrator"]
        )
        token = invitation.address.split("/")[-3]
        asked = SubscriptionRequest.objects.create(email="y@example.org", wants_digest=True)
        subscriber = self.rows["subscriber"]["subscriber"]
        speaker = ask(self.talks["talk of A"], self.speakers["speaker"])
        return {
            "invitation-link": {"of the administrator": token, "made up": "x"},
            "private-calendar": {"calendar of A": calendar, "made up": "x"},
            "talk-preview": {"draft of A": preview, "made up": "x"},
            "mail-choice": {
                "of a subscriber": subscriber.key,
                "of a reader": self.rows["calendarinvitation"]["invitation"].key,
                "made up": "x",
            },
            "mail-confirmation": {"of somebody": asked.key, "made up": "x"},
            "speak": {"of the speaker": path_of(speaker).split("/")[2], "made up": "x"},
        }

    def addresses(self):
        """Yield a name and a path for each row that the route of an address can stand for."""
        for name, route in routes():
            for label, path in self._filled(name, route):
                yield f"{name} {label}".strip(), path
        for name, route in pages():
            for label, path in self._filled(name, route):
                yield " ".join(filter(None, (name, label, "in German"))), f"/de{path}"

    def _filled(self, name, route):
        placeholders = re.findall(r"<[^>]+>", route)
        if not placeholders:
            return [("", route)]
        if name == "admin:seminars_talk_transition":
            return self._transitions(route)
        meant = self._meant(name, route.split("/"))
        return [(label, _with(route, placeholders, values)) for label, values in meant.items()]

    def _transitions(self, route):
        """A transition reads its talk from the query. Only a draft can be announced."""
        from seminars.admin.transitions import TRANSITIONS

        for name in TRANSITIONS:
            label = "draft of A" if name == "announce" else "talk of A"
            yield f"{name}, {label}", f"{route.replace('<slug:name>', name)}?talk={self.talks[label].pk}"

    def _meant(self, name, parts):
        """Return the values for the placeholders of a route, by label."""
        from seminars.calendar_periods import Month
        from seminars.times import today

        if name in self.tokens:
            return {label: [token] for label, token in self.tokens[name].items()}
        kind = parts[3] if name.startswith("admin:") else parts[1]
        kind = kind if kind in self.rows else kind.removesuffix("s")
        if name == "feed":
            return {"calendar": ["calendar.ics"]}
        if name == "admin:seminars_talk_export":
            return {form: [form] for form in ("xlsx", "csv", "empty", "pdf")}
        made_up = {"archive-year": {"year": ["2025-26"]}, "calendar-period": {"month": [Month.of(today())]}}
        made_up["card"] = {"made up": ["x"]}
        draft = f"v1/talks/{self.talks['draft of A'].pk}"
        made_up["api"] = {"talks": ["v1/talks"], "draft of A, without a token": [draft], "token": ["v1/token"]}
        if name in made_up:
            return made_up[name]
        if name in ("photo", "portrait", "thumbnail", "mark"):
            return {"photo": [self.rows["photo"]["photo"].digest]}
        if name == "password_reset_confirm":
            return {"made up": ["MQ", "x-y"]}
        if kind == "talk" and not name.startswith("admin:"):
            numbered = {"unlisted talk of A, its number alone": [self.talks["unlisted talk of A"].pk]}
            return {label: [talk.address] for label, talk in self.talks.items()} | numbered
        is_address = not name.startswith("admin:")
        return {
            label: [row.slug if is_address else row.pk, "x" if name == "series-card" else "calendar.ics"]
            for label, row in self.rows[kind].items()
        }


def _with(route, placeholders, values):
    for placeholder, value in zip(placeholders, [*values, "slug"], strict=False):
        route = route.replace(placeholder, "slug" if placeholder == "<slug:slug>" else str(value), 1)
    return route


def word(response):
    """The answer as one word."""
    if response.status_code == 302:
        place = response.url.partition("?")[0]
        return {"/admin/": "front", "/admin/login/": "in", "/sign-in/": "in"}.get(place, "on")
    return WORDS.get(response.status_code, str(response.status_code))


def walk():
    """Return the answers by the name of the address, then by method: one word for each of PEOPLE."""
    from django.test import Client

    from tests.admin_forms import signed_in

    site = Site()
    clients = [signed_in(person) if person else Client() for person in site.people.values()]
    for client in clients:
        client.raise_request_exception = False
    sent = {"post": "yes", "_save": "Save", "reason": "Snow", "change": site.change.pk}
    sent |= {"request": site.request.pk, "answer": "accept"}
    return {
        name: {method: [_asked(client, method, path, sent) for client in clients] for method in METHODS}
        for name, path in site.addresses()
    }


def _asked(client, method, path, sent):
    """Send one request and roll back its changes."""
    from django.core.cache import cache
    from django.db import transaction

    cookies = client.cookies.copy()
    with transaction.atomic():
        response = client.get(path) if method == "GET" else client.post(path, sent)
        transaction.set_rollback(True)
    client.cookies = cookies
    if method == "POST":
        cache.clear()
    return word(response)


def as_text(walked):
    """The lines of the declared table."""
    width = max(map(len, walked))
    lines = []
    for name, of in walked.items():
        answers = (" ".join([method, *(f"{one:6}" for one in of[method])]) for method in METHODS)
        lines.append(" | ".join([f"{name:{width}}", *answers]).rstrip())
    return HEAD + "\n".join(lines) + "\n"


def declared():
    """The contents of DECLARED in the form that `walk` returns."""
    table = {}
    for line in DECLARED.read_text().splitlines():
        if not line.startswith("#"):
            name, *answers = map(str.strip, line.split("|"))
            table[name] = {method: words for method, *words in map(str.split, answers)}
    return table


def figures(walked):
    """The figures for docs/security.md."""
    answers = [one for of in walked.values() for words in of.values() for one in words]
    told = declared()
    return {
        "addresses": len(walked),
        "methods": len(METHODS),
        "people": len(PEOPLE),
        "answers": len(answers),
        "errors": sum(one.startswith("5") for one in answers),
        "not as declared": [name for name in {*walked, *told} if walked.get(name) != told.get(name)],
    }


def main():
    """Walk through a new site and print the figures as JSON. Exit with 1 if an answer is not as declared."""
    import django
    from django.test.utils import get_runner

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    logging.disable()
    from django.conf import settings

    runner = get_runner(settings)(verbosity=0, interactive=False)
    runner.setup_test_environment()
    databases = runner.setup_databases()
    try:
        walked = walk()
    finally:
        runner.teardown_databases(databases)
    if "--write" in sys.argv:
        DECLARED.write_text(as_text(walked))
    found = figures(walked)
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    return 1 if found["errors"] or found["not as declared"] else 0


if __name__ == "__main__":
    sys.exit(main())
