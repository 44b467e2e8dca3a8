"""The desk shows what subscribers see of a talk, and what they will see of a change before it is saved."""

import re
from dataclasses import fields, replace
from datetime import timedelta

import pytest

from seminars.actions import lifecycle, talk_changes
from seminars.formats.ics_facts import Facts, facts_of
from seminars.formats.ics_preview import changes, entry
from seminars.models import Edition, State, Talk
from tests.admin_forms import address_of, consequences, errors_in, form_of, messages_of, save, signed_in, with_row
from tests.factories import in_new_york, make_draft, make_organiser, make_room, make_series, make_speaker, make_talk
from tests.pages import words

NOON = in_new_york(2125, 11, 5, 12)
ADA = ("speaker", "Ada Lovelace", "Analytical Society")
BEFORE = Facts(
    talk=1,
    slug="on-engines",
    state=State.CONFIRMED,
    starts_at=NOON,
    ends_at=NOON + timedelta(minutes=75),
    wall_times=(NOON.replace(tzinfo=None), NOON.replace(tzinfo=None) + timedelta(minutes=75)),
    zone="",
    series=("ASSET",),
    title="On engines",
    people=(ADA,),
    location="Hall, Room 414",
    position=("39.952200", "-75.193200"),
    notice="Bring a friend",
    programme="Coffee 11:30",
    abstract="What they do.",
    has_join=True,
    join_url="https://zoom.example/j/1",
    passcode="472119",
    topics=("Engines",),
    contact=("The office", "office@example.edu"),
)
CALENDARS = "Subscribers’ calendars will "


@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        (
            {"starts_at": NOON + timedelta(days=1), "ends_at": NOON + timedelta(days=1, minutes=75)},
            [CALENDARS + "move it from Monday, 5 November 2125, 12 noon to Tuesday, 6 November 2125, 12 noon."],
        ),
        ({"ends_at": NOON + timedelta(hours=2)}, [CALENDARS + "end it at 2 pm instead of 1:15 pm."]),
        (
            {"starts_at": NOON + timedelta(minutes=15)},
            [CALENDARS + "move it from Monday, 5 November 2125, 12 noon to Monday, 5 November 2125, 12:15 pm."],
        ),
        ({"state": State.CANCELLED}, [CALENDARS + "say that it is cancelled."]),
        ({"state": State.POSTPONED}, [CALENDARS + "say that it is postponed."]),
        ({"state": State.TENTATIVE}, [CALENDARS + "say that it is provisional."]),
        ({"state": State.DRAFT}, [CALENDARS + "drop it without saying why."]),
        ({"title": "On looms"}, ["The title changes from “On engines” to “On looms”."]),
        ({"title": ""}, ["The title “On engines” is removed. It is to be announced again."]),
        ({"people": (ADA, ("moderator", "Emmy Noether", ""))}, ["Emmy Noether is added."]),
        ({"people": ()}, ["Ada Lovelace is removed."]),
        ({"people": (("speaker", "Ada Lovelace", "London"),)}, ["Ada Lovelace is now shown with “London”."]),
        (
            {"people": (("committee", "Ada Lovelace", "Analytical Society"),)},
            ["Ada Lovelace is added.", "Ada Lovelace is removed."],
        ),
        ({"location": "Hall, Room 307"}, ["The place changes from “Hall, Room 414” to “Hall, Room 307”."]),
        ({"location": ""}, ["The place changes from “Hall, Room 414” to “Online”."]),
        ({"position": None}, ["The place moves on the map."]),
        ({"notice": "Snow"}, ["The notice will be “Snow”."]),
        ({"notice": ""}, ["The notice is removed."]),
        ({"programme": "Tea"}, ["The programme will be “Tea”."]),
        ({"programme": ""}, ["The programme is removed."]),
        ({"abstract": "What they did."}, ["The abstract changes."]),
        ({"abstract": ""}, ["The abstract is removed."]),
        (
            {"has_join": False, "join_url": "", "passcode": ""},
            ["People can no longer join online.", "The passcode is no longer shown."],
        ),
        ({"join_url": "https://zoom.example/j/2"}, ["The link for joining online changes."]),
        ({"join_url": ""}, ["The link itself is no longer shown, only the address that leads to it."]),
        ({"passcode": "1"}, ["The passcode changes."]),
        ({"topics": ("Engines", "Looms")}, ["The topics will be: Engines, Looms."]),
        ({"topics": ()}, ["The topics are removed."]),
        ({"series": ("ASSET", "PRiML")}, ["The entry begins with “ASSET + PRiML” instead of “ASSET”."]),
        ({"contact": ("", "new@example.edu")}, ["The contact will be: new@example.edu."]),
        ({"slug": "on-machines"}, ["The address of its page changes. The old one leads to the new one."]),
        ({}, []),
    ],
)
def test_a_change_is_described_in_sentences(change, sentences):
    assert changes(BEFORE, replace(BEFORE, **change)) == sentences


@pytest.mark.parametrize(
    ("before", "sentences"),
    [
        ({"title": ""}, ["The title is announced: “On engines”."]),
        ({"abstract": ""}, ["The abstract is added."]),
        ({"state": State.CANCELLED}, [CALENDARS + "say that it goes ahead after all."]),
        ({"state": State.TENTATIVE}, [CALENDARS + "no longer say that it is provisional."]),
        ({"has_join": False, "join_url": "", "passcode": ""}, ["People can join online.", "The passcode changes."]),
        ({"join_url": ""}, ["The link for joining online is shown."]),
        (
            {"state": State.DRAFT},
            [CALENDARS + "show it for the first time: Monday, 5 November 2125, 12–1:15 pm, New York time."],
        ),
    ],
)
def test_new_values_are_described_in_sentences(before, sentences):
    assert changes(replace(BEFORE, **before), BEFORE) == sentences


def test_a_new_order_of_people_is_described():
    emmy = ("speaker", "Emmy Noether", "")

    assert changes(replace(BEFORE, people=(ADA, emmy)), replace(BEFORE, people=(emmy, ADA))) == [
        "The order of the people changes."
    ]


@pytest.mark.parametrize("name", [field.name for field in fields(Facts) if field.name not in {"talk", "wall_times"}])
def test_no_fact_that_raises_the_sequence_changes_in_silence(name):
    other = {
        "slug": "x", "state": State.CANCELLED, "starts_at": NOON - timedelta(hours=1), "ends_at": NOON, "series": (),
        "title": "x", "people": (), "location": "x", "position": None, "notice": "x", "programme": "x",
        "abstract": "x", "has_join": False, "join_url": "x", "passcode": "x", "topics": (), "contact": ("", ""),
            "address_key": "x", "zone": "Europe/Berlin", "lacks_place": True, "host": "x",
    }  # fmt: skip

    assert len(changes(BEFORE, replace(BEFORE, **{name: other[name]}))) >= 1


def test_a_draft_changes_nothing_for_subscribers():
    assert changes(replace(BEFORE, state=State.DRAFT), replace(BEFORE, state=State.DRAFT, title="x")) == []


def test_the_entry_is_what_a_calendar_shows():
    shown = entry(BEFORE)

    assert shown.summary == "ASSET: Ada Lovelace – On engines"
    assert shown.when == "Monday, 5 November 2125, 12–1:15 pm, New York time"
    assert shown.where == "Hall, Room 414"
    assert shown.description.startswith("Bring a friend\n\nSpeaker: Ada Lovelace (Analytical Society)\n\nCoffee 11:30")


# --- on the desk ---


@pytest.fixture
def talk(series):
    return make_talk(series=series, title="On engines", starts_at=NOON, room=make_room(name="Room 414"))


def preview(desk, talk, **typed):
    return desk.post(address_of(talk), form_of(desk, address_of(talk)) | typed | {"_preview": "yes"})


def shown_entry(response):
    return words(re.search(r'<section class="entry.*?</section>', response.text, re.S)[0])


def test_each_talk_shows_its_entry_as_a_person_would_see_it(organiser_client, talk):
    shown = shown_entry(organiser_client.get(address_of(talk)))

    assert "The entry in subscribers’ calendars ASSET: On engines (speaker to be announced)" in shown
    assert "When Monday, 5 November 2125, 12–1 pm, New York time" in shown
    assert "Where Gutmann Hall, Room 414" in shown
    assert f"Description Details: http://talks.example.edu/talks/{talk.pk}/on-engines/" in shown


def test_a_preview_says_what_a_change_will_do_and_saves_nothing(organiser_client, talk):
    before, edition = Talk.objects.values().get(), Edition.objects.number()
    other = make_room(name="Room 307")
    edition = Edition.objects.number()

    seen = preview(
        organiser_client, talk, title="On looms", room=other.pk, starts_at_0="2125-11-06", ends_at_0="2125-11-06"
    )  # fmt: skip

    assert consequences(seen) == [
        CALENDARS + "move it from Monday, 5 November 2125, 12 noon to Tuesday, 6 November 2125, 12 noon.",
        "The place changes from “Gutmann Hall, Room 414” to “Gutmann Hall, Room 307”.",
        "The title changes from “On engines” to “On looms”.",
        "The notice will be “Room changed from Gutmann Hall, Room 414 to Gutmann Hall, Room 307”.",
    ]
    assert "ASSET: On looms (speaker to be announced)" in shown_entry(seen)
    assert Talk.objects.values().get() == before
    assert Edition.objects.number() == edition
    assert Talk.objects.get().title == "On engines"
    assert (talk.series.talks.count(), errors_in(seen)) == (1, [])


def test_after_a_preview_everything_typed_is_still_there_and_can_be_saved(organiser_client, talk):
    seen = preview(organiser_client, talk, title="On looms")
    assert 'value="On looms"' in seen.text

    organiser_client.post(address_of(talk), form_of(organiser_client, address_of(talk)) | {"title": "On looms"})

    assert (Talk.objects.get().title, Talk.objects.get().sequence) == ("On looms", 1)


def test_a_preview_sees_people_and_topics_too(organiser_client, talk):
    ada = make_speaker(name="Ada Lovelace")

    seen = preview(
        organiser_client,
        talk,
        **with_row(organiser_client, talk, "appearances", speaker=ada.pk, role="speaker", order=0),
    )

    assert consequences(seen) == ["Ada Lovelace is added."]
    assert Talk.objects.get().appearances.count() == 0


def test_a_preview_says_when_subscribers_will_see_nothing(organiser_client, talk):
    assert consequences(preview(organiser_client, talk, notes="Ask about slides")) == [
        "Nothing changes for subscribers."
    ]
    assert consequences(preview(organiser_client, talk)) == ["Nothing changes for subscribers."]


@pytest.mark.parametrize("kept", ["One.\n\nTwo.", "One.\r\n\r\nTwo."])
def test_the_line_ends_of_a_browser_are_no_change(organiser_client, talk, kept):
    talk.abstract = kept
    talk_changes.save(talk)
    before, typed = Talk.objects.values().get(), {"abstract": "One.\r\n\r\nTwo."}

    assert consequences(preview(organiser_client, talk, **typed)) == ["Nothing changes for subscribers."]
    save(organiser_client, talk, **typed)

    assert Talk.objects.values().get() == before


def test_notes_alone_tell_subscribers_nothing_however_the_abstract_was_typed(organiser_client, talk):
    talk.abstract = "\r\n One.\r\n\r\nTwo.\n"
    talk_changes.save(talk)
    before = Talk.objects.values_list("sequence", "changed_at").get()

    save(organiser_client, talk, notes="Ask about slides")

    assert Talk.objects.get().notes == "Ask about slides"
    assert Talk.objects.values_list("sequence", "changed_at").get() == before


def test_a_preview_of_a_draft_says_that_nobody_sees_it(talk):
    draft = make_draft(series=talk.series)
    desk = signed_in(make_organiser(talk.series))

    assert consequences(preview(desk, draft, title="On looms")) == [
        "Subscribers do not see this change, because the talk is a draft."
    ]


def test_the_preview_of_a_postponed_talk_with_a_new_time_says_that_it_goes_ahead(organiser_client, talk):
    lifecycle.postpone(talk, reason="Illness", by=None)

    seen = preview(organiser_client, talk, starts_at_0="2125-11-06", ends_at_0="2125-11-06")

    assert consequences(seen) == [
        CALENDARS + "say that it goes ahead after all.",
        CALENDARS + "move it from Monday, 5 November 2125, 12 noon to Tuesday, 6 November 2125, 12 noon.",
        "The notice is removed.",
    ]
    assert Talk.objects.get().state == State.POSTPONED


def test_a_preview_refuses_what_saving_refuses(organiser_client, talk):
    make_talk(series=talk.series, room=talk.room, starts_at=NOON + timedelta(hours=3), title="On looms")

    seen = preview(organiser_client, talk, starts_at_1="15:00", ends_at_1="16:00")

    assert consequences(seen) == []
    assert ["is taken by" in error for error in errors_in(seen) if "Room 414" in error] == [True]


def test_a_preview_leaves_no_history_entry_and_no_message(organiser_client, talk):
    preview(organiser_client, talk, room=make_room(name="Room 307").pk)

    assert messages_of(organiser_client) == []
    assert "On looms" not in organiser_client.get(address_of(talk, "history")).text


def test_a_preview_of_a_new_talk_adds_none(organiser_client, talk):
    address = "/admin/seminars/talk/add/"
    typed = {"title": "On looms", "starts_at_0": "2125-12-01", "starts_at_1": "12:00", "ends_at_0": "2125-12-01",
             "ends_at_1": "13:00", "_preview": "yes"}  # fmt: skip

    seen = organiser_client.post(address, form_of(organiser_client, address) | typed)

    assert seen.status_code == 200
    assert [found.title for found in Talk.objects.all()] == ["On engines"]


def test_an_organiser_who_may_not_change_a_joint_talk_sees_its_entry_without_preview(talk):
    guest = make_series()
    talk.also_in.add(guest)
    desk = signed_in(make_organiser(guest))

    assert "ASSET +" in shown_entry(desk.get(address_of(talk)))
    assert "_preview" not in desk.get(address_of(talk)).text
    assert desk.post(address_of(talk), {"_preview": "yes"}).status_code == 403


@pytest.mark.django_db
def test_the_entry_of_a_draft_is_what_it_will_be_once_announced():
    draft = make_draft(series=make_series(short_name="ASSET"), title="On engines")

    assert entry(facts_of(draft)).summary == "ASSET: On engines (speaker to be announced)"
