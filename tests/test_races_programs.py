"""Two programs, or one that sends twice, at the same moment: each change is made once, and none is lost."""

import pytest

from tests.races import race
from tests.tokens import TALKS

pytestmark = [pytest.mark.slow, pytest.mark.races]

ROUNDS = 8


def test_exactly_one_of_two_changes_of_the_same_state_is_made(racers):
    token = racers[0].does("give_token")
    for day in range(ROUNDS):
        (key,) = racers[0].does("stage", 200 + day, [["Room 307", 0, "confirmed"]])
        address = f"{TALKS}/{key}"
        _status, known = racers[0].does("ask", token, "get", address, None, {})

        asked = [
            ("ask", token, "patch", address, {"title": title}, {"if-match": known}) for title in ("Looms", "Sails")
        ]
        results = race(racers, *asked)

        assert sorted(result["did"][0] for result in results) == [200, 412]


def test_a_request_that_is_sent_twice_at_once_makes_one_talk(racers):
    token, found = racers[0].does("give_token"), []
    for day in range(ROUNDS):
        sent = {"series": "asset-seminar", "starts_at": f"2036-01-0{day + 1}T12:00:00Z"}
        asked = ("ask", token, "post", TALKS, sent, {"idempotency-key": str(day)})
        found += [sorted(result["did"][0] for result in race(racers, asked, asked))]

    assert [statuses for statuses in found if statuses not in ([201, 201], [201, 409])] == []
    assert len(racers[0].does("places")) == ROUNDS


def test_of_two_programs_that_add_a_person_at_once_the_second_is_asked(racers):
    token, found = racers[0].does("give_token"), []
    for number in range(ROUNDS):
        sent = {"name": f"Zanzibar {'abcdefgh'[number] * 12}"}
        asked = ("ask", token, "post", "/api/v1/speakers", sent, {})
        found += [sorted(result["did"][0] for result in race(racers, asked, asked))]

    assert found == [[201, 422]] * ROUNDS
