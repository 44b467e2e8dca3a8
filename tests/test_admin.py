"""The desk saves through the actions: one stamp for each change, messages instead of errors, no typed text lost."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from seminars.actions import lifecycle
from seminars.models import Department, Edition, Speaker, State, Talk, Topic
from tests.admin_forms import errors_in, form_of, messages_of, save, signed_in, with_row
from tests.factories import (
    in_new_york,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)

pytestmark = pytest.mark.django_db


def stamps(talk):
    talk.refresh_from_db()
    return talk.sequence, talk.changed_at, talk.entry_digest


# --- one stamp for each change -----------------------------------------------------------------------


def test_a_save_without_a_change_alters_nothing(administrator_client):
    talk = make_talk(speakers=["Ada Lovelace"], topics=[make_topic()], also_in=[make_series()], room=make_room())
    before, edition = Talk.objects.values().get(pk=talk.pk), Edition.objects.current()

    response = save(administrator_client, talk)

    assert response.status_code == 302
    assert Talk.objects.values().get(pk=talk.pk) == before
    assert Edition.objects.current() == edition


def test_a_new_title_raises_the_sequence_once(administrator_client):
    talk = make_talk()

    save(administrator_client, talk, title="On engines")

    assert Talk.objects.values_list("title", "sequence").get(pk=talk.pk) == ("On engines", 1)


def test_a_speaker_added_in_the_form_raises_the_sequence_once(administrator_client):
    talk = make_talk()
    ada = make_speaker(name="Ada Lovelace", affiliation="London")

    save(
        administrator_client,
        talk,
        **with_row(administrator_client, talk, "appearances", speaker=ada.pk, role="speaker", order=0),
    )

    talk.refresh_from_db()
    assert (talk.speaker_names, talk.speakers[0].affiliation, talk.sequence) == ("Ada Lovelace", "London", 1)


def test_a_speaker_and_a_title_together_raise_the_sequence_once(administrator_client):
    talk = make_talk()
    row = with_row(administrator_client, talk, "appearances", speaker=make_speaker().pk, role="speaker", order=0)

    save(administrator_client, talk, title="On engines", **row)

    assert stamps(talk)[0] == 1


def test_a_speaker_taken_out_raises_the_sequence(administrator_client):
    talk = make_talk(speakers=["Ada Lovelace"])

    save(administrator_client, talk, **{"appearances-0-DELETE": "on"})

    assert (talk.appearances.count(), stamps(talk)[0]) == (0, 1)


def test_a_topic_and_a_further_series_raise_the_sequence_once(administrator_client):
    talk = make_talk()
    topic = with_row(administrator_client, talk, "topic_rows", topic=make_topic().pk)

    save(
        administrator_client,
        talk,
        **topic,
        **with_row(administrator_client, talk, "joint_rows", series=make_series(short_name="PRiML").pk),
    )

    talk.refresh_from_db()
    assert (talk.series_label.endswith(" + PRiML"), talk.topics.count(), talk.sequence) == (True, 1, 1)


def test_another_speaker_in_the_same_row_brings_their_own_affiliation(administrator_client):
    talk = make_talk(speakers=[make_speaker(affiliation="London")])

    save(administrator_client, talk, **{"appearances-0-speaker": make_speaker(affiliation="Göttingen").pk})

    assert talk.appearances.get().affiliation == "Göttingen"


def test_a_draft_that_is_saved_keeps_its_sequence(administrator_client):
    draft = make_draft()
    before = stamps(draft)

    save(administrator_client, draft, title="On engines")

    after = stamps(draft)
    assert (after[0], after[1] > before[1]) == (0, True)


@pytest.mark.parametrize("noun", ["room", "speaker", "series", "topic"])
def test_a_new_name_is_stamped_on_every_public_talk_that_prints_it(administrator_client, noun):
    thing = {"room": make_room, "speaker": make_speaker, "series": make_series, "topic": make_topic}[noun]()
    week = timedelta(days=7)
    where = {"room": {"room": thing}, "speaker": {"speakers": [thing]}, "series": {"series": thing},
             "topic": {"topics": [thing]}}[noun]  # fmt: skip
    first, second = (make_talk(starts_at=timezone.now().replace(microsecond=0) + week * n, **where) for n in (1, 2))
    draft, other = make_draft(starts_at=timezone.now().replace(microsecond=0) + week * 3, **where), make_talk()

    save(administrator_client, thing, **{"short_name" if noun == "series" else "name": "Renamed"})

    assert [stamps(talk)[0] for talk in (first, second, draft, other)] == [1, 1, 0, 0]


def test_a_thing_saved_without_a_change_makes_no_edition(administrator_client):
    room = make_room()
    make_talk(room=room)
    edition = Edition.objects.current()

    save(administrator_client, room)

    assert Edition.objects.current() == edition


# --- adding --------------------------------------------------------------------------------------------


def test_a_new_talk_has_the_default_values_of_its_series(administrator_client):
    room, topic = make_room(), make_topic()
    series = make_series(
        default_weekday=2, default_start="12:00", default_minutes=75, default_room=room,
        default_join_url="https://zoom.example.edu/j/1", default_passcode="tea", default_join_access="timed",
    )  # fmt: skip
    series.topic_rows.create(topic=topic)

    form = form_of(administrator_client, reverse("admin:seminars_talk_add") + f"?series={series.pk}")

    names = ["series", "starts_at_1", "ends_at_1", "room", "join_url", "passcode", "join_access", "topic_rows-0-topic"]
    assert [form[name] for name in names] == [
        str(series.pk), "12:00", "13:15", str(room.pk), "https://zoom.example.edu/j/1", "tea", "timed",
        str(topic.pk),
    ]  # fmt: skip


def test_the_only_series_of_an_organiser_needs_no_choice():
    series = make_series(default_weekday=2, default_start="12:00")

    form = form_of(signed_in(make_organiser(series)), reverse("admin:seminars_talk_add"))

    assert form["series"] == str(series.pk)


def test_a_new_talk_is_a_draft_with_its_people_and_topics():
    series, topic = make_series(default_weekday=2, default_start="12:00"), make_topic()
    series.topic_rows.create(topic=topic)
    client, address = signed_in(make_organiser(series)), reverse("admin:seminars_talk_add")
    person = {"appearances-0-speaker": make_speaker(name="Ada Lovelace").pk}

    response = client.post(address, form_of(client, address) | person)

    talk = Talk.objects.get()
    assert response.status_code == 302
    assert (talk.state, talk.speaker_names, list(talk.topics.all())) == (State.DRAFT, "Ada Lovelace", [topic])


def test_save_and_announce_opens_the_announce_page():
    series = make_series(default_weekday=2, default_start="12:00")
    client, address = signed_in(make_organiser(series)), reverse("admin:seminars_talk_add")

    response = client.post(address, form_of(client, address) | {"_announce": "yes"})
    client.post(response.url)

    assert Talk.objects.get().state == State.CONFIRMED


# --- rooms ---------------------------------------------------------------------------------------------


def test_a_taken_room_is_refused_with_a_message_and_keeps_the_typed_values(administrator_client):
    room = make_room(name="Room 414")
    noon = in_new_york(2030, 11, 6, 12)
    make_talk(
        room=room, title="On engines", speakers=["Ada Lovelace"], starts_at=noon, ends_at=noon + timedelta(minutes=75)
    )
    talk = make_talk(starts_at=noon)

    response = save(administrator_client, talk, title="On looms", room=room.pk)

    assert errors_in(response) == [
        "Room 414 is taken by “Ada Lovelace – On engines”, 12–1:15 pm. Choose another room or time."
    ]
    assert 'value="On looms"' in response.content.decode()
    assert stamps(talk)[0] == 0


def test_the_form_shows_the_error_of_an_action_that_fails_after_the_check(administrator_client):
    atrium = make_room(is_exclusive=False)
    first = make_talk(room=atrium)
    make_talk(room=atrium, starts_at=first.starts_at)

    response = save(administrator_client, atrium, name="Atrium two", is_exclusive="on")

    atrium.refresh_from_db()
    assert response.status_code == 200
    assert [error for error in errors_in(response) if "is taken by" in error] != []
    assert 'value="Atrium two"' in response.content.decode()
    assert atrium.is_exclusive is False


def test_a_new_room_is_announced_to_visitors_and_the_organiser_sees_the_notice(administrator_client):
    talk = make_talk(room=make_room(name="307", building=""))
    new = make_room(name="414", building="")

    save(administrator_client, talk, room=new.pk)

    talk.refresh_from_db()
    assert (talk.notice, talk.sequence) == ("Room changed from 307 to 414", 1)
    assert "The talk’s notice is now: “Room changed from 307 to 414”." in messages_of(administrator_client)


def test_a_typed_notice_is_kept(administrator_client):
    talk = make_talk(room=make_room())

    save(administrator_client, talk, room=make_room().pk, notice="Come early")

    talk.refresh_from_db()
    assert talk.notice == "Come early"


def test_a_talk_that_loses_its_room_and_gains_a_link_is_online_only(administrator_client):
    talk = make_talk(room=make_room())

    save(administrator_client, talk, room="", join_url="https://zoom.example.edu/j/1")

    talk.refresh_from_db()
    assert (talk.notice, talk.is_online_only) == ("Online only", True)


def test_a_renamed_room_proposes_its_former_name_and_says_so(administrator_client):
    room = make_room(name="307")

    save(administrator_client, room, name="414")

    room.refresh_from_db()
    assert room.formerly == "307"
    assert [
        line for line in messages_of(administrator_client) if line.startswith("Visitors see “formerly 307” until ")
    ] != []


# --- time ----------------------------------------------------------------------------------------------


def test_another_start_is_a_move(administrator_client):
    talk = make_talk(starts_at=in_new_york(2030, 11, 6, 12))

    save(administrator_client, talk, starts_at_0="2030-11-07", ends_at_0="2030-11-07")

    talk.refresh_from_db()
    assert (talk.starts_at, talk.moved_from) == (in_new_york(2030, 11, 7, 12), in_new_york(2030, 11, 6, 12))


def test_a_postponed_talk_with_a_new_time_goes_ahead(administrator_client):
    talk = make_talk(starts_at=in_new_york(2030, 11, 6, 12))
    lifecycle.postpone(talk, reason="Snow", by=None)

    save(administrator_client, talk, starts_at_0="2030-11-13", ends_at_0="2030-11-13")

    talk.refresh_from_db()
    assert (talk.state, talk.notice) == (State.CONFIRMED, "")


def test_a_cancelled_talk_is_not_moved(administrator_client):
    talk = make_talk(starts_at=in_new_york(2030, 11, 6, 12))
    lifecycle.cancel(talk, by=None)

    response = save(administrator_client, talk, starts_at_0="2030-11-13", ends_at_0="2030-11-13")

    assert errors_in(response) == ["A cancelled talk cannot be moved. Reinstate it first."]


def test_an_end_before_the_start_shows_a_message(administrator_client):
    talk = make_talk(starts_at=in_new_york(2030, 11, 6, 12))

    response = save(administrator_client, talk, ends_at_1="11:00:00")

    assert errors_in(response) == ["The end must be after the start. Choose a later end."]


# --- the department, breaks, former addresses ----------------------------------------------------------


def test_the_department_is_one_row_with_one_page(administrator_client):
    address, add = reverse("admin:seminars_department_changelist"), reverse("admin:seminars_department_add")
    Department.objects.create(pk=1, name="Gone")
    Department.objects.all().delete()

    before = administrator_client.get(address).url
    administrator_client.post(add, form_of(administrator_client, add) | {"name": "Department of Engines"})

    assert before == add
    assert administrator_client.get(address).url == reverse("admin:seminars_department_change", args=[1])
    assert (administrator_client.get(add).status_code, Department.objects.current().name) == (
        403,
        "Department of Engines",
    )


def test_a_break_of_one_day_needs_no_last_day(administrator_client):
    add = reverse("admin:seminars_break_add")
    form = form_of(administrator_client, add) | {"reason": "Thanksgiving", "first_on": "2030-11-28"}

    ends = [administrator_client.post(add, form | {"last_on": last}) for last in ("2030-11-27", "")]

    assert errors_in(ends[0]) == ["The last day is before the first. Choose a later one."]
    assert ends[1].status_code == 302


def test_a_former_address_has_exactly_one_target(administrator_client):
    add = reverse("admin:seminars_formeraddress_add")
    form = form_of(administrator_client, add) | {"path": "/event/old/"}

    refused = administrator_client.post(add, form)
    crooked = administrator_client.post(add, form | {"path": "event/old/", "room": make_room().pk})
    made = administrator_client.post(add, form | {"room": make_room().pk})

    assert errors_in(refused) == ["Choose exactly one thing that this address leads to."]
    assert "Begin the old path with a slash, such as /event/old-name/." in errors_in(crooked)
    assert made.status_code == 302


def test_a_changed_slug_leaves_a_former_address(administrator_client):
    topic = make_topic(name="Engines")

    save(administrator_client, topic, slug="machines")

    assert Topic.objects.with_slugs(["engines"]) == {"engines": topic}


def test_a_speaker_typed_in_the_popup_is_made():
    client = signed_in(make_organiser())
    add = reverse("admin:seminars_speaker_add") + "?_popup=1"

    client.post(add, form_of(client, add) | {"name": "Ada Lovelace"})

    assert Speaker.objects.get().sort_name == "Lovelace, Ada"
