"""Entries that are kept are those that would be rendered now, whatever changed since."""

from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import models

from seminars import kept_entries, listings
from seminars.actions import lifecycle, shared_rows, talk_changes
from seminars.formats import atom, csvfile, ics, jsonfeed
from seminars.models import Appearance, Photo, Room, Series, Speaker, Talk, Topic
from tests.factories import in_new_york, make_room, make_series, make_speaker, make_talk, make_topic
from tests.zones import folder_of, reading

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2026, 10, 1, 9)
NOON = in_new_york(2026, 11, 4, 12)
LINK = "https://zoom.example/j/95189835192"
FORMATS = {"ics": ics, "atom": atom, "json": jsonfeed, "csv": csvfile}
OF_CONTENT = ("atom", "json", "csv")  # their marks are over the rows, those of the calendar over stamps


@pytest.fixture
def scene():
    """A talk with everything that feeds show, and another one to take rows from."""
    make_talk(series=make_series(), room=make_room(), speakers=["Bob"], topics=[make_topic()], starts_at=NOON)
    return make_talk(
        series=make_series(name="Asset", slug="asset"),
        also_in=[make_series(name="Priml")],
        room=make_room(formerly="Old hall", formerly_until=date(2026, 12, 1)),
        speakers=[make_speaker(name="Ada", slug="ada")],
        topics=[make_topic(name="Logic")],
        starts_at=in_new_york(2026, 11, 5, 12),
        join_url=LINK,
        passcode="1234",
        abstract="On *engines*",
    )


def rendered(names=tuple(FORMATS), listing=None):
    return {name: FORMATS[name].render(listing or listings.everything(), past_too=True) for name in names}


def assert_current(names=tuple(FORMATS), listing=None):
    """What is sent now is what is rendered with nothing kept."""
    kept = rendered(names, listing)
    cache.clear()

    assert kept == rendered(names, listing)
    return kept


def another(row, field):
    """A value that the field of the row may have instead of its own."""
    value = getattr(row, field.attname)
    if field.choices:
        return next(choice for choice, _label in field.choices if choice not in (value, "draft"))
    if field.many_to_one:
        return field.related_model._base_manager.exclude(pk=value).values_list("pk", flat=True).first()
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.DateTimeField) or field.name.endswith("_local"):
        return (value or datetime(2026, 3, 3, 3, tzinfo=NOON.tzinfo if "local" not in field.name else None)) + (
            timedelta(minutes=10)
        )
    if isinstance(field, models.DateField):
        return date(2026, 9, 1)
    if isinstance(field, models.TimeField):
        return "10:00"
    if isinstance(field, models.DecimalField):
        return Decimal("42.5")
    return (
        (value or 0) + 1
        if isinstance(field, models.IntegerField)
        else "America/Denver"
        if "zone" in field.name
        else "Xyz"
    )


WITH = {
    "moved_from": {"moved_at": NOW},
    "moved_at": {"moved_from": NOW},
    "latitude": {"longitude": 1},
    "longitude": {"latitude": 1},
}
FIELDS = [
    (model, field)
    for model in (Talk, Series, Room, Speaker, Topic, Appearance)
    for field in model._meta.concrete_fields
    if not field.primary_key and (model, field.name) != (Appearance, "talk")
]


def row_of(model, talk):
    rows = {Series: talk.series, Room: talk.room, Talk: talk, Topic: talk.topics.first()}
    person = talk.appearances.first()
    return rows.get(model) or (person if model is Appearance else person.speaker)


@pytest.mark.parametrize(
    ("model", "field"), FIELDS, ids=lambda part: getattr(part, "__name__", getattr(part, "name", ""))
)
def test_content_is_current_whatever_field_changed_even_without_a_stamp(scene, model, field):
    if (model, field.name) == (Speaker, "photo"):
        Photo.objects.create(digest="a" * 64, content=b"x", portrait=b"x", width=1, height=1)
    rendered(OF_CONTENT)
    row = row_of(model, scene)

    # Past everything that an ordinary write does besides.
    changes = {field.attname: another(row, field)} | WITH.get(field.name, {})
    models.QuerySet(model).filter(pk=row.pk).update(**changes)

    assert_current(OF_CONTENT)


def rename(thing, **names):
    def change(talk):
        row = thing(talk)
        for name, value in names.items():
            setattr(row, name, value)
        shared_rows.save(row)

    return change


def add_person(talk):
    Appearance.objects.create(talk=talk, speaker=make_speaker(name="Grace"), order=1)
    talk_changes.save(talk)


def retitle(talk):
    talk.title, talk.programme = "On looms", "Coffee"
    talk_changes.save(talk)


CHANGES = {
    "series": rename(lambda talk: talk.series, short_name="NEW", name="New name", kind="Colloquium", slug="new"),
    "further series": rename(lambda talk: talk.also_in.get(), short_name="FURTHER", slug="further"),
    "series unlisted": rename(lambda talk: talk.series, is_listed=False),
    "room": rename(
        lambda talk: talk.room, name="Hall", building="West", city="Lowell", latitude=1, longitude=2, slug="hall"
    ),
    "speaker": rename(lambda talk: talk.speakers[0].speaker, name="Augusta", slug="augusta"),
    "topic": rename(lambda talk: talk.topics.get(), name="Sets", slug="sets"),
    "talk": retitle,
    "person": add_person,
    "cancelled": lambda talk: lifecycle.cancel(talk, reason="Ill", by=None),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_format_is_current_after_an_edit_and_shows_it(scene, change):
    before = rendered()

    change(Talk.objects.get(pk=scene.pk))

    after = assert_current()
    assert [name for name in FORMATS if after[name] == before[name]] == []


def test_a_speaker_who_gets_a_page_is_linked_where_they_spoke_before():
    hidden, ada = make_series(is_listed=False), make_speaker(name="Ada", slug="ada")
    make_talk(series=hidden, speakers=[ada], starts_at=NOON)
    listing = listings.of_series(hidden)
    assert b"/speakers/ada/" not in rendered(OF_CONTENT, listing)["json"]

    make_talk(speakers=[ada], starts_at=NOON)

    assert b"/speakers/ada/" in assert_current(OF_CONTENT, listing)["json"]


def test_a_former_name_is_gone_when_its_last_day_is_over(scene, clock):
    clock.move_to(in_new_york(2026, 12, 1, 9))
    assert b"Old hall" in rendered(OF_CONTENT)["json"]

    clock.shift(timedelta(days=1))

    assert b"Old hall" not in assert_current(OF_CONTENT)["json"]


def test_the_end_of_a_talk_on_another_day_has_its_year_once_the_year_is_over(scene, clock):
    make_talk(starts_at=NOON, ends_at=NOON + timedelta(days=4), title="Workshop")
    clock.move_to(in_new_york(2026, 12, 31, 9))
    before = rendered(OF_CONTENT)

    clock.shift(timedelta(days=1))

    assert assert_current(OF_CONTENT)["atom"] != before["atom"]


def test_the_day_of_a_talk_elsewhere_has_its_year_once_the_year_is_over(clock):
    make_talk(starts_at=in_new_york(2026, 11, 4, 20), zone="Asia/Tokyo")
    clock.move_to(in_new_york(2026, 12, 31, 9))
    before = rendered(OF_CONTENT)

    clock.shift(timedelta(days=1))

    assert assert_current(OF_CONTENT)["atom"] != before["atom"]


def test_entries_follow_the_time_zone_data(settings, tmp_path):
    settings.TIME_ZONE = "America/Winnipeg"
    make_talk(starts_at=in_new_york(2026, 12, 15, 12))
    make_talk(starts_at=in_new_york(2026, 12, 15, 12), zone="America/Denver")
    before = rendered()

    with reading(PYTHONTZPATH=str(folder_of(tmp_path / "other", "2020a", like="Asia/Tokyo"))):
        after = assert_current()

    assert [name for name in FORMATS if after[name] == before[name]] == []


def test_entries_follow_rules_that_changed_for_another_zone_than_the_departments(tmp_path):
    folders = [folder_of(tmp_path / like[:4], "2020a", like=like) for like in ("Asia/Tokyo", "Europe/Berlin")]
    with reading(PYTHONTZPATH=str(folders[0])):
        # 2:30 am, which occurs twice by the other rules: the calendar writes it in UTC there.
        make_talk(starts_at=datetime(2026, 10, 24, 17, 30, tzinfo=UTC), zone="America/Winnipeg")
        before = rendered()

    with reading(PYTHONTZPATH=str(folders[1])):
        after = assert_current()

    assert [name for name in FORMATS if after[name] == before[name]] == []


def test_nothing_is_kept_that_was_rendered_while_the_rules_changed(settings, tmp_path, monkeypatch):
    settings.TIME_ZONE = "America/Winnipeg"
    make_talk(starts_at=in_new_york(2026, 12, 15, 12), zone="America/Denver")
    other = str(folder_of(tmp_path / "other", "2020a", like="Asia/Tokyo"))

    with ExitStack() as replaced, monkeypatch.context() as patch:
        form = jsonfeed.FORM
        switched = form._replace(
            render=lambda talk: (form.render(talk), replaced.enter_context(reading(PYTHONTZPATH=other)))[0]
        )
        patch.setattr(jsonfeed, "FORM", switched)
        rendered(["json"])
        patch.undo()

        assert_current(["json"])


def test_an_edit_that_is_undone_gives_the_bytes_of_before(scene):
    before = rendered(OF_CONTENT)
    models.QuerySet(Topic).filter(pk=scene.topics.get().pk).update(name="Sets")
    between = rendered(OF_CONTENT)
    models.QuerySet(Topic).filter(pk=scene.topics.get().pk).update(name="Logic")

    assert (rendered(OF_CONTENT), between != before) == (before, True)


@pytest.mark.parametrize("name", FORMATS)
def test_an_edit_renders_one_entry_anew(name, monkeypatch):
    talks = [make_talk(starts_at=NOON + timedelta(hours=number), speakers=["Ada"]) for number in range(60)]
    rendered([name])
    anew = []
    form = next(part.FORM for part in (FORMATS[name], ics.ics_entry) if hasattr(part, "FORM"))
    spied = form._replace(render=lambda talk: anew.append(talk.pk) or form.render(talk))
    monkeypatch.setattr(FORMATS[name] if name != "ics" else ics.ics_entry, "FORM", spied)

    retitle(talks[7])
    rendered([name])

    assert anew == [talks[7].pk]


@pytest.mark.parametrize("name", FORMATS)
def test_a_feed_whose_order_is_not_that_of_its_shelves_is_sent_in_order(name, monkeypatch):
    for number in range(9):
        make_talk(starts_at=NOON + timedelta(days=number * 7 % 9), published_at=NOW + timedelta(days=number * 4 % 9))
    whole = rendered([name])
    for part, size in {"SHELF": 2, "MOST_READ": 3, "BLOCK": 4, "PIECE": 3}.items():
        monkeypatch.setattr(kept_entries, part, size)
    cache.clear()
    body = FORMATS[name].body(listings.everything(), past_too=True)

    assert (bytes(body), len(body), len(list(body))) == (whole[name], len(whole[name]), 4)
    assert bytes(body) == bytes(FORMATS[name].body(listings.everything(), past_too=True))
