"""The index of folded names finds people, whichever way their rows were written."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from seminars.actions import merging, undoing
from seminars.models import Change, Edition, Speaker, SpeakerName, speaker_names
from seminars.models.searching import words_of
from seminars.models.speaker_names import folded_names
from tests.factories import make_speaker

pytestmark = pytest.mark.django_db


def indexed(speaker):
    return set(SpeakerName.objects.filter(speaker=speaker).values_list("folded", flat=True))


def words(speaker):
    return {folded for folded in indexed(speaker) if not folded.startswith("=")}


def write_in_sql(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def save(speaker):
    speaker.name = "Zoë King"
    speaker.save()


def save_one_field(speaker):
    speaker.name = "Zoë King"
    speaker.save(update_fields=["name"])


def update(speaker):
    Speaker.objects.filter(pk=speaker.pk).update(name="Zoë King")


def update_or_create(speaker):
    Speaker.objects.update_or_create({"name": "Zoë King"}, pk=speaker.pk)


def bulk_update(speaker):
    speaker.name = "Zoë King"
    Speaker.objects.bulk_update([speaker], ["name"])


@pytest.mark.parametrize("write", [save, save_one_field, update, update_or_create, bulk_update])
def test_a_new_name_replaces_the_old_one_in_the_index(write):
    speaker, other = make_speaker(name="Ada Lovelace", other_names="Byron"), make_speaker(name="Emmy Noether")

    write(speaker)

    assert indexed(speaker) == folded_names("Zoë King", "Lovelace, Ada", "Byron")
    assert words(speaker) == {"zoe", "king", "byron"}
    assert words(other) == {"emmy", "noether"}


def test_many_people_who_are_made_at_once_are_in_the_index():
    people = Speaker.objects.bulk_create(Speaker(name=f"Ada {n}", slug=f"ada-{n}") for n in range(3))

    assert [words(one) for one in people] == [{"ada", "0"}, {"ada", "1"}, {"ada", "2"}]


def test_other_names_and_the_sort_name_are_in_the_index_too():
    speaker = make_speaker(name="Ada King")

    Speaker.objects.update(other_names="Ada Byron; Countess", sort_name="Lovelace, Ada")

    assert words(speaker) == {"ada", "king", "byron", "countess"}
    assert indexed(speaker) - words(speaker) == {"=ada king", "=lovelace, ada", "=ada byron"}


@pytest.mark.parametrize("delete", [Speaker.delete, lambda one: Speaker.objects.filter(pk=one.pk).delete()])
def test_a_person_who_is_deleted_leaves_nothing_in_the_index(delete):
    speaker = make_speaker(name="Ada Lovelace")

    delete(speaker)

    assert SpeakerName.objects.count() == 0
    connection.check_constraints()


def test_the_person_who_stays_after_a_merger_is_found_by_both_names():
    kept, gone = make_speaker(name="Ada King"), make_speaker(name="Ada Lovelace")

    merging.merge(merging.Merger(kept, gone), by=None)

    assert words(kept) == {"ada", "king", "lovelace"}
    assert set(SpeakerName.objects.values_list("speaker", flat=True)) == {kept.pk}


def test_people_who_were_written_in_sql_are_found_once_the_index_is_rebuilt(monkeypatch, capsys):
    monkeypatch.setattr(speaker_names, "BATCH", 2)
    renamed, gone, *others = (make_speaker(name=f"Ada Lovelace {number}") for number in range(5))
    write_in_sql("UPDATE seminars_speaker SET name = 'Zoë King', sort_name = 'King' WHERE id = %s", renamed.pk)
    write_in_sql("DELETE FROM seminars_speaker WHERE id = %s", gone.pk)
    SpeakerName.objects.filter(speaker=others[-1]).delete()

    call_command("stamp")

    assert capsys.readouterr().out.splitlines()[-1] == "3 people are found by new names."
    assert {key: indexed(key) for key in SpeakerName.objects.values_list("speaker", flat=True)} == {
        one.pk: folded_names(one.name, one.sort_name, one.other_names) for one in Speaker.objects.all()
    }
    call_command("stamp")
    assert capsys.readouterr().out == "No talk needed a stamp.\n"


@pytest.mark.parametrize("command", ["prepare", "housekeeping"])
def test_the_index_of_names_is_rebuilt_where_an_earlier_release_may_have_written(command, settings, tmp_path):
    settings.VAR_DIR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    settings.DEBUG = True
    speaker = make_speaker(name="Ada Lovelace")
    SpeakerName.objects.all().delete()

    call_command(command, verbosity=0)

    assert indexed(speaker) == {"ada", "lovelace", "=ada lovelace", "=lovelace, ada"}


def test_an_index_that_is_right_is_left_alone_and_makes_no_edition():
    make_speaker(name="Ada Lovelace")
    edition = Edition.objects.number()

    assert SpeakerName.objects.rebuild() == 0
    assert Edition.objects.number() == edition


def test_an_undone_change_of_a_name_is_undone_in_the_index():
    speaker = make_speaker(name="Ada Lovelace")
    save(Speaker.objects.get())

    undoing.restore(Change.objects.latest("pk"), by=None)

    assert words(speaker) == {"ada", "lovelace"}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("müll", ["Jürgen Müller-Lüdenscheidt"]),
        ("ludens", ["Jürgen Müller-Lüdenscheidt"]),
        ("brien", ["Flann O'Brien"]),
        ("太郎", ["山田太郎"]),
        ("山田", ["山田太郎"]),
        ("å", ["Åsa Öberg"]),
        ("oberg as", ["Åsa Öberg"]),
    ],
)
def test_the_beginning_of_any_word_of_a_name_finds_the_person(typed, found):
    for name in ("Jürgen Müller-Lüdenscheidt", "Flann O'Brien", "山田太郎", "Åsa Öberg"):
        make_speaker(name=name)

    assert [one.name for one in Speaker.objects.with_words(words_of(typed))] == found


@pytest.mark.parametrize("typed", ["ada  LOVELACE", "Lovelace, Ada", "Ada Byron"])
def test_a_whole_name_finds_the_people_with_that_name(typed):
    speaker = make_speaker(name="Ada Lovelace", other_names="Ada Byron, Countess")
    make_speaker(name="Ada Lovelacey")

    assert Speaker.objects.called(typed) == [speaker]


@pytest.mark.parametrize("typed", ["", "Ada", "Countess", "\0", "Ada Lovelac", "x" * 1000])
def test_a_part_of_a_name_does_not_match_as_a_whole_name(typed):
    make_speaker(name="Ada Lovelace", other_names="Ada Byron, Countess")

    assert Speaker.objects.called(typed) == []


def test_two_long_names_with_the_same_beginning_are_different_people():
    long = "ﷺ" * 190  # which folding makes many times as long
    speaker = make_speaker(name=f"{long}a")
    make_speaker(name=f"{long}b")

    assert Speaker.objects.called(f"{long}a") == [speaker]


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_an_upgrade_indexes_the_people_who_are_there():
    executor = MigrationExecutor(connection)
    executor.migrate([("seminars", "0011_photo_portraits")])
    old = executor.loader.project_state([("seminars", "0011_photo_portraits")]).apps.get_model("seminars", "Speaker")
    old.objects.bulk_create(
        old(name=f"Jürgen {n}", sort_name=f"{n}, Jürgen", slug=f"j-{n}", other_names="Ada Byron") for n in range(1201)
    )

    call_command("migrate", verbosity=0)

    assert SpeakerName.objects.filter(folded="jurgen").count() == 1201
    last = Speaker.objects.latest("pk")
    assert indexed(last) == folded_names(last.name, last.sort_name, last.other_names)
    assert Speaker.objects.called("jurgen 1200") == [last]
