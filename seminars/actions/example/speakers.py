"""The people of the example: invented names, institutions and lives."""

from importlib import import_module
from itertools import product
from random import Random

from seminars.actions.example.data import DATA, HOME
from seminars.models import Photo, Speaker
from seminars.models.page_addresses import short_slug
from seminars.models.speaker import proposed_sort_name

PEOPLE = DATA["people"]
MOST_PORTRAITS = 120


def draw_up(count: int, random: Random) -> tuple[list[Speaker], list[Photo]]:
    """Return `count` unsaved people with different names, the first third of them at home, and some portraits."""
    speakers, photos = [], []
    draw = import_module("seminars.actions.example.portraits").portrait  # with Pillow, which workers do without
    for number, name in enumerate(_names(random)[:count]):
        speaker = _speaker(name, is_local=number < count // 3, random=random)
        if random.random() < 0.85 and len(photos) < MOST_PORTRAITS:
            speaker.photo = draw(name, random)
            photos.append(speaker.photo)
        speakers.append(speaker)
    return speakers, photos


def _names(random: Random) -> list[str]:
    names = [" ".join(pair) for first, last in PEOPLE["names"] for pair in product(first.split(), last.split())]
    random.shuffle(names)
    return names


def _speaker(name: str, *, is_local: bool, random: Random) -> Speaker:
    slug = short_slug(name)
    affiliation = HOME if is_local else random.choice(PEOPLE["institutions"])
    home = f"https://people.example.org/{slug}"
    is_student = is_local and random.random() < 0.5
    life = PEOPLE["student_biography"] if is_student else random.choice(PEOPLE["biographies"])
    return Speaker(
        name=name,
        slug=slug,
        sort_name=proposed_sort_name(name),
        affiliation=affiliation,
        homepage=home if random.random() < 0.7 else "",
        biography=life.format(first=name.split()[0], where=affiliation, home=home),
        pronouns=random.choice(("", "", "", "she/her", "he/him", "they/them")),
        email=f"{slug}@example.org",
    )
