"""Every query of a page or feed uses an index, on both databases, even with many talks."""

import json
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from seminars.models import Appearance, JointTalk, Room, Series, Speaker, State, Talk, TalkTopic, Topic
from seminars.models.searching import Question
from tests.factories import make_room, make_series, make_topic

pytestmark = pytest.mark.django_db

TALKS = 5000
GROW_WITH_TALKS = {"seminars_talk", "seminars_appearance", "seminars_talktopic"}  # joint talks are few
SCOPES = ("series/s-1/", "rooms/r-1/", "speakers/p-1/", "topics/t-1/")
ADDRESSES = [
    "/",
    "/?series=s-1",
    "/?series=s-1&series=s-2&topic=t-1&room=r-1&speaker=p-1&mode=in-person",
    "/series/",
    "/rooms/",
    "/topics/",
    "/archive/{year}/",
    "/archive/{year}/?has=recording",
    "/recordings/",
    "/recordings/?has=slides&series=s-1&topic=t-1",
    "/talks/{past}/",
    "/talks/{ahead}/",
    "/talks/{ahead}/join/",
    "/talks/{past}/calendar.ics",
    "/calendar.ics",
    "/calendar.ics?series=s-1&topic=t-1",
    *(f"/{scope}" for scope in SCOPES),
    "/series/s-1/?page=2",
    *(f"/{scope}calendar.ics" for scope in SCOPES),
    *(f"/{scope}feed.atom" for scope in ("", *SCOPES)),
    "/feed.json",
    "/talks.csv?past=all",
]
# Counts of past talks and topics, the neighbours of a talk, and the people in a feed with a page.
ONE_PASS_ON_POSTGRES = r"/\w+/\w-1/(\?.*)?|/topics/|/talks/\{\w+\}/|.*/feed\.(atom|json)"


@pytest.fixture(scope="module")
def many(django_db_setup, django_db_blocker):
    """Fifty years of talks, twenty of them upcoming, written once for all tests. Return the parts of addresses."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _many_talks()
        transaction.set_rollback(True)


def _many_talks():
    things = {
        "series": [make_series(slug=f"s-{n}") for n in range(8)],
        "room": [make_room(slug=f"r-{n}") for n in range(8)],
        "topic": [make_topic(slug=f"t-{n}") for n in range(8)],
    }
    people = Speaker.objects.bulk_create(make_speaker_row(n) for n in range(200))
    first = timezone.now() + timedelta(days=80) - timedelta(days=4) * TALKS
    talks = Talk.objects.bulk_create(_talk(things, first, n) for n in range(TALKS))
    Appearance.objects.bulk_create(Appearance(talk=talk, speaker=people[n % 200]) for n, talk in enumerate(talks))
    TalkTopic.objects.bulk_create(TalkTopic(talk=t, topic=things["topic"][n // 8 % 8]) for n, t in enumerate(talks))
    JointTalk.objects.bulk_create(JointTalk(talk=t, series=things["series"][5]) for t in talks[::4])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "postgresql" else "SELECT 1")
    year = talks[TALKS // 2].starts_at.year
    return {"past": talks[0].pk, "ahead": talks[-1].pk, "year": f"{year}-{(year + 1) % 100:02}"}


def make_speaker_row(number):
    return Speaker(name=f"Person {number}", slug=f"p-{number}", sort_name=f"{number}")


def _talk(things, first, number):
    start = first + timedelta(days=4) * number
    return Talk(
        series=things["series"][number % 8],
        room=things["room"][number // 64 % 8],
        title=f"Talk {number}",
        search_text=f" talk {number} | ",
        state=State.CONFIRMED,
        published_at=first,
        starts_at=start,
        ends_at=start + timedelta(hours=1),
    )


def questions_of(address):
    """The new SELECT statements of an answer."""
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        answer = Client().get(address, follow=True)
    assert answer.status_code in (200, 302)
    return [query["sql"] for query in asked.captured_queries if query["sql"].startswith("SELECT")]


def passes(sql):
    """The steps of a query plan that read all rows of a table that grows with the talks."""
    return _passes_of_postgres(sql) if connection.vendor == "postgresql" else _passes_of_sqlite(sql)


def _passes_of_sqlite(sql):
    """A program that rewinds a cursor over a table or an index, or begins at its last row, has nothing to look up.

    With a LIMIT it stops by itself.
    """
    if re.search(r"LIMIT \d+( OFFSET \d+)?$", sql):
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT rootpage, tbl_name FROM sqlite_master")
        tables = dict(cursor.fetchall())
        cursor.execute("EXPLAIN " + sql.replace("%", "%%"))
        steps = [(step[1], step[2], step[3]) for step in cursor.fetchall()]
    opened = {number: tables.get(page) for code, number, page in steps if code == "OpenRead"}
    begun = [opened.get(number) for code, number, _where in steps if code in ("Rewind", "Last")]
    return [table for table in begun if table in GROW_WITH_TALKS]


def _passes_of_postgres(sql):
    """PostgreSQL plans by numbers, so the talks are counted that it really reads; narrow tables it may read whole."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql.replace("%", "%%"))
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    reads = [(step["Relation Name"], _rows_read(step)) for step in _steps(plan[0]["Plan"]) if "Relation Name" in step]
    return [table for table, rows in reads if table == "seminars_talk" and rows > TALKS / 2]


def _steps(step):
    yield step
    for within in step.get("Plans", ()):
        yield from _steps(within)


def _rows_read(step):
    kept_or_not = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter")
    return step["Actual Loops"] * sum(step.get(rows, 0) for rows in kept_or_not)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_query_of_a_page_or_feed_reads_all_talks(many, address):
    if connection.vendor == "postgresql" and re.fullmatch(ONE_PASS_ON_POSTGRES, address):
        pytest.skip("PostgreSQL rightly reads the keys of some thousand talks in one pass rather than look each up")
    questions = questions_of(address.format(**many))

    assert questions != []
    assert [(found, sql) for sql in questions if (found := passes(sql))] == []


INDEXES = {  # what finds the talks of each question, as SQLite says it
    "ahead": (lambda talks: talks.listed().upcoming(), "talk_by_series_and_end (series_id=? AND ends_at>?)"),
    "series": (lambda talks: talks.in_series(one(Series)).past(), "COVERING INDEX talk_by_series_and_end (series_id=?"),
    "room": (lambda talks: talks.in_room(one(Room)).past(), "COVERING INDEX talk_by_room_and_end (room_id=?"),
    "speaker": (lambda talks: talks.by_speaker(one(Speaker)).past(), "seminars_appearance_speaker_id"),
    "topic": (lambda talks: talks.on_topic(one(Topic)).past(), "seminars_talktopic_topic_id"),
    "material": (
        lambda talks: talks.listed().past().with_material("recording"),
        "COVERING INDEX talk_with_material (state=? AND ends_at<?)",
    ),
    "feed": (lambda talks: talks.since(timezone.now()).soonest_first(), "talk_by_start (starts_at>?)"),
    "series' feed": (
        lambda talks: talks.filter(series=one(Series)).since(timezone.now()).soonest_first(),
        "talk_by_series (series_id=? AND starts_at>?)",
    ),
    "room's feed": (
        lambda talks: talks.in_room(one(Room)).since(timezone.now()).soonest_first(),
        "talk_by_room (room_id=? AND starts_at>?)",
    ),
}


def one(model):
    return model.objects.order_by("pk").first()


@pytest.mark.parametrize(("question", "index"), INDEXES.values(), ids=INDEXES.keys())
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by numbers")
def test_each_question_has_its_index(many, question, index):
    plan = question(Talk.objects.public()).values_list("pk").explain()

    assert index in plan, plan


def test_a_search_reads_only_talks_that_match(many):
    questions = questions_of("/search/?q=talk+30")

    assert [sql for sql in questions if passes(sql)] == []


def test_words_are_found_through_the_index_of_the_search(many):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off" if connection.vendor == "postgresql" else "SELECT 1")

    assert "seminars_search" in Talk.objects.matching(Question.asked("talk 30")).order_by().values("pk").explain()


def test_a_clash_is_looked_for_in_one_room_only(many):
    talk = Talk.objects.get(pk=many["ahead"])

    with CaptureQueriesContext(connection) as asked:
        list(Talk.objects.clashing_with(talk))

    assert [passes(query["sql"]) for query in asked.captured_queries if "starts_at" in query["sql"]] == [[]]


def test_a_person_is_found_by_a_typed_name_through_the_index(many):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off" if connection.vendor == "postgresql" else "SELECT 1")

    plan = Speaker.objects.with_words(["19"]).explain()

    if connection.vendor == "postgresql":
        assert re.findall(r"Index Cond: .*folded\)?(?:::text)? (\S+) '19'", plan) == ["~>=~"], plan
    else:
        assert "speaker_by_folded_name (folded>? AND folded<?)" in plan, plan


def test_a_person_is_found_by_a_whole_name_in_one_query(many):
    with CaptureQueriesContext(connection) as asked:
        found = Speaker.objects.called("PERSON 7")

    assert [one.slug for one in found] == ["p-7"]
    assert len(asked) == 1
