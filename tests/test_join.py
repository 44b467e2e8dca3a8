"""The stable join address leads to the current link, or says why not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from seminars.actions import lifecycle, talk_changes
from seminars.models import JoinAccess

from .factories import make_draft, make_member, make_organiser, make_room, make_series, make_talk

pytestmark = pytest.mark.django_db

LINK = "https://zoom.example/j/95189835192"


def answer_to(client, talk):
    return client.get(talk.join_path)


def starting_in(minutes, **fields):
    return make_talk(
        starts_at=timezone.now() + timedelta(minutes=minutes), **{"join_url": LINK, "title": "On engines"} | fields
    )


def test_an_open_link_is_followed_at_any_time(client):
    answer = answer_to(client, starting_in(minutes=60 * 24 * 30))

    assert (answer.status_code, answer["Location"]) == (302, LINK)


def test_a_passcode_is_shown_with_one_button(client):
    answer = answer_to(client, starting_in(minutes=60, passcode="797599"))

    assert answer.status_code == 200
    assert (LINK in answer.text, "797599" in answer.text) == (True, True)


@pytest.mark.parametrize(
    ("minutes", "status"), [(16, 200), (14, 302), (-30, 302), (-89, 302), (-91, 200)], ids=lambda value: f"{value}"
)
def test_a_timed_link_is_open_from_15_minutes_before_the_start_to_30_after_the_end(client, minutes, status):
    answer = answer_to(client, starting_in(minutes, join_access=JoinAccess.TIMED))

    assert (answer.status_code, LINK in answer.text) == (status, False)
    assert answer.get("Location", "") == (LINK if status == 302 else "")


def test_a_timed_link_says_when_it_will_be_there(client):
    answer = answer_to(client, starting_in(minutes=60, join_access=JoinAccess.TIMED, passcode="797599"))

    assert "15 minutes before the talk" in answer.text
    assert (LINK in answer.text, "797599" in answer.text) == (False, False)


def test_a_members_link_asks_strangers_to_sign_in_and_brings_them_back(client):
    talk = starting_in(minutes=60, join_access=JoinAccess.MEMBERS, passcode="797599")

    answer = answer_to(client, talk)

    assert "Sign in to see the link." in answer.text
    assert f'<a class="button" href="/sign-in/?next=/talks/{talk.pk}/join/">' in answer.text
    assert (LINK in answer.text, "797599" in answer.text) == (False, False)


def test_a_members_link_is_followed_by_members(client):
    client.force_login(make_member())

    answer = answer_to(client, starting_in(minutes=60, join_access=JoinAccess.MEMBERS))

    assert (answer.status_code, answer["Location"]) == (302, LINK)


@pytest.mark.parametrize("access", list(JoinAccess))
def test_a_talk_that_is_called_off_leads_nobody_to_its_link(client, access):
    cancelled = lifecycle.cancel(starting_in(minutes=5, join_access=access), reason="Snow", by=None)
    postponed = lifecycle.postpone(starting_in(minutes=5, join_access=access), reason="Illness", by=None)
    client.force_login(make_member())

    answers = [answer_to(client, talk) for talk in (cancelled, postponed)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "has been cancelled" in answers[0].text
    assert "Snow" in answers[0].text
    assert "has been postponed" in answers[1].text
    assert [LINK in answer.text for answer in answers] == [False, False]


def test_the_join_page_says_if_a_talk_is_over_or_has_no_link(client):
    over = answer_to(client, starting_in(minutes=-180))
    in_person = answer_to(client, starting_in(minutes=60, join_url="", room=make_room()))

    assert "has taken place" in over.text
    assert "There is no link for this talk yet" in in_person.text


def test_a_draft_has_no_join_address_but_for_its_organisers(client):
    series = make_series()
    draft = make_draft(series=series, join_url=LINK)

    to_strangers = answer_to(client, draft)
    client.force_login(make_organiser(series))
    to_organisers = answer_to(client, draft)

    assert (to_strangers.status_code, to_organisers.status_code) == (404, 302)


@pytest.mark.parametrize("minutes", [5, -180])
def test_no_answer_is_kept_indexed_or_named_to_the_conference(client, minutes):
    answer = answer_to(client, starting_in(minutes))

    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Robots-Tag"] == "noindex"


def test_a_talk_of_an_unlisted_series_is_joined_by_those_who_know_its_address(client):
    answer = answer_to(client, starting_in(minutes=5, series=make_series(is_listed=False)))

    assert (answer.status_code, answer["Location"]) == (302, LINK)


def test_members_see_the_passcode_and_people_who_left_do_not(client):
    talk = starting_in(minutes=60, join_access=JoinAccess.MEMBERS, passcode="797599")
    member = make_member()
    client.force_login(member)
    assert (LINK in answer_to(client, talk).text, "797599" in answer_to(client, talk).text) == (True, True)

    member.is_active = False
    member.save()

    assert (LINK in answer_to(client, talk).text, "797599" in answer_to(client, talk).text) == (False, False)


def test_a_new_link_is_followed_at_once(client):
    talk = starting_in(minutes=5)
    assert answer_to(client, talk)["Location"] == LINK

    talk.join_url = "https://zoom.example/j/2"
    talk_changes.save(talk)

    assert answer_to(client, talk)["Location"] == "https://zoom.example/j/2"


def test_a_head_request_gets_the_same_answer(client):
    talk = starting_in(minutes=5)

    assert client.head(f"/talks/{talk.pk}/join/")["Location"] == answer_to(client, talk)["Location"]
