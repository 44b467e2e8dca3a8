"""The directory of speakers: one page while they are few, one page for each letter when they are many."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seminars.models import Appearance, Speaker
from seminars.selectors.directory import MOST_ON_ONE_PAGE
from tests.factories import make_series, make_speaker, make_talk
from tests.pages import main, words

pytestmark = pytest.mark.django_db


def appear(names, talk=None):
    """People with these names, all at one talk."""
    talk = talk or make_talk()
    people = Speaker.objects.bulk_create(
        Speaker(name=name, sort_name=name, slug=f"p-{number}") for number, name in enumerate(names)
    )
    Appearance.objects.bulk_create(
        Appearance(talk=talk, speaker=person, order=order) for order, person in enumerate(people)
    )


def names(response):
    found = re.findall(r'<ul class="names">.*?</ul>', main(response), re.S)
    return [words(name) for part in found for name in re.findall(r"<a .*?</a>", part)]


def letters(response):
    nav = re.search(r'<nav class="letters".*?</nav>', main(response), re.S)[0]
    return re.findall(r'href="([^"]+)"( aria-current="page")?>(.) <', nav)


def test_few_people_are_on_one_page_under_letters_with_counts(client):
    appear(["Abel", "Ångström", "Noether", "3Blue"])

    page = client.get("/speakers/")

    assert names(page) == ["Abel", "Ångström", "Noether", "3Blue"]
    assert letters(page) == [("#letter-1", "", "A"), ("#letter-2", "", "N"), ("#letter-3", "", "#")]
    assert "A 2 people" in words(main(page))


def test_many_people_are_shown_one_letter_at_a_time(client):
    appear([f"Abel {number:03}" for number in range(MOST_ON_ONE_PAGE)] + ["Noether", "Öre"])

    assert len(names(client.get("/speakers/"))) == MOST_ON_ONE_PAGE
    assert names(client.get("/speakers/?letter=N")) == ["Noether"]
    assert names(client.get("/speakers/?letter=O")) == ["Öre"]
    assert ("?letter=N", ' aria-current="page"', "N") in letters(client.get("/speakers/?letter=N"))


def test_many_people_under_one_letter_are_paginated(client):
    appear([f"Abel {number:03}" for number in range(MOST_ON_ONE_PAGE + 2)])

    assert names(client.get("/speakers/?letter=A&page=2")) == ["Abel 150", "Abel 151"]
    assert 'rel="prev" href="?letter=A&amp;page=1"' in main(client.get("/speakers/?letter=A&page=2"))


def test_a_person_is_found_by_the_beginnings_of_their_names(client):
    make_talk(speakers=[make_speaker(name="Émilie du Châtelet", other_names="Marquise"), "Emmy Noether"])

    for typed in ("emil", "CHATELET em", "marq"):
        assert names(client.get("/speakers/", {"q": typed})) == ["Émilie du Châtelet"]
    assert "1 person for emil" in words(main(client.get("/speakers/?q=emil")))
    assert "No matching names." in words(main(client.get("/speakers/?q=telet")))
    assert '<meta name="robots" content="noindex, follow">' in client.get("/speakers/?q=emil").content.decode()


def test_people_who_are_only_in_drafts_or_unlisted_series_are_not_in_the_directory(client):
    appear(["Hidden"], make_talk(series=make_series(is_listed=False)))
    appear_too = make_talk(speakers=["Shown"])

    assert names(client.get("/speakers/")) == [appear_too.speakers[0].speaker.name]
    assert names(client.get("/speakers/?q=hidden")) == []


def test_two_thousand_people_need_no_more_queries_and_fit_the_budget(client):
    appear(["Abel"])
    with CaptureQueriesContext(connection) as few:
        client.get("/speakers/")
    make_talk()
    appear_many = [f"{chr(65 + number % 26)}bel-{number} Some Long Surname" for number in range(2000)]
    Speaker.objects.filter(slug="p-0").update(slug="abel")
    appear(appear_many)

    with CaptureQueriesContext(connection) as many:
        page = client.get("/speakers/", headers={"Accept-Encoding": "gzip"})

    assert len(many) == len(few)
    assert len(page.content) < 15_000
