"""The schedule asks about a name that resembles a known one before it makes a second row for one person."""

import re

import pytest
from django.urls import reverse

from seminars.models import Speaker, Talk
from tests.admin_forms import form_of, signed_in
from tests.factories import make_draft, make_organiser, make_series, make_speaker

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk():
    return make_draft(series=make_series())


@pytest.fixture
def save(talk):
    """Type into the row of the talk, save, and return the answer."""
    client = signed_in(make_organiser(talk.series))
    address = reverse("admin:schedule") + f"?series={talk.series_id}"

    def saved(**cells):
        cells = {f"talk-{talk.pk}-{name}": words for name, words in cells.items()}
        return client.post(address, form_of(client, address) | {"row": talk.pk, "_save": "1"} | cells)

    return saved


def asked(response):
    """The names that the page asked about, in hidden fields."""
    return re.findall(r'name="talk-\d+-another" value="([^"]+)"', response.content.decode())


def test_a_name_that_is_nearly_known_is_asked_about_once(save):
    make_speaker(name="Ada Lovelace")

    answer = save(speaker="Ada Lovlace")
    assert "Did you mean Ada Lovelace?" in answer.content.decode()
    assert (asked(answer), Speaker.objects.count()) == (["Ada Lovlace"], 1)

    assert save(speaker="Ada Lovlace", another=asked(answer)[0]).status_code == 302
    assert Talk.objects.get().speaker_names == "Ada Lovlace"


def test_another_typo_is_asked_about_again(save):
    make_speaker(name="Ada Lovelace")

    assert asked(save(speaker="Ada Lovelacce", another="Ada Lovlace")) == ["Ada Lovelacce"]
    assert Speaker.objects.count() == 1


@pytest.mark.parametrize("name", ["ada lovelace", "Grace Hopper"])
def test_known_names_and_unlike_names_are_not_questioned(save, name):
    make_speaker(name="Ada Lovelace")

    assert save(speaker=name).status_code == 302
