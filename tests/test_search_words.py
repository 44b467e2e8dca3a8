"""What a question means: letters as people type them, quoted words, months and terms, recordings and rooms."""

from datetime import timedelta

import pytest

from seminars import listings
from seminars.models.searching import Question
from tests.factories import in_new_york, make_room, make_talk

pytestmark = pytest.mark.django_db

NOON = in_new_york(2035, 11, 7, 12)


def found(typed):
    return [talk.title for talk in listings.search(Question.asked(typed)).talks]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Hans Müller", "mueller"),
        ("Hans Müller", "Müller"),
        ("Hans Mueller", "Müller"),
        ("Hans Muller", "mueller"),
        ("Paul Erdős", "erdoes"),
        ("Øystein Ore", "oeystein"),
        ("Иван Петров", "ПЕТРОВ"),
        ("محمد بن موسى", "موسى"),
        ("محـــمد", "محمد"),
        ("Algo\N{SOFT HYPHEN}rithms", "algorithms"),
        ("Kähler–Einstein metrics", "einstein"),
        ("格子暗号と量子計算", "暗号"),
    ],
)
def test_letters_are_found_as_people_type_them(written, typed):
    make_talk(title="Something else")
    make_talk(title=written)

    assert found(typed) == [written]


def test_letters_of_chinese_must_stand_side_by_side():
    make_talk(title="子量")

    assert found("量子") == []


def test_a_spelling_without_umlaut_is_a_whole_word():
    make_talk(title="Mulling it over")

    assert found("mueller") == found("mullera") == found("muel") == []


def test_quoted_words_must_stand_side_by_side():
    make_talk(title="Reduction of a lattice", abstract="On lattice and reduction.")
    make_talk(title="Lattice", speakers=["Reduction Jones"])
    make_talk(title="By hand", abstract="On lattice reductions. Lattice reduction is hard.")

    assert found('"lattice reduction"') == found("„Lattice Reduction“ hard") == ["By hand"]
    assert found('"lattice reduct"') == []


def test_a_room_is_found():
    make_talk(title="Looms", room=make_room(name="Turing Hall", building="Babbage Building"))

    assert found("turing") == found("babbage looms") == ["Looms"]


# --- when, how and with what ---


def test_a_month_is_found_in_every_form():
    make_talk(title="March", starts_at=in_new_york(2026, 3, 31, 23))
    make_talk(title="April", starts_at=in_new_york(2026, 4, 1, 0))

    typed = ["march 2026", "2026-03", "Mar 2026", "2026 March", "März 2026", "maerz 2026", "03/2026", "marzo 2026"]
    assert [found(one) for one in typed] == [["March"]] * len(typed)
    assert found("april 2026") == ["April"]
    assert found("april march 2026") == []


def test_a_season_is_the_term_that_it_lies_in():
    make_talk(title="In autumn", starts_at=in_new_york(2026, 9, 1, 12))
    make_talk(title="In spring", starts_at=in_new_york(2026, 2, 1, 12))

    assert found("autumn 2026") == found("Fall semester 2026") == found("WS 2026/27") == ["In autumn"]
    assert found("spring 2026") == found("Frühjahr 2026") == ["In spring"]
    assert found("spring 2027") == []


def test_a_year_is_that_of_the_talk_or_a_word_of_it():
    make_talk(title="Looms", starts_at=in_new_york(2026, 3, 1, 12))
    make_talk(title="Looking back at 2026", starts_at=in_new_york(2030, 3, 1, 12))
    make_talk(title="Looms later", starts_at=in_new_york(2031, 3, 1, 12))

    assert sorted(found("2026")) == ["Looking back at 2026", "Looms"]
    assert found("looms 2026") == ["Looms"]


def test_recording_slides_and_online_are_found_as_facts_and_as_words():
    make_talk(title="Recorded", recording_url="https://video.example/1", slides_url="https://slides.example/1")
    make_talk(title="Online", room=None, join_url="https://meet.example/1", starts_at=NOON + timedelta(days=1))
    make_talk(title="On recording music", starts_at=NOON + timedelta(days=2))

    assert sorted(found("recording")) == ["On recording music", "Recorded"]
    assert found("slides") == found("Folien") == found("recorded slides") == ["Recorded"]
    assert found("online") == ["Online"]


def test_the_page_of_the_search_has_one_field_for_words(client):
    pages = [client.get(address).content.decode() for address in ("/search/", "/search/?q=x")]

    assert [page.count('name="q"') for page in pages] == [1, 1]
