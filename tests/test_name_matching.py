"""Find people despite accents, typos, initials and another order of their names."""

import pytest

from seminars.models import Speaker
from tests.factories import make_speaker

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("Ada Lovelce", "Ada Lovelace"),
        ("ada lovelace", "Ada Lovelace"),
        ("Lovelace, Ada", "Ada Lovelace"),
        ("A. Lovelace", "Ada Lovelace"),
        ("Ada Lovelace", "A. Lovelace"),
        ("Ada Lovelace", "Ada King Lovelace"),
        ("Jurgen Muller", "Jürgen Müller"),
        ("Soren Kierkegard", "Søren Kierkegaard"),
        ("山田太朗", "山田太郎朗"),
    ],
)
def test_a_name_that_is_nearly_typed_is_found(typed, known):
    speaker = make_speaker(name=known)
    make_speaker(name="Emmy Noether")

    assert Speaker.objects.resembling(typed) == [speaker]


@pytest.mark.parametrize("typed", ["", " ", "Ada", "Ada Byron", "Grace Hopper", "A. L.", "%", "\0"])
def test_other_names_are_other_people(typed):
    make_speaker(name="Ada Lovelace")

    assert Speaker.objects.resembling(typed) == []


def test_the_nearest_comes_first_and_other_names_count():
    near, exact = make_speaker(name="Ada Lovelacey"), make_speaker(name="Ada Lovelace")
    former = make_speaker(name="Countess King", other_names="Ada Lovelace; Byron")

    assert Speaker.objects.resembling("Ada Lovelace") == [exact, former, near]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("mull", ["Jürgen Müller"]),
        ("müll jür", ["Jürgen Müller"]),
        ("Jurgen Muler", ["Jürgen Müller"]),
        ("Lovelase", ["Ada Lovelace"]),
        ("Byron", ["Ada Lovelace"]),
        ("zzz", []),
        ("", ["Ada Lovelace", "Jürgen Müller"]),
    ],
)
def test_a_search_box_finds_people_despite_accents_and_typos(typed, found):
    make_speaker(name="Jürgen Müller")
    make_speaker(name="Ada Lovelace", other_names="Byron")

    assert sorted(speaker.name for speaker in Speaker.objects.looked_for(typed)) == found
