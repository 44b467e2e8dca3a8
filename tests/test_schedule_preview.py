"""The schedule shows what subscribers will see of the changed rows before they are saved."""

from datetime import timedelta

import pytest
from django.urls import reverse

from seminars.models import Change, Edition, Talk
from tests.admin_forms import form_of
from tests.factories import in_new_york, make_draft, make_room, make_talk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2030, 9, 2, 9)
NOON = in_new_york(2030, 10, 2, 12)


def preview(client, series, **typed):
    address = reverse("admin:schedule") + f"?series={series.pk}&term=2030-08"
    sent = form_of(client, address) | {"row": list(series.talks.values_list("pk", flat=True))} | typed
    return client.post(address, sent | {"_preview": "1"})


def typed(talk, **cells):
    return {f"talk-{talk.pk}-{name}": str(value) for name, value in cells.items()}


def sentences(response):
    return [str(message) for message in response.context["messages"]]


def consequences(response):
    return {row.talk: row.consequences for row in response.context["schedule"].rows if row.consequences}


def test_before_saving_each_changed_row_says_what_subscribers_will_see(two_series_client, series):
    moved, other = (make_talk(series=series, starts_at=NOON + timedelta(weeks=week)) for week in (0, 1))
    draft = make_draft(series=series, starts_at=NOON + timedelta(weeks=2))
    before = (list(Talk.objects.values()), Change.objects.count(), Edition.objects.current())

    response = preview(two_series_client, series, **typed(moved, day="2030-10-03"), **typed(draft, title="On looms"))

    assert consequences(response) == {
        moved: [
            "Subscribers’ calendars will move it from Wednesday, 2 October, 12 noon to Thursday, 3 October, 12 noon."
        ],
        draft: ["Subscribers do not see this change, because the talk is a draft."],
    }
    assert all(value in response.text for value in ('value="2030-10-03"', 'value="On looms"', "will move it from"))
    assert sentences(response) == ["Nothing is saved yet: this is a preview."]
    assert (list(Talk.objects.values()), Change.objects.count(), Edition.objects.current()) == before
    assert other not in consequences(response)


def test_a_preview_says_why_a_row_may_not_be_saved(two_series_client, series):
    room = make_room(name="Room 414")
    make_talk(series=series, room=room, starts_at=NOON)
    talk = make_talk(series=series, starts_at=NOON)

    clash = preview(two_series_client, series, **typed(talk, room=room.pk))
    wrong = preview(two_series_client, series, **typed(talk, day="soon"))
    nothing = preview(two_series_client, series)

    assert [row.talk for row in clash.context["schedule"].rows if row.errors] == [talk]
    assert [row.talk for row in wrong.context["schedule"].rows if row.errors] == [talk]
    assert sentences(nothing) == ["There were no changes to save."]
    assert [consequences(response) for response in (clash, wrong, nothing)] == [{}, {}, {}]


def test_before_rearranging_each_talk_says_what_subscribers_will_see(two_series_client, series):
    one, other, third = (make_talk(series=series, starts_at=NOON + timedelta(weeks=week)) for week in (0, 1, 2))
    before = (list(Talk.objects.values()), Change.objects.count(), Edition.objects.current())

    swapped = preview(two_series_client, series, talk=one.pk, other=other.pk, _swap="1")
    shifted = preview(two_series_client, series, talk=other.pk, _shift="1")
    unclear = preview(two_series_client, series, talk=one.pk, _swap="1")

    first, second = "Wednesday, 2 October, 12 noon", "Wednesday, 9 October, 12 noon"
    assert consequences(swapped) == {
        one: [f"Subscribers’ calendars will move it from {first} to {second}."],
        other: [f"Subscribers’ calendars will move it from {second} to {first}."],
    }
    assert consequences(shifted).keys() == {other, third}
    assert (consequences(unclear), sentences(unclear)[0]) == ({}, "Choose a talk in each box.")
    assert (list(Talk.objects.values()), Change.objects.count(), Edition.objects.current()) == before
