"""On Mondays organisers who wish get an email about what is open at the talks of their series."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from seminars.actions import open_items
from seminars.actions.outbox import Sender
from seminars.management.commands.work import next_monday
from seminars.models import Letter, SpeakerAnswer, SpeakerInvitation, User
from tests.admin_forms import signed_in
from tests.factories import in_new_york, make_draft, make_organiser, make_series, make_speaker, make_talk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "waiting")]

NOW = in_new_york(2025, 11, 3, 9)  # a Monday


@pytest.fixture
def organiser(series):
    return make_organiser(
        series, first_name="Grace", last_name="Hopper", email="grace@example.org", wants_open_items=True
    )


@pytest.fixture
def draft(series, ada):
    return make_draft(series=series, title="On engines", speakers=[ada], starts_at=NOW + timedelta(days=10))


def sent():
    open_items.put()
    Sender().send_due()
    return mail.outbox


def test_the_email_says_of_each_talk_what_is_open(organiser, draft, ada, settings):
    invitation = {"state": "invited", "invited_at": NOW - timedelta(days=5)}
    SpeakerInvitation.objects.create(
        series=draft.series, talk=draft, speaker=make_speaker(name="Emmy Noether"), **invitation
    )
    SpeakerAnswer.objects.create(talk=draft, speaker=ada, waits_since=NOW)

    (letter,) = sent()

    assert (letter.to, letter.subject) == (["grace@example.org"], "1 talk needs something")
    lines = letter.body.replace("\xa0", " ").splitlines()
    assert lines[0] == "Dear Grace Hopper,"
    first = lines.index("ASSET, Thursday, 13 November 2025: Ada Lovelace – On engines")
    assert lines[first + 1 : first + 6] == [
        "- Still a draft.",
        "- Missing: abstract, biography, room",
        "- Emmy Noether was invited on Wednesday, 29 October 2025 and has not answered.",
        "- What Ada Lovelace sent waits for you.",
        f"  {settings.SITE_URL}/admin/seminars/talk/{draft.pk}/change/",
    ]


def test_nobody_gets_it_twice_in_a_week(organiser, draft, clock):
    for _run in range(3):
        sent()
    assert len(mail.outbox) == 1
    clock.shift(timedelta(days=7))
    assert len(sent()) == 2


def test_nothing_open_means_no_email(organiser, series):
    full = make_speaker(name="Emmy Noether", biography="Born in 1882.")
    make_talk(
        series=series,
        title="T",
        abstract="A",
        speakers=[full],
        join_url="https://example.org/",
        starts_at=NOW + timedelta(days=9),
    )
    assert sent() == []


def test_talks_of_others_and_far_ahead_are_left_out(organiser, series):
    make_draft(series=make_series(), title="Of others", starts_at=NOW + timedelta(days=9))
    make_draft(series=series, title="Far ahead", starts_at=NOW + timedelta(days=70))
    assert sent() == []


@pytest.mark.parametrize("fields", [{"wants_open_items": False}, {"is_active": False}, {"email": ""}])
def test_only_who_wants_it_and_may_sign_in_gets_it(organiser, draft, fields):
    open_items.put()
    User.objects.filter(pk=organiser.pk).update(**fields)
    assert sent() == []


def test_who_no_longer_looks_after_the_series_gets_nothing(organiser, draft, series):
    open_items.put()
    series.organiser_rows.all().delete()
    assert sent() == []


def test_it_is_asked_for_and_ended_on_the_desk(series):
    person = make_organiser(series, email="ada@example.org")
    client, address = signed_in(person), reverse("admin:my-calendar")

    page = client.post(address, {"open_items": "yes"}, follow=True).content.decode()
    assert "You get an email about what is open each Monday." in page
    assert User.objects.get(pk=person.pk).wants_open_items
    assert "Stop this email" in page

    client.post(address, {"open_items": "no"})
    assert not User.objects.get(pk=person.pk).wants_open_items


def test_it_is_due_on_mondays():
    assert next_monday(NOW) == in_new_york(2025, 11, 10, 9)
    assert next_monday(NOW - timedelta(minutes=1)) == NOW
    assert next_monday(in_new_york(2025, 11, 9, 23)) == in_new_york(2025, 11, 10, 9)


def test_letters_have_a_key_for_each_person_and_week(organiser, draft):
    open_items.put()
    assert Letter.objects.get().key == f"open-items:{organiser.pk}:2025-45"
