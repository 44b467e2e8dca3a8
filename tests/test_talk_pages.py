"""The page of one talk, and the pages of its series, room, speakers and topics."""

import re
from datetime import timedelta

import pytest

from tests.factories import (
    in_new_york,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.pages import main, rows, titles, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def talk_on(*day, **fields):
    start = in_new_york(*day, 12)
    return make_talk(**{"starts_at": start, "ends_at": start + timedelta(hours=1)} | fields)


def test_a_joint_talk_links_only_to_its_listed_series(client):
    listed, unlisted = make_series(slug="looms"), make_series(slug="hush", is_listed=False)
    joint = talk_on(2025, 11, 4, series=unlisted, also_in=[listed])
    alone = talk_on(2025, 11, 4, series=unlisted)

    pages = [client.get(talk.get_absolute_url()).content.decode() for talk in (joint, alone)]

    assert [("looms" in page, "hush" in page) for page in pages] == [(True, False), (False, True)]


@pytest.mark.parametrize("file", ["", "on-engines/", "calendar.ics", "poster/", "join/"])
def test_leading_zeros_before_its_key_do_not_give_a_talk_a_second_address(client, file):
    key = talk_on(2025, 11, 4, title="On engines", room=make_room()).pk
    known = [f"/talks/{key}/on-engines/", f"/talks/{key}/calendar.ics"]
    others = [f"0{key}", f"00{key}", "0", "9" * 18, "9" * 19, "9" * 5000, f"+{key}", "١"]

    assert [client.get(address).status_code for address in known] == [200, 200]
    assert [client.get(f"/talks/{other}/{file}").status_code for other in others] == [404] * len(others)


def test_another_slug_leads_to_the_right_address(client):
    talk = talk_on(2025, 11, 4, title="On engines")

    for address in (f"/talks/{talk.pk}/", f"/talks/{talk.pk}/old-title/"):
        response = client.get(address)
        assert (response.status_code, response.headers["Location"]) == (302, f"/talks/{talk.pk}/on-engines/")


def test_a_talk_page_links_series_rooms_topics_and_speakers_with_a_page(client):
    room, topic, ada = make_room(), make_topic(), make_speaker()
    asset, priml = make_series(), make_series()
    talk = talk_on(2025, 11, 4, series=asset, also_in=[priml], room=room, topics=[topic], speakers=[ada])

    page = main(client.get(talk.get_absolute_url()))

    for thing in (room, topic, ada, asset, priml):
        assert f'href="{thing.get_absolute_url()}"' in page


def test_a_speaker_of_unlisted_talks_only_is_named_without_a_link(client):
    ada = make_speaker(name="Ada Lovelace")
    talk = talk_on(2025, 11, 4, series=make_series(is_listed=False), speakers=[ada])

    page = main(client.get(talk.get_absolute_url()))

    assert "Ada Lovelace" in words(page)
    assert "/speakers/" not in page


def test_a_title_in_another_language_says_which(client):
    talk = talk_on(2025, 11, 4, title="Über Maschinen", language="de", abstract="Ein *kurzer* Abriss.")

    page = main(client.get(talk.get_absolute_url()))

    assert '<span dir="auto" lang="de">Über Maschinen</span>' in page
    assert '<div lang="de"><p>Ein <em>kurzer</em> Abriss.</p>' in page
    assert "Language German" in words(page)


def test_formulas_in_titles_and_abstracts_are_typeset(client):
    talk = talk_on(2025, 11, 4, title="Bounds of $n^2$", abstract="Let $x$ be small.")

    page = main(client.get(talk.get_absolute_url()))

    assert page.count("<math") == 2


def test_everybody_at_a_talk_is_named_in_their_role(client):
    talk = talk_on(2025, 11, 4, speakers=["Ada Lovelace"])
    talk.appearances.create(speaker=make_speaker(name="Mary Somerville"), role="moderator")
    talk.appearances.create(speaker=make_speaker(name="A. De Morgan"), role="committee")

    said = words(main(client.get(talk.get_absolute_url())))

    assert "Moderator Mary Somerville" in said
    assert "Committee A. De Morgan" in said


def test_the_page_of_a_person_shows_their_role_at_talks_where_they_do_not_speak(client):
    judge = make_speaker(name="A. De Morgan")
    talk = talk_on(2025, 11, 4, speakers=["Ada Lovelace"], series=make_series())
    talk.appearances.create(speaker=judge, role="committee")
    talk_on(2025, 11, 5, speakers=[judge])

    pages = [judge.get_absolute_url(), talk.speakers[0].speaker.get_absolute_url(), talk.series.get_absolute_url()]
    said = [[row.count("On the committee") for row in rows(client.get(page))] for page in pages]

    assert said == [[1, 0], [0], [0]]


@pytest.mark.parametrize("state", ["cancelled", "postponed"])
def test_a_date_that_no_longer_holds_is_marked_beside_the_word(client, state):
    talk = talk_on(2025, 11, 4, state=state)

    page, poster = [main(client.get(address)) for address in (talk.get_absolute_url(), f"/talks/{talk.pk}/poster/")]

    assert re.findall(r'class="[^"]*is-off', page)
    assert re.findall(r'class="poster[^"]*is-off', poster)


@pytest.mark.parametrize("noun", ["series", "room", "speaker", "topic"])
def test_the_page_of_a_subject_shows_what_is_upcoming_and_then_what_is_past(client, noun):
    thing = {"series": make_series, "room": make_room, "speaker": make_speaker, "topic": make_topic}[noun]()
    as_field = {noun: thing} if noun in ("series", "room") else {f"{noun}s": [thing]}
    for day in ((2025, 10, 1), (2025, 9, 1), (2025, 11, 5), (2025, 11, 12)):
        talk_on(*day, title=f"{day[1]}/{day[2]}", **as_field)
    talk_on(2025, 11, 6, title="Another's")

    response = client.get(thing.get_absolute_url())

    assert titles(response) == ["11/5", "11/12", "10/1", "9/1"]
    assert words(main(response)).index("Upcoming") < words(main(response)).index("Past 2")


def test_past_talks_are_turned_page_by_page(client):
    series = make_series()
    for number in range(70):
        talk_on(2025, 5 + number // 28, 1 + number % 28, series=series)

    first, second = (client.get(f"{series.get_absolute_url()}?page={number}") for number in (1, 2))

    assert (len(rows(first)), len(rows(second))) == (60, 10)
    assert 'rel="next" href="?page=2"' in main(first)
    assert 'rel="prev" href="?page=1"' in main(second)


def test_speakers_are_under_their_letters(client):
    talk_on(2025, 11, 5, speakers=["Émilie du Châtelet", "Ada Lovelace", "Dorothy Crowfoot"])

    page = main(client.get("/speakers/"))

    assert [words(letter) for letter in re.findall(r"<h2.*?</h2>", page)] == ["C", "D", "L"]
