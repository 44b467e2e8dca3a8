"""Who gets mail, on the desk: for administrators, who download and delete addresses."""

import csv
from datetime import UTC, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from seminars.models import CalendarInvitation, Letter, Subscriber
from seminars.models.letter import LetterKind, LetterState
from tests.admin_forms import signed_in
from tests.factories import in_new_york, make_administrator, make_organiser, make_talk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2025, 11, 5, 9)
LIST = "/admin/seminars/subscriber/"


@pytest.fixture
def subscriber():
    return Subscriber.objects.create(email="ada@example.org", wants_digest=True)


@pytest.fixture
def desk():
    return signed_in(make_administrator())


def test_only_administrators_see_addresses(subscriber, desk, series):
    assert "ada@example.org" in desk.get(LIST).text
    assert "ada@example.org" in desk.get(f"{LIST}{subscriber.pk}/change/").text
    assert signed_in(make_organiser(series)).get(LIST).status_code == 403


def test_an_address_is_deleted_and_nothing_is_kept_of_it(subscriber, desk):
    desk.post(f"{LIST}{subscriber.pk}/delete/", {"post": "yes"})

    assert not Subscriber.objects.exists()
    assert not LogEntry.objects.filter(object_repr__contains="ada@").exists()


def test_the_list_is_narrowed_by_the_kind_of_email(subscriber, desk):
    Subscriber.objects.create(email="bo@example.org", wants_changes=True)

    page = desk.get(LIST).text
    shown = [desk.get(f"{LIST}?gets={kind}").text for kind in ("wants_digest", "wants_changes")]

    assert "By kind of email" in page
    assert [("ada@example.org" in one, "bo@example.org" in one) for one in shown] == [(True, False), (False, True)]


def test_addresses_are_downloaded_with_what_is_stored_of_them(subscriber, desk, series):
    Subscriber.objects.update(email="=ada@example.org", is_for_all=False)
    subscriber.series.add(series)

    page = desk.post(LIST, {"action": "download", "_selected_action": [subscriber.pk]})

    [head, line] = csv.reader(page.content.decode("utf-8-sig").splitlines())
    assert dict(zip(head, line, strict=True)) == {
        "email": "'=ada@example.org", "gets": "The talks of the week", "digest": "Monday 08:00",
        "about": series.name, "language": "", "confirmed": subscriber.confirmed_at.isoformat(), "suspended": "",
    }  # fmt: skip


def test_administrators_see_and_delete_who_has_one_talk(desk, series):
    talk = make_talk(series=series, title="On engines", starts_at=NOW + timedelta(days=5))
    invitation = CalendarInvitation.objects.create(email="ada@example.org", talk=talk, asked_at=NOW)
    address = "/admin/seminars/calendarinvitation/"

    assert "ada@example.org" in desk.get(address).text
    assert signed_in(make_organiser(series)).get(address).status_code == 403
    page = desk.post(address, {"action": "download", "_selected_action": [invitation.pk]})
    [_head, line] = csv.reader(page.content.decode("utf-8-sig").splitlines())
    assert line == ["ada@example.org", "On engines", "", NOW.astimezone(UTC).isoformat(), ""]
    desk.post(f"{address}{invitation.pk}/delete/", {"post": "yes"})
    assert not CalendarInvitation.objects.exists()
    assert not LogEntry.objects.filter(object_repr__contains="ada@").exists()


@pytest.mark.parametrize("way", ["the desk: one", "the desk: several", "the owner"])
def test_no_letter_to_an_address_stays_when_it_is_deleted(desk, series, way):
    talk = make_talk(series=series, starts_at=NOW + timedelta(days=5))
    ada = Subscriber.objects.create(email="ada@example.org", wants_digest=True)
    invitation = CalendarInvitation.objects.create(email="ada@example.org", talk=talk)
    grace = Subscriber.objects.create(email="grace@example.org", wants_digest=True)
    for kind, about, state in [
        (LetterKind.DIGEST, {"subscriber": ada.pk}, LetterState.FAILED),
        (LetterKind.NEWS, {"subscriber": ada.pk}, LetterState.WAITING),
        (LetterKind.CALENDAR, {"invitation": invitation.pk}, LetterState.FAILED),
        (LetterKind.DIGEST, {"subscriber": grace.pk}, LetterState.FAILED),
        (LetterKind.INVITATION, {"invitation": invitation.pk}, LetterState.FAILED),  # to the desk, with the same number
    ]:
        to = "grace@example.org" if about == {"subscriber": grace.pk} or kind == LetterKind.INVITATION else ada.email
        Letter.objects.create(kind=kind, key=f"{kind} {about}", to=to, about=about, state=state, done_at=NOW)

    for row in (ada, invitation):
        address = f"/admin/seminars/{row._meta.model_name}/"
        if way == "the desk: one":
            desk.post(f"{address}{row.pk}/delete/", {"post": "yes"})
        elif way == "the desk: several":
            desk.post(address, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
        else:
            Client().post(row.address.removeprefix("http://talks.example.edu"), {"List-Unsubscribe": "One-Click"})

    assert set(Letter.objects.values_list("to", flat=True)) == {"grace@example.org"}
    assert Letter.objects.count() == 2
