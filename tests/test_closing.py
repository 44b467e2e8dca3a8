"""Close a day: preview every talk, then change all ticked ones or none, and no talk of others."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.urls import reverse

from seminars.actions import closing, lifecycle
from seminars.actions.closing import Action, Closing
from seminars.models import Change, Edition, State, Talk
from tests.admin_forms import errors_in, messages_of, signed_in
from tests.factories import (
    in_new_york,
    make_administrator,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_talk,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

DAY = date(2030, 10, 9)
NOW = in_new_york(2030, 10, 8, 9)
NOON = in_new_york(2030, 10, 9, 12)
SNOW = "The university is closed: snow."


def make_here(series, **fields):
    """A talk on the day, in a room of the hall."""
    return make_talk(**{"series": series, "room": make_room(), "starts_at": NOON} | fields)


def asked(**fields):
    return {"day": str(DAY), "building": "", "action": "cancel", "reason": SNOW} | fields


def preview(client, **fields):
    return client.post(reverse("admin:closing"), asked(**fields))


def save(client, ticked=None, **fields):
    """Preview a closing and save what it ticks."""
    shown = preview(client, **fields).context
    ticked = [one.talk.pk for one, is_ticked in shown["rows"] if is_ticked] if ticked is None else ticked
    return client.post(
        reverse("admin:closing"), asked(**fields) | {"seen": shown["mark"], "talk": ticked, "_save": "1"}
    )


def rows_of(response):
    return [(one.talk, is_ticked) for one, is_ticked in response.context["rows"]]


def told(response):
    return [one.why_not or one.sentences for one, _ in response.context["rows"]]


# --- what is on ---


def test_the_talks_of_the_day_that_go_ahead_are_shown_the_earliest_first(series):
    late = make_here(series, starts_at=in_new_york(2030, 10, 9, 22))
    noon, early = make_here(series, state=State.TENTATIVE), make_here(series, starts_at=in_new_york(2030, 10, 9, 0))
    make_here(series, starts_at=in_new_york(2030, 10, 10, 0))
    make_here(series, starts_at=in_new_york(2030, 10, 8, 23))
    lifecycle.cancel(make_here(series), by=None)

    response = preview(signed_in(make_organiser(series)))

    assert rows_of(response) == [(early, True), (noon, True), (late, True)]


@pytest.mark.parametrize("action", ["cancel", "postpone", "online"])
def test_a_draft_is_pointed_out_and_left_alone(series, action):
    draft = make_draft(series=series, room=make_room(), join_url="https://example.org/meet", starts_at=NOON)

    response = preview(signed_in(make_organiser(series)), action=action)

    assert rows_of(response) == [(draft, False)]
    assert told(response) == ["It is still a draft, so visitors cannot see it. Move it or delete it."]


def test_a_talk_that_is_over_is_left_alone(series):
    make_here(series)

    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        assert rows_of(preview(signed_in(make_organiser(series)))) == []


def test_a_building_closes_alone(series):
    here = make_here(series, room=make_room(building="Town Hall"))
    make_here(series)
    make_talk(series=series, starts_at=NOON, join_url="https://example.org/meet")

    assert rows_of(preview(signed_in(make_organiser(series)), building="Town Hall")) == [(here, True)]


def test_an_online_talk_goes_ahead_unless_it_is_ticked(series):
    online = make_talk(series=series, starts_at=NOON, join_url="https://example.org/meet")

    assert rows_of(preview(signed_in(make_organiser(series)))) == [(online, False)]


def test_an_organiser_closes_their_own_series_and_an_administrator_all(series):
    mine = make_here(series)
    theirs = make_here(make_series(), also_in=[series], title="Theirs")
    stranger, administrator = signed_in(make_organiser(series)), signed_in(make_administrator())

    assert rows_of(preview(stranger)) == [(mine, True)]
    save(stranger, [mine.pk, theirs.pk])
    assert [talk.state for talk in Talk.objects.in_order_of([mine.pk, theirs.pk])] == ["cancelled", "confirmed"]
    assert rows_of(preview(administrator)) == [(theirs, True)]


# --- what becomes of them ---


@pytest.mark.parametrize(
    ("action", "sentences"),
    [
        ("cancel", ["Subscribers’ calendars will say that it is cancelled.", f"The notice will be “{SNOW}”."]),
        ("postpone", ["Subscribers’ calendars will say that it is postponed.", f"The notice will be “{SNOW}”."]),
        ("online", ["The place changes from “Gutmann Hall, Attic” to “Online”.", f"The notice will be “{SNOW}”."]),
    ],
)
def test_the_preview_says_what_people_will_see_and_changes_nothing(series, action, sentences):
    make_here(series, room=make_room(name="Attic"), join_url="https://example.org/meet")
    before = list(Talk.objects.values()), Edition.objects.current()

    response = preview(signed_in(make_organiser(series)), action=action)

    assert told(response) == [sentences]
    assert (list(Talk.objects.values()), Edition.objects.current()) == before


@pytest.mark.parametrize(
    ("action", "state", "said"),
    [
        ("cancel", "cancelled", "2 talks were cancelled."),
        ("postpone", "postponed", "2 talks were postponed."),
        ("online", "confirmed", "2 talks are now online only."),
    ],
)
def test_all_talks_share_one_reason_and_calendars_get_one_change(series, action, state, said):
    for _ in range(2):
        make_here(series, join_url="https://example.org/meet")
    client = signed_in(make_organiser(series))

    response = save(client, action=action)

    found = [(talk.state, talk.notice, talk.sequence, talk.is_online_only) for talk in Talk.objects.all()]
    assert found == [(state, SNOW, 1, action == "online")] * 2
    assert (response.url, messages_of(client)) == ("/admin/", [said])
    assert LogEntry.objects.count() == 2


def test_a_talk_that_moves_online_takes_the_usual_link_of_its_series():
    usual = {"default_join_url": "https://example.org/meet", "default_passcode": "42", "default_join_access": "timed"}
    series = make_series(**usual)
    make_here(series)

    save(signed_in(make_organiser(series)), action="online")

    talk = Talk.objects.get()
    assert (talk.room, talk.join_url, talk.passcode, talk.join_access) == (None, *usual.values())


def test_a_talk_without_any_link_is_not_moved_online(series):
    talk, online = make_here(series), make_talk(series=series, starts_at=NOON, join_url="https://example.org/meet")

    response = preview(signed_in(make_organiser(series)), action="online")

    assert rows_of(response) == [(talk, False), (online, False)]
    assert told(response) == [
        "People could not join online, because neither the talk nor its series has a link. Add a link first.",
        "It is already online, or has no room yet.",
    ]


def test_only_ticked_talks_are_concerned(series):
    one, other = make_here(series), make_here(series)

    save(signed_in(make_organiser(series)), [one.pk])

    assert [talk.state for talk in Talk.objects.in_order_of([one.pk, other.pk])] == ["cancelled", "confirmed"]


def test_one_refused_talk_keeps_all_unchanged(series):
    one, other = make_here(series, title="On engines"), lifecycle.cancel(make_here(series, title="On looms"), by=None)

    with pytest.raises(ValidationError) as refusal:
        closing.close(Closing(DAY, "", Action.CANCEL, SNOW), talks=[one, other], by=None)

    assert refusal.value.messages == ["On looms: Only a public talk that has not been cancelled can be cancelled."]
    assert Talk.objects.get(pk=one.pk).state == State.CONFIRMED


@pytest.mark.parametrize("action", ["cancel", "postpone", "online"])
def test_one_undo_restores_all_talks_and_calendars_get_the_change(series, action):
    for notice in ("Bring a coat", ""):
        make_here(series, notice=notice, join_url="https://example.org/meet")
    before = list(Talk.objects.values_list("state", "notice", "room", "uid"))
    client = signed_in(make_organiser(series))
    save(client, action=action)

    client.post(reverse("admin:undo"), {"change": Change.objects.latest("pk").pk})

    assert list(Talk.objects.values_list("state", "notice", "room", "uid")) == before
    assert set(Talk.objects.values_list("sequence", flat=True)) == {2}


# --- what may come between ---


def test_a_change_after_the_preview_needs_a_new_preview(series):
    client = signed_in(make_organiser(series))
    one = make_here(series)
    shown = preview(client).context
    make_here(series)

    sent = asked() | {"seen": shown["mark"], "talk": [one.pk], "_save": "1"}
    response = client.post(reverse("admin:closing"), sent)

    assert "something has changed. Check the talks again" in response.content.decode()
    assert [is_ticked for _, is_ticked in rows_of(response)] == [True, False]
    assert not Talk.objects.exclude(state=State.CONFIRMED).exists()


def test_a_new_reason_is_previewed_first(series):
    client = signed_in(make_organiser(series))
    one = make_here(series)
    shown = preview(client).context

    client.post(
        reverse("admin:closing"), asked(reason="Strike") | {"seen": shown["mark"], "talk": [one.pk], "_save": 1}
    )

    assert Talk.objects.get().state == State.CONFIRMED


def test_saving_twice_changes_nothing_more_and_says_so(series):
    client = signed_in(make_organiser(series))
    talk = make_here(series)
    shown = preview(client).context
    sent = asked() | {"seen": shown["mark"], "talk": [talk.pk], "_save": "1"}

    client.post(reverse("admin:closing"), sent)
    client.post(reverse("admin:closing"), sent)

    assert messages_of(client)[-1] == "Nothing was changed. None of these talks is still scheduled."
    assert Talk.objects.get().sequence == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"reason": ""}, "This field is required."),
        ({"reason": "x" * 301}, "Ensure this value has at most 300 characters (it has 301)."),
        ({"day": "2030-02-30"}, "“2030-02-30” is not a date. Enter a date such as 17 March or 2027-03-17."),
        ({"day": "9999-12-31"}, "Enter a year between 1900 and 2200."),
        ({"building": "Atlantis"}, "This building no longer exists. Choose another one."),
        ({"action": "explode"}, "Select a valid choice. explode is not one of the available choices."),
    ],
)
def test_invalid_input_shows_a_message_and_is_kept(series, wrong, sentence):
    make_here(series)

    response = signed_in(make_organiser(series)).post(reverse("admin:closing"), asked() | {"_save": "1"} | wrong)

    assert errors_in(response) == [sentence]
    assert wrong.get("reason", SNOW) in response.content.decode()


def test_a_form_without_a_ticked_talk_shows_a_message(series):
    make_here(series)

    assert errors_in(save(signed_in(make_organiser(series)), [])) == ["No talk is ticked. Tick the talks to change."]


def test_a_day_without_talks_says_so(series):
    assert "You have no talks there on that day." in preview(signed_in(make_organiser(series))).content.decode()


def test_too_many_talks_are_closed_one_building_after_the_other(series, monkeypatch):
    monkeypatch.setattr("seminars.actions.closing.MOST_TALKS", 1)
    for _ in range(2):
        make_here(series)

    assert errors_in(preview(signed_in(make_organiser(series)))) == [
        "There are more than 1 talks. Close one building at a time."
    ]
