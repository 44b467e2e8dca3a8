"""Reading talks, series, rooms, speakers and topics over the interface for programs."""

import json
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from seminars.actions import lifecycle, shared_rows, talk_changes
from seminars.models import Break, JoinAccess
from tests.admin_forms import signed_in
from tests.database_queries import queries_of
from tests.factories import (
    in_new_york,
    make_administrator,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.tokens import program

pytestmark = pytest.mark.django_db

TALKS = "/api/v1/talks"
PROBLEM = "application/problem+json"


def titles(client, query=""):
    return [talk["title"] for talk in client.get(f"{TALKS}{query}").json()["items"]]


def place(start):
    """The cursor of a part that begins after the talk 1 with this start."""
    return urlsafe_b64encode(json.dumps([start, 1]).encode()).decode().rstrip("=")


def read_all(client, address):
    """The items of all parts of a list."""
    found = []
    while address:
        part = client.get(address.removeprefix(settings.SITE_URL)).json()
        found, address = found + part["items"], part["next"]
    return found


def test_a_talk_is_told_with_its_links_and_people(client, talk, ada):
    told = client.get(f"{TALKS}/{talk.pk}").json()

    assert (told["title"], told["state"], told["starts_at"]) == ("On engines", "confirmed", "2035-11-07T12:00:00-05:00")
    assert told["links"]["calendar"] == f"{settings.SITE_URL}/talks/{talk.pk}/calendar.ics"
    assert told["people"] == [
        {
            "role": "speaker", "speaker": "ada-lovelace", "name": "Ada Lovelace", "affiliation": "London",
            "url": f"{settings.SITE_URL}/speakers/ada-lovelace/",
        }
    ]  # fmt: skip
    assert (told["series"][0]["slug"], told["room"]["slug"], told["topics"][0]["slug"]) == ("asset", "307", "engines")
    assert all(client.get(link.removeprefix(settings.SITE_URL)).status_code == 200 for link in told["links"].values())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Engines", "Looms", "Over"]),
        ("?series=asset", ["Engines", "Over"]),
        ("?series=asset&series=priml", ["Engines", "Looms", "Over"]),
        ("?topic=maths", ["Looms"]),
        ("?speaker=grace", ["Looms"]),
        ("?room=attic", ["Engines"]),
        ("?state=cancelled", ["Looms"]),
        ("?mode=in-person", ["Engines"]),
        ("?q=loom", ["Looms"]),
        ("?from=2035-01-01T00:00:00Z", []),
        ("?to=2030-01-01T00:00:00Z&from=2026-11-01T00:00:00-05:00", ["Looms"]),
        ("?order=-start", ["Over", "Looms", "Engines"]),
        ("?limit=1", ["Engines"]),
    ],
)
def test_a_list_has_what_the_filters_ask_for(client, series, priml, query, found):
    make_talk(title="Engines", series=series, room=make_room(slug="attic"), starts_at=in_new_york(2025, 11, 3, 12))
    looms = make_talk(
        title="Looms", series=priml, topics=[make_topic(slug="maths")], starts_at=in_new_york(2026, 12, 3, 12),
        speakers=[make_speaker(slug="grace")],
    )  # fmt: skip
    make_talk(title="Over", series=series, starts_at=in_new_york(2034, 11, 3, 12))
    lifecycle.cancel(looms, by=None)

    assert titles(client, query) == found


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?serie=asset", "serie"), ("?limit=0", "limit"), ("?limit=101", "limit"), ("?limit=1.0", "limit"),
        ("?from=2035-01-01", "from"), ("?from=yesterday", "from"), ("?to=0001-01-01T00:00:00%2B14:00", "to"),
        ("?state=over", "state.0"), ("?desk=1", "desk"), ("?cursor=x", "cursor"), ("?q=%00", "q"),
        ("?cursor=WyIyMDM1LTAxLTAxIiwgMV0", "cursor"), ("?order=title", "order"),
        (f"?cursor={place('0001-01-01T00:00:00+14:00')}", "cursor"),
        (f"?cursor={place('9999-12-31T23:59:59-14:00')}&order=-start", "cursor"),
        (f"?cursor={place('9999-12-31T23:59:59+00:00')}", "cursor"),
    ],
)  # fmt: skip
def test_a_value_that_is_none_is_refused_and_its_field_named(client, query, field):
    answer = client.get(f"{TALKS}{query}")

    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_an_unknown_filter_is_named_in_a_sentence(client, series):
    answer = client.get(f"{TALKS}?series=nothing")

    assert (answer.status_code, answer.json()["detail"]) == (422, "There is no “nothing” here (Series).")


@pytest.mark.parametrize("order", ["start", "-start"])
def test_parts_of_a_list_have_each_talk_once_whatever_is_added_between(client, series, order):
    start = in_new_york(2035, 1, 1, 12)
    made = [make_talk(series=series, title=str(number), starts_at=start, shares_room=True) for number in range(5)]

    first = client.get(f"{TALKS}?limit=2&order={order}").json()
    make_talk(series=series, title="before" if order == "start" else "after",
              starts_at=start - timedelta(days=1) if order == "start" else start + timedelta(days=1))  # fmt: skip
    rest = read_all(client, first["next"])

    expected = [talk.title for talk in made]
    assert [talk["title"] for talk in first["items"] + rest] == (expected if order == "start" else expected[::-1])


def test_updated_since_finds_what_changed_in_a_talk_or_in_what_it_prints(client, talk, other_talk, ada):
    moment = (timezone.now() + timedelta(seconds=20)).isoformat(timespec="seconds").replace("+", "%2B")
    assert titles(client, f"?updated_since={moment}") == []

    ada.name = "Augusta Ada King"
    with_clock_ahead(lambda: shared_rows.save(ada))
    assert titles(client, f"?updated_since={moment}") == ["On engines"]

    other_talk.slides_url = "https://example.org/slides"
    with_clock_ahead(lambda: talk_changes.save(other_talk))
    assert set(titles(client, f"?updated_since={moment}")) == {"On engines", other_talk.title}


def with_clock_ahead(act):
    with time_machine.travel(timezone.now() + timedelta(seconds=40)):
        act()


# --- what is not public ----------------------------------------------------------------------------------


def test_a_draft_is_read_by_those_alone_who_look_after_it(client, series, priml):
    draft = make_draft(series=series, title="Quokka", speakers=["Hidden"], notes="kowari")
    organiser, elsewhere = program(make_organiser(series)), program(make_organiser(priml))
    address = f"{TALKS}/{draft.pk}"

    assert [one.get(address).status_code for one in (client, elsewhere, organiser)] == [404, 404, 200]
    assert [one.get(f"{address}/history").status_code for one in (client, elsewhere, organiser)] == [401, 404, 200]
    assert (titles(client), titles(organiser), titles(organiser, "?desk=true")) == ([], [], ["Quokka"])
    told = organiser.get(address).json()
    assert (told["private"]["notes"], told["people"][0]["speaker"], told["people"][0]["url"]) == (
        "kowari",
        "hidden",
        None,
    )
    assert client.get(f"{TALKS}?desk=true").status_code == 401


def test_talks_on_the_desk_are_found_by_a_speaker_who_is_in_drafts_alone(client, series):
    make_draft(series=series, title="Quokka", speakers=[make_speaker(slug="hidden")])
    make_draft(series=series, title="Other")
    organiser = program(make_organiser(series))

    assert titles(organiser, "?desk=true&speaker=hidden") == ["Quokka"]
    assert organiser.get(f"{TALKS}?desk=true&speaker=nobody").status_code == 422
    assert [one.get(f"{TALKS}?speaker=hidden").status_code for one in (client, organiser)] == [422, 422]


@pytest.mark.parametrize("start", [in_new_york(1900, 1, 1, 0), in_new_york(2200, 12, 31, 23)])
def test_a_list_continues_after_a_talk_at_either_end_of_the_years(client, series, start):
    for title in "ab":
        make_talk(series=series, title=title, starts_at=start, shares_room=True)

    assert [talk["title"] for talk in read_all(client, f"{TALKS}?limit=1")] == ["a", "b"]


def test_organisers_of_a_further_series_do_not_see_private_fields(series, priml):
    joint = make_draft(
        series=series, also_in=[priml], notes="kowari", join_url="https://x.example", join_access="timed"
    )
    answer = program(make_organiser(priml)).get(f"{TALKS}/{joint.pk}")

    assert (answer.status_code, answer.json()["private"]) == (200, None)
    assert "kowari" not in answer.content.decode()
    assert "x.example" not in answer.content.decode()


def test_the_address_of_an_unlisted_talk_must_hold_its_key(client):
    talk = make_talk(series=make_series(is_listed=False, slug="hidden"))

    assert client.get(f"{TALKS}/{talk.pk}").status_code == 404
    told = client.get(f"{TALKS}/{talk.address}").json()
    assert (told["id"], told["series"][0]["slug"]) == (str(talk.address), None)
    assert titles(client) == []
    assert len(titles(client, "?series=hidden")) == 1  # as the page of the series shows it to who knows its name
    assert client.get("/api/v1/series").json()["items"] == []


@pytest.mark.parametrize("access", [JoinAccess.TIMED, JoinAccess.MEMBERS])
def test_links_that_are_not_open_are_told_to_organisers_alone(client, series, access):
    talk = make_talk(series=series, join_url="https://x.example/bilby", passcode="numbat", join_access=access)
    visitor, organiser = client.get(f"{TALKS}/{talk.pk}"), program(make_organiser(series)).get(f"{TALKS}/{talk.pk}")

    assert visitor.json()["join"] == {"address": talk.join_address, "link": None, "passcode": None}
    assert "bilby" not in visitor.content.decode()
    assert organiser.json()["private"]["join_url"] == "https://x.example/bilby"


def test_speakers_of_drafts_and_email_addresses_are_told_to_programs_with_a_token_alone(client, series, ada, talk):
    make_draft(series=series, speakers=[make_speaker(name="Hidden")])
    organiser = program(make_organiser(series))

    assert [one["name"] for one in client.get("/api/v1/speakers").json()["items"]] == ["Ada Lovelace"]
    assert [one["name"] for one in organiser.get("/api/v1/speakers").json()["items"]] == ["Ada Lovelace", "Hidden"]
    assert [one.get("/api/v1/speakers/hidden").status_code for one in (client, organiser)] == [404, 200]
    emails = [one.get("/api/v1/speakers/ada-lovelace").json()["email"] for one in (client, organiser)]
    assert emails == [None, "ada@example.org"]


def test_the_history_tells_who_changed_what(series):
    person = make_organiser(series, first_name="Grace", last_name="Hopper")
    talk = make_talk(series=series)
    lifecycle.cancel(talk, reason="Snow", by=person)

    (latest, *_earlier) = program(person).get(f"{TALKS}/{talk.pk}/history").json()["changes"]

    assert (latest["by"], latest["sentence"], latest["is_undone"]) == ("Grace Hopper", "Cancelled", False)
    assert {"label": "notice", "old": "", "new": "Snow"} in latest["differences"]


# --- other rows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["series", "rooms", "speakers", "topics"])
def test_rows_are_listed_in_parts_and_read_one_by_one(client, kind):
    for number in range(3):
        room, topic = make_room(slug=f"x{number}"), make_topic(slug=f"x{number}")
        make_talk(series=make_series(slug=f"x{number}"), room=room, topics=[topic],
                  speakers=[make_speaker(slug=f"x{number}")])  # fmt: skip

    assert [row["slug"] for row in read_all(client, f"/api/v1/{kind}?limit=2")] == ["x0", "x1", "x2"]
    row = client.get(f"/api/v1/{kind}/x1").json()
    assert client.get(row["links"]["page"].removeprefix(settings.SITE_URL)).status_code == 200
    assert client.get(f"/api/v1/{kind}/nothing").status_code == 404


def test_a_former_slug_finds_the_row(client):
    room = make_room(slug="old")
    room.slug = "new"
    shared_rows.save(room)

    assert client.get("/api/v1/rooms/old").json()["slug"] == "new"


def test_people_are_found_by_the_beginning_of_a_name(client, talk, other_talk):
    found = client.get("/api/v1/speakers?q=lovel").json()["items"]

    assert [one["name"] for one in found] == ["Ada Lovelace"]


def test_the_department_and_its_breaks_are_told(client, monday):
    unlisted = make_series(is_listed=False)
    for series in (None, unlisted):
        Break.objects.create(reason="Thanksgiving", first_on="2025-11-27", last_on="2025-11-28", series=series)

    assert client.get("/api/v1/department").json()["academic_year"] == "2025-26"
    (told,) = client.get("/api/v1/breaks").json()["items"]
    assert told == {
        "id": Break.objects.get(series=None).pk, "series": None, "first_on": "2025-11-27", "last_on": "2025-11-28",
        "reason": "Thanksgiving",
    }  # fmt: skip


# --- HTTP -----------------------------------------------------------------------------------------------


def test_an_answer_that_is_known_already_is_not_sent_again(client, talk, ada):
    first = client.get(f"{TALKS}/{talk.pk}")
    same = client.get(f"{TALKS}/{talk.pk}", headers={"if-none-match": f'"x", W/{first["ETag"]}'})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])

    ada.name = "Augusta Ada King"
    shared_rows.save(ada)

    assert client.get(f"{TALKS}/{talk.pk}", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_head_says_what_get_says_without_a_body(client, talk):
    got, head = client.get(TALKS), client.head(TALKS)

    assert (head.status_code, head.content, head["ETag"]) == (200, b"", got["ETag"])
    assert head["Content-Length"] == str(len(got.content))


def test_scripts_of_other_sites_read_what_is_public_and_nothing_else(client, series):
    asked = client.options(TALKS)
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
    assert "Authorization" not in asked["Access-Control-Allow-Headers"]
    assert client.get(TALKS)["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in program(make_organiser(series)).get(TALKS)


def test_what_a_token_reads_is_kept_by_nobody(client, series):
    assert program(make_organiser(series)).get(TALKS)["Cache-Control"] == "private, no-store"
    assert (client.get(TALKS)["Cache-Control"], client.get(TALKS)["Vary"]) == ("no-cache", "Authorization")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/api/v1/nothing", 404), ("get", "/api/v2/talks", 404), ("get", "/api/v1/talks/", 404),
        ("post", "/api/v1/nothing", 404), ("put", "/api/v1/breaks", 405), ("trace", "/api/v1/talks", 405),
        ("delete", "/api/v1/openapi.json", 405), ("get", "/api/v1/talks/0", 404), ("get", "/api/v1/rooms/%00", 404),
        ("get", "/api/v1/a%0Ab/c", 404),
        ("get", f"/api/v1/talks/{10**19}", 404),
    ],
)  # fmt: skip
def test_every_error_is_a_problem(client, method, path, status):
    answer = getattr(client, method)(path)

    assert (answer.status_code, answer["Content-Type"], answer.json()["status"]) == (status, PROBLEM, status)
    assert status != 405 or "GET" in answer["Allow"]
    declared = client.get("/api/v1/openapi.json").json()["paths"][TALKS]["get"]["responses"]
    assert str(status) in declared


def test_a_cookie_opens_nothing_and_none_is_set(series):
    browser = signed_in(make_administrator())
    draft = make_draft(series=series)

    for path in (TALKS, f"{TALKS}/{draft.pk}", "/api/"):
        answer = browser.get(path)
        assert not answer.cookies
        assert answer["Vary"] == "Authorization"
    assert browser.get(f"{TALKS}/{draft.pk}").status_code == 404
    assert browser.get("/api/").content == Client().get("/api/").content


def test_our_own_mistakes_are_problems_and_are_logged(client, talk, monkeypatch, caplog):
    client.raise_request_exception = False
    monkeypatch.setattr("seminars.api.talks.talk_out", lambda *_args, **_named: 1 / 0)

    answer = client.get(f"{TALKS}/{talk.pk}")

    assert (answer.status_code, answer["Content-Type"]) == (500, PROBLEM)
    assert "ZeroDivisionError" in caplog.text


def test_the_page_for_people_names_every_operation(client):
    page, document = client.get("/api/").content.decode(), client.get("/api/v1/openapi.json").json()

    assert [path for path in document["paths"] if path not in page] == []
    assert document["openapi"].startswith("3.1")


@pytest.mark.parametrize("desk", [False, True])
def test_a_list_takes_as_many_queries_for_a_hundred_talks_as_for_one(series, desk):
    reader = program(make_organiser(series)) if desk else Client()
    address = f"{TALKS}?limit=100" + ("&desk=true" if desk else "")
    make, unlisted = (make_draft if desk else make_talk), make_series(is_listed=False)

    def add(number):
        for _number in range(number):
            make(series=series, room=make_room(), speakers=["Ada", "Grace"], topics=[make_topic()], also_in=[unlisted])

    add(1)
    reader.get(address)
    few = queries_of(lambda: reader.get(address))
    add(20)

    assert len(reader.get(address).json()["items"]) == 21
    assert queries_of(lambda: reader.get(address)) == few
    assert few <= 15
