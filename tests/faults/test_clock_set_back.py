"""The clock is set back by an hour or a day while the site runs: no page is stale, and no stamp goes back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from seminars.actions import lifecycle, talk_changes, undoing
from seminars.models import Change, Edition, Talk
from seminars.models.preview_address import PreviewAddress
from tests.admin_forms import save, signed_in
from tests.factories import in_new_york, make_administrator, make_draft, make_room, make_talk
from tests.signing_in import PASSWORD, sign_in

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
    pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=1)], ids=["an hour", "a day"]),
]
NOON = NOW = in_new_york(2030, 10, 2, 12)
MINUTE = timedelta(minutes=1)
PATHS = ("/", "/calendar.ics")


@pytest.fixture
def talk():
    return make_talk(title="On engines", room=make_room(), starts_at=NOON + timedelta(days=7))


def retitled(talk, title):
    talk = Talk.objects.get(pk=talk.pk)
    talk.title = title
    talk_changes.save(talk)
    return talk


def shows(answer, title):
    return answer[0].startswith("200") and title.encode() in answer[-1].replace(b"\r\n ", b"")


def test_an_edit_is_shown_at_once_and_still_when_the_clock_has_caught_up(wsgi_client, clock, talk, back):
    for path in PATHS * 2:
        wsgi_client.get(path)
    clock.move_to(NOON - back)
    retitled(talk, "On looms")

    shown = []
    for moment in (NOON - back, NOON, NOON + MINUTE):
        clock.move_to(moment)
        shown += [shows(wsgi_client.get(path), "On looms") for path in PATHS]

    assert shown == [True] * 6


def test_a_client_that_asks_by_date_alone_gets_the_edit(wsgi_client, clock, talk, back):
    clock.move_to(NOON + MINUTE)
    last_modified = wsgi_client.get("/calendar.ics")[1]["Last-Modified"]
    clock.move_to(NOON - back)
    retitled(talk, "On looms")

    given = []
    for moment in (NOON - back + MINUTE, NOON, NOON + MINUTE, NOON + back):
        clock.move_to(moment)
        answer = wsgi_client.get("/calendar.ics", HTTP_IF_MODIFIED_SINCE=last_modified)
        given.append(shows(answer, "On looms"))

    assert given == [True] * 4


def test_editions_and_stamps_still_increase(clock, talk, back):
    first, first_edition = retitled(talk, "On looms"), Edition.objects.current()
    clock.move_to(NOON - back)

    second, second_edition = retitled(talk, "On weaving"), Edition.objects.current()

    assert (second.sequence, second.changed_at > first.changed_at) == (first.sequence + 1, True)
    assert second_edition[0] > first_edition[0]
    assert second_edition[1] > first_edition[1]


def test_undo_takes_back_the_latest_change(clock, talk, back):
    retitled(talk, "On looms")
    clock.move_to(NOON - back)
    lifecycle.cancel(Talk.objects.get(pk=talk.pk), reason="Snow", by=None)

    undoing.restore(Change.objects.latest_first().first(), by=None)

    talk.refresh_from_db()
    assert (talk.title, talk.state) == ("On looms", "confirmed")


def test_people_stay_signed_in_and_save(clock, talk, back):
    client = signed_in(make_administrator())
    clock.move_to(NOON - back)

    assert save(client, talk, title="On looms").status_code == 302
    talk.refresh_from_db()
    assert talk.title == "On looms"


def test_a_preview_is_shown_until_the_day_that_it_says(client, clock, back):
    preview = PreviewAddress.of(make_draft(title="On engines").pk)
    address = reverse("talk-preview", args=[preview.token])

    statuses = []
    for moment in (NOON - back, NOON, preview.ends_at - MINUTE, preview.ends_at):
        clock.move_to(moment)
        statuses.append(client.get(address).status_code)

    assert statuses == [200, 200, 200, 410]


def test_the_lock_after_wrong_passwords_still_lasts_a_quarter_of_an_hour(clock, settings, back):
    person, browser = make_administrator(), Client()
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in(browser, person, "wrong")

    statuses = []
    for moment in (NOON - back, NOON - back + 16 * MINUTE):
        clock.move_to(moment)
        statuses.append(sign_in(browser, person, PASSWORD).status_code)

    assert statuses == [429, 302]
