"""The digest of the build: what changes it, and that no build serves the cached answers of another."""

import os
import shutil

import pytest
from django.conf import settings
from django.core.cache import cache

from seminars import build_digest, kept_entries
from seminars.formats import ics_entry
from seminars.page_cache.cache_keys import cached_address

from .factories import make_talk

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


def test_machines_with_the_same_program_have_the_same_digest(copy):
    os.utime(copy / "seminars/views/talks.py", (0, 0))
    (copy / "seminars/__pycache__/talks.pyc").parent.mkdir(exist_ok=True)
    (copy / "seminars/__pycache__/talks.pyc").write_bytes(b"compiled")

    assert build_digest.digest(copy) == settings.CACHES["default"]["KEY_PREFIX"]


@pytest.mark.django_db
@pytest.mark.parametrize("file", FILES)
def test_no_build_serves_the_cached_answers_of_another(client, settings, copy, file):
    talk = make_talk()
    client.get("/")
    client.get("/calendar.ics")
    cached = [
        cached_address("/", "").key,
        *kept_entries._keys(ics_entry.FORM, [talk.pk // kept_entries.SHELF]).values(),
    ]
    before = cache.get_many(cached)

    (copy / file).write_bytes((copy / file).read_bytes() + b" ")
    default = settings.CACHES["default"] | {"KEY_PREFIX": build_digest.digest(copy)}
    settings.CACHES = settings.CACHES | {"default": default}

    assert (sorted(before), cache.get_many(cached)) == (sorted(cached), {})


@pytest.mark.parametrize("file", FILES)
def test_a_moved_file_changes_the_digest(copy, file):
    (copy / file).rename((copy / file).with_stem("renamed"))

    assert build_digest.digest(copy) != settings.CACHES["default"]["KEY_PREFIX"]
