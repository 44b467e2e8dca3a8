"""The compressed size of each page stays within its budget."""

import gzip
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.utils import timezone
from PIL import Image, ImageFilter

from seminars.actions import photos
from seminars.models import Department, Speaker, Talk
from tests.factories import make_room, make_series, make_speaker, make_talk, make_topic
from tests.speaking import ask, path_of

pytestmark = pytest.mark.django_db

HTML, CSS, JS, FIRST_VISIT = 15_000, 11_000, 5_000, 120_000  # bytes
FIRST_VISIT_OF_SPEAKERS = 40_000
ABSTRACT = (
    "We let it answer *yes*, *no* or **“I do not know”**, and ask how rarely it has to: "
    "$$\\Pr[s] \\le C (n \\gamma^2)^{-1/3}.$$\n\n"
)
LINKED = re.compile(r'<(?:link rel="(?:stylesheet|icon|preload)"|script|img)[^>]*? (?:href|src)="([^"]+)"')


def portrait():
    """A picture with about as much detail as a portrait."""
    detail = Image.effect_noise((512, 512), 90).filter(ImageFilter.GaussianBlur(3)).convert("RGB")
    file = BytesIO()
    Image.blend(detail, Image.new("RGB", detail.size, "peru"), 0.3).save(file, "PNG")
    return file


@pytest.fixture
def pages():
    """A department with a full front page, a talk with every value, and past years."""
    Department.objects.create(pk=1, name="Department of Computing", tagline="Everybody is welcome.", is_example=True)
    series = [make_series(name=f"Trustworthy {number}", tagline="At noon", about=ABSTRACT) for number in range(4)]
    room = make_room(name="Room 414", street="1 Street", getting_there="Up the stairs. " * 9)
    topics = [make_topic(name=f"Topic {number}") for number in range(12)]
    people = [
        make_speaker(name=f"Radmila Kowalewicz {number}", affiliation=f"University {number}", biography=ABSTRACT)
        for number in range(60)
    ]
    now = timezone.now()
    talks = [
        make_talk(
            series=series[number % 4], room=room, shares_room=True, topics=topics[number % 10 :][:3],
            speakers=people[number % 60 :][:2], title=f"When may program {number} say that it does not know?",
            abstract=ABSTRACT * 6, join_url=f"https://meet.example.org/{number}", notice="Room changed from 307",
            starts_at=now + timedelta(days=number - 90), programme="Coffee 15:30; reception 17:15, Atrium",
            recording_url=f"https://videos.example.org/{number}", slides_url=f"https://files.example.org/{number}",
        )
        for number in range(180)
    ]  # fmt: skip
    subjects = [thing.get_absolute_url() for thing in (series[0], room, people[0], topics[5])]
    indexes = ["/", "/series/", "/rooms/", "/speakers/", "/topics/", "/archive/", "/recordings/", "/subscribe/"]
    indexes += ["/search/?q=program"]
    return [*indexes, *subjects, talks[0].get_absolute_url(), talks[100].get_absolute_url()]


def travelling(client, address):
    """The compressed size of one answer in bytes. Text that the web server compresses is compressed here."""
    if address.startswith("/static/"):
        return len(gzip.compress(Path(finders.find(address.removeprefix("/static/"))).read_bytes()))
    response = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert response.status_code == 200, address
    is_done = response.headers.get("Content-Encoding") == "gzip" or response.headers["Content-Type"].startswith(
        "image/"
    )
    return len(response.content if is_done else gzip.compress(response.content))


def linked(client, address):
    """The addresses of what a page loads, each once."""
    return list(dict.fromkeys(LINKED.findall(client.get(address).content.decode())))


def test_every_page_keeps_its_budgets(client, pages):
    weights = {}
    for address in pages:
        parts = {part: travelling(client, part) for part in linked(client, address)}
        css = sum(weight for part, weight in parts.items() if part.endswith(".css") and "print" not in part)
        js = sum(weight for part, weight in parts.items() if part.endswith(".js"))
        weights[address] = (travelling(client, address), css, js)

    over = {address: found for address, found in weights.items() if any(map(int.__gt__, found, (HTML, CSS, JS)))}
    assert over == {}
    assert all(css for _html, css, _js in weights.values())


def test_a_first_visit_keeps_the_budget_even_with_a_portrait(client, pages):
    person = Speaker.objects.get(name="Radmila Kowalewicz 0")
    person.photo = photos.keep(portrait())
    person.save()
    assert 8_000 < len(person.photo.content) < 30_000

    visits = {page: sum(travelling(client, part) for part in [page, *linked(client, page)]) for page in pages}

    assert {page: weight for page, weight in visits.items() if weight > FIRST_VISIT} == {}
    assert any("/portraits/" in part for page in pages for part in linked(client, page))


def test_the_page_of_a_speaker_is_small_on_a_first_visit(client, pages):
    talk = Talk.objects.latest("starts_at")
    asked = ask(talk, talk.people.first())
    page = path_of(asked)

    weight = sum(travelling(client, part) for part in [page, *linked(client, page)])
    assert 15_000 < weight < FIRST_VISIT_OF_SPEAKERS
