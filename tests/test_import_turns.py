"""How many queries an import takes to write: those of a turn do not grow with its talks."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seminars.actions import shared_rows, stamping
from seminars.actions.bulk_changes import TURN
from seminars.importing import ImportOptions, apply_plan
from seminars.importing.events import Person, SourceEvent, SourceFile
from seminars.models import Room, Talk
from tests.factories import in_new_york, make_series
from tests.import_plans import plan_import

pytestmark = pytest.mark.django_db
ADA, MARY = Person("Ada Lovelace", "Analytical Society"), Person("Mary Somerville", "Oxford")


def events(number, year, speaker, topic, title):
    first = in_new_york(year, 3, 1, 12)
    told = {"people": [speaker], "location": "Room 1", "categories": (topic,), "summary": title}
    return [SourceEvent(uid=f"{year}-{day}", starts_at=first + timedelta(days=day), **told) for day in range(number)]


def statements_of_an_import(events):
    """Return how often each kind of statement is sent, without INSERT and DELETE, each of which has only some rows."""
    with CaptureQueriesContext(connection) as captured:
        apply_plan(plan_import(SourceFile(events), ImportOptions(series="engine")))
    kinds = Counter(query["sql"].split(" times: ")[-1].split(" ", 1)[0] for query in captured)  # "400 times: UPDATE"
    return {kind: count for kind, count in kinds.items() if kind not in {"INSERT", "DELETE"}}


def test_a_full_turn_takes_no_more_queries_than_a_quarter_of_one():
    make_series(slug="engine", short_name="ENGINE", name="Engines")
    new, changed = (ADA, "Looms", "On engines"), (MARY, "Engines", "On looms")
    for told in (new, changed):  # people, room and topics are there afterwards
        statements_of_an_import(events(1, 2030, *told))

    full = [statements_of_an_import(events(TURN, 2032, *told)) for told in (new, changed)]
    quarter = [statements_of_an_import(events(TURN // 4, 2035, *told)) for told in (new, changed)]

    assert full == quarter


def test_new_talks_are_inserted_with_the_words_that_the_search_finds_them_by():
    make_series(slug="engine", short_name="ENGINE", name="Engines")
    plan = plan_import(SourceFile(events(1, 2030, ADA, "Looms", "On engines")), ImportOptions(series="engine"))

    with CaptureQueriesContext(connection) as captured:
        apply_plan(plan)

    inserted = [query["sql"] for query in captured if query["sql"].startswith('INSERT INTO "seminars_talk" ')]
    assert [" engines / ada lovelace | " in statement for statement in inserted] == [True]


def test_the_words_of_imported_talks_are_those_of_any_other_talk():
    make_series(slug="engine", short_name="ENGINE", name="Engines")
    apply_plan(plan_import(SourceFile(events(2, 2030, ADA, "Looms", "On engines")), ImportOptions(series="engine")))
    words = list(Talk.objects.order_by("pk").values_list("search_text", flat=True))

    restamped = stamping.stamp(Talk.objects.all())

    assert (restamped, list(Talk.objects.order_by("pk").values_list("search_text", flat=True))) == (0, words)


def test_a_room_that_is_renamed_after_the_plan_is_found_under_its_new_name():
    make_series(slug="engine", short_name="ENGINE", name="Engines")
    apply_plan(plan_import(SourceFile(events(1, 2030, ADA, "Looms", "On engines")), ImportOptions(series="engine")))
    plan = plan_import(SourceFile(events(1, 2031, ADA, "Looms", "On engines")), ImportOptions(series="engine"))
    room = Room.objects.get()
    room.name = "Observatory"
    shared_rows.save(room)

    apply_plan(plan)

    assert Talk.objects.filter(search_text__contains=" observatory ").count() == 2
