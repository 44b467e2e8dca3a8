"""Import at the desk: a preview of everything, one save, and only the organiser's own series."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from seminars.models import Change, Edition, Room, Series, State, Talk
from tests.admin_forms import errors_in, form_of, messages_of, signed_in
from tests.changes import offered
from tests.factories import (
    make_administrator,
    make_draft,
    make_member,
    make_room,
    make_series,
    make_talk,
)
from tests.imports import ENGINES, PAGE, calendar, event

pytestmark = pytest.mark.django_db

IMPORT = reverse("admin:import")


@pytest.fixture
def series():
    return make_series(short_name="ENGINE", slug="engine")


def text_of(*events):
    return calendar(*events).decode()


def send(client, **words):
    """Send the form as it stands, with these words, and return the answer."""
    return client.post(IMPORT, form_of(client, IMPORT) | words)


def done(client, **words):
    """Preview, then import what the preview showed."""
    seen = send(client, **words)
    return client.post(IMPORT, form_of_answer(seen) | {"_save": "Import"})


def form_of_answer(response):
    from tests.admin_forms import _Reader

    reader = _Reader()
    reader.feed(response.content.decode())
    return reader.fields


def test_an_uploaded_calendar_is_previewed_and_then_imported_as_drafts(organiser_client, series):
    edition = Edition.objects.current()
    upload = SimpleUploadedFile("talks.ics", ENGINES.read_bytes())

    seen = send(organiser_client, file=upload)
    before = Talk.objects.count(), Room.objects.count(), Edition.objects.current()
    response = organiser_client.post(IMPORT, form_of_answer(seen) | {"_save": "Import"})

    assert before == (0, 0, edition)
    assert "On the weaving of numbers" in seen.content.decode()
    assert "room created: Babbage Hall, Room 12" in seen.content.decode()
    assert (response.status_code, response.url) == (302, reverse("admin:index"))
    assert "Imported: 2 new." in messages_of(organiser_client)
    assert {(talk.series, talk.state) for talk in Talk.objects.all()} == {(series, State.DRAFT)}


def test_pasted_text_does_the_same_and_twice_changes_nothing(organiser_client):
    done(organiser_client, text=text_of(event()))
    again = send(organiser_client, text=text_of(event()))

    assert Talk.objects.get().title == "On engines"
    assert "1 unchanged" in again.content.decode()
    assert 'name="_save"' not in again.content.decode()


def test_an_import_of_drafts_is_undone_with_one_click(organiser_client):
    done(organiser_client, text=text_of(event(), event("DTEND", UID="2@example.edu", DTSTART="20240313T120000")))
    [change] = offered(organiser_client.get(reverse("admin:index")).content.decode())[:1]
    there = Talk.objects.count()
    by = Change.objects.get(pk=change).by_id

    organiser_client.post(reverse("admin:undo"), {"change": change})

    assert (there, Talk.objects.count(), Room.objects.count()) == (2, 0, 0)
    assert str(by) == organiser_client.session["_auth_user_id"]


def test_a_changed_talk_shows_the_old_value_beside_the_new_one(organiser_client):
    done(organiser_client, text=text_of(event()))

    page = send(organiser_client, text=text_of(event(SUMMARY="ENGINE Seminar: On looms"))).content.decode()

    assert '<th scope="row">Title</th><td dir="auto">On engines</td><td dir="auto">On looms</td>' in page


def test_a_file_that_was_not_previewed_is_not_imported(organiser_client):
    first = form_of_answer(send(organiser_client, text=text_of(event())))

    other = organiser_client.post(IMPORT, first | {"text": text_of(event(UID="2@example.edu")), "_save": "Import"})

    assert "Check the plan again" in other.content.decode()
    assert not Talk.objects.exists()


def test_a_plan_that_changed_since_the_preview_is_shown_again(organiser_client, series):
    seen = form_of_answer(send(organiser_client, text=text_of(event())))
    make_talk(series=series, uid="1@example.edu", title="Ours")

    response = organiser_client.post(IMPORT, seen | {"_save": "Import"})

    assert "Check the plan again" in response.content.decode()
    assert Talk.objects.get().title == "Ours"


def test_one_refused_event_stops_the_import_only_if_that_is_chosen(organiser_client):
    text = text_of(event(), event(UID="2@example.edu", DTSTART="yesterday"))

    stopped = done(organiser_client, text=text, **{"choice-refused": "stop"})
    left_out = done(organiser_client, text=text)

    assert errors_in(stopped) == ["Nothing was imported. Correct the file, or choose “import the others” below."]
    assert (left_out.status_code, Talk.objects.count()) == (302, 1)


def test_where_all_events_are_refused_nothing_is_asked_about_the_others(organiser_client):
    planned = send(organiser_client, text=text_of(event("DTSTART")))

    assert [doubt.key for doubt in planned.context["doubts"]] == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({}, "Choose a file, or paste its text."),
        ({"text": "  \n"}, "Choose a file, or paste its text."),
        ({"text": "Hello"}, "We cannot read this."),
        (
            {"file": SimpleUploadedFile("photo.png", b"\x89PNG\0\0\0\0")},
            "The file cannot be imported.",
        ),
        ({"file": SimpleUploadedFile("big.ics", b"x" * (4 * 1024 * 1024 + 1))}, "This file is larger than 4 MB."),
        ({"text": "BEGIN:VCALENDAR\nEND:VCALENDAR", "series": "999"}, "Select a valid choice."),
    ],
)
def test_a_file_that_cannot_be_imported_shows_a_message(organiser_client, words, sentence):
    response = send(organiser_client, **words)

    assert response.status_code == 200
    assert errors_in(response)[0].startswith(sentence)


def test_a_very_large_file_needs_the_command(organiser_client, monkeypatch):
    monkeypatch.setattr("seminars.admin.importing.MOST_TALKS", 1)

    response = send(organiser_client, text=text_of(event(), event(UID="2@example.edu", DTSTART="20240313T120000")))

    assert errors_in(response)[0].startswith("The file has 2 talks. You can import at most 1 at once.")


def test_an_organiser_imports_only_into_their_own_series(organiser_client):
    other = make_series(slug="looms")

    response = send(organiser_client, text=text_of(event()), series=other.pk)

    assert errors_in(response)[0].startswith("Select a valid choice.")
    assert other.name not in organiser_client.get(IMPORT).content.decode()


def test_a_file_neither_changes_nor_reveals_a_talk_of_another_series(organiser_client):
    theirs = make_draft(uid="1@example.edu", title="Secret")

    response = send(organiser_client, text=text_of(event(SUMMARY="ENGINE Seminar: Taken over")))

    page = response.content.decode()
    assert "This talk belongs to a series that you don’t organise." in page
    assert ("Secret" in page, Talk.objects.get(pk=theirs.pk).title) == (False, "Secret")


def test_the_page_of_a_talk_is_added_only_to_a_talk_of_the_organiser(organiser_client, series):
    title = "On the weaving of numbers: cards, wheels and patience"
    theirs = make_draft(title=title, also_in=[series])

    refused = send(organiser_client, file=SimpleUploadedFile("page.txt", PAGE.read_bytes()))
    mine = make_draft(series=series, title=title)
    done(organiser_client, file=SimpleUploadedFile("page.txt", PAGE.read_bytes()))

    assert errors_in(refused)[0].startswith("No talk on this site is called")
    assert [talk.appearances.count() for talk in (mine, theirs)] == [1, 0]


def test_a_draft_of_another_series_that_had_the_room_is_not_named(organiser_client):
    room = make_room(name="Room 12", building="Babbage Hall")
    from tests.factories import in_new_york

    make_draft(title="Secret", room=room, starts_at=in_new_york(2024, 3, 6, 12), ends_at=in_new_york(2024, 3, 6, 13))

    page = send(organiser_client, text=text_of(event())).content.decode()

    assert "the talk is marked as sharing the room" in page
    assert "Secret" not in page


def test_an_administrator_may_let_the_file_name_the_series():
    client = signed_in(make_administrator())

    done(client, text=text_of(event()), series="")

    assert Series.objects.get().short_name == "ENGINE"


def test_typed_text_never_runs_as_script(organiser_client):
    page = send(organiser_client, text=text_of(event(SUMMARY="<script>alert(1)</script>"))).content.decode()

    assert "<script>alert" not in page


def test_a_member_imports_nothing():
    assert signed_in(make_member()).get(IMPORT).status_code == 302
