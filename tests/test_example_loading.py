"""Load the example into an empty site and remove it: the same rows each time, and no trace afterwards."""

from datetime import date, time, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from seminars import times
from seminars.actions import accounts, example
from seminars.models import (
    Appearance,
    Break,
    Department,
    Edition,
    JointTalk,
    Photo,
    Room,
    Series,
    SeriesOrganiser,
    SeriesTopic,
    Speaker,
    Talk,
    TalkTopic,
    Topic,
    User,
)
from tests.example_states import missing_states
from tests.factories import make_administrator, make_member, make_organiser, make_room, make_talk

pytestmark = pytest.mark.django_db

# Days on which terms, breaks, clocks and weeks make it difficult.
DAYS = [date(2025, 11, 5), date(2025, 12, 24), date(2026, 3, 8), date(2026, 6, 13), date(2026, 8, 2), date(2027, 2, 28)]


def load(**options):
    said = StringIO()
    call_command("load_example", stdout=said, **options)
    return said.getvalue()


def everything():
    """All rows without their keys, which are never reused, and without the bytes of portraits."""

    def told(row):
        names = {}
        for field in row._meta.concrete_fields:
            value = getattr(row, field.attname)
            if field.is_relation:
                value = value and str(getattr(row, field.name))
            elif field.name in ("id", "address_key", "entry_digest", "content"):
                continue
            names[field.name] = value
        return names

    models = (
        Department,
        Talk,
        Series,
        Room,
        Speaker,
        Topic,
        Break,
        Appearance,
        JointTalk,
        TalkTopic,
        SeriesTopic,
        Photo,
    )
    return {model: sorted(map(str, map(told, model.objects.all()))) for model in models}


@pytest.mark.slow
@pytest.mark.parametrize("day", DAYS)
def test_the_example_has_every_state_on_every_day(day):
    with time_machine.travel(times.at(day, time(3, 30)), tick=False) as traveller:
        example.load(talks=80)
        talks = list(Talk.objects.for_pages())
        now = times.at(day, time(3, 30))

        assert missing_states(talks, now) == []
        assert not Talk.objects.in_conflict().exists()
        traveller.shift(timedelta(minutes=89))
        assert [talk.title for talk in Talk.objects.happening()] == ["What a lock remembers"]


def test_one_talk_of_two_hours_is_under_way():
    now = times.at(date(2025, 11, 5), time(11, 50))
    example.load(talks=40, now=now)

    [talk] = Talk.objects.happening(now)
    assert (times.local(talk.starts_at).hour, times.local(talk.ends_at).hour) == (11, 13)
    assert talk.join_url


def test_the_first_administrator_organises_the_series():
    name, _password = accounts.first_organiser()
    example.load()

    assert set(User.objects.get(username=name).series.all()) == set(Series.objects.all())


def test_loading_makes_an_edition():
    before = Edition.objects.current()[0]

    example.load(talks=5)

    assert Edition.objects.current()[0] > before


# --- the same again ---


@pytest.mark.slow
def test_the_same_seed_gives_the_same_rows():
    with time_machine.travel("2025-11-05T03:30Z"):
        example.load(seed=7)
        first = everything()
        example.start_empty()
    with time_machine.travel("2025-11-05T03:55Z"):
        example.load(seed=7)

    assert everything() == first


@pytest.mark.thorough
def test_another_seed_gives_other_rows():
    example.load(seed=1, talks=40)
    first, first_photos = everything(), set(Photo.objects.values_list("digest"))
    example.start_empty()
    example.load(seed=2, talks=40)

    assert not set(everything()[Talk]) & set(first[Talk])
    assert not set(Photo.objects.values_list("digest")) & first_photos


# --- how many ---


@pytest.mark.parametrize("count", [1, 40, pytest.param(700, marks=pytest.mark.thorough)])
def test_the_requested_number_of_talks_is_made(count):
    assert load(talks=count) == f"The example is loaded: {count} talks.\n"

    assert Talk.objects.count() == count
    assert not Talk.objects.in_conflict().exists()


@pytest.mark.thorough
def test_more_talks_lie_in_the_past_and_leave_the_term_as_it_is():
    today = date(2025, 11, 5)
    example.load(talks=600, now=times.at(today, time(9)))
    coming = Talk.objects.since(times.start_of(today)).count()
    older = Talk.objects.exclude(starts_at__gte=times.start_of(today - timedelta(weeks=104)))

    assert coming < 50
    assert 300 < older.count() < 550
    assert not Talk.objects.in_conflict().exists()


@pytest.mark.parametrize("count", [0, -1, 30_001])
def test_an_absurd_number_is_refused(count):
    with pytest.raises(CommandError, match="Choose a number of talks from 1 to 30000"):
        load(talks=count)


def test_a_quiet_loading_says_nothing():
    assert load(talks=3, verbosity=0) == ""


# --- only into an empty site ---


def test_a_site_with_talks_is_left_alone():
    make_talk()

    with pytest.raises(CommandError) as refused:
        load()

    assert str(refused.value) == "The example needs an empty site, but this one already has talks (1)."
    assert Talk.objects.count() == 1
    assert not Department.objects.exists()


def test_a_site_with_rooms_is_left_alone():
    make_room()

    with pytest.raises(ValidationError, match="this one already has rooms"):
        example.load()

    assert Room.objects.count() == 1


def test_the_example_is_not_loaded_twice():
    load(talks=3)

    with pytest.raises(CommandError, match="this one already has talks"):
        load(talks=3)


# --- start empty ---


def test_starting_empty_keeps_the_accounts_and_nothing_else():
    accounts.first_organiser()
    example.load(talks=60)
    added = make_talk()
    make_administrator()

    example.start_empty()

    assert not Talk.objects.filter(pk=added.pk).exists()
    for model in (Department, Talk, Series, Room, Speaker, Topic, Break, Photo, Appearance, SeriesOrganiser):
        assert not model.objects.exists(), model
    assert User.objects.count() == 2
    assert Department.objects.current().is_example is False


def test_starting_empty_needs_the_same_number_of_queries_for_any_number_of_talks():
    asked = []
    for talks in (30, 150):
        example.load(talks=talks)
        with CaptureQueriesContext(connection) as queries:
            example.start_empty()
        asked.append(len(queries))

    assert asked[1] <= asked[0] + 10


def test_a_real_department_is_never_emptied():
    Department.objects.create(pk=1, name="Mathematics")
    make_talk()

    with pytest.raises(ValidationError, match="There is no example data to remove"):
        example.start_empty()

    assert Talk.objects.exists()


def test_after_starting_empty_the_example_can_be_loaded_again():
    example.load(talks=3)
    example.start_empty()

    assert example.load(talks=3) == 3


# --- the page on the desk ---


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def page():
    example.load(talks=30)
    return reverse("admin:start-empty")


def test_an_administrator_previews_and_confirms_the_removal(page):
    client = signed_in(make_administrator())

    assert page in client.get(reverse("admin:index")).content.decode()
    assert "30 talks" in client.get(page).content.decode()
    assert Talk.objects.count() == 30

    answer = client.post(page, follow=True)

    assert answer.redirect_chain == [(reverse("admin:index"), 302)]
    assert "The example has been removed." in answer.content.decode()
    assert page not in answer.content.decode()
    assert not Talk.objects.exists()


def test_only_an_administrator_can_remove_the_example(page):
    organiser = make_organiser(*Series.objects.all())

    assert signed_in(organiser).post(page).status_code == 403
    assert page not in signed_in(organiser).get(reverse("admin:index")).content.decode()
    assert signed_in(make_member()).post(page).status_code in (302, 403)
    assert Client().post(page).status_code == 403
    assert Talk.objects.count() == 30


def test_a_site_without_an_example_says_so():
    Department.objects.create(pk=1, name="Mathematics")
    client = signed_in(make_administrator())
    page = reverse("admin:start-empty")

    assert "There is no example data to remove." in client.get(page).content.decode()
    assert page not in client.get(reverse("admin:index")).content.decode()
    assert "There is no example data to remove." in client.post(page, follow=True).content.decode()
    assert Department.objects.exists()


def test_the_page_is_not_removed_by_a_forged_form(page):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_administrator())

    assert client.post(page).status_code == 403
    assert Talk.objects.count() == 30
