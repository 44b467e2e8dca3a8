"""Hosts: a name that surely means a known person makes that person a host, other words stay as they were typed."""

import json

import pytest

from seminars import listings
from seminars.actions import schedule, several_talks, stamping, undoing
from seminars.formats import announcement, atom, ics, jsonfeed
from seminars.formats.ics_facts import facts_of
from seminars.models import Appearance, Change, Role, Talk
from seminars.models.searching import FORM
from tests.admin_forms import form_of, save, signed_in
from tests.factories import in_new_york, make_organiser, make_room, make_series, make_speaker, make_talk
from tests.pages import words
from tests.spreadsheets import csv_of, exported, import_all, rows_of_csv

pytestmark = pytest.mark.django_db

HEAD = ["Date", "Time", "Title", "Speaker", "Host", "UID"]
NOON = in_new_york(2030, 10, 9, 12)


@pytest.fixture
def series():
    return make_series(short_name="ASSET", slug="asset")


@pytest.fixture
def ana():
    return make_speaker(name="Ana Ruiz", affiliation="Statistics")


@pytest.fixture
def talk(series):
    ada = make_speaker(name="Ada Lovelace", affiliation="London")
    return make_talk(series=series, title="On engines", starts_at=NOON, speakers=[ada], room=make_room())


@pytest.fixture
def client(series):
    return signed_in(make_organiser(series))


def hosts_of(talk):
    """The people who host a talk, and the words of its field."""
    rows = Appearance.objects.filter(talk=talk, role=Role.HOST).in_order()
    return [row.speaker.name for row in rows], Talk.objects.get(pk=talk.pk).host


def read(talk):
    return Talk.objects.for_entries().get(pk=talk.pk)


def host_it(talk, person):
    Appearance.objects.create(talk=talk, speaker=person, role=Role.HOST, order=9)
    stamping.stamp([talk])


# --- who is meant ---


@pytest.mark.parametrize("typed", ["Ana Ruiz", "Prof. Ana Ruiz", "Ruiz, Ana", "ana ruiz (Statistics)"])
@pytest.mark.usefixtures("ana")
def test_a_name_that_surely_means_a_known_person_makes_them_the_host(client, talk, typed):
    save(client, talk, host=typed)

    assert hosts_of(talk) == (["Ana Ruiz"], "")
    assert read(talk).hosted_by == "Ana Ruiz"


@pytest.mark.parametrize("typed", ["Ana Ruis", "Ana Ruiz (Bonn)", "The dean’s office", "Ana Ruiz and Bo Reed"])
@pytest.mark.usefixtures("ana")
def test_other_words_stay_as_they_were_typed(client, talk, typed):
    save(client, talk, host=typed)

    assert hosts_of(talk) == ([], typed)


@pytest.mark.usefixtures("ana")
def test_of_two_namesakes_nobody_is_meant(client, talk):
    make_speaker(name="Ana Ruiz", affiliation="Physics")

    save(client, talk, host="Ana Ruiz")

    assert hosts_of(talk) == ([], "Ana Ruiz")


@pytest.mark.usefixtures("ana")
def test_several_known_people_host_together(client, talk):
    make_speaker(name="Bo Reed")

    save(client, talk, host="Ana Ruiz and Bo Reed")

    assert hosts_of(talk) == (["Ana Ruiz", "Bo Reed"], "")


def test_a_host_who_is_there_already_is_not_added_twice(client, talk, ana):
    host_it(talk, ana)

    save(client, talk, host="Ana Ruiz")

    assert hosts_of(talk) == (["Ana Ruiz"], "")


@pytest.mark.usefixtures("ana")
def test_a_new_talk_with_the_usual_host_of_its_series(client, series):
    series.default_host = "Ana Ruiz"
    series.save()
    typed = form_of(client, f"/admin/seminars/talk/add/?series={series.pk}") | {"title": "On rings"}
    typed |= {"starts_at_0": "2030-10-16", "starts_at_1": "12:00", "ends_at_0": "", "ends_at_1": "13:00"}

    client.post(f"/admin/seminars/talk/add/?series={series.pk}", typed)

    assert hosts_of(Talk.objects.get(title="On rings")) == (["Ana Ruiz"], "")


def test_an_undo_brings_the_words_back(client, talk, ana):
    save(client, talk, host="The dean")
    save(client, talk, host="Ana Ruiz")

    undoing.restore(Change.objects.latest("pk"), by=None)

    assert hosts_of(talk) == ([], "The dean")


# --- other ways to set it ---


@pytest.mark.usefixtures("ana")
def test_the_schedule_replaces_a_host_who_may_be_known_or_not(talk):
    save_schedule(talk, "Ana Ruiz")
    assert hosts_of(talk) == (["Ana Ruiz"], "")
    save_schedule(talk, "The dean")
    assert hosts_of(talk) == ([], "The dean")
    save_schedule(talk, "Prof. Ana Ruiz")
    save_schedule(talk, "")
    assert hosts_of(talk) == ([], "")


def save_schedule(talk, host):
    schedule.save([schedule.ScheduleChange(talk.pk, {"host": host})], by=None)


def test_a_host_that_stays_is_not_written_again(talk, ana):
    host_it(talk, ana)
    row = talk.appearances.get(role=Role.HOST)

    save_schedule(talk, "Ana Ruiz")

    assert talk.appearances.get(role=Role.HOST).pk == row.pk


@pytest.mark.usefixtures("ana")
def test_several_talks_get_a_host(talk):
    prospects = several_talks.prospects({"host": "Ana Ruiz"}, [read(talk)])
    several_talks.change(prospects, sentence="Changed", by=None)
    assert hosts_of(talk) == (["Ana Ruiz"], "")

    (prospect,) = several_talks.prospects({"host": ""}, [read(talk)])
    assert [(one.label, one.old, one.new) for one in prospect.differences] == [("Host", "Ana Ruiz", "")]
    several_talks.change([prospect], sentence="Changed", by=None)
    assert hosts_of(talk) == ([], "")


@pytest.mark.usefixtures("ana")
def test_a_planned_term_has_its_usual_host_as_a_person(series):
    series.default_host = "Ana Ruiz"
    series.save()
    write_slot(series)

    assert hosts_of(Talk.objects.get()) == (["Ana Ruiz"], "")
    assert "ana ruiz" in Talk.objects.get().search_text


def write_slot(series):
    schedule.save([], added=[schedule.NewSlot("new-1", series, {"starts_at": in_new_york(2030, 11, 6, 12)})], by=None)


@pytest.mark.usefixtures("ana")
def test_an_import_and_its_next_version(tmp_path, series):
    def imported(host):
        rows = [
            ["Date", "Time", "Title", "Speaker", "Host", "UID"],
            ["2030-11-05", "15:30", "On looms", "Ada", host, "x1"],
        ]
        import_all(csv_of(rows), series="asset")
        return hosts_of(Talk.objects.get())

    assert imported("Ana Ruiz") == (["Ana Ruiz"], "")
    assert imported("The dean") == ([], "The dean")
    assert imported("Ruiz, Ana") == (["Ana Ruiz"], "")
    assert imported("") == ([], "")


def test_a_host_chosen_here_is_not_replaced_by_the_file(series, ana):
    rows = [HEAD, ["2030-11-05", "15:30", "On looms", "Ada", "Bo", "x1"]]
    import_all(csv_of(rows), series="asset")
    save_schedule(Talk.objects.get(), "Ana Ruiz")
    rows[1][4] = "Kim"

    import_all(csv_of(rows), series="asset")

    assert hosts_of(Talk.objects.get()) == (["Ana Ruiz"], "")


@pytest.mark.usefixtures("ana")
def test_an_exported_talk_comes_back_with_an_edited_host(talk, administrator_client):
    save_schedule(talk, "Ana Ruiz")
    head, row = rows_of_csv(exported(administrator_client))
    assert row[head.index("Host")] == "Ana Ruiz"

    import_all(csv_of([head, row]))
    assert hosts_of(talk) == (["Ana Ruiz"], "")
    row[head.index("Host")] = "The dean"
    import_all(csv_of([head, row]))
    assert hosts_of(talk) == ([], "The dean")


# --- what says it ---

SAID = {"Ana Ruiz": "Host: Ana Ruiz (Statistics)", "The dean": "Host: The dean"}


@pytest.mark.parametrize("typed", SAID)
@pytest.mark.usefixtures("ana")
def test_pages_and_feeds_say_one_host(client, talk, typed):
    save_schedule(talk, typed)
    line = SAID[typed]

    page = words(client.get(talk.get_absolute_url()).text)
    said = [
        ics.render(listings.everything()).decode().replace("\r\n ", ""),
        announcement.render(listings.of_talk(talk)).decode(),
        atom.render(listings.everything()).decode(),
        client.get(f"/talks/{talk.pk}/poster/").text,
    ]

    assert page.count(f"Host {typed}") == 1
    assert [text.count(line) for text in said] == [1, 1, 1, 1]
    (item,) = json.loads(jsonfeed.render(listings.everything()))["items"]
    assert [one["name"] for one in item["_seminars"]["hosts"]] == [typed]


def test_the_search_finds_a_talk_by_its_host(client, talk, ana):
    save_schedule(talk, "The dean of arts")

    assert "On engines" in client.get("/search/?q=dean&when=all").text


def test_a_new_host_raises_sequence_and_an_entry_of_an_earlier_release_does_not(talk):
    stamping.stamp([talk])
    Talk.objects.filter(pk=talk.pk).update(host="The dean")
    former = read(talk)
    assert former.entry_digest == facts_of(former).digest_without_host

    Talk.objects.filter(pk=talk.pk).update(search_text=former.search_text.replace(FORM, "§§1"))
    stamping.renew_former()
    renewed = read(talk)
    assert (renewed.sequence, renewed.changed_at) == (former.sequence, former.changed_at)
    assert renewed.entry_digest == facts_of(renewed).digest

    save_schedule(talk, "The rector")
    assert read(talk).sequence == former.sequence + 1


def test_the_first_host_of_a_talk_raises_sequence(talk):
    stamping.stamp([talk])
    before = read(talk).sequence

    save_schedule(talk, "The dean")

    assert read(talk).sequence == before + 1


def test_entries_without_a_host_keep_their_digest(talk):
    facts = facts_of(read(talk))

    assert facts.digest == facts.digest_without_host


# --- the list of the desk ---


def test_the_list_shows_the_talks_of_one_host(client, series, talk, ana):
    host_it(talk, ana)
    other = make_talk(series=series, title="On looms", starts_at=NOON, host="The dean")
    stranger = make_talk(title="On cards", starts_at=NOON, host="Somebody else")

    page = client.get("/admin/seminars/talk/?when=all")
    lists = {name: client.get(f"/admin/seminars/talk/?when=all&host={name}").context["cl"].result_list for name in SAID}

    offered = next(spec for spec in page.context["cl"].filter_specs if spec.title == "host")
    assert [name for name, _words in offered.lookup_choices] == ["Ana Ruiz", "The dean"]
    assert {name: list(found) for name, found in lists.items()} == {"Ana Ruiz": [talk], "The dean": [other]}
    assert stranger not in client.get("/admin/seminars/talk/?when=all&host=Somebody else").context["cl"].result_list
