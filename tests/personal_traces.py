"""People who have left traces everywhere, and what of them the database holds."""

from django.db import connection
from django.utils import timezone

from seminars.actions import photos, shared_rows, talk_changes, talk_news
from seminars.models import (
    ApiToken,
    CalendarInvitation,
    Identity,
    Letter,
    SpeakerAnswer,
    SpeakerInvitation,
    SpeakerLetter,
    Subscriber,
)
from seminars.models.letter import LetterKind, LetterState
from tests.factories import in_new_york, make_administrator, make_organiser, make_speaker, make_talk
from tests.pictures import picture

NOON = in_new_york(2026, 11, 4, 12)
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


def make_ada(series):
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


def make_bea(series):
    make_administrator(username="root")
    bea = make_organiser(series, username="lovelace", first_name="Bea", last_name="Lovelace", email="ada@example.org")
    Identity.objects.create(user=bea, issuer="https://id.example.edu", subject="lovelace")
    ApiToken.objects.create(person=bea, name="Lovelace's", digest="d" * 64, ends_at=timezone.now())
    about = {"person": bea.pk, "what": "Lovelace's"}
    Letter.objects.create(kind=LetterKind.ACCOUNT, key="2", about=about, state=LetterState.SENT)
    return bea
