"""Initials of people, shown where they have no photo."""

import pytest

from seminars.models.initials import initials_of
from tests.factories import make_speaker, make_talk

NAMES = {
    "Ada Lovelace": "AL",
    "Ludwig van Beethoven": "LB",
    "J. R. R. Tolkien": "JT",
    "Jean-Pierre Serre": "JS",
    "Øyvind Fjelbakken": "ØF",
    "e\u0301milie du Châtelet": "ÉC",
    "Anne O’Neil": "AO",
    "Prof. Dr. Emmy Noether": "EN",
    "Martin Luther King, Jr.": "MK",
    "Robert Downey Jr.": "RD",
    "Srinivasa Ramanujan (Madras)": "SR",
    "Plato": "P",
    "ßeta": "ß",
    "山田 太郎": "山",
    "김연아": "김",
    "محمد علي": "م",
    "עדה לאבלייס": "ע",
    "Ольга Ладыженская": "ОЛ",
    "Dr.": "D",
    "…": "",
    "": "",
}


@pytest.mark.parametrize("name", NAMES)
def test_initials_are_those_of_the_first_and_the_last_word(name):
    assert initials_of(name) == NAMES[name]


@pytest.mark.django_db
def test_a_speaker_without_a_photo_has_initials_that_are_no_text_of_the_page(client):
    make_talk(speakers=[make_speaker(name='Ada "B" Lovelace')])

    page = client.get("/").content.decode()

    assert '<span class="face is-monogram" aria-hidden="true" data-initials="AL"></span>' in page
    assert ">AL<" not in page
