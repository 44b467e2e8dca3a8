"""The results of a search, and the suggestions if it finds nothing."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command

from seminars.actions import lifecycle, shared_rows, stamping
from seminars.models import SearchWord
from tests.factories import in_new_york, make_organiser, make_room, make_series, make_speaker, make_talk, make_topic
from tests.pages import main, titles, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def talk_on(*day, **fields):
    start = in_new_york(*day, 12)
    return make_talk(**{"starts_at": start, "ends_at": start + timedelta(hours=1)} | fields)


def marks(client, query):
    return re.findall(r"<mark>(.*?)</mark>", main(client.get(f"/search/?q={query}")))


# --- marks ---


def test_the_words_are_marked_in_title_speaker_and_affiliation(client):
    ada = make_speaker(name="Émilie O'Brien", affiliation="Engine Works")
    talk = talk_on(2025, 11, 4, title="On engines & <i>wheels</i>")
    talk.appearances.create(speaker=ada, affiliation=ada.affiliation)
    stamping.stamp([talk])

    assert marks(client, "engin+EMILIE+wheels") == ["engines", "wheels", "Émilie", "Engine"]
    assert marks(client, "obrien") == ["O&#x27;Brien"]
    assert "<i>" not in main(client.get("/search/?q=engines"))


def test_a_formula_in_a_title_stays_whole(client):
    talk_on(2025, 11, 4, title="Bounds of $x_1$ and x")

    page = main(client.get("/search/?q=x"))

    assert page.count("<math") == 1
    assert marks(client, "x") == ["x"]


def test_words_without_spaces_between_them_are_marked(client):
    talk_on(2025, 11, 4, title="格子暗号と量子計算", language="ja")

    assert marks(client, "量子") == ["量子"]


def test_other_pages_mark_nothing(client):
    talk_on(2025, 11, 4, title="On engines")

    assert "<mark>" not in client.get("/?q=engines").content.decode()


# --- excerpts ---


def test_the_abstract_is_quoted_around_the_words(client):
    talk_on(2025, 11, 4, title="Wheels", abstract=f"{'First words. ' * 40}Then *engines* & gears.{' Last words.' * 40}")

    [excerpt] = re.findall(r'<p class="excerpt".*?</p>', main(client.get("/search/?q=engine")))

    assert re.fullmatch(r"… (First|words).* Then engines & gears\. .* …", words(excerpt))
    assert "<mark>engines</mark> &amp; gears" in excerpt
    assert len(words(excerpt)) < 240


def test_an_abstract_without_the_words_is_not_quoted(client):
    talk_on(2025, 11, 4, title="Engines", abstract="Wheels.")

    assert "excerpt" not in main(client.get("/search/?q=engines"))


def test_an_excerpt_says_its_language(client):
    talk_on(2025, 11, 4, title="Räder", language="de", abstract="Von Maschinen.")

    assert '<p class="excerpt" dir="auto" lang="de">Von <mark>Maschinen</mark>.</p>' in main(
        client.get("/search/?q=masch")
    )


# --- where nothing is found ---


def corrected(client, query):
    """What the page says that it shows instead, "" for nothing, and the titles that it shows."""
    answer = client.get(f"/search/?q={query}")
    shown = re.findall(r"Showing results for (.*?)\. Search for", words(main(answer)))
    return "".join(shown), titles(answer)


def test_results_for_the_word_that_was_meant_are_shown_at_once(client):
    talk_on(2025, 11, 4, title="On Lattice Reduction", speakers=["Grace Hopper"])
    talk_on(2025, 11, 5, title="Quantum systems", speakers=["Ada Okonkwo"])
    talk_on(2025, 11, 6, title="Wheels", abstract="All about summarisation.")

    lattice = ["On Lattice Reduction"]
    assert corrected(client, "latice") == ("lattice", lattice)
    assert corrected(client, "Latice+reducton") == ("lattice reduction", lattice)
    assert corrected(client, "latice+hopper") == ("lattice hopper", lattice)
    assert corrected(client, "oattice") == ("lattice", lattice)
    assert corrected(client, "okonkow") == ("okonkwo", ["Quantum systems"])
    assert corrected(client, "sumarisatoin") == ("summarisation", ["Wheels"])


def test_a_word_that_finds_talks_is_not_corrected(client):
    talk_on(2025, 11, 4, title="Lattice")
    talk_on(2025, 11, 5, title="Lettice")

    assert corrected(client, "lattice") == ("", ["Lattice"])


def test_nothing_is_corrected_to_words_that_do_not_stand_together(client):
    talk_on(2025, 11, 4, title="Lattice")
    talk_on(2025, 11, 5, title="Systems")

    assert corrected(client, "latice+systems") == ("", [])


def test_short_words_and_numbers_are_not_corrected(client):
    talk_on(2025, 11, 4, title="Bounds", speakers=["Bo Liu"])
    talk_on(2025, 11, 5, title="GPT4x")

    assert corrected(client, "bo+lio") == corrected(client, "gpt5x") == ("", [])


def test_one_may_search_for_what_was_typed_instead(client):
    asset = make_series(name="Asset")
    talk_on(2025, 11, 4, title="Lattice", series=asset)

    page = main(client.get("/search/?q=latice&series=asset"))

    assert "Search for “latice” instead." in words(page)
    assert 'href="?q=latice&amp;series=asset&amp;exact=1"' in page
    answer = client.get("/search/?q=latice&series=asset&exact=1")
    assert titles(answer) == []
    assert "No talks match “latice”." in words(main(answer))


def test_what_was_typed_stays_in_the_field(client):
    talk_on(2025, 11, 4, title="Lattice")

    assert 'name="q" value="latice"' in main(client.get("/search/?q=latice"))


def test_only_words_that_visitors_may_see_are_shown_as_corrections(client):
    talk_on(2025, 11, 4, title="Lattice", state="draft")
    talk_on(2025, 11, 5, title="Lattice", series=make_series(is_listed=False))
    talk_on(2025, 11, 6, title="Engines", speakers=[make_speaker(name="Ada", other_names="Lattice")])
    talk_on(2025, 11, 7, title="Bounds of $\\alpha$")

    assert corrected(client, "latice") == corrected(client, "alhpa") == ("", [])


def test_a_word_that_was_withdrawn_is_not_shown(client):
    talk = talk_on(2025, 11, 4, title="Lattice")
    lifecycle.withdraw(talk, by=make_organiser())

    assert corrected(client, "latice") == ("", [])


def test_a_word_is_known_when_its_talk_becomes_public(client):
    hidden = make_series(is_listed=False)
    draft = talk_on(2025, 11, 4, title="Lattice", state="draft", room=make_room())
    talk_on(2025, 11, 5, title="Engines", series=hidden)

    lifecycle.announce(draft, by=make_organiser())
    hidden.is_listed = True
    shared_rows.save(hidden)

    assert corrected(client, "latice") == ("lattice", ["Lattice"])
    assert corrected(client, "enginse") == ("engines", ["Engines"])


def test_housekeeping_forgets_words_that_no_public_talk_has(client):
    talk = talk_on(2025, 11, 4, title="Lattice")
    talk_on(2025, 11, 5, title="Engines")
    lifecycle.withdraw(talk, by=make_organiser())

    call_command("housekeeping", verbosity=0)

    kept = set(SearchWord.objects.values_list("word", flat=True))
    assert ("lattice" in kept, "engines" in kept) == (False, True)


def test_each_of_several_words_can_be_searched_alone(client):
    talk_on(2025, 11, 4, title="Engines")

    page = main(client.get("/search/?q=engines+zzzz"))

    assert "Search for engines alone" in words(page)
    assert 'href="?q=engines"' in page


# --- narrowing ---


def test_filters_and_words_combine_and_stay_on_every_page(client):
    asset = make_series(name="Asset")
    for day in range(1, 25):
        talk_on(2025, 10, day, title=f"Engines {day}", series=asset)
    talk_on(2025, 10, 30, title="Engines elsewhere")

    first = client.get("/search/?q=engines&series=asset")

    assert '<option value="asset" selected>Asset</option>' in main(first)
    assert 'rel="next" href="?q=engines&amp;series=asset&amp;page=2"' in main(first)
    assert len(titles(client.get("/search/?q=engines&series=asset&page=3"))) == 4


def test_filters_without_words_list_their_talks_latest_first(client):
    topic = make_topic(name="Algorithms")
    for day in range(1, 22):
        talk_on(2025, 10, day, title=f"Engines {day}", topics=[topic])
    talk_on(2025, 10, 30, title="Engines elsewhere")

    first = client.get("/search/?q=&topic=algorithms")

    assert "21 talks · Search all talks × Remove filter Topic: Algorithms" in words(main(first))
    assert "Type a few words" not in words(main(first))
    assert titles(first) == [f"Engines {day}" for day in range(21, 11, -1)]
    assert titles(client.get("/search/?topic=algorithms&page=3")) == ["Engines 1"]


def test_a_filter_that_leaves_nothing_says_so(client):
    make_topic(name="Algorithms")

    assert "0 talks · Search all talks × Remove filter Topic: Algorithms" in words(
        main(client.get("/search/?topic=algorithms"))
    )


def test_the_page_of_the_search_has_one_field_for_words(client):
    pages = [client.get(address).content.decode() for address in ("/search/", "/search/?q=x")]

    assert [page.count('name="q"') for page in pages] == [1, 1]
