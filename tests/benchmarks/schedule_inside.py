"""The command that saves sixty rows of a schedule on the desk, and measures it. This also runs with older builds."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from time import perf_counter
from urllib.parse import urlencode

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from seminars.models import Department, Room, Series, Speaker, Talk, User
from seminars.models.terms import Term
from tests.admin_forms import form_of

TALKS, NEW_NAMES = 60, 20
URLENCODED = "application/x-www-form-urlencoded"
BEGIN = datetime(2040, 9, 3, 14, tzinfo=UTC)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
numbers, chosen = count(1), Random(16)


def save():
    """Change five cells of each of 60 drafts; return how many queries and seconds that takes."""
    client, address, talks = _desk()
    with CaptureQueriesContext(connection) as captured:
        _saved(client, address, talks)
    queries = [query for query in captured if not query["sql"].startswith(("BEGIN", "COMMIT"))]
    return len(queries), _saved(client, address, talks)


def _saved(client, address, talks):
    fields = form_of(client, address) | {"row": [talk.pk for talk in talks], "_save": "1"} | _typed(talks)
    sent = urlencode(fields, doseq=True)
    began = perf_counter()
    answer = client.generic("POST", address, sent, content_type=URLENCODED)
    took = perf_counter() - began
    if answer.status_code != 302:
        raise RuntimeError([str(message) for message in answer.context["messages"]])
    return took


def _desk():
    call_command("collectstatic", verbosity=0, interactive=False)
    person = User.objects.filter(username="bench").first() or User.objects.create_superuser("bench", password="-")
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    series = Series.objects.order_by("pk").first()
    term = Term.of(date(2040, 9, 3), Department.objects.current().year_begins_in)
    address = f"{reverse('admin:schedule')}?series={series.pk}&term={term.slug}"
    talks = list(Talk.objects.filter(series=series, starts_at__gte=BEGIN).order_by("pk")[:TALKS])
    for number in range(len(talks), TALKS):
        starts_at = BEGIN + timedelta(days=number)
        talks.append(Talk.objects.create(series=series, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)))
    client.get(address)
    return client, address, talks


def _typed(talks):
    """Another speaker, known or new, affiliation, title, time and room in each row."""
    number = next(numbers)
    rooms = list(Room.objects.order_by("pk")[:5])
    known = Speaker.objects.order_by("pk").values_list("name", "affiliation")[: TALKS - NEW_NAMES]
    people = [*((_new_name(), f"University of {number}") for _name in range(NEW_NAMES)), *known]
    typed = {}
    for place, (talk, (name, affiliation)) in enumerate(zip(talks, people, strict=True)):
        values = {
            "speaker": name, "affiliation": affiliation, "title": f"On engines, part {number}.{place}",
            "start": f"{8 + number % 12:02}:15", "room": rooms[(number + place) % len(rooms)].pk,
        }  # fmt: skip
        typed |= {f"talk-{talk.pk}-{column}": value for column, value in values.items()}
    return typed


def _new_name():
    return " ".join("".join(chosen.choices(LETTERS, k=letters)).title() for letters in (7, 11))
