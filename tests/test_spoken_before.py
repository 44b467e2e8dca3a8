"""Who has spoken here before: in the list of people, in the form of a person, and where people are chosen."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seminars.actions import lifecycle
from seminars.admin.speakers import last_talk, number_of_talks
from seminars.models import Appearance, Role
from seminars.selectors.talk_warnings import warnings_of
from tests.admin_forms import address_of, signed_in
from tests.factories import (
    in_new_york,
    make_administrator,
    make_draft,
    make_organiser,
    make_series,
    make_speaker,
    make_talk,
)
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2026, 10, 1, 9)  # as the clock of tests says
PEOPLE = "/admin/seminars/speaker/"


def on(month, day, year=2026):
    return in_new_york(year, month, day, 12)


@pytest.fixture
def series():
    return make_series(short_name="ASSET")


@pytest.fixture
def client(series):
    return signed_in(make_organiser(series))


@pytest.fixture
def ada(series):
    """Somebody with two past talks, a planned one, a cancelled one, and one that they moderated."""
    ada = make_speaker(name="Ada Lovelace", affiliation="London")
    make_talk(title="One", speakers=[ada], series=series, starts_at=on(3, 4, 2024))
    make_talk(title="Two", speakers=[ada], series=make_series(short_name="LOOM"), starts_at=on(9, 2))
    make_talk(title="Three", speakers=[ada], series=series, starts_at=on(11, 5))
    lifecycle.cancel(make_talk(title="Off", speakers=[ada], series=series, starts_at=on(9, 30)), reason="x", by=None)
    Appearance.objects.create(talk=make_talk(starts_at=on(9, 29)), speaker=ada, role=Role.MODERATOR)
    return ada


def picked(client, term="Ada"):
    """What the box of a person is told of the people with such a name."""
    asked = {"app_label": "seminars", "model_name": "appearance", "field_name": "speaker", "term": term}
    return json.loads(client.get(f"/admin/autocomplete/?{urlencode(asked)}").content)["results"]


def columns(client, query=""):
    page = client.get(f"{PEOPLE}{query}")
    return [(one.name, one.given.number, one.given.when) for one in page.context["cl"].result_list]


def sorted_by(client, column, sign="-"):
    """The names in the list, sorted by a column: from the highest value on, or from the lowest."""
    shown = client.get(PEOPLE).context["cl"].list_display
    return [name for name, *_rest in columns(client, f"?o={sign}{shown.index(column)}")]


# --- the list of people ---


@pytest.mark.usefixtures("ada")
def test_the_list_says_how_many_talks_and_when_and_where_the_last_was(client):
    make_speaker(name="Bo Reed")

    assert columns(client) == [
        ("Ada Lovelace", 2, "2 September 2026 (LOOM); planned on 5 November 2026 (ASSET)"),
        ("Bo Reed", 0, ""),
    ]
    assert "2 September 2026 (LOOM)" in client.get(PEOPLE).text


@pytest.mark.usefixtures("ada")
def test_the_list_can_be_sorted_by_both(client, series):
    grace = make_speaker(name="Grace Hopper", sort_name="A")
    make_talk(speakers=[grace], series=series, starts_at=on(9, 20))
    make_speaker(name="Bo Reed", sort_name="B")

    by_number, by_day = sorted_by(client, number_of_talks), sorted_by(client, last_talk)

    assert by_number == ["Ada Lovelace", "Grace Hopper", "Bo Reed"]
    assert by_day == ["Grace Hopper", "Ada Lovelace", "Bo Reed"]
    assert sorted_by(client, last_talk, sign="") == by_day[::-1]


def test_the_list_takes_the_same_queries_for_one_person_and_for_many(client, series):
    def queries():
        with CaptureQueriesContext(connection) as found:
            sorted_by(client, number_of_talks)
        return len(found)

    make_talk(speakers=["Ada Lovelace"], series=series, starts_at=on(9, 2))
    few = queries()
    for number in range(10):
        make_talk(speakers=[f"Person Number{number}"], series=series, starts_at=on(9, 3) + timedelta(days=number))

    assert queries() == few


# --- the form of a person ---


def test_the_form_of_a_person_lists_their_talks_and_leads_back(client, ada, series):
    page = client.get(address_of(ada))
    said = words(page.text)

    assert [(one.day, one.roles) for one in page.context["talks"]] == [
        ("5 November 2026", "Speaker"),
        ("30 September 2026", "Speaker"),
        ("29 September 2026", "Moderator"),
        ("2 September 2026", "Speaker"),
        ("4 March 2024", "Speaker"),
    ]
    assert "One 4 March 2024 · ASSET · Speaker" in said
    assert "Off 30 September 2026 · ASSET · Speaker · Cancelled" in said
    one = page.context["talks"][-1].talk
    assert f"{address_of(one)}?next=%2Fadmin%2Fseminars%2Fspeaker%2F{ada.pk}%2Fchange%2F" in page.text


def test_a_talk_of_others_leads_to_its_page(client, ada):
    two = next(one.talk for one in client.get(address_of(ada)).context["talks"] if one.talk.title == "Two")

    page = client.get(address_of(ada)).text

    assert f'href="{two.get_absolute_url()}"' in page
    assert address_of(two) not in page


# --- the box in which somebody is chosen ---


@pytest.mark.usefixtures("ada")
def test_the_box_says_who_has_spoken_and_when(client):
    (told,) = picked(client)

    assert (told["name"], told["text"]) == ("Ada Lovelace", "Ada Lovelace")
    assert told["beside"] == (
        "London · 2 talks, the last on 2 September 2026 (LOOM); planned on 5 November 2026 (ASSET)"
    )
    assert [(one["day"], one["sentence"]) for one in told["near"]] == [
        ("2026-09-02", "Ada Lovelace spoke here on 2 September 2026 (LOOM)."),
        ("2026-11-05", "Ada Lovelace is to speak here on 5 November 2026 (ASSET)."),
    ]


def test_somebody_who_never_spoke_has_their_affiliation_alone(client):
    make_speaker(name="Bo Reed", affiliation="Larkfield")

    assert [(one["beside"], one["near"]) for one in picked(client, "Bo")] == [("Larkfield", [])]


def test_other_boxes_say_what_they_said(client, series):
    asked = {"app_label": "seminars", "model_name": "jointtalk", "field_name": "series", "term": ""}
    answer = json.loads(client.get(f"/admin/autocomplete/?{urlencode(asked)}").content)

    assert answer["results"] == [{"id": str(series.pk), "text": str(series)}]


# --- a talk less than a year ago or ahead ---


def test_a_talk_within_a_year_gives_a_warning_before_and_after(series):
    ada = make_speaker(name="Ada Lovelace")
    talk = make_talk(speakers=[ada], series=series, starts_at=on(11, 5))
    for year, month, day in ((2025, 11, 5), (2026, 3, 4), (2027, 5, 5), (2027, 11, 5)):
        make_talk(speakers=[ada], series=series, starts_at=on(month, day, year))

    assert warnings_of(talk) == [
        "Ada Lovelace spoke less than a year before: on Wednesday, 4 March (ASSET).",
        "Ada Lovelace speaks again within a year: on Wednesday, 5 May 2027 (ASSET).",
    ]


# --- what nobody else may learn ---


@pytest.fixture
def secrets(ada):
    """A draft of others, and a talk that only an address leads to."""
    make_draft(title="Hidden draft", speakers=[ada], series=make_series(short_name="SECRET"), starts_at=on(9, 15))
    unlisted = make_series(short_name="VEILED", is_listed=False)
    make_talk(title="Hidden talk", speakers=[ada], series=unlisted, starts_at=on(9, 16))


@pytest.mark.usefixtures("secrets")
def test_drafts_and_unlisted_talks_of_others_are_told_nowhere(client, ada):
    told = json.dumps(picked(client)) + client.get(PEOPLE).text + client.get(address_of(ada)).text

    assert columns(client)[0][1] == 2
    for word in ("Hidden", "SECRET", "VEILED", "15 September", "16 September", "2026-09-15", "2026-09-16"):
        assert word not in told


@pytest.mark.usefixtures("secrets")
def test_a_draft_of_others_does_not_decide_the_order(client, series):
    grace = make_speaker(name="Grace Hopper")
    make_talk(speakers=[grace], series=series, starts_at=on(9, 10))

    assert sorted_by(client, last_talk) == ["Grace Hopper", "Ada Lovelace"]


@pytest.mark.usefixtures("secrets")
def test_administrators_see_them(ada):
    client = signed_in(make_administrator())

    assert columns(client)[0][1] == 4
    assert "Hidden draft" in client.get(address_of(ada)).text


def test_an_organiser_sees_the_own_draft(client, series):
    make_draft(title="Mine", speakers=["Ada Lovelace"], series=series, starts_at=on(9, 15))

    assert picked(client)[0]["beside"] == "1 talk, on 15 September 2026 (ASSET)"
