"""Several talks get the same values at once: what the page shows of each before, what is saved, and what stays."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from seminars.actions import several_talks, undoing
from seminars.actions.several_talks import prospects
from seminars.forms.next_page import with_next
from seminars.models import Change, State, Talk
from tests.admin_forms import errors_in, fields_of, messages_of, signed_in
from tests.factories import (
    in_new_york,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_talk,
    make_topic,
)
from tests.pages import words
from tests.several_talks import apply, page_of, typed

pytestmark = pytest.mark.django_db


def read(talk):
    return Talk.objects.for_entries().get(pk=talk.pk)


def now_of(talks, *names):
    return [tuple(getattr(read(talk), name) for name in names) for talk in talks]


def shown(response):
    return [
        (row.is_ticked, row.prospect.why_not, [(one.label, one.old, one.new) for one in row.prospect.differences])
        for row in response.context["rows"]
    ]


@pytest.fixture
def far():
    return timezone.now().replace(hour=17, minute=0, second=0, microsecond=0) + timedelta(days=30)


def test_the_list_of_talks_leads_to_the_page_of_the_selected_ones(administrator_client):
    talks = [make_talk(), make_talk()]
    chosen = {"action": "change_several", "_selected_action": [talk.pk for talk in talks]}

    response = administrator_client.post(reverse("admin:seminars_talk_changelist"), chosen)

    assert response.url == with_next(page_of(*talks), reverse("admin:seminars_talk_changelist"))


def test_a_preview_shows_old_and_new_values_of_each_talk_and_saves_nothing(administrator_client, far):
    old, new = make_room(name="307"), make_room(name="414")
    there, here = make_talk(room=old, starts_at=far), make_talk(room=new, starts_at=far + timedelta(days=7))

    response = administrator_client.post(page_of(there, here), typed(room=new.pk) | {"_preview": "on"})

    notice = ("Notice", "", f"Room changed from {old} to {new}")
    assert shown(response) == [
        (True, "", [("Room", str(old), str(new)), notice]),
        (False, "It already has these values.", []),
    ]
    assert f"The place changes from “{old}” to “{new}”." in words(response.text)
    assert now_of([there, here], "room") == [(old,), (new,)]


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("join_url", "https://meet.example.org/1", "https://meet.example.org/1"),
        ("passcode", "4711", "4711"),
        ("join_access", "timed", "timed"),
        ("host", "Ada Lovelace", "Ada Lovelace"),
        ("language", "de", "de"),
        ("notice", "Last talk of the term", "Last talk of the term"),
        ("state", "cancel", State.CANCELLED),
        ("state", "withdraw", State.DRAFT),
    ],
)
def test_a_value_is_given_to_all_ticked_talks_and_undone_at_once(administrator_client, name, value, stored):
    talks = [make_talk(join_access="open"), make_talk(join_access="open")]
    before = now_of(talks, name)

    response = apply(administrator_client, *talks, **{name: value})
    changed = now_of(talks, name)
    undoing.restore(Change.objects.latest("pk"), by=None)

    assert response.url == reverse("admin:seminars_talk_changelist")
    assert changed == [(stored,), (stored,)]
    assert now_of(talks, name) == before
    assert messages_of(administrator_client) == ["2 talks were changed."]
    assert LogEntry.objects.count() == 2


def test_talks_get_exactly_the_chosen_topics(administrator_client):
    rings, fields = make_topic(name="Rings"), make_topic(name="Fields")
    talks = [make_talk(topics=[rings]), make_talk(topics=[fields])]

    apply(administrator_client, *talks, topics=[fields.pk])

    assert [list(read(talk).topics.all()) for talk in talks] == [[fields], [fields]]
    assert [read(talk).sequence for talk in talks] == [1, 0]


def test_a_room_can_be_taken_away(administrator_client):
    talk = make_talk(room=make_room(), join_url="https://meet.example.org/1")

    apply(administrator_client, talk, room="")

    assert now_of([talk], "room", "notice") == [(None, "Online only")]


def test_start_and_length_are_by_the_clocks_where_the_talk_is(administrator_client):
    start = in_new_york(2030, 11, 5, 12)
    here = make_talk(starts_at=start)
    berlin = make_talk(starts_at=start, series=make_series(zone="Europe/Berlin"))

    apply(administrator_client, here, berlin, start="12:15", minutes="90")

    later, in_berlin = in_new_york(2030, 11, 5, 12, 15), in_new_york(2030, 11, 5, 6, 15)
    length = timedelta(minutes=90)
    assert now_of([here, berlin], "starts_at", "ends_at") == [(later, later + length), (in_berlin, in_berlin + length)]


def test_a_talk_that_moves_to_a_room_in_another_zone_keeps_its_hour_there(administrator_client):
    talk = make_talk(starts_at=in_new_york(2030, 11, 5, 12))
    away = make_room(zone="Europe/Berlin")

    apply(administrator_client, talk, room=away.pk, minutes="30")

    noon = in_new_york(2030, 11, 5, 6)
    assert now_of([talk], "starts_at", "ends_at", "room") == [(noon, noon + timedelta(minutes=30), away)]


def test_a_talk_whose_new_room_is_taken_stays_and_the_others_move(administrator_client, far):
    room = make_room(name="414")
    make_talk(title="Quicker", room=room, starts_at=far)
    clashing, free = make_talk(title="Slow", starts_at=far), make_talk(starts_at=far + timedelta(days=7))

    apply(administrator_client, clashing, free, room=room.pk)

    assert now_of([clashing, free], "room") == [(None,), (room,)]
    [done, refused] = messages_of(administrator_client)[:2]
    assert done == "1 talk was changed."
    assert refused.startswith("Not changed: Slow: 414 is taken by “Quicker”")


def test_of_two_talks_that_would_meet_in_one_room_the_second_stays(administrator_client, far):
    room = make_room()
    talks = [make_talk(starts_at=far), make_talk(starts_at=far)]

    apply(administrator_client, *talks, room=room.pk)

    assert now_of(talks, "room") == [(room,), (None,)]


def test_talks_that_move_within_their_room_do_not_stand_in_each_others_way(administrator_client):
    room, noon = make_room(), in_new_york(2030, 11, 5, 12)
    talks = [make_talk(room=room, starts_at=noon + timedelta(hours=hour), ends_at=noon + timedelta(hours=hour + 1))
             for hour in (0, 1)]  # fmt: skip

    apply(administrator_client, talks[0], start="14:00")
    apply(administrator_client, talks[1], start="12:30")

    assert now_of(talks, "starts_at") == [(noon + timedelta(hours=2),), (noon + timedelta(minutes=30),)]


def test_a_talk_that_stays_refuses_its_room_to_one_that_would_have_taken_it(administrator_client, far):
    room, other = make_room(name="307"), make_room(name="414")
    make_talk(title="Quicker", room=other, starts_at=far)
    staying = make_talk(room=room, starts_at=far, title="Stays")
    coming = make_talk(room=None, starts_at=far, title="Comes")
    found = prospects({"room": other}, list(Talk.objects.filter(pk=staying.pk).for_entries()))
    found += prospects({"room": room}, list(Talk.objects.filter(pk=coming.pk).for_entries()))

    several_talks.refuse_clashes(found)

    assert [one.is_possible for one in found] == [False, False]


def test_drafts_are_announced_and_a_public_talk_stays_as_it_is(administrator_client):
    draft, public = make_draft(), make_talk(title="On engines")

    apply(administrator_client, draft, public, state="announce")

    assert now_of([draft, public], "state") == [("confirmed",), ("confirmed",)]
    assert read(draft).published_at is not None
    already = "Not changed: On engines: Only a draft can be announced. This talk is already public."
    assert messages_of(administrator_client) == ["1 talk was changed.", already]


def test_a_cancelled_talk_gets_the_reason_that_was_typed_as_its_notice(administrator_client):
    talk = make_talk(notice="Coffee at 15:30")

    apply(administrator_client, talk, state="cancel", notice="The speaker is ill.")

    assert now_of([talk], "state", "notice") == [("cancelled", "The speaker is ill.")]


def test_a_postponed_talk_gets_no_time_by_the_way(administrator_client):
    postponed, other = make_talk(state=State.POSTPONED), make_talk()

    apply(administrator_client, postponed, other, start="08:15")

    assert now_of([postponed], "state", "starts_at") == [("postponed", postponed.starts_at)]
    assert read(other).starts_at != other.starts_at


def test_a_postponed_talk_stays_postponed_in_a_room_in_another_zone(administrator_client):
    talk, away = make_talk(state=State.POSTPONED), make_room(zone="Europe/Berlin")

    apply(administrator_client, talk, room=away.pk)

    assert now_of([talk], "state", "room") == [("postponed", away)]


def test_a_talk_that_is_not_ticked_stays(administrator_client):
    ticked, other = make_talk(), make_talk()

    apply(administrator_client, ticked, other, ticked=[ticked], host="Ada")

    assert now_of([ticked, other], "host") == [("Ada",), ("",)]


def test_talks_of_other_organisers_stay_and_tell_nothing_private():
    ours = make_talk()
    theirs = make_talk(title="Theirs", series=make_series(name="Logic"), passcode="4711", also_in=[ours.series])
    client = signed_in(make_organiser(ours.series))

    previewed = client.post(page_of(ours, theirs), typed(passcode="1234") | {"_preview": "on"})
    apply(client, ours, theirs, passcode="1234")

    assert "4711" not in previewed.text
    assert now_of([ours, theirs], "passcode") == [("1234",), ("4711",)]
    assert "Not changed: Theirs: Only the organisers of Logic can change it." in messages_of(client)


def test_talks_that_the_user_may_not_see_are_not_found():
    assert signed_in(make_organiser()).get(page_of(make_draft())).status_code == 404


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Nothing is ticked. Tick what you want to change."),
        ({"host": "Ada"}, "Tick the box to change this, or clear the field."),
        ({"chosen": ["start"], "start": ""}, "Enter a value, or clear the box."),
        ({"chosen": ["minutes"], "minutes": "1"}, "Ensure this value is greater than or equal to 5."),
        ({"chosen": ["room"], "room": "999999"}, "This room has been deleted. Choose another one."),
        ({"chosen": ["topics"], "topics": "9" * 40}, "A topic has been deleted. Choose the topics again."),
    ],
)
def test_what_cannot_be_meant_is_refused_and_what_was_typed_stays(administrator_client, sent, sentence):
    response = administrator_client.post(page_of(make_talk()), sent | {"_preview": "on"})

    assert errors_in(response) == [sentence]
    assert fields_of(response).get("host", "") == sent.get("host", "")


def test_nothing_is_saved_if_a_talk_was_changed_since_the_preview(administrator_client):
    talk = make_talk()
    previewed = administrator_client.post(page_of(talk), typed(host="Ada") | {"_preview": "on"})
    Talk.objects.get(pk=talk.pk).save()
    sent = typed(host="Ada") | {"seen": fields_of(previewed)["seen"], "talk": [talk.pk], "_save": "on"}

    response = administrator_client.post(page_of(talk), sent)

    assert "Nothing is saved yet, because something has changed. Check the talks again." in words(response.text)
    assert read(talk).host == ""


def test_a_talk_that_is_written_by_another_in_between_is_not_overwritten(far):
    [found] = prospects({"host": "Ada"}, [read(make_talk(starts_at=far))])
    Talk.objects.filter(pk=found.talk.pk).update(sequence=7)

    with pytest.raises(ValidationError):
        several_talks.change([found], sentence="", by=None)

    assert read(found.talk).host == ""


def offered_by(response):
    """What a browser sends of the boxes that a preview shows."""
    rows = [row for row in response.context["rows"] if row.prospect.is_possible]
    keys = [row.prospect.talk.pk for row in rows]
    shown = [*keys, *(["tell_move"] if response.context["moving"] else [])]
    assert response.text.count('name="offered"') == len(shown)
    return {"seen": fields_of(response)["seen"], "offered": shown, "_preview": "on"}


def test_a_second_preview_keeps_the_boxes_of_the_first(administrator_client, far):
    talks = [make_talk(starts_at=far, host="Ada"), make_talk(starts_at=far), make_talk(starts_at=far)]
    first = administrator_client.post(page_of(*talks), typed(host="Ada") | {"_preview": "on"})
    boxes = offered_by(first) | {"talk": [talks[1].pk]}

    second = administrator_client.post(page_of(*talks), typed(host="Bea") | boxes)

    assert [row.is_ticked for row in first.context["rows"]] == [False, True, True]
    assert [row.is_ticked for row in second.context["rows"]] == [True, True, False]  # the first had no box before


@pytest.mark.parametrize(("minutes", "tell_move"), [(15, True), (60, False)])  # each differs from what is preset
def test_a_second_preview_keeps_whether_pages_say_that_talks_moved(administrator_client, far, minutes, tell_move):
    talk = make_talk(starts_at=far)
    start = f"{timezone.localtime(far) + timedelta(minutes=minutes):%H:%M}"
    first = administrator_client.post(page_of(talk), typed(start=start) | {"_preview": "on"})
    boxes = offered_by(first) | {"talk": [talk.pk]} | ({"tell_move": "on"} if tell_move else {})

    second = administrator_client.post(page_of(talk), typed(start=start, host="Ada") | boxes)

    assert ("tell_move" in fields_of(first), "tell_move" in fields_of(second)) == (not tell_move, tell_move)


# --- small moves of a whole term ---


@pytest.mark.parametrize(
    ("days", "start", "is_preset"),
    [(30, "12:15", False), (30, "12:30", False), (30, "12:31", True), (30, "15:00", True), (3, "12:15", True)],
)
def test_a_small_move_far_ahead_needs_no_notice(administrator_client, days, start, is_preset):
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    talks = [make_talk(starts_at=noon + timedelta(days=40)), make_talk(starts_at=noon + timedelta(days=days))]

    response = administrator_client.post(page_of(*talks), typed(start=start) | {"_preview": "on"})

    assert ("tell_move" in fields_of(response)) == is_preset


@pytest.mark.parametrize("tell_move", [True, False])
def test_pages_say_that_talks_moved_only_if_it_is_ticked_and_calendars_move_anyway(
    administrator_client, client, tell_move
):
    noon = (timezone.localtime() + timedelta(days=30)).replace(hour=12, minute=0, second=0, microsecond=0)
    talk = make_talk(starts_at=noon, room=make_room())

    apply(administrator_client, talk, start="12:15", tell_move=tell_move)
    page, feed = client.get(talk.get_absolute_url()).text, client.get(talk.calendar_path).content.decode()

    assert ("previously" in words(page).lower()) == tell_move
    assert (read(talk).moved_from is not None) == tell_move
    assert "T121500" in feed
    assert read(talk).sequence == 1


def test_a_talk_that_moves_back_without_a_notice_does_not_say_that_it_moved(administrator_client, client, far):
    talk = make_talk(starts_at=far)
    hour = timezone.localtime(far)

    apply(administrator_client, talk, start=f"{hour + timedelta(minutes=15):%H:%M}", tell_move=True)
    apply(administrator_client, talk, start=f"{hour:%H:%M}")

    assert now_of([talk], "starts_at", "moved_from", "moved_at") == [(far, None, None)]
    assert "previously" not in words(client.get(talk.get_absolute_url()).text).lower()


def test_nobody_is_asked_about_notices_where_only_drafts_move(administrator_client):
    response = administrator_client.post(page_of(make_draft()), typed(start="08:15") | {"_preview": "on"})

    assert "Say on the pages that the talks have moved" not in response.text
