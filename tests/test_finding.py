"""The results of a search, and the suggestions if it finds nothing."""

import re
from datetime import timedelta

import pytest

from seminars.actions import stamping
from tests.factories import in_new_york, make_series, make_speaker, make_talk, make_topic
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


def suggested(client, query):
    page = main(client.get(f"/search/?q={query}"))
    return re.findall(r'<a class="chip" href="([^"]+)"[^>]*>(.*?)</a>', page.partition("Did you mean")[2])


def test_similar_names_are_suggested(client):
    ada, hidden = make_speaker(name="Grace Hopper"), make_speaker(name="Grace Hoppes")
    topic, series = make_topic(name="Geometry"), make_series(name="Trustworthy Systems")
    talk_on(2025, 11, 4, speakers=[ada], topics=[topic], series=series)
    talk_on(2025, 11, 5, speakers=[hidden], series=make_series(name="Trustworthy Secrets", is_listed=False))

    assert suggested(client, "hoper") == [("/speakers/grace-hopper/", "Grace Hopper")]
    assert suggested(client, "geomerty") == [("/topics/geometry/", "Geometry")]
    assert suggested(client, "trustwothy") == [("/series/trustworthy-systems/", "Trustworthy Systems")]
    assert suggested(client, "zzzz") == []


def test_words_of_titles_are_suggested_within_the_whole_question(client):
    talk_on(2025, 11, 4, title="On Lattice Reduction", speakers=["Grace Hopper"])
    talk_on(2025, 11, 5, title="Quantum systems")

    assert suggested(client, "latice") == [("/search/?q=lattice", "lattice")]
    assert suggested(client, "quantm") == [("/search/?q=quantum", "quantum")]
    assert suggested(client, "Latice+reduction") == [("/search/?q=lattice+reduction", "lattice reduction")]
    assert suggested(client, "latice+reducton") == [("/search/?q=lattice+reduction", "lattice reduction")]
    assert suggested(client, "latice+hopper")[0] == ("/search/?q=lattice+hopper", "lattice hopper")
    assert suggested(client, "latice+systems") == []


def test_only_words_that_visitors_may_see_are_suggested(client):
    talk_on(2025, 11, 4, title="Lattice", state="draft")
    talk_on(2025, 11, 5, title="Lattice", series=make_series(is_listed=False))
    talk_on(2025, 11, 6, title="Engines", speakers=[make_speaker(name="Ada", other_names="Lattice")])
    talk_on(2025, 11, 7, title="Bounds of $\\alpha$")

    assert suggested(client, "latice") == suggested(client, "alhpa") == []


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
    assert len(titles(client.get("/search/?q=engines&series=asset&page=2"))) == 4


def test_filters_without_words_list_their_talks_latest_first(client):
    topic = make_topic(name="Algorithms")
    for day in range(1, 22):
        talk_on(2025, 10, day, title=f"Engines {day}", topics=[topic])
    talk_on(2025, 10, 30, title="Engines elsewhere")

    first = client.get("/search/?q=&topic=algorithms")

    assert "21 talks · Search all talks × Remove filter Topic: Algorithms" in words(main(first))
    assert "Type a few words" not in words(main(first))
    assert titles(first) == [f"Engines {day}" for day in range(21, 1, -1)]
    assert titles(client.get("/search/?topic=algorithms&page=2")) == ["Engines 1"]


def test_a_filter_that_leaves_nothing_says_so(client):
    make_topic(name="Algorithms")

    assert "0 talks · Search all talks × Remove filter Topic: Algorithms" in words(
        main(client.get("/search/?topic=algorithms"))
    )
