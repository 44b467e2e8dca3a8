"""The example department: every state is there to be seen, twice the same, and gone without a trace."""

from datetime import date, time, timedelta
from io import BytesIO, StringIO
from itertools import pairwise

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image

from seminars import times
from seminars.actions import example, people, stamping, talks
from seminars.formats.ics_facts import facts_of
from seminars.models import (
    Appearance,
    Break,
    Department,
    Edition,
    JoinAccess,
    JointTalk,
    Mode,
    Photo,
    Recording,
    Role,
    Room,
    Series,
    SeriesOrganiser,
    SeriesTopic,
    Speaker,
    State,
    Talk,
    TalkTopic,
    Topic,
    User,
)
from tests.factories import make_administrator, make_member, make_organiser, make_room, make_talk

pytestmark = pytest.mark.django_db

# Days on which terms, breaks, clocks and weeks make it difficult.
DAYS = [date(2025, 11, 5), date(2025, 12, 24), date(2026, 3, 8), date(2026, 6, 13), date(2026, 8, 2), date(2027, 2, 28)]


def load(**options):
    said = StringIO()
    call_command("load_example", stdout=said, **options)
    return said.getvalue()


def everything():
    """All rows but for their keys, which a database never gives twice, and the portraits' bytes."""

    def told(row):
        names = {}
        for field in row._meta.concrete_fields:
            value = getattr(row, field.attname)
            if field.is_relation:
                value = value and str(getattr(row, field.name))
            elif field.name in ("id", "entry_digest", "content"):
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


# --- what is there ---


@pytest.fixture
def now():
    """An evening on which no seminar is under way."""
    moment = times.at(date(2025, 11, 5), time(21, 40))
    with time_machine.travel(moment, tick=False):
        yield moment


@pytest.fixture
def loaded(now):
    example.load()
    return Talk.objects.with_all_that_is_printed()


STATES = {
    "happening now": lambda talk, now: talk.is_happening(now),
    "title missing": lambda talk, now: talk.is_public and not talk.title and talk.speakers,
    "speaker missing": lambda talk, now: talk.is_public and not talk.speakers,
    "tentative": lambda talk, now: talk.state == State.TENTATIVE,
    "moved": lambda talk, now: talk.is_newly_moved(now) and talk.is_upcoming(now),
    "moved online": lambda talk, now: talk.is_online_only and talk.is_upcoming(now) and talk.notice,
    "room changed": lambda talk, now: talk.is_upcoming(now) and talk.notice.startswith("Room changed from"),
    "postponed": lambda talk, now: talk.state == State.POSTPONED and talk.is_upcoming(now),
    "cancelled": lambda talk, now: talk.state == State.CANCELLED and talk.is_upcoming(now),
    "over, with recording and slides": lambda talk, now: talk.is_over(now) and talk.recording_url and talk.slides_url,
    "draft": lambda talk, now: talk.state == State.DRAFT and not talk.published_at,
    "timed": lambda talk, now: talk.join_access == JoinAccess.TIMED,
    "members": lambda talk, now: talk.join_access == JoinAccess.MEMBERS,
    "joint": lambda talk, now: len(talk.all_series) == 2,
    "not in English": lambda talk, now: talk.language == "ja" and not talk.slug,
    "a long title": lambda talk, now: len(talk.title) > 150,
    "a committee": lambda talk, now: len(talk.people_as(Role.COMMITTEE)) == 3,
    "a moderator": lambda talk, now: talk.people_as(Role.MODERATOR) and len(talk.speakers) == 3,
    "formulas": lambda talk, now: "$$" in talk.abstract,
    "lists": lambda talk, now: "\n- " in talk.abstract,
    "a recording to come": lambda talk, now: talk.recording == Recording.PLANNED and talk.is_upcoming(now),
    "no recording": lambda talk, now: talk.recording == Recording.DECLINED,
    "in an atrium": lambda talk, now: talk.room and not talk.room.is_exclusive,
    "private notes": lambda talk, now: talk.notes,
}


def test_every_state_is_there_to_be_seen(loaded, now):
    talks = list(loaded)

    assert [state for state, holds in STATES.items() if not any(holds(talk, now) for talk in talks)] == []


@pytest.mark.parametrize("day", DAYS)
def test_every_state_is_there_on_every_day(day):
    with time_machine.travel(times.at(day, time(3, 30)), tick=False) as traveller:
        example.load(talks=80)
        talks = list(Talk.objects.with_all_that_is_printed())
        now = times.at(day, time(3, 30))

        assert [state for state, holds in STATES.items() if not any(holds(talk, now) for talk in talks)] == []
        assert not Talk.objects.at_odds().exists()
        traveller.shift(timedelta(hours=19))
        assert Talk.objects.happening().exists()


def test_a_department_with_three_series_stands(loaded):
    department = Department.objects.current()

    assert department.is_example
    assert department.contact_email
    assert Series.objects.listed().count() == Series.objects.count() == 3
    assert len(set(Series.objects.values_list("default_weekday", flat=True))) == 3
    assert len(set(Series.objects.values_list("colour", flat=True))) == 3
    assert len(set(Series.objects.values_list("kind", flat=True))) == 3
    assert Series.objects.get(kind="Thesis defence").announce_days == 14
    assert list(Room.objects.filter(is_exclusive=False).values_list("name", flat=True)) == ["Atrium"]
    assert [room.former_name() for room in Room.objects.all() if room.former_name()] == ["Room 307"]
    assert set(Break.objects.values_list("reason", flat=True)) >= {"Thanksgiving", "Winter break"}


def test_two_years_past_and_a_term_ahead_are_there(loaded, now):
    starts = list(loaded.soonest_first().values_list("starts_at", flat=True))

    assert timedelta(weeks=100) < now - starts[0] < timedelta(weeks=105)
    assert timedelta(weeks=14) < starts[-1] - now < timedelta(weeks=18)
    assert max(later - earlier for earlier, later in pairwise(starts)) < timedelta(weeks=12)


def test_people_attend_in_every_way(loaded):
    assert {talk.mode for talk in loaded} >= {Mode.ONLINE, Mode.HYBRID}


def test_every_row_would_pass_the_check(loaded):
    for model in (Department, Series, Room, Speaker, Topic, Break, Talk, Appearance, JointTalk):
        for row in model.objects.all()[:60]:
            row.full_clean()


def test_no_two_talks_hold_one_room(loaded):
    assert not Talk.objects.at_odds().exists()
    if connection.vendor == "postgresql":
        connection.check_constraints()


def test_no_series_meets_on_a_break(loaded):
    for pause in Break.objects.select_related("series"):
        span = times.Span(times.start_of(pause.first_on), times.start_of(pause.last_on + timedelta(days=1)))
        talks = loaded.starting_in(span)

        assert not (talks.in_series(pause.series) if pause.series else talks).exists()


def test_rows_are_as_the_actions_would_have_left_them(loaded):
    for talk in loaded:
        assert talk.room_is_exclusive == bool(talk.room and talk.room.is_exclusive)
        assert bool(talk.published_at) == talk.is_public == bool(talk.changed_at)
        assert talk.entry_digest == (facts_of(talk).digest if talk.is_public else "")
        assert all(person.affiliation == person.speaker.affiliation for person in talk.appearances.all())
    assert stamping.stamp(Talk.objects.all()) == 0


def test_time_runs_forward(loaded, now):
    for talk in loaded.public():
        assert talk.created_at < talk.published_at <= talk.changed_at < now
        assert talk.published_at < talk.starts_at
        assert talk.changed_at.microsecond == 0


def test_saving_a_talk_of_the_example_again_changes_nothing(loaded):
    for talk in loaded.public()[:40]:
        before = (talk.sequence, talk.changed_at, talk.moved_at, talk.moved_online_at)

        talks.save(talk)

        talk.refresh_from_db()
        assert (talk.sequence, talk.changed_at, talk.moved_at, talk.moved_online_at) == before


def test_portraits_are_small_pictures(loaded):
    photos = list(Photo.objects.all())

    assert len(photos) > 50
    for photo in photos:
        picture = Image.open(BytesIO(bytes(photo.content)))
        assert picture.format == "WEBP"
        assert picture.size == (photo.width, photo.height)
        assert max(picture.size) <= 512
        assert len(photo.content) < 20_000
    assert Speaker.objects.filter(photo=None).exists()


def test_the_first_administrator_organises_the_series():
    name, _password = people.first_organiser()
    example.load()

    assert set(User.objects.get(username=name).series.all()) == set(Series.objects.all())


def test_loading_is_news():
    before = Edition.objects.current()[0]

    example.load(talks=5)

    assert Edition.objects.current()[0] > before


# --- the same again ---


def test_the_same_seed_gives_the_same_rows():
    with time_machine.travel("2025-11-05T03:30Z"):
        example.load(seed=7)
        first = everything()
        example.start_empty(by=None)
    with time_machine.travel("2025-11-05T04:45Z"):
        example.load(seed=7)

    assert everything() == first


def test_another_seed_gives_other_rows():
    example.load(seed=1, talks=40)
    first, first_photos = everything(), set(Photo.objects.values_list("digest"))
    example.start_empty(by=None)
    example.load(seed=2, talks=40)

    assert not set(everything()[Talk]) & set(first[Talk])
    assert not set(Photo.objects.values_list("digest")) & first_photos


# --- how many ---


@pytest.mark.parametrize("count", [1, 40, 700])
def test_so_many_talks_are_made_as_were_asked_for(count):
    assert load(talks=count) == f"The example is loaded: {count} talks.\n"

    assert Talk.objects.count() == count
    assert not Talk.objects.at_odds().exists()


def test_more_talks_lie_in_the_past_and_leave_the_term_as_it_is():
    today = date(2025, 11, 5)
    example.load(talks=600, today=today)
    coming = Talk.objects.since(times.start_of(today)).count()
    older = Talk.objects.exclude(starts_at__gte=times.start_of(today - timedelta(weeks=104)))

    assert coming < 50
    assert 300 < older.count() < 550
    assert not Talk.objects.at_odds().exists()


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

    assert str(refused.value) == "The example is for an empty site, but there are talks here already (1)."
    assert Talk.objects.count() == 1
    assert not Department.objects.exists()


def test_a_site_with_rooms_is_left_alone():
    make_room()

    with pytest.raises(ValidationError, match="there are rooms here already"):
        example.load()

    assert Room.objects.count() == 1


def test_the_example_is_not_loaded_twice():
    load(talks=3)

    with pytest.raises(CommandError, match="there are talks here already"):
        load(talks=3)


# --- start empty ---


def test_starting_empty_leaves_the_sign_ins_and_nothing_else():
    people.first_organiser()
    example.load(talks=60)
    added = make_talk()
    boss = make_administrator()

    example.start_empty(by=boss)

    assert not Talk.objects.filter(pk=added.pk).exists()
    for model in (Department, Talk, Series, Room, Speaker, Topic, Break, Photo, Appearance, SeriesOrganiser):
        assert not model.objects.exists(), model
    assert User.objects.count() == 2
    assert Department.objects.current().is_example is False


def test_a_real_department_is_never_emptied():
    Department.objects.create(pk=1, name="Mathematics")
    make_talk()

    with pytest.raises(ValidationError, match="There is no example here to remove"):
        example.start_empty(by=make_administrator())

    assert Talk.objects.exists()


def test_after_starting_empty_the_example_can_be_loaded_again():
    example.load(talks=3)
    example.start_empty(by=None)

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


def test_an_administrator_is_shown_what_goes_and_then_it_goes(page):
    client = signed_in(make_administrator())

    assert page in client.get(reverse("admin:index")).content.decode()
    assert "30 talks" in client.get(page).content.decode()
    assert Talk.objects.count() == 30

    answer = client.post(page, follow=True)

    assert answer.redirect_chain == [(reverse("admin:index"), 302)]
    assert "The example is gone." in answer.content.decode()
    assert page not in answer.content.decode()
    assert not Talk.objects.exists()


def test_nobody_else_removes_the_example(page):
    organiser = make_organiser(*Series.objects.all())

    assert signed_in(organiser).post(page).status_code == 403
    assert page not in signed_in(organiser).get(reverse("admin:index")).content.decode()
    assert signed_in(make_member()).post(page).status_code in (302, 403)
    assert Client().post(page).status_code == 302
    assert Talk.objects.count() == 30


def test_a_site_without_an_example_says_so():
    Department.objects.create(pk=1, name="Mathematics")
    client = signed_in(make_administrator())
    page = reverse("admin:start-empty")

    assert "There is no example here to remove." in client.get(page).content.decode()
    assert page not in client.get(reverse("admin:index")).content.decode()
    assert "There is no example here to remove." in client.post(page, follow=True).content.decode()
    assert Department.objects.exists()


def test_the_page_is_not_removed_by_a_forged_form(page):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_administrator())

    assert client.post(page).status_code == 403
    assert Talk.objects.count() == 30
