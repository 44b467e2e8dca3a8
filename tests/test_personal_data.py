"""Export and anonymisation of a person: after it, no column of the database has the name or the address."""

import io
import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from seminars.actions import merging, photos, shared_rows, talk_changes, talk_news
from seminars.actions.merging import Merger
from seminars.actions.personal_data import accounts, after_restoring, anonymised_keys, exporting, speakers
from seminars.models import (
    ApiToken,
    CalendarInvitation,
    Identity,
    ImportedTalk,
    Letter,
    Photo,
    Speaker,
    SpeakerAnswer,
    SpeakerInvitation,
    SpeakerLetter,
    Subscriber,
    Talk,
    User,
)
from seminars.models.anonymised_person import digest_of
from seminars.models.letter import LetterKind
from tests.factories import (
    in_new_york,
    make_administrator,
    make_organiser,
    make_room,
    make_speaker,
    make_talk,
)
from tests.pages import main, words
from tests.pictures import picture

pytestmark = pytest.mark.django_db

NOON = in_new_york(2026, 11, 4, 12)
NOW = in_new_york(2026, 11, 2, 9)
TRACES = ("lovelace", "ada@", "ockham", "countess", "0000-0002-1825-0097")


def whole_database():
    """Everything that the tables hold, in small letters, by table."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            if table.startswith("seminars_search_") or table == "seminars_search":
                continue  # of an index, which is asked through searches
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = str([tuple(map(plain, row)) for row in cursor.fetchall()]).lower()
        return found


def plain(value):
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else value


def traces():
    return {(table, trace) for table, text in whole_database().items() for trace in TRACES if trace in text}


@pytest.fixture
def ada(clock, series):
    """Somebody who has left traces everywhere."""
    ada = make_speaker(
        name="Ada Lovelace", affiliation="Ockham Park", email="ada@example.org", orcid="0000-0002-1825-0097",
        homepage="https://ada.example.org/lovelace", biography="The Countess.", other_names="Augusta Ada Byron",
        photo=photos.keep(picture()),
    )  # fmt: skip
    shared_rows.save(make_speaker_like(ada))
    talk = make_talk(
        series=series, title="On engines", abstract="Ada Lovelace speaks.", host="Ada Lovelace", starts_at=NOON,
        speakers=[ada], uid="engines@example.edu", notes="Augusta Ada Byron eats no nuts.",
    )  # fmt: skip
    talk.appearances.update(affiliation="Ockham Park")
    talk.title = "Engines of Ada Lovelace"
    talk_changes.save(talk)
    series.default_moderator = ada
    series.save()
    SpeakerAnswer.objects.create(talk=talk, speaker=ada, draft={"biography": "The Countess."}, version=1)
    SpeakerInvitation.objects.create(series=series, speaker=ada)
    SpeakerLetter.objects.create(talk=talk, speaker=ada, to="ada@example.org")
    Subscriber.objects.create(email="Ada@example.org", confirmed_at=timezone.now(), is_for_all=True)
    CalendarInvitation.objects.create(talk=talk, email="ada@example.org")
    Letter.objects.create(kind=LetterKind.INVITATION, key="1", to="ada@example.org")
    talk_news.tell()
    return ada


def make_speaker_like(ada):
    """The same row under a second name, which it then had once."""
    ada.name = "Ada King, Countess of Lovelace"
    return ada


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
    make_administrator(username="root")
    bea = make_organiser(series, username="lovelace", first_name="Bea", last_name="Lovelace", email="ada@example.org")
    Identity.objects.create(user=bea, issuer="https://id.example.edu", subject="lovelace")
    ApiToken.objects.create(person=bea, name="Lovelace's", digest="d" * 64, ends_at=timezone.now())
    return bea


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


# --- Backups ------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


def test_a_restored_person_is_anonymised_again(ada, bea, folder, django_capture_on_commit_callbacks):
    savepoint = transaction.savepoint()
    with django_capture_on_commit_callbacks(execute=True):
        speakers.anonymise(ada, by=None)
        accounts.anonymise(bea, by=None)
    kept = (folder / "anonymised.json").read_text()
    transaction.savepoint_rollback(savepoint)  # as a backup from before does
    assert Speaker.objects.get(pk=ada.pk).name != "Former speaker"

    assert after_restoring.anonymise_again(anonymised_keys.known()) == (2, 0)

    assert traces() == set()
    assert not any(trace in kept.lower() for trace in TRACES)
    assert (folder / "anonymised.json").stat().st_mode & 0o077 == 0


def test_another_person_who_got_the_key_is_left_alone(ada, folder):
    key = [["speaker", str(ada.pk), digest_of("Charles Babbage")]]

    assert after_restoring.anonymise_again(key) == (0, 0)
    assert after_restoring.anonymise_again([["speaker", "99", digest_of(ada.name)]]) == (0, 0)
    assert Speaker.objects.get(pk=ada.pk).name == ada.name


def test_the_only_administrator_is_told_apart(folder):
    only = make_administrator(username="only")

    assert after_restoring.anonymise_again([["account", str(only.pk), digest_of("only")]]) == (0, 1)
