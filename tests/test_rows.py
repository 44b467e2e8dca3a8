"""Rows of lists that are kept: which are rendered anew, and that they never differ from new ones."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache

from seminars.actions import lifecycle, related_objects, talk_changes
from seminars.models import Talk
from seminars.templatetags import rows
from tests.factories import in_new_york, make_room, make_series, make_talk

pytestmark = pytest.mark.django_db
NOON = in_new_york(2026, 3, 2, 12)


@pytest.fixture
def clock():
    with time_machine.travel(NOON - timedelta(hours=3), tick=False) as clock:
        yield clock


@pytest.fixture
def talks(clock):
    rows._kept.clear()
    series, room = make_series(), make_room(name="Room 414")
    starts = [NOON + timedelta(days=days) for days in (0, 1, 7, 30)]
    return [make_talk(series=series, room=room, starts_at=start, speakers=["Ada Lovelace"]) for start in starts]


def rendered_rows(client, address):
    return [template.name for template in client.get(address).templates].count("talks/_talk.html")


def test_an_edit_renders_one_row_anew(client, talks):
    address = talks[0].series.get_absolute_url()
    first = rendered_rows(client, address)

    talks[2].notice = "Bring a chair"
    talk_changes.save(talks[2])

    assert [first, rendered_rows(client, address)] == [4, 1]


@pytest.mark.parametrize(
    "change",
    [
        lambda talk: lifecycle.cancel(talk, reason="Snow", by=None),
        lambda talk: lifecycle.move(talk, starts_at=talk.starts_at + timedelta(days=2), by=None),
        lambda talk: related_objects.save(_named(talk.room, "The Old Mill")),
        lambda talk: related_objects.save(_named(talk.speakers[0].speaker, "Grace Hopper")),
        lambda talk: related_objects.save(_named(talk.series, "Looms", "short_name")),
        lambda talk: Talk.objects.filter(pk=talk.pk).update(notice="By hand"),
    ],
    ids=["cancel", "move", "room", "speaker", "series", "raw update"],
)
def test_a_kept_row_is_what_a_new_one_would_be_after_every_edit(client, talks, change):
    address = talks[0].series.get_absolute_url()
    before = client.get(address).content

    change(talks[1])
    with_kept = client.get(address).content
    rows._kept.clear()
    cache.clear()

    assert with_kept != before
    assert with_kept == client.get(address).content


def test_a_kept_row_is_what_a_new_one_would_be_as_time_goes_by(client, clock, talks):
    lifecycle.move(talks[3], starts_at=talks[3].starts_at + timedelta(days=1), by=None)
    address = talks[0].series.get_absolute_url()

    for hours in (2, 1.5, 1, 1, 20, 30, 300, 20, 24 * 365):
        clock.shift(timedelta(hours=hours))
        with_kept = client.get(address).content
        rows._kept.clear()
        cache.clear()
        assert with_kept == client.get(address).content


def test_kept_rows_are_bounded(client, talks, monkeypatch):
    monkeypatch.setattr(rows, "MOST", 2)

    client.get(talks[0].series.get_absolute_url())

    assert len(rows._kept) <= 2


def _named(thing, name, field="name"):
    setattr(thing, field, name)
    return thing
