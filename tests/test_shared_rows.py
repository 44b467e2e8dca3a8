"""Speakers, rooms and topics belong to all series: changes are recorded, shown to organisers, and can be undone."""

import json
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from seminars.actions import photos, shared_rows, stamping, undoing
from seminars.actions.merging import Merger, merge
from seminars.models import Appearance, Change, Edition, Room, SharedChange, Speaker, Talk, Topic, recording
from seminars.phrases.shared_changes import deed, differences
from tests.admin_forms import address_of, save, signed_in, with_row
from tests.changes import last_change, offered, undo, values_of
from tests.factories import (
    make_administrator,
    make_draft,
    make_member,
    make_organiser,
    make_room,
    make_speaker,
)
from tests.ics_checker import parsed
from tests.pages import words
from tests.pictures import picture

pytestmark = pytest.mark.django_db


def news(client):
    return [one.sentence for one in client.get("/admin/").context["news"]]


def summary():
    (entry,) = parsed(Client().get("/series/asset/calendar.ics").content).called("VEVENT")
    return entry.value("SUMMARY"), int(entry.value("SEQUENCE"))


# --- who changed what is kept, told and undone ---


def test_organisers_whose_talks_print_a_speaker_see_a_new_name_and_can_undo_it(
    organiser_client, other_organiser_client, talk, ada
):
    before = values_of(ada)
    first = summary()
    save(other_organiser_client, ada, name="Ada King")
    renamed = summary()

    page = organiser_client.get("/admin/").text

    assert "Bea Organiser renamed a speaker of your talks: Ada Lovelace → Ada King" in words(page)
    assert last_change().pk in offered(page)
    assert undo(organiser_client, last_change()).status_code == 302
    assert values_of(ada) == before
    undone = summary()
    assert [first[0], renamed[0]] == [undone[0], "ASSET: Ada King – On engines"]
    assert (first[1] < renamed[1] < undone[1], news(organiser_client)) == (True, [])


def test_the_message_after_a_change_has_an_undo_button(other_organiser_client, talk, ada):
    save(other_organiser_client, ada, affiliation="Turin")

    page = other_organiser_client.get("/admin/").text

    assert "Changed: Ada Lovelace. Not what you wanted?" in words(page)
    undo(other_organiser_client, last_change())
    assert Speaker.objects.get().affiliation == "London"
    undo(other_organiser_client, last_change())
    assert Speaker.objects.get().affiliation == "Turin"


@pytest.mark.usefixtures("talk")
def test_recent_changes_and_the_history_show_the_old_beside_the_new(organiser_client, other_organiser_client, ada):
    save(other_organiser_client, ada, affiliation="Turin", biography="A *long*\nstory")
    pages = {name: organiser_client.get(address) for name, address in
             {"changes": reverse("admin:changes"), "history": address_of(ada, "history")}.items()}  # fmt: skip

    assert "Ada Lovelace (affiliation: London → Turin; biography)" in words(pages["changes"].text)
    entry = pages["history"].context["entries"][0]
    assert [(one.label, one.old, one.new) for one in entry.differences] == [
        ("affiliation", "London", "Turin"), ("biography", "", "A *long*\nstory"),
    ]  # fmt: skip
    assert [last_change().pk in offered(page.text) for page in pages.values()] == [True, True]


def test_the_first_change_of_a_row_that_has_no_history_knows_the_old_values(ada):
    SharedChange.objects.all().delete()

    ada.name = "Ada King"
    shared_rows.save(ada)

    undoing.restore(last_change(), by=None)
    assert (Speaker.objects.get().name, Speaker.objects.get().sort_name) == ("Ada Lovelace", "Lovelace, Ada")


def test_an_undo_restores_every_value_of_a_row(talk):
    room = Room.objects.get()
    photo, fields = photos.keep(picture()), {"formerly_until": "2030-01-31", "latitude": "40.741895"}
    Room.objects.update(longitude="-74.178902", formerly="A", capacity=5, **fields)
    Speaker.objects.update(photo=photo, orcid="0000-0002-1825-0097")
    before = [values_of(room), values_of(Speaker.objects.get())]

    with recording(by=make_administrator()) as change:
        Room.objects.update(name="308", longitude=None, latitude=None, formerly="", formerly_until=None, capacity=None)
        Speaker.objects.update(photo=None, orcid="")
    assert [values_of(room), values_of(Speaker.objects.get())] != before
    undoing.restore(change, by=None)

    assert [values_of(room), values_of(Speaker.objects.get())] == before


@pytest.mark.parametrize("write", ["save", "update", "bulk_update", "form", "photo"])
def test_every_way_to_write_leaves_the_old_and_the_new(write, ada, other_organiser_client):
    if write == "save":
        ada.affiliation = "Turin"
        ada.save()
    elif write == "update":
        Speaker.objects.update(affiliation="Turin")
    elif write == "bulk_update":
        ada.affiliation = "Turin"
        Speaker.objects.bulk_update([ada], ["affiliation"])
    elif write == "form":
        save(other_organiser_client, ada, affiliation="Turin")
    else:
        Speaker.objects.update(photo=photos.keep(picture()), affiliation="Turin")

    note = last_change().shared_rows.get()
    assert (note.before["affiliation"], note.after["affiliation"]) == ("London", "Turin")


def test_a_new_name_in_the_form_of_a_talk_is_part_of_the_change_and_of_its_undo(organiser_client, talk):
    count = Speaker.objects.count()
    save(
        organiser_client,
        talk,
        **with_row(organiser_client, talk, "appearances", new_name="Emmy Noether", role="speaker", order=2),
    )
    assert Speaker.objects.count() == count + 1
    assert "Emmy Noether (added)" in words(organiser_client.get(reverse("admin:changes")).text)

    undo(organiser_client, last_change())

    assert (Speaker.objects.count(), talk.appearances.count()) == (count, 1)
    undo(organiser_client, last_change())
    assert [row.speaker.name for row in talk.appearances.all()] == ["Ada Lovelace", "Emmy Noether"]


def test_a_new_person_who_is_used_elsewhere_stays_when_the_talk_is_undone(series):
    organiser = make_organiser(series)
    with recording(by=organiser) as change:
        emmy = make_speaker(name="Emmy Noether")
        draft = make_draft(series=series, speakers=[emmy])
    make_draft(speakers=[emmy])

    undoing.restore(change, by=organiser)

    assert (Speaker.objects.get(), Talk.objects.filter(pk=draft.pk).exists()) == (emmy, False)


def test_a_write_that_alters_nothing_leaves_no_change(ada):
    before, edition = Change.objects.count(), Edition.objects.number()

    shared_rows.save(Speaker.objects.get())

    assert Change.objects.count() == before
    assert Edition.objects.number() > edition


# --- who may, and who is told ---


def test_an_organiser_whose_talk_is_in_the_room_undoes_what_an_administrator_did_to_it(
    organiser_client, other_organiser_client, talk
):
    room = Room.objects.get()
    save(signed_in(make_administrator(first_name="The", last_name="Boss")), room, name="308")

    assert news(organiser_client) == ["The Boss renamed a room of your talks: 307 → 308"]
    assert news(other_organiser_client) == []
    assert undo(other_organiser_client, last_change()).status_code == 404
    assert undo(organiser_client, last_change()).status_code == 302
    assert Room.objects.get().name == "307"


def test_a_change_of_a_topic_shows_the_difference(organiser_client, talk):
    topic = Topic.objects.get()
    before = topic.slug
    topic.slug = "other"
    topic.save()

    assert news(organiser_client) == [f"Someone changed a topic of your talks, {topic.name}: address: {before} → other"]


@pytest.mark.usefixtures("talk")
def test_a_merger_of_speakers_is_shown_as_a_merger(organiser_client, ada):
    twin = make_speaker(name="Ada Lovelce")

    merge(Merger(ada, twin), by=make_administrator(first_name="The", last_name="Boss"))

    assert news(organiser_client) == ["The Boss merged “Ada Lovelce” into a speaker of your talks, Ada Lovelace."]


@pytest.mark.usefixtures("talk")
def test_a_change_is_shown_only_to_others_and_for_two_weeks(organiser_client, other_organiser_client, ada):
    save(organiser_client, ada, affiliation="Turin")
    assert news(organiser_client) == []
    save(other_organiser_client, ada, affiliation="Paris")
    assert news(organiser_client) == [
        "Bea Organiser changed a speaker of your talks, Ada Lovelace: affiliation: Turin → Paris"
    ]

    Change.objects.update(made_at=timezone.now() - timedelta(days=14, seconds=1))

    assert news(organiser_client) == []


def test_people_without_access_to_the_desk_can_neither_undo_nor_read_changes(talk, ada):
    ada.name = "Ada King"
    shared_rows.save(ada)

    for client in (Client(), signed_in(make_member())):
        assert undo(client, last_change()).status_code in (302, 403)
        assert client.get(address_of(ada, "history")).status_code in (302, 403)
    assert Speaker.objects.get().name == "Ada King"


@pytest.mark.usefixtures("talk")
def test_the_history_keeps_no_address_and_says_that_it_changed(organiser_client, ada):
    ada.email = "countess@example.org"
    shared_rows.save(ada)
    stamping.stamp(Talk.objects.all())

    note = last_change().shared_rows.get()
    history_page = words(organiser_client.get(address_of(ada, "history")).text)
    assert "@" not in json.dumps(list(SharedChange.objects.values("before", "after")))
    assert deed(note) == "Ada Lovelace (email: not kept → not kept)"
    assert "Emailnot keptnot kept" in history_page


def test_visitors_do_not_see_the_mail_address_of_a_speaker(ada, talk):
    visitor = Client()

    pages = [visitor.get(address).text for address in ("/", ada.get_absolute_url(), "/feed.json", "/talks.csv")]

    assert [page for page in pages if "ada@example.org" in page] == []


def test_undoing_a_change_of_an_address_alone_is_refused_and_says_why(organiser_client, talk, ada):
    save(organiser_client, ada, email="countess@example.org")

    page = organiser_client.post(reverse("admin:undo"), {"change": last_change().pk}, follow=True)

    assert "The history does not store email addresses, so this cannot be undone. Change it in the form." in words(
        page.text
    )
    assert Speaker.objects.get().email == "countess@example.org"


def test_undoing_a_change_leaves_the_address_as_it_is_now(organiser_client, talk, ada):
    save(organiser_client, ada, email="countess@example.org", affiliation="Turin")

    undo(organiser_client, last_change())

    assert Speaker.objects.values_list("affiliation", "email").get() == ("London", "countess@example.org")


def test_an_address_that_an_undo_left_keeps_no_earlier_change_from_being_undone(organiser_client, talk, ada):
    save(organiser_client, ada, biography="Born.")
    earlier = last_change()
    save(organiser_client, ada, email="countess@example.org", affiliation="Turin")
    undo(organiser_client, last_change())

    undo(organiser_client, earlier)

    assert Speaker.objects.values_list("biography", "affiliation", "email").get() == (
        "",
        "London",
        "countess@example.org",
    )


def test_addresses_that_the_history_kept_are_removed_by_the_upgrade(ada):
    kept = SharedChange.objects.get(key=ada.pk)
    expected = kept.after
    SharedChange.objects.update(after=expected | {"email": "ada@example.org"})

    import_module("seminars.migrations.0010_history_without_addresses").remove_addresses(apps, None)

    kept.refresh_from_db()
    assert (kept.before, kept.after) == (None, expected)
    assert expected["email"] != ""


def test_a_draft_of_others_is_not_told_along_with_the_change_of_a_shared_row(organiser_client, talk, ada):
    with recording("Pasted", by=make_organiser()):
        make_draft(title="A secret draft", speakers=[ada])
        ada.affiliation = "Turin"
        shared_rows.save(ada)

    page = words(organiser_client.get(reverse("admin:changes")).text)

    assert "Ada Lovelace (affiliation: London → Turin)" in page
    assert "secret" not in page + words(organiser_client.get(address_of(ada, "history")).text)


def test_words_of_a_note(ada):
    Speaker.objects.update(photo=photos.keep(picture()))
    note = last_change().shared_rows.get()

    (one,) = differences(note)
    assert (one.label, one.old, one.new) == ("photo", "", f"picture {note.after['photo_id'][:8]}")
    assert deed(note) == f"Ada Lovelace (photo: – → picture {note.after['photo_id'][:8]})"


def test_the_pages_ask_the_same_however_many_rows_were_changed(organiser_client, other_organiser_client, talk, ada):
    def questions(address):
        with CaptureQueriesContext(connection) as asked:
            assert organiser_client.get(address).status_code == 200
        return len(asked)

    addresses = ["/admin/", reverse("admin:changes"), address_of(ada, "history")]
    for number in range(2):
        save(other_organiser_client, ada, affiliation=f"London {number}")
        Room.objects.update(capacity=number)
    before = [questions(address) for address in addresses]
    for number in range(6):
        save(other_organiser_client, ada, affiliation=f"Turin {number}")
        Room.objects.update(capacity=number + 10)
        Appearance.objects.update(order=number)

    assert [questions(address) for address in addresses] == before


def test_a_change_that_also_altered_what_others_keep_is_not_theirs_to_undo(organiser_client, talk):
    elsewhere = make_room(name="Attic")
    with recording("Renumbered", by=make_administrator()) as change:
        Room.objects.update(capacity=7)

    assert change.pk not in offered(organiser_client.get("/admin/").text)
    assert undo(organiser_client, change).status_code == 403
    assert {values_of(elsewhere)["capacity"], values_of(talk.room)["capacity"]} == {7}
