"""Everything that a site stores, in one archive that another site can load."""

import io
import stat
from datetime import UTC, datetime
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.core import serializers
from django.core.management import CommandError, call_command

from seminars.actions import example
from seminars.models import Edition, FormerAddress, Photo, Source, Talk, Throttle

from .factories import make_administrator, make_draft

pytestmark = pytest.mark.django_db(transaction=True)

PLACES = {Edition, Throttle}


def rows():
    """Every row of the site but those of the place where it runs."""
    models = [model for model in apps.get_app_config("seminars").get_models() if model not in PLACES]
    found = [row for model in models for row in model._base_manager.order_by("pk")]
    return serializers.serialize("python", found)


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "site.zip"
    example.load()
    make_administrator(username="ada")
    make_draft(title="Not told yet", notes="Ask about the train.", created_at=datetime(2026, 9, 1, 8, 0, 0, 123, UTC))
    FormerAddress.objects.remember("/event/old/", Talk.objects.public().first())
    Source.objects.create(series=Talk.objects.first().series, url="https://example.org/a.ics").content = b"BEGIN"
    call_command("export_site", path, stdout=io.StringIO())
    return path


def test_another_site_that_loads_the_archive_has_the_same_rows_and_feeds(archive, tmp_path, client):
    before, calendar = rows(), client.get("/calendar.ics?past=all").content
    with ZipFile(archive) as kept:
        kept.extract("seminars.json", tmp_path)

    call_command("flush", interactive=False, verbosity=0)
    call_command("loaddata", tmp_path / "seminars.json", verbosity=0)

    assert rows() == before
    assert client.get("/calendar.ics?past=all").content == calendar


def test_the_archive_holds_photos_and_feeds(archive, client):
    with ZipFile(archive) as kept:
        names = set(kept.namelist())
        held = {name: kept.read(name) for name in ("calendar.ics", "talks.csv", "feed.json")}

    assert held == {name: client.get(f"/{name}?past=all").content for name in held}
    assert {f"photos/{photo.pk}.webp" for photo in Photo.objects.all()} <= names
    assert names >= {"README.txt", "redirects.csv"}


def test_only_its_owner_may_read_the_archive(archive):
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600


def test_nothing_is_overwritten(archive):
    content = archive.read_bytes()

    with pytest.raises(CommandError, match="already exists"):
        call_command("export_site", archive)

    assert archive.read_bytes() == content


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match=r"site\.zip cannot be written: No such file or directory\."):
        call_command("export_site", tmp_path / "none" / "site.zip")
