"""The search: which words find which talks, in what order, for whom, and what the page shows."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.http import urlencode

from seminars import listings
from seminars.actions import lifecycle, shared_rows, talk_changes
from seminars.models import Appearance, State, Talk
from seminars.models.searching import Question, search_text_of
from tests.factories import (
    in_new_york,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.pages import main, titles, words

pytestmark = pytest.mark.django_db

NOON = in_new_york(2035, 11, 7, 12)


def found(typed):
    return [talk.title for talk in listings.search(Question.asked(typed)).talks]


def look_for(client, typed, **filters):
    return client.get(f"/search/?{urlencode({'q': typed} | filters)}")


@pytest.fixture
def talk():
    """A talk with a unique word in every searched field, and another talk that must not be found."""
    speaker = make_speaker(name="Akshay Krishnamurthy", other_names="AK, Krish", affiliation="Harbour Labs")
    series = make_series(name="Seminar on Looms", short_name="LOOM", kind="Colloquium")
    joint = make_series(name="Privacy lunch", short_name="PRiML")
    make_talk(title="Something else", speakers=["Grace Hopper"], topics=[make_topic()])
    return make_talk(
        title="Coverage in $L^2$",
        abstract="We **show** that [weaving](https://example.org/hidden) is $\\alpha$-stable.",
        speakers=[speaker],
        topics=[make_topic(name="Analysis")],
        series=series,
        also_in=[joint],
        room=make_room(name="Room 307"),
        notes="Vegetarian.",
    )


# --- which words find it ---


@pytest.mark.parametrize(
    "typed",
    [
        "coverage",
        "krish",
        "Akshay KRISHNAMURTHY",
        "ak",
        "harbour",
        "analysis",
        "looms",
        "loom",
        "colloquium",
        "priml",
        "privacy",
        "weaving",
        "stable",
        "krish cover weav",
        "weaving krishnamurthy",
        "“coverage”, krish!",
        "kr%", "cover_",
    ],
)  # fmt: skip
def test_a_talk_is_found_by_every_word_that_it_is_about(talk, typed):
    assert found(typed) == ["Coverage in $L^2$"]


@pytest.mark.parametrize(
    "typed",
    ["murthy", "coverage hopper", "vegetarian", "lovelace", "%", "_", "'", "\\", "%age", "c_verage", "|", " "],
)
def test_a_talk_is_not_found_by_anything_else(talk, typed):
    assert found(typed) == []


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Erdős", "erdos"),
        ("Erdos", "ERDŐS"),
        ("Straße", "strasse"),
        ("Łukasiewicz", "lukas"),
        ("O'Brien", "o’brien"),
        ("O'Brien", "obrien"),
        ("O'Brien", "brien"),
        ("Barré-Sinoussi", "barre sinoussi"),
        ("Barré-Sinoussi", "barresinoussi"),
        ("格子暗号と量子計算", "量子"),
        ("İstanbul", "istanbul"),
        ("GPT-4", "gpt4"),
    ],
)
def test_accents_case_and_hyphens_do_not_matter(written, typed):
    make_talk(title=written)

    assert found(typed) == [written]


def test_words_stand_in_order_with_title_and_names_before_the_bar():
    series = make_series(name="Looms", short_name="LOOM", kind="Talk")
    ada = make_speaker(name="Ada O'Brien", other_names="Byron")
    talk = make_talk(
        title="On engines",
        abstract="Über looms.",
        speakers=[ada],
        series=series,
        room=make_room(name="307", building=""),
    )

    assert Talk.objects.get().search_text == (
        " on engines / ada o brien | loom / looms / 307 / talk / uber looms"
        " | §on §engines §ada §o §brien §byron §obrien byron obrien ueber §§2 "
    )
    assert search_text_of(talk) == Talk.objects.get().search_text


# --- in what order ---


def test_title_and_names_come_first_then_the_soonest_then_the_latest():
    make_talk(title="In the abstract", abstract="Looms.", starts_at=NOON - timedelta(days=9))
    make_talk(title="Later looms", starts_at=NOON + timedelta(days=1))
    make_talk(title="Soon looms", starts_at=NOON)
    make_talk(title="Old looms", starts_at=in_new_york(2014, 1, 7, 12))
    make_talk(title="Older, by name", speakers=["Ida Loom"], starts_at=in_new_york(2013, 1, 7, 12))

    assert found("loom") == ["Soon looms", "Later looms", "Old looms", "Older, by name", "In the abstract"]


def test_a_single_letter_is_a_word_too():
    make_talk(title="A loom", starts_at=NOON)
    make_talk(title="Looms", abstract="Are there any?", starts_at=NOON - timedelta(days=1))
    make_talk(title="Looms", starts_at=NOON)

    assert found("a") == ["A loom", "Looms"]


def test_a_title_with_both_words_comes_before_a_title_with_one():
    make_talk(title="Looms", abstract="And engines.", starts_at=NOON + timedelta(days=1))
    make_talk(title="Engines and looms", starts_at=NOON)

    assert found("looms engines") == ["Engines and looms", "Looms"]


def test_a_title_with_one_word_comes_before_a_title_with_none():
    make_talk(title="Wheels", abstract="Looms and engines.", starts_at=NOON)
    make_talk(title="Looms", abstract="And engines.", starts_at=NOON + timedelta(days=1))

    assert found("looms engines") == ["Looms", "Wheels"]


def test_upcoming_past_and_cancelled_talks_are_found():
    ahead = make_talk(title="Looms ahead", starts_at=NOON)
    make_talk(title="Looms ago", starts_at=in_new_york(2015, 1, 7, 12))
    off = make_talk(title="Looms off", starts_at=NOON - timedelta(days=1))
    lifecycle.cancel(off, reason="Snow", by=make_organiser())

    assert found("looms") == ["Looms off", ahead.title, "Looms ago"]


# --- for whom ---


def test_drafts_and_unlisted_series_are_not_found(client):
    make_draft(title="Looms in draft")
    make_talk(title="Looms in secret", series=make_series(is_listed=False))
    make_talk(title="Looms")

    assert titles(look_for(client, "looms")) == ["Looms"]


def test_other_names_find_a_person_and_are_never_shown(client):
    make_talk(title="Engines", speakers=[make_speaker(name="Ada Lovelace", other_names="Byron")])

    answer = look_for(client, "byr")

    assert (titles(answer), "Byron" in answer.content.decode()) == (["Engines"], False)


# --- kept true ---

CHANGES = {
    "title": lambda talk: talk_changes.save(_with(talk, title="Jacquard")),
    "abstract": lambda talk: talk_changes.save(_with(talk, abstract="By Jacquard.")),
    "speaker renamed": lambda talk: shared_rows.save(_with(talk.appearances.get().speaker, name="J. Jacquard")),
    "other names": lambda talk: shared_rows.save(_with(talk.appearances.get().speaker, other_names="Jacquard")),
    "topic renamed": lambda talk: shared_rows.save(_with(talk.topics.get(), name="Jacquard")),
    "series renamed": lambda talk: shared_rows.save(_with(talk.series, name="Jacquard")),
    "room renamed": lambda talk: shared_rows.save(_with(talk.room, name="Jacquard")),
    "joint series renamed": lambda talk: shared_rows.save(_with(talk.also_in.get(), short_name="Jacquard")),
}


def _with(thing, **fields):
    for name, value in fields.items():
        setattr(thing, name, value)
    return thing


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_found_at_once(talk, change):
    assert found("jacquard") == []

    change(talk)

    assert [each.pk for each in listings.search(Question.asked("jacquard")).talks] == [talk.pk]


def test_a_draft_has_its_words_when_it_is_announced():
    draft = make_draft(title="Looms", speakers=["Ada Lovelace"], room=make_room())

    lifecycle.announce(draft, by=make_organiser())

    assert found("lovelace looms") == ["Looms"]


def test_words_alone_raise_no_sequence(talk):
    before = Talk.objects.get(pk=talk.pk)

    shared_rows.save(_with(talk.appearances.get().speaker, other_names="Jacquard"))

    after = Talk.objects.get(pk=talk.pk)
    assert (after.sequence, after.changed_at) == (before.sequence, before.changed_at)
    assert after.search_text != before.search_text


def test_a_later_save_of_an_older_copy_keeps_the_words(talk):
    older = Talk.objects.get(pk=talk.pk)
    shared_rows.save(_with(talk.appearances.get().speaker, name="Joseph Jacquard"))

    talk_changes.save(older)

    assert found("jacquard") == [talk.title]


def test_stamp_repairs_the_words_after_raw_changes(capsys):
    make_talk(title="Engines")
    make_draft(title="Looms")
    Talk.objects.update(search_text="")

    call_command("stamp")

    assert found("engines") == ["Engines"]
    assert Talk.objects.drafts().get().search_text.startswith(" looms |")
    assert capsys.readouterr().out == "No talk needed a stamp.\n"


def test_two_people_in_a_talk_are_both_found():
    talk = make_talk(title="Panel", speakers=["Ada Lovelace"])
    Appearance.objects.create(talk=talk, speaker=make_speaker(name="Grace Hopper"), role="moderator", order=1)
    talk_changes.save(talk)

    assert found("ada grace") == ["Panel"]


# --- the question ---


def test_a_question_is_read_up_to_ten_words_and_two_hundred_characters():
    many, long = Question.asked(" ".join(f"w{n}" for n in range(11))), Question.asked("x" * 201)

    assert (len(many.words), many.is_cut) == (10, True)
    assert (len(long.typed), long.is_cut) == (200, True)
    assert Question.asked("  On   looms, on LOOMS ") == Question(
        "On looms, on LOOMS", ("on", "looms"), is_cut=False, spelt_out=("on", "looms")
    )


@pytest.mark.parametrize(
    "typed", ["\x00", "a\x00b", "\ud800", "%00", "'; DROP TABLE", "\N{ZERO WIDTH SPACE}", "a" * 3000]
)
def test_no_question_breaks_the_page(client, typed):
    make_talk()

    answer = client.get("/search/", {"q": typed.encode("utf-8", "surrogatepass").decode("utf-8", "replace")})

    assert (answer.status_code, titles(answer)) == (200, [])


# --- the page ---


def test_an_empty_question_says_what_to_type_and_lists_nothing(client):
    make_talk()

    answer = client.get("/search/")

    assert titles(answer) == []
    assert "Type a few words" in words(main(answer))


def test_a_search_without_results_says_so_and_links_on(client):
    make_talk()

    page = main(look_for(client, "zebra"))

    assert "No talks match “zebra”. Check the spelling or try fewer words." in words(page)
    assert [address in page for address in ("/speakers/", "/topics/", "/archive/")] == [True] * 3


def test_the_typed_question_stays_in_the_field_as_text(client):
    page = look_for(client, '"><script>x</script>').content.decode()

    assert "<script>x" not in page
    assert 'value="&quot;&gt;&lt;script&gt;x&lt;/script&gt;"' in page


def test_a_long_question_says_that_it_was_cut(client):
    assert "Only the first words were used." in words(main(look_for(client, "loom " * 50)))
    assert "Only the first words" not in words(main(look_for(client, "loom")))


def test_a_second_page_keeps_the_question_and_the_filters(client):
    series = make_series()
    for number in range(listings.FOUND_ON_A_PAGE + 1):
        make_talk(title=f"Looms {number}", series=series, starts_at=NOON + timedelta(days=number))
    make_talk(title="Looms elsewhere")

    first = look_for(client, "looms & co", series=series.slug)
    assert titles(first) == []

    first = look_for(client, "looms", series=series.slug)
    assert f'href="?q=looms&amp;series={series.slug}&amp;page=2"' in first.content.decode()
    assert titles(look_for(client, "looms", series=series.slug, page=2)) == [f"Looms {listings.FOUND_ON_A_PAGE}"]
    assert len(titles(look_for(client, "looms", series=series.slug, page="none"))) == listings.FOUND_ON_A_PAGE


def test_an_unknown_filter_is_a_404_that_says_which(client):
    answer = look_for(client, "looms", room="nowhere")

    assert answer.status_code == 404
    assert "There is no “nowhere” here (Room)." in words(answer.content.decode())


def test_its_queries_do_not_grow_with_what_is_found(client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            look_for(client, "looms")
        return len(captured)

    make_talk(title="Looms", speakers=["Ada"], topics=[make_topic()], room=make_room(), also_in=[make_series()])
    few = queries()
    for _ in range(15):
        make_talk(title="Looms", speakers=["Ida"], topics=[make_topic()], room=make_room(), also_in=[make_series()])

    assert queries() == few <= 12


def test_its_queries_do_not_grow_with_what_is_nearly_found(client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            look_for(client, "lomms")
        return len(captured)

    make_talk(title="Looms", speakers=["Ada Loom"], topics=[make_topic(name="Looms")])
    few = queries()
    for number in range(15):
        make_talk(title=f"Looms {number}", speakers=[f"Ada Loom {number}"], topics=[make_topic(name=f"Looms {number}")])

    assert queries() == few <= 11


def test_search_results_are_noindex_and_not_cached_by_others(client):
    answer = look_for(client, "looms")

    assert 'content="noindex, follow"' in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-cache"


def test_a_talk_that_was_withdrawn_during_the_search_is_left_out(client):
    make_talk(title="Looms")
    gone = make_talk(title="Looms gone", state=State.TENTATIVE)
    keys = listings.search(Question.asked("looms")).talks.primary_keys()

    lifecycle.withdraw(gone, by=make_organiser())

    assert [talk.title for talk in Talk.objects.public().in_order_of(keys)] == ["Looms"]
