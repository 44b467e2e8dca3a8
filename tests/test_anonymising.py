"""Where names hide: in the index of the search, logs, earlier photos, texts without spaces and merged rows."""

import json

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from seminars.actions import merging, photos, shared_rows, talk_changes
from seminars.actions.merging import Merger
from seminars.actions.personal_data import accounts, exporting, speakers
from seminars.actions.personal_data.names import Eraser
from seminars.models import Photo, Series, Talk, search_index
from tests.factories import make_administrator, make_organiser, make_speaker, make_talk
from tests.personal_traces import make_bea
from tests.pictures import picture

pytestmark = pytest.mark.django_db


def log(row, **fields):
    about = ContentType.objects.get_for_model(row)
    return LogEntry.objects.create(
        user=make_administrator(), content_type=about, object_id=str(row.pk), action_flag=CHANGE, **fields
    )


def erased(row):
    row.refresh_from_db()
    return row


def test_a_talk_in_which_the_person_was_once_is_no_longer_found_by_the_name(series, client):
    ada = make_speaker(name="Ada Lovelace")
    talk = make_talk(series=series, title="Engines of Ada Lovelace", speakers=[ada])
    talk.appearances.all().delete()
    talk_changes.save(talk)
    before = erased(talk).sequence

    speakers.anonymise(ada, by=None)

    assert "lovelace" not in erased(talk).search_text
    assert talk.sequence > before
    assert "Engines of" not in client.get("/search/?q=Lovelace").text


def test_the_index_of_the_search_keeps_no_deleted_word(series):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has this index")
    ada = make_speaker(name="Zzyxwlace Lovelace")
    make_talk(series=series, speakers=[ada])
    speakers.anonymise(ada, by=None)

    search_index.optimise("default")

    with connection.cursor() as cursor:
        cursor.execute("SELECT block FROM seminars_search_data")
        assert not any(b"yxwlace" in block for (block,) in cursor.fetchall())


def test_the_index_is_tidied_after_the_transaction(series, django_capture_on_commit_callbacks):
    ada = make_speaker(name="Zzyxwlace Lovelace")
    make_talk(series=series, speakers=[ada])
    with django_capture_on_commit_callbacks() as later:
        speakers.anonymise(ada, by=None)

    assert search_index.optimise in {getattr(one, "func", None) for one in later}


def test_the_log_of_other_rows_does_not_name_an_account(series):
    make_administrator(username="root")
    bea = make_organiser(series, username="lovelace", first_name="Zoë", last_name="Lovelace", email="zoe@example.org")
    message = [{"added": {"name": "organiser", "object": "Zoë Lovelace"}}, {"added": {"object": "lovelace"}}]
    entry = log(series, object_repr="Zoë Lovelace", change_message=json.dumps(message))
    plain = log(series, object_repr="Series", change_message="Sent to zoe@example.org by lovelace, not Lovelaces.")
    assert "Zo\\u00eb" in entry.change_message

    accounts.anonymise(bea, by=None)

    said = json.loads(erased(entry).change_message)
    assert [one["added"]["object"] for one in said] == ["Former member", "Former member"]
    assert entry.object_repr == "Former member"
    assert erased(plain).change_message == "Sent to Former member by Former member, not Lovelaces."


def test_the_log_does_not_name_a_speaker_with_an_accent():
    zoe = make_speaker(name="Zoë Lovelace")
    entry = log(make_talk(), object_repr="A talk", change_message=json.dumps([{"added": {"object": "Zoë Lovelace"}}]))

    speakers.anonymise(zoe, by=None)

    assert json.loads(erased(entry).change_message) == [{"added": {"object": "Former speaker"}}]


def test_earlier_photos_are_deleted_unless_somebody_else_shows_them(series):
    first, second, third = (photos.keep(picture(colour=colour)) for colour in ("red", "green", "blue"))
    ada = make_speaker(name="Ada Lovelace", photo=first)
    for photo in (second, third):
        ada.photo = photo
        shared_rows.save(ada)
    make_speaker(name="Grace Hopper", photo=second)

    assert speakers.anonymise(ada, by=None)["photos"] == 2

    assert set(Photo.objects.all()) == {second}


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("Plato", "PLATO: what Plato said of Platonism", "Former speaker: what Former speaker said of Platonism"),
        ("王小明", "王小明的演讲", "Former speaker的演讲"),
        ("김철수", "김철수는 말한다", "Former speaker는 말한다"),
        ("May", "It may rain, May says", "It may rain, Former speaker says"),
        ("Li", "Li on lithium", "Li on lithium"),
    ],
)
def test_a_name_of_one_word_is_replaced_in_texts_about_the_person(series, name, text, left):
    speaker = make_speaker(name=name)
    talk = make_talk(series=series, title=text, speakers=[speaker])
    other = make_talk(series=series, title=text)
    entry, foreign = (log(one, object_repr=text, change_message="") for one in (talk, other))

    speakers.anonymise(speaker, by=None)

    assert (erased(talk).title, erased(entry).object_repr) == (left, left)
    assert (erased(other).title, erased(foreign).object_repr) == (text, text)


def test_a_value_that_is_nothing_but_a_short_name_is_replaced():
    assert Eraser([], "X", exactly=["Li"]).values(["Li", "Li on lithium"]) == ["X", "Li on lithium"]


def test_the_page_says_which_names_texts_keep(administrator_client):
    short, long = make_speaker(name="Li"), make_speaker(name="Plato")

    assert "other texts keep this name" in administrator_client.get(f"/admin/personal-data/?speaker={short.pk}").text
    assert "other texts keep this name" not in administrator_client.get(f"/admin/personal-data/?speaker={long.pk}").text


def test_what_only_a_merged_row_had_is_removed(series):
    gone = make_speaker(name="Augusta", affiliation="Ockham Park")
    talk = make_talk(series=series, title="Augusta on engines", speakers=[gone])
    talk.appearances.update(affiliation="Ockham Park")
    talk_changes.save(talk)
    talk.appearances.all().delete()
    talk_changes.save(talk)
    middle, last = make_speaker(name="Ada Byron"), make_speaker(name="Ada Lovelace")
    merging.merge(Merger(middle, gone), by=None)
    last = merging.merge(Merger(last, middle), by=None)

    speakers.anonymise(last, by=None)

    assert erased(talk).title == "Former speaker on engines"
    rows = Talk.people.through.history.model.objects.values_list("affiliation", flat=True)
    assert set(rows) <= {""}


# --- Export -------------------------------------------------------------------------------------------------------


def test_an_export_has_nothing_of_other_people(series):
    bea = make_bea(series)
    talk = make_talk(
        series=series, title="Secret plans", passcode="4711", notes="Grace is ill", speakers=["Grace Hopper"]
    )
    Talk.history.update(history_user=bea)
    log(series, object_repr="Grace Hopper", change_message="Grace is ill")
    LogEntry.objects.update(user=bea)

    found = exporting.of_account(bea)
    text = json.dumps(found, cls=exporting.encoder)

    assert not [word for word in ("Secret", "4711", "Grace") if word in text]
    [row] = found["historicaltalk.history_user"][:1]
    assert (row["kind"], row["date"]) == ("+", Talk.history.order_by("pk").first().history_date)
    assert found["logentry.user"][0]["date"] is not None
    assert talk.passcode == "4711"


def test_an_export_of_a_speaker_has_no_passcodes_of_series(series):
    ada = make_speaker(name="Ada Lovelace")
    Series.objects.update(default_moderator=ada, default_passcode="4711", default_notes="Grace is ill")

    found = exporting.of_speaker(ada)

    assert found["series.default_moderator"] == [{"key": series.pk, "kind": "series", "date": None}]
