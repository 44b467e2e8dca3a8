"""The digest of the program: what a new one gives to nobody, and what makes it a new one."""

import os
import shutil

import pytest
from django.conf import settings
from django.core.cache import cache

from seminars import program
from seminars.publication import places

PARTS = ["seminars", "templates", "locale", "static"]
FILES = [
    "templates/talks/front.html",
    "seminars/views/talks.py",
    "locale/de/LC_MESSAGES/django.mo",
    "static/css/tokens.css",
    "requirements.txt",
]


@pytest.fixture
def copy(tmp_path):
    """The program in another folder, as old as this moment."""
    for part in PARTS:
        shutil.copytree(settings.BASE_DIR / part, tmp_path / part, copy_function=shutil.copyfile)
    shutil.copyfile(settings.BASE_DIR / "requirements.txt", tmp_path / "requirements.txt")
    return tmp_path


def test_machines_with_the_same_program_agree(copy):
    os.utime(copy / "seminars/views/talks.py", (0, 0))
    (copy / "seminars/__pycache__/talks.pyc").parent.mkdir(exist_ok=True)
    (copy / "seminars/__pycache__/talks.pyc").write_bytes(b"compiled")

    assert program.digest(copy) == places.PROGRAM


@pytest.mark.django_db
@pytest.mark.parametrize("file", FILES)
def test_what_another_program_made_is_given_to_nobody(client, monkeypatch, copy, file):
    client.get("/")
    old = places.place_of("/", "").key
    (copy / file).write_bytes((copy / file).read_bytes() + b" ")

    monkeypatch.setattr(places, "PROGRAM", program.digest(copy))
    new = places.place_of("/", "").key

    assert (cache.get(old) is not None, cache.get(new)) == (True, None)


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_moves_is_another_program(copy, file):
    (copy / file).rename((copy / file).with_stem("renamed"))

    assert program.digest(copy) != places.PROGRAM
