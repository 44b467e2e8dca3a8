"""One search finds what a desk lists: talks with their drafts, people, rooms, series and topics."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.admin_forms import address_of, form_of, signed_in
from tests.factories import (
    make_administrator,
    make_draft,
    make_member,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)

pytestmark = pytest.mark.django_db


def found(client, asked):
    """The names that a search finds, by the title of their group."""
    groups = client.get("/admin/search/", {"q": asked}).context["groups"]
    return {group.title: [one.name for one in group.rows] for group in groups}


@pytest.fixture
def series():
    return make_series(name="Looms and engines", short_name="ASSET")


@pytest.fixture
def client(series):
    return signed_in(make_organiser(series))


def test_a_word_finds_talks_people_series_rooms_and_topics(client, series):
    make_talk(series=series, title="On looms")
    make_draft(series=series, title="Looms again")
    make_speaker(name="Ada Loomis")
    make_room(name="Loom room")
    make_topic(name="Looms")

    assert found(client, "loom") == {
        "Talks": ["Looms again", "On looms"], "Speakers": ["Ada Loomis"], "Series": ["Looms and engines"],
        "Rooms": ["Loom room"], "Topics": ["Looms"],
    }  # fmt: skip


def test_every_result_leads_to_its_form(client, series):
    talk, person = make_draft(series=series, title="On looms"), make_speaker(name="Loom")

    groups = client.get("/admin/search/?q=loom").context["groups"]
    addresses = [one.address for group in groups for one in group.rows]

    results = "?next=%2Fadmin%2Fsearch%2F%3Fq%3Dloom"
    assert addresses == [address_of(row) + results for row in (talk, person, series)]
    assert [client.get(address).status_code for address in addresses] == [200, 200, 200]


def test_saving_what_was_found_leads_back_to_the_results(client, series):
    make_draft(series=series, title="On looms")

    (group,) = [one for one in client.get("/admin/search/?q=on+loom").context["groups"] if one.title == "Talks"]
    address = group.rows[0].address

    assert client.post(address, form_of(client, address)).url == "/admin/search/?q=on+loom"


def test_suggestions_are_the_first_of_each_kind(client, series):
    for number in range(6):
        make_draft(series=series, title=f"Looms {number}")
    make_speaker(name="Ada Loomis", affiliation="London")

    told = client.get("/admin/suggestions/", {"q": "loom"}).json()

    assert told["told"] == "6 suggestions"
    assert [(group["title"], len(group["rows"])) for group in told["groups"]] == [
        ("Talks", 4), ("Speakers", 1), ("Series", 1),
    ]  # fmt: skip
    assert told["groups"][1]["rows"][0]["beside"] == "London"


def test_suggestions_name_nothing_of_others_and_nothing_to_those_without_a_desk(client):
    make_draft(title="Secret looms")

    assert client.get("/admin/suggestions/", {"q": "secret"}).json()["groups"] == []
    assert client.get("/admin/suggestions/").json()["groups"] == []
    assert signed_in(make_member()).get("/admin/suggestions/?q=secret").status_code == 302


def test_drafts_and_series_of_others_are_not_found(client):
    make_draft(series=make_series(name="Secret looms", is_listed=False), title="Secret")
    boss = signed_in(make_administrator())

    assert found(client, "secret") == {}
    assert found(boss, "secret") == {"Talks": ["Secret"], "Series": ["Secret looms"]}


def test_a_joint_draft_of_another_series_is_found(client, series):
    make_draft(series=make_series(), also_in=[series], title="On jennies")

    assert found(client, "jennies") == {"Talks": ["On jennies"]}


def test_talks_with_the_words_in_their_title_come_first_and_upcoming_before_past_ones(client, series):
    now = timezone.now()
    make_talk(series=series, title="Old looms", starts_at=now - timedelta(days=30))
    make_talk(series=series, title="New looms", starts_at=now + timedelta(days=30))
    make_talk(series=series, title="Soon", abstract="On looms.", starts_at=now + timedelta(days=3))

    assert found(client, "looms")["Talks"] == ["New looms", "Old looms", "Soon"]


def test_accents_and_typos_do_not_hide_a_person(client):
    make_speaker(name="Zoë Müller")

    assert found(client, "zoe muller") == found(client, "Zoe Mülller") == {"Speakers": ["Zoë Müller"]}


def test_more_than_ten_of_a_kind_lead_to_their_list(client, series):
    for number in range(11):
        make_draft(series=series, title=f"On jennies {number}")

    (group,) = client.get("/admin/search/?q=jennies").context["groups"]

    assert (len(group.rows), client.get(group.all_of_them).context["cl"].result_count) == (10, 11)


@pytest.mark.parametrize("asked", ["", "   ", "zzzz", "\0", "' OR 1", "x" * 5000])
def test_a_search_without_results_says_what_to_do(client, asked):
    page = client.get("/admin/search/", {"q": asked})

    assert page.status_code == 200
    assert "Try fewer words" in page.text or "Enter a name" in page.text


def test_every_page_of_the_desk_has_the_search(client):
    for address in ("/admin/", "/admin/seminars/talk/", "/admin/plan/", "/admin/seminars/room/add/"):
        assert 'role="search" action="/admin/search/"' in client.get(address).text


def test_the_search_takes_few_queries(client, series, django_assert_max_num_queries):
    for number in range(12):
        make_draft(
            series=series,
            title=f"On looms {number}",
            speakers=[f"Loom {number}"],
            room=make_room(name=f"Loom {number}"),
        )

    with django_assert_max_num_queries(15):
        client.get("/admin/search/?q=loom")
