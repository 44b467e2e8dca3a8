"""Who gets mail, on the desk: for administrators, who download and delete addresses."""

import csv
from datetime import UTC, timedelta

import pytest
from django.contrib.admin.models import LogEntry

from seminars.models import CalendarInvitation, Subscriber
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
