"""The index of the search: it finds what reading all words would find, and no way of writing talks leaves it behind."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seminars import listings
from seminars.actions import talk_changes
from seminars.models import Series, Talk, search_index
from seminars.models.search_index import SearchTerm, WordMatch
from seminars.models.searching import Question, needle
from seminars.selectors import best_answers
from tests.factories import make_draft, make_series, make_speaker, make_talk
from tests.pages import main

pytestmark = pytest.mark.django_db

ON_SQLITE = pytest.mark.skipif("connection.vendor != 'sqlite'")
LETTERS = st.text(alphabet="abcäöüßłøé'’- 1量子格ﬁĲ\N{COMBINING ACUTE ACCENT}петПЕТ", max_size=30)


def indexed_words():
    """The words of all talks, as the rows have them."""
    return {
        word for text in Talk.objects.values_list("search_text", flat=True) for word in text.split() if word not in "|/"
    }


def in_step():
    """Whether the index finds for each word, and for some that no talk has, the talks whose rows have it."""
    for word in sorted(indexed_words() | {"jacquard", "engines", "looms"}):
        by_index = Talk.objects.filter(search_text__finds=WordMatch.of([[SearchTerm(word, is_start=False)]]))
        if set(by_index) != set(Talk.objects.filter(search_text__contains=f" {word} ")):
            return False
    return True


def _with(thing, **fields):
    for name, value in fields.items():
        setattr(thing, name, value)
    return thing


WRITES = {
    "saved": lambda talk: talk_changes.save(_with(talk, title="Jacquard")),
    "updated in SQL": lambda talk: Talk.objects.update(search_text=" jacquard | "),
    "updated in bulk": lambda talk: Talk.objects.bulk_update(
        [_with(talk, search_text=" jacquard | ")], ["search_text"]
    ),
    "created in bulk": lambda talk: Talk.objects.bulk_create([_copy(talk, " jacquard | ")]),
    "deleted": lambda talk: talk.delete(),
    "deleted in SQL": lambda talk: Talk.objects.filter(pk=talk.pk)._raw_delete("default"),
    "emptied": lambda talk: Talk.objects.update(search_text=""),
    "stamped": lambda talk: call_command("stamp"),
    "migrated": lambda talk: call_command("migrate", verbosity=0),
}


def _copy(talk, search_text):
    fields = {field.attname: getattr(talk, field.attname) for field in Talk._meta.concrete_fields}
    return Talk(**fields | {"id": None, "uid": "another", "search_text": search_text, "room_id": None})


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_no_write_leaves_the_index_behind(write):
    talk = make_draft(title="Engines", abstract="Looms, *looms* and looms.")
    make_talk(title="Looms")
    assert in_step()

    write(talk)

    assert in_step()


def test_a_rolled_back_write_leaves_no_trace():
    make_talk(title="Engines")
    with transaction.atomic():
        Talk.objects.update(search_text=" jacquard | ")
        transaction.set_rollback(True)

    assert in_step()


@ON_SQLITE
def test_triggers_that_a_migration_took_away_come_back_with_the_words_written_between():
    talk = make_talk(title="Engines")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER seminars_search_update")
    Talk.objects.update(search_text=" jacquard | ")
    assert not in_step()

    call_command("migrate", verbosity=0)

    assert in_step()
    talk_changes.save(_with(Talk.objects.get(pk=talk.pk), title="Looms"))
    assert in_step()


@ON_SQLITE
def test_stamp_repairs_a_damaged_index():
    make_talk(title="Engines")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO seminars_search (seminars_search) VALUES ('delete-all')")
    assert not in_step()

    call_command("stamp")

    assert in_step()


@ON_SQLITE
@pytest.mark.parametrize("typed", ["engines", "loom", "müller", "engines lace"])
def test_a_sqlite_without_full_text_search_finds_the_same(typed, monkeypatch):
    make_talk(title="Engines", speakers=["Ada Lovelace"])
    make_talk(title="Looms", speakers=["Hans Mueller"])
    with_index = set(Talk.objects.matching(Question.asked(typed)))
    monkeypatch.setattr(search_index, "has_fts5", lambda: False)

    assert set(Talk.objects.matching(Question.asked(typed))) == with_index


@ON_SQLITE
def test_a_question_that_most_talks_answer_finds_the_same(monkeypatch):
    for number in range(3):
        make_talk(title=f"Engines {number}")
    few = [talk.title for talk in _search("engines")]
    monkeypatch.setattr(search_index, "MOST_FEW", 0)

    assert [talk.title for talk in _search("engines")] == few
    assert listings.search(Question.asked("engines")).is_large


@ON_SQLITE
@pytest.mark.parametrize("recent", [9, 1000], ids=["few recent talks", "many recent talks"])
@pytest.mark.parametrize("most_read", [0, 5, 1000], ids=["no talks are read", "few are read", "many are read"])
@pytest.mark.parametrize("most_in_head", [0, 500], ids=["many in titles", "few in titles"])
@pytest.mark.parametrize("typed", ["engines state", "weavers", "weavers patterns", "engines weavers"])
def test_the_first_answers_of_many_are_those_of_the_whole_order(typed, most_in_head, most_read, recent, monkeypatch):
    now = timezone.now()
    for number in range(15):
        make_talk(title=f"Engines of state {number}", starts_at=now + timedelta(days=3 - number))
        make_talk(title="On looms", abstract="Weavers, patterns", starts_at=now + timedelta(days=4 - number))
        make_talk(title="On engines", abstract="Weavers, patterns", starts_at=now - timedelta(days=100 + number))
    # It started before most of the others and ended after most of them.
    span = {"starts_at": now - timedelta(days=8), "ends_at": now - timedelta(hours=1)}
    make_talk(title="Engines of state, a school", abstract="Weavers, patterns", **span)
    monkeypatch.setattr(search_index, "MOST_FEW", 0)
    monkeypatch.setattr(best_answers, "MANY_IN_HEAD", most_in_head)
    monkeypatch.setattr(best_answers, "RECENT", recent)
    monkeypatch.setattr(best_answers, "VERY_MANY", 0 if most_read else 40_000)
    monkeypatch.setattr(best_answers, "MOST_READ", most_read)

    found = listings.search(Question.asked(typed))
    shown = [[talk.pk for talk in listings.page_of_answers(found, page)] for page in ("1", "2")]

    whole = [talk.pk for talk in found.talks]
    assert shown == [whole[:10], whole[10:20]]


@ON_SQLITE
def test_the_first_of_many_answers_are_known_without_putting_all_in_order(monkeypatch):
    for number in range(12):
        make_talk(title=f"Engines {number}", abstract="Looms")
    monkeypatch.setattr(search_index, "MOST_FEW", 0)

    known = {typed: len(listings.search(Question.asked(typed)).best) for typed in ("engines", "looms", "engines looms")}

    assert known == {"engines": 10, "looms": 10, "engines looms": 0}


@ON_SQLITE
def test_many_answers_are_counted_without_those_that_visitors_may_not_see(monkeypatch):
    talks = [make_talk(title=f"Engines {number}") for number in range(3)]
    make_draft(title="Engines", series=talks[0].series)
    unlisted = make_series(is_listed=False)
    make_talk(title="Engines", series=unlisted)
    make_talk(title="Engines", series=unlisted, also_in=[talks[0].series])
    make_talk(title="Looms")
    monkeypatch.setattr(search_index, "MOST_FEW", 0)

    found = listings.search(Question.asked("engines"))

    assert (found.number, listings.page_of_answers(found, "1").paginator.count) == (4, 4)


@ON_SQLITE
def test_words_with_a_meaning_of_their_own_are_left_to_the_whole_search(monkeypatch):
    for number in range(12):
        make_talk(title=f"Engines 2026 online {number}")
    monkeypatch.setattr(search_index, "MOST_FEW", 0)
    monkeypatch.setattr(best_answers, "MANY_IN_HEAD", 0)

    best = {typed: len(listings.search(Question.asked(typed)).best) for typed in ("engines", "online", "engines 2026")}

    assert best == {"engines": 10, "online": 0, "engines 2026": 0}


def _search(typed):
    return listings.search(Question.asked(typed)).talks


@pytest.mark.thorough
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(titles=st.lists(LETTERS, min_size=1, max_size=4), typed=LETTERS)
def test_it_finds_what_reading_all_words_finds(titles, typed):
    Talk.objects.all().delete()
    series = Series.objects.first() or make_series(name="S", short_name="S", kind="")
    for title in titles:
        make_talk(title=title or "x", series=series, speakers=[make_speaker(name="y")], abstract="", room=None)
    question = Question.asked(typed)

    if question.words:
        assert set(Talk.objects.matching(question)) == set(_read_all(question))


def _read_all(question):
    """The talks that match, by reading the words of each."""
    for talk in Talk.objects.all():
        has = [
            any(
                needle(term.word) in talk.search_text if term.is_start else f" {term.word} " in talk.search_text
                for term in terms
            )
            for terms in question.spellings.values()
        ]
        if all(has):
            yield talk


@pytest.mark.thorough
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(typed=st.text(alphabet=st.characters() | st.sampled_from('"*^:()-+ODD_SIGNS|!<>\0\u200f'), max_size=300))
def test_nothing_that_is_typed_breaks_the_search(client, typed):
    assert client.get("/search/", {"q": typed.encode("utf-8", "replace")}).status_code == 200


@pytest.mark.parametrize(
    "typed",
    [
        "x" * 5000,
        "lattice " * 3000,
        '"' * 5000,
        '"lattice" OR "x" AND NOT (y NEAR z)*',
        "col : x ^ - + *",
        "\N{RIGHT-TO-LEFT MARK}lattice\N{RIGHT-TO-LEFT OVERRIDE}",
        "a\0b",
        "e" + "\N{COMBINING ACUTE ACCENT}" * 5000,
        "' & | ! <-> :* \\",
        "ue" * 2500,
    ],
)
def test_a_question_of_odd_signs_is_answered(client, typed):
    make_talk(title="Lattice")

    assert client.get("/search/", {"q": typed}).status_code == 200


def test_marks_of_direction_part_no_word():
    make_talk(title="Lattice")

    question = Question.asked("\N{RIGHT-TO-LEFT MARK}lat\N{SOFT HYPHEN}tice\N{LEFT-TO-RIGHT MARK}")

    assert [talk.title for talk in Talk.objects.matching(question)] == ["Lattice"]


def test_a_word_longer_than_an_index_holds_is_found_by_its_beginning():
    make_talk(title="x" * 400, abstract=("y" * 3000 + " ") * 3)

    assert Talk.objects.matching(Question.asked("x" * 150)).count() == 1
    assert Talk.objects.matching(Question.asked("y" * 190)).count() == 1


def test_an_abstract_longer_than_an_index_holds_is_saved():
    make_talk(abstract=" ".join(f"{number}量子" for number in range(60_000)))

    assert in_step_for("0")


def in_step_for(word):
    by_index = Talk.objects.filter(search_text__finds=WordMatch.of([[SearchTerm(word)]]))
    return set(by_index) == set(Talk.objects.filter(search_text__contains=f" {word}"))


def test_drafts_and_unlisted_talks_change_nothing_that_visitors_see(client):
    series = make_talk(title="Lattice").series
    before = main(client.get("/search/?q=latice"))
    make_draft(title="Latice", abstract="Lattices", series=series)
    make_talk(title="Latices", series=make_series(is_listed=False))

    assert main(client.get("/search/?q=latice")) == before
