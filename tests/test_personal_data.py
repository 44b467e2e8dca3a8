"""Export and anonymisation of a person: after it, no column of the database has the name or the address."""

import io
import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from seminars.actions import merging, talk_news
from seminars.actions.merging import Merger
from seminars.actions.personal_data import accounts, exporting, speakers
from seminars.models import (
    CalendarInvitation,
    ImportedTalk,
    Photo,
    Speaker,
    Subscriber,
    Talk,
    User,
)
from tests.factories import (
    in_new_york,
    make_administrator,
    make_room,
    make_speaker,
    make_talk,
)
from tests.pages import main, words
from tests.personal_traces import NOON, TRACES, make_ada, make_bea, traces

pytestmark = pytest.mark.django_db

NOW = in_new_york(2026, 11, 2, 9)


@pytest.fixture
def ada(clock, series):
    return make_ada(series)


def test_no_trace_of_a_speaker_is_left_anywhere(ada, organiser_client):
    gone = make_speaker(name="Ada Byron Lovelace")
    merging.merge(Merger(ada, gone), by=None)
    ada.refresh_from_db()
    assert {trace for _table, trace in traces()} == set(TRACES)

    speakers.anonymise(ada, by=None)

    assert traces() == set()


def test_talks_stay_and_say_former_speaker(ada, client):
    talk = Talk.objects.get()
    before = talk.sequence

    speakers.anonymise(ada, by=None)

    talk.refresh_from_db()
    assert talk.uid == "engines@example.edu"
    assert talk.sequence > before
    feed = client.get("/calendar.ics").text.replace("\r\n ", "")
    assert "Former speaker" in feed
    assert "Lovelace" not in feed
    assert "Former speaker" in client.get(talk.get_absolute_url()).text
    assert client.get("/speakers/ada-lovelace/").status_code == 404
    assert talk.title not in client.get("/search/?q=Lovelace").text


def test_nobody_gets_an_email_about_it(ada, mailoutbox, clock):
    Subscriber.objects.create(
        email="reader@example.org", confirmed_at=timezone.now(), is_for_all=True, wants_changes=True
    )
    mailoutbox.clear()

    speakers.anonymise(ada, by=None)
    clock.shift(timedelta(hours=2))
    talk_news.tell()

    assert mailoutbox == []


def test_a_photo_that_somebody_else_shows_stays(ada):
    other = make_speaker(name="Grace Hopper", photo=ada.photo)

    speakers.anonymise(ada, by=None)

    assert Photo.objects.filter(speakers=other).count() == 1


def test_texts_of_other_talks_and_other_people_of_the_name_stay(ada):
    other = make_talk(title="Ada Lovelace and her time", speakers=["Grace Hopper"], starts_at=NOON, room=make_room())

    speakers.anonymise(ada, by=None)

    other.refresh_from_db()
    assert other.title == "Ada Lovelace and her time"


def test_every_relation_to_a_person_is_decided():
    """A new model that refers to a speaker or an account has to say what becomes of it."""
    for model, decided in ((Speaker, speakers.RELATIONS), (User, accounts.RELATIONS)):
        there = {
            f"{one.related_model._meta.model_name}.{one.field.name}"
            for one in model._meta.get_fields(include_hidden=True)
            if one.auto_created and not one.concrete and not one.many_to_many
        }
        ours = {name for name in there if not name.startswith(("historical", "user_"))}
        assert ours <= decided.keys(), ours - decided.keys()


# --- Accounts -----------------------------------------------------------------------------------------------------


@pytest.fixture
def bea(series):
    return make_bea(series)


def test_no_trace_of_an_account_is_left_anywhere(bea, series):
    browser = Client()
    browser.force_login(bea)
    talk = make_talk(series=series, speakers=["Grace Hopper"])
    browser.post(f"/admin/seminars/talk/{talk.pk}/delete/", {"post": "yes"})
    assert traces()

    accounts.anonymise(bea, by=None)

    bea.refresh_from_db()
    assert traces() == set()
    assert str(bea) == "Former member"
    assert (bea.is_active, bea.has_usable_password(), bea.series.count()) == (False, False, 0)
    assert browser.get("/admin/").status_code == 302


def test_the_only_administrator_and_oneself_are_refused(db):
    only = make_administrator(username="only")
    with pytest.raises(ValidationError, match="only administrator"):
        accounts.anonymise(only, by=None)
    make_administrator(username="second")
    with pytest.raises(ValidationError, match="your own access"):
        accounts.anonymise(only, by=only)
    assert User.objects.filter(username="only").exists()


# --- Export -------------------------------------------------------------------------------------------------------


def test_an_export_of_a_speaker_has_everything(ada):
    found = json.loads(json.dumps(exporting.of_speaker(ada), cls=exporting.encoder))

    assert found["speaker"][0]["email"] == "ada@example.org"
    assert {"appearance.speaker", "speakeranswer.speaker", "speakerletter.speaker", "history of the row",
            "subscriptions", "calendar invitations", "messages"} <= found.keys()  # fmt: skip
    assert "Countess" in json.dumps(found["speakeranswer.speaker"])


def test_an_export_of_an_account_has_no_keys(bea):
    found = exporting.of_account(bea)

    assert found["account"][0]["username"] == "lovelace"
    assert "password" not in found["account"][0]
    assert found["apitoken.person"][0]["name"] == "Lovelace's"
    assert "d" * 64 not in json.dumps(found, cls=exporting.encoder)


# --- The command --------------------------------------------------------------------------------------------------


def run(**options):
    said = io.StringIO()
    call_command("personal_data", stdout=said, **options)
    return said.getvalue()


def test_the_command_prints_and_anonymises(ada):
    assert json.loads(run(speaker=ada.pk))["speaker"][0]["name"] == ada.name
    assert json.loads(run(email="ADA@example.org"))["subscriptions"][0]["email"] == "Ada@example.org"

    with pytest.raises(CommandError, match="is not the name"):
        run(speaker=ada.pk, anonymise="Ada")
    assert traces()

    assert "photos: 1" in run(speaker=ada.pk, anonymise=ada.name)
    assert traces() == set()


def test_an_address_is_forgotten(ada):
    run(email="ada@example.org", anonymise="ada@example.org")

    assert not Subscriber.objects.exists()
    assert not CalendarInvitation.objects.exists()


def test_nobody_is_named():
    with pytest.raises(CommandError, match="no such person"):
        run(speaker=99)


# --- The desk -----------------------------------------------------------------------------------------------------


def test_the_page_tells_before_and_asks_for_the_name(ada, administrator_client):
    page = f"/admin/personal-data/?speaker={ada.pk}"

    told = words(main(administrator_client.get(page)))
    assert "photos: 1" in told
    assert traces()

    refused = administrator_client.post(page, {"name": "Ada"})
    assert f"Type “{ada.name}”" in refused.text
    assert traces()

    done = administrator_client.post(page, {"name": ada.name}, follow=True)
    assert "The person is anonymous now." in done.text
    assert {table for table, _trace in traces()} <= {"django_session"}


def test_the_page_downloads_everything(ada, administrator_client):
    answer = administrator_client.get(f"/admin/personal-data/?speaker={ada.pk}&format=json")

    assert answer.json()["speaker"][0]["name"] == ada.name
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_it_warns_of_a_source_that_names_the_person(ada, administrator_client):
    ImportedTalk.objects.create(talk=Talk.objects.get(), said={})

    assert "the next import brings it back" in administrator_client.get(f"/admin/personal-data/?speaker={ada.pk}").text


def test_only_administrators_may(ada, organiser_client):
    assert organiser_client.get(f"/admin/personal-data/?speaker={ada.pk}").status_code == 403
    assert organiser_client.post(f"/admin/personal-data/?speaker={ada.pk}", {"name": ada.name}).status_code == 403


@pytest.mark.parametrize("asked", ["", "?speaker=x", "?speaker=99", "?account=99"])
def test_an_unknown_person(administrator_client, asked):
    assert administrator_client.get(f"/admin/personal-data/{asked}").status_code == 404
