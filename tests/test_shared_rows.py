"""Speakers, rooms and topics belong to all series: what one organiser does to them is kept, told, and can be undone."""

import json
import re
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from seminars.actions import history, photos, related_objects, stamping
from seminars.actions.merging import Merger, merge
from seminars.models import Appearance, Change, Edition, Room, SharedChange, Speaker, Talk, Topic, recording
from seminars.phrases.shared_changes import deed, differences
from tests.admin_forms import address_of, save, signed_in, with_row
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
from tests.ics_checker import parsed
from tests.pages import words
from tests.pictures import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def asset():
    return make_series(short_name="ASSET", slug="asset")


@pytest.fixture
def ada():
    return make_speaker(name="Ada Lovelace", affiliation="London", email="ada@example.org")


@pytest.fixture
def talk(asset, ada):
    return make_talk(
        series=asset, title="On engines", speakers=[ada], room=make_room(name="307"), topics=[make_topic()]
    )


@pytest.fixture
def desk(asset, talk):
    """The desk of an organiser whose talk prints the row."""
    return signed_in(make_organiser(asset, first_name="Grace", last_name="Hopper"))


@pytest.fixture
def other_desk():
    """The desk of an organiser of another series."""
    return signed_in(make_organiser(first_name="Bea", last_name="Organiser"))


def last():
    return Change.objects.latest_first().first()


def undo(client, change):
    return client.post(reverse("admin:undo"), {"change": change.pk})


def offered(html):
    return {int(key) for key in re.findall(r'name="change" value="(\d+)"', html)}


def news(client):
    return [one.sentence for one in client.get("/admin/").context["news"]]


def summary():
    (entry,) = parsed(Client().get("/series/asset/calendar.ics").content).called("VEVENT")
    return entry.value("SUMMARY"), int(entry.value("SEQUENCE"))


def told(row):
    """All that a row holds."""
    return type(row).objects.filter(pk=row.pk).values().get()


# --- who changed what is kept, told and undone ---


def test_those_whose_talks_print_a_speaker_are_told_of_a_new_name_and_undo_it(desk, other_desk, talk, ada):
    before = told(ada)
    first = summary()
    save(other_desk, ada, name="Ada King")
    renamed = summary()

    page = desk.get("/admin/").text

    assert "Bea Organiser renamed a speaker of your talks: Ada Lovelace → Ada King" in words(page)
    assert last().pk in offered(page.partition("front-desk")[0])
    assert undo(desk, last()).status_code == 302
    assert told(ada) == before
    undone = summary()
    assert [first[0], renamed[0]] == [undone[0], "ASSET: Ada King – On engines"]
    assert (first[1] < renamed[1] < undone[1], news(desk)) == (True, [])


def test_whoever_changed_it_undoes_it_from_the_message(other_desk, talk, ada):
    save(other_desk, ada, affiliation="Turin")

    page = other_desk.get("/admin/").text

    assert "Changed: Ada Lovelace. Not what you wanted?" in words(page)
    undo(other_desk, last())
    assert Speaker.objects.get().affiliation == "London"
    undo(other_desk, last())
    assert Speaker.objects.get().affiliation == "Turin"


def test_recent_changes_and_the_history_show_the_old_beside_the_new(desk, other_desk, ada):
    save(other_desk, ada, affiliation="Turin", biography="A *long*\nstory")
    pages = {name: desk.get(address) for name, address in
             {"changes": reverse("admin:changes"), "history": address_of(ada, "history")}.items()}  # fmt: skip

    assert "Ada Lovelace (affiliation: London → Turin; biography)" in words(pages["changes"].text)
    entry = pages["history"].context["entries"][0]
    assert [(one.label, one.old, one.new) for one in entry.differences] == [
        ("affiliation", "London", "Turin"), ("biography", "", "A *long*\nstory"),
    ]  # fmt: skip
    assert [last().pk in offered(page.text) for page in pages.values()] == [True, True]


def test_the_first_change_of_a_row_that_has_no_history_knows_the_old_values(ada):
    SharedChange.objects.all().delete()

    ada.name = "Ada King"
    related_objects.save(ada)

    history.restore(last(), by=None)
    assert (Speaker.objects.get().name, Speaker.objects.get().sort_name) == ("Ada Lovelace", "Lovelace, Ada")


def test_everything_a_row_holds_comes_back(talk):
    room = Room.objects.get()
    photo, fields = photos.keep(picture()), {"formerly_until": "2030-01-31", "latitude": "40.741895"}
    Room.objects.update(longitude="-74.178902", formerly="A", capacity=5, **fields)
    Speaker.objects.update(photo=photo, orcid="0000-0002-1825-0097")
    before = [told(room), told(Speaker.objects.get())]

    with recording(by=make_administrator()) as change:
        Room.objects.update(name="308", longitude=None, latitude=None, formerly="", formerly_until=None, capacity=None)
        Speaker.objects.update(photo=None, orcid="")
    assert [told(room), told(Speaker.objects.get())] != before
    history.restore(change, by=None)

    assert [told(room), told(Speaker.objects.get())] == before


@pytest.mark.parametrize("write", ["save", "update", "bulk_update", "form", "photo"])
def test_every_way_to_write_leaves_the_old_and_the_new(write, ada, other_desk):
    if write == "save":
        ada.affiliation = "Turin"
        ada.save()
    elif write == "update":
        Speaker.objects.update(affiliation="Turin")
    elif write == "bulk_update":
        ada.affiliation = "Turin"
        Speaker.objects.bulk_update([ada], ["affiliation"])
    elif write == "form":
        save(other_desk, ada, affiliation="Turin")
    else:
        Speaker.objects.update(photo=photos.keep(picture()), affiliation="Turin")

    note = last().shared_rows.get()
    assert (note.before["affiliation"], note.after["affiliation"]) == ("London", "Turin")


def test_a_new_name_in_the_form_of_a_talk_is_part_of_the_change_and_of_its_undo(desk, talk):
    count = Speaker.objects.count()
    save(desk, talk, **with_row(desk, talk, "appearances", new_name="Emmy Noether", role="speaker", order=2))
    assert Speaker.objects.count() == count + 1
    assert "Emmy Noether (added)" in words(desk.get(reverse("admin:changes")).text)

    undo(desk, last())

    assert (Speaker.objects.count(), talk.appearances.count()) == (count, 1)
    undo(desk, last())
    assert [row.speaker.name for row in talk.appearances.all()] == ["Ada Lovelace", "Emmy Noether"]


def test_a_new_person_who_is_in_use_meanwhile_stays_when_the_talk_goes(asset):
    organiser = make_organiser(asset)
    with recording(by=organiser) as change:
        emmy = make_speaker(name="Emmy Noether")
        draft = make_draft(series=asset, speakers=[emmy])
    make_draft(speakers=[emmy])

    history.restore(change, by=organiser)

    assert (Speaker.objects.get(), Talk.objects.filter(pk=draft.pk).exists()) == (emmy, False)


def test_a_write_that_alters_nothing_leaves_no_change(ada):
    before, edition = Change.objects.count(), Edition.objects.number()

    related_objects.save(Speaker.objects.get())

    assert Change.objects.count() == before
    assert Edition.objects.number() > edition


# --- who may, and who is told ---


def test_an_organiser_whose_talk_is_in_the_room_undoes_what_an_administrator_did_to_it(desk, other_desk, talk):
    room = Room.objects.get()
    save(signed_in(make_administrator(first_name="The", last_name="Boss")), room, name="308")

    assert news(desk) == ["The Boss renamed a room of your talks: 307 → 308"]
    assert news(other_desk) == []
    assert undo(other_desk, last()).status_code == 404
    assert undo(desk, last()).status_code == 302
    assert Room.objects.get().name == "307"


def test_a_change_of_a_topic_is_told_by_what_differs(desk, talk):
    topic = Topic.objects.get()
    before = topic.slug
    topic.slug = "other"
    topic.save()

    assert news(desk) == [f"Somebody changed a topic of your talks, {topic.name}: address: {before} → other"]


def test_a_merger_of_speakers_is_told_by_its_name(desk, ada):
    twin = make_speaker(name="Ada Lovelce")

    merge(Merger(ada, twin), by=make_administrator(first_name="The", last_name="Boss"))

    assert news(desk) == ["The Boss merged “Ada Lovelce” into a speaker of your talks, Ada Lovelace."]


def test_only_others_are_told_and_for_two_weeks(desk, other_desk, ada):
    save(desk, ada, affiliation="Turin")
    assert news(desk) == []
    save(other_desk, ada, affiliation="Paris")
    assert news(desk) == ["Bea Organiser changed a speaker of your talks, Ada Lovelace: affiliation: Turin → Paris"]

    Change.objects.update(made_at=timezone.now() - timedelta(days=14, seconds=1))

    assert news(desk) == []


def test_nobody_without_a_desk_undoes_or_reads_anything(talk, ada):
    ada.name = "Ada King"
    related_objects.save(ada)

    for client in (Client(), signed_in(make_member())):
        assert undo(client, last()).status_code in (302, 403)
        assert client.get(address_of(ada, "history")).status_code in (302, 403)
    assert Speaker.objects.get().name == "Ada King"


def test_the_history_keeps_no_address_and_says_that_it_changed(desk, ada):
    ada.email = "countess@example.org"
    related_objects.save(ada)
    stamping.stamp(Talk.objects.all())

    note = last().shared_rows.get()
    history_page = words(desk.get(address_of(ada, "history")).text)
    assert "@" not in json.dumps(list(SharedChange.objects.values("before", "after")))
    assert deed(note) == "Ada Lovelace (e-mail: not kept → not kept)"
    assert "E-mailnot keptnot kept" in history_page


def test_visitors_are_told_no_address_of_a_speaker(ada, talk):
    visitor = Client()

    pages = [visitor.get(address).text for address in ("/", ada.get_absolute_url(), "/feed.json", "/talks.csv")]

    assert [page for page in pages if "ada@example.org" in page] == []


def test_undoing_a_change_of_an_address_alone_is_refused_and_says_why(desk, talk, ada):
    save(desk, ada, email="countess@example.org")

    page = desk.post(reverse("admin:undo"), {"change": last().pk}, follow=True)

    assert "The history keeps no e-mail addresses, so this cannot be undone. Change it in the form." in words(page.text)
    assert Speaker.objects.get().email == "countess@example.org"


def test_undoing_a_change_leaves_the_address_as_it_is_now(desk, talk, ada):
    save(desk, ada, email="countess@example.org", affiliation="Turin")

    undo(desk, last())

    assert Speaker.objects.values_list("affiliation", "email").get() == ("London", "countess@example.org")


def test_an_address_that_an_undo_left_keeps_no_earlier_change_from_being_undone(desk, talk, ada):
    save(desk, ada, biography="Born.")
    earlier = last()
    save(desk, ada, email="countess@example.org", affiliation="Turin")
    undo(desk, last())

    undo(desk, earlier)

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


def test_a_draft_of_others_is_not_told_along_with_the_change_of_a_shared_row(desk, talk, ada):
    with recording("Pasted", by=make_organiser()):
        make_draft(title="A secret draft", speakers=[ada])
        ada.affiliation = "Turin"
        related_objects.save(ada)

    page = words(desk.get(reverse("admin:changes")).text)

    assert "Ada Lovelace (affiliation: London → Turin)" in page
    assert "secret" not in page + words(desk.get(address_of(ada, "history")).text)


def test_words_of_a_note(ada):
    Speaker.objects.update(photo=photos.keep(picture()))
    note = last().shared_rows.get()

    (one,) = differences(note)
    assert (one.label, one.old, one.new) == ("photo", "", f"picture {note.after['photo_id'][:8]}")
    assert deed(note) == f"Ada Lovelace (photo: – → picture {note.after['photo_id'][:8]})"


def test_the_pages_ask_the_same_however_many_rows_were_changed(desk, other_desk, talk, ada):
    def questions(address):
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(address).status_code == 200
        return len(asked)

    addresses = ["/admin/", reverse("admin:changes"), address_of(ada, "history")]
    for number in range(2):
        save(other_desk, ada, affiliation=f"London {number}")
        Room.objects.update(capacity=number)
    before = [questions(address) for address in addresses]
    for number in range(6):
        save(other_desk, ada, affiliation=f"Turin {number}")
        Room.objects.update(capacity=number + 10)
        Appearance.objects.update(order=number)

    assert [questions(address) for address in addresses] == before


def test_a_change_that_also_altered_what_others_keep_is_not_theirs_to_undo(desk, talk):
    elsewhere = make_room(name="Attic")
    with recording("Renumbered", by=make_administrator()) as change:
        Room.objects.update(capacity=7)

    assert change.pk not in offered(desk.get("/admin/").text)
    assert undo(desk, change).status_code == 403
    assert {told(elsewhere)["capacity"], told(talk.room)["capacity"]} == {7}
