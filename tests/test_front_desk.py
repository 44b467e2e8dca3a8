"""The first page of the desk says where the term stands and what to do next, and links to it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from seminars.admin.front_desk import FrontDesk
from seminars.models import Break, State, Talk
from tests.admin_forms import signed_in
from tests.factories import (
    in_new_york,
    make_administrator,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2030, 10, 2, 9)  # a Wednesday
NOON = in_new_york(2030, 10, 9, 12)


@pytest.fixture
def series():
    return make_series(short_name="ASSET", announce_days=14)


def desk_of(person):
    request = RequestFactory().get("/admin/")
    request.user = person
    return FrontDesk(request)


def entries(desk):
    return [entry for week in desk.weeks for entry in week.entries]


def only_entry(person):
    (entry,) = entries(desk_of(person))
    return entry


def words(mends):
    return [mend.words for mend in mends]


def transition_page(name, talk):
    return reverse("admin:seminars_talk_transition", args=[name]) + f"?talk={talk.pk}&next=%2Fadmin%2F"


def complete(**fields):
    """A complete talk."""
    speaker = make_speaker(biography="Wove.")
    return make_talk(**{"speakers": [speaker], "topics": [make_topic()], "abstract": "On looms.", "room": make_room(),
                        "starts_at": NOON} | fields)  # fmt: skip


# --- the timetable ---


def test_the_timetable_holds_four_weeks_with_breaks_in_their_places(series):
    talks = [make_talk(series=series, starts_at=NOON + timedelta(weeks=week)) for week in (0, 2, 3)]
    pause = Break.objects.create(first_on="2030-10-14", last_on="2030-10-18", reason="Fall break")
    Break.objects.create(first_on="2030-10-14", last_on="2030-10-18", reason="Theirs", series=make_series())

    weeks = desk_of(make_organiser(series)).weeks

    assert [(week.title, [getattr(entry, "talk", entry) for entry in week.entries]) for week in weeks] == [
        ("This week", []),
        ("Next week", [talks[0]]),
        ("Week of Monday, 14 October", [pause]),
        ("Week of Monday, 21 October", [talks[1]]),
    ]


def test_a_current_talk_that_began_before_today_is_in_this_week(series):
    friday, noon = in_new_york(2030, 9, 27, 9), in_new_york(2030, 10, 2, 12)
    school = make_talk(series=series, starts_at=friday, ends_at=noon)
    make_talk(series=series, starts_at=friday, ends_at=in_new_york(2030, 10, 1, 23))

    assert [entry.talk for entry in desk_of(make_organiser(series)).weeks[0].entries] == [school]


def test_a_break_links_to_its_form_for_people_who_may_change_it(series):
    mine = Break.objects.create(first_on="2030-10-14", last_on="2030-10-18", reason="Ours", series=series)
    everyone = Break.objects.create(first_on="2030-10-21", last_on="2030-10-21", reason="Fall break")
    make_talk(series=series, starts_at=NOON)

    def offered(person):
        page = signed_in(person).get("/admin/").content.decode()
        return [reverse("admin:seminars_break_change", args=[pause.pk]) in page for pause in (mine, everyone)]

    assert [offered(make_organiser(series)), offered(make_administrator())] == [[True, False], [True, True]]


def test_the_last_days_of_the_four_weeks_are_in_a_fifth_week(series):
    talk = make_talk(series=series, starts_at=in_new_york(2030, 10, 29, 12))
    make_talk(series=series, starts_at=in_new_york(2030, 10, 30, 12))

    assert [entry.talk for entry in desk_of(make_organiser(series)).weeks[4].entries] == [talk]


def test_a_missing_value_links_to_its_field(series):
    series.default_join_url = "https://example.org/meet"
    series.save()
    make_topic()
    talk = make_talk(series=series, title="", starts_at=NOON)
    form = reverse("admin:seminars_talk_change", args=[talk.pk]) + "?next=%2Fadmin%2F"

    missing = only_entry(make_organiser(series)).missing

    assert [(mend.words, mend.address) for mend in missing] == [
        ("speaker", f"{form}#appearances-group"),
        ("title", transition_page("title", talk)),
        ("abstract", f"{form}#id_abstract"),
        ("room", transition_page("room", talk)),
        ("link", transition_page("link", talk)),
        ("topics", f"{form}#topic_rows-group"),
    ]


def test_a_biography_is_filled_in_with_the_speaker(series):
    speaker = make_speaker()
    complete(series=series, speakers=[make_speaker(biography="Wove."), speaker])

    (mend,) = only_entry(make_organiser(series)).missing

    assert (
        mend.address == reverse("admin:seminars_speaker_change", args=[speaker.pk]) + "?next=%2Fadmin%2F#id_biography"
    )


def test_every_link_leads_to_an_existing_page(series):
    series.default_join_url = "https://example.org/meet"
    series.save()
    make_topic()
    make_draft(series=series, title="", starts_at=NOON)
    make_talk(series=series, speakers=["Ada"], starts_at=NOON + timedelta(days=1), state=State.TENTATIVE)
    make_talk(series=series, recording="planned", starts_at=NOON - timedelta(days=30))
    client = signed_in(make_organiser(series))
    desk = client.get("/admin/").context["desk"]
    mends = [mend for entry in entries(desk) for mend in [*entry.missing, *entry.urgent]]
    mends += [mend for _talk, mend in [*desk.deadlines, *desk.recordings]]

    for address, _, place in (mend.address.partition("#") for mend in mends):
        response = client.get(address)
        assert response.status_code == 200
        assert not place or f'id="{place}"' in response.content.decode()
    assert len({mend.address for mend in mends}) == 14


def test_the_speaker_can_be_asked_for_a_title_that_is_missing_soon(series):
    talk = complete(series=series, title="")
    nobody = complete(series=series, speakers=[], starts_at=NOON + timedelta(days=1))

    due = desk_of(make_organiser(series)).due

    ask = f"{reverse('admin:ask-speaker')}?talk={talk.pk}"
    assert [(one, words(tasks)) for one, tasks in due] == [(talk, ["title", "Ask the speaker"]), (nobody, ["speaker"])]
    assert due[0][1][-1].address == ask


def test_missing_topics_are_not_listed_if_no_talk_has_topics(series):
    make_talk(series=series, starts_at=NOON)

    assert "topics" not in words(only_entry(make_organiser(series)).missing)


def test_a_complete_talk_has_no_task(series):
    complete(series=series)

    entry = only_entry(make_organiser(series))

    assert (entry.missing, entry.urgent) == ([], [])


@pytest.mark.parametrize(("days", "is_told"), [(14, True), (15, False)])
def test_a_provisional_talk_close_to_its_date_is_to_be_confirmed(series, days, is_told):
    talk = complete(series=series, state=State.TENTATIVE, starts_at=NOW + timedelta(days=days))

    urgent = only_entry(make_organiser(series)).urgent

    assert [mend.address for mend in urgent] == ([transition_page("confirm", talk)] if is_told else [])


@pytest.mark.parametrize(("days", "state"), [(0, "confirmed"), (1, "confirmed"), (-1, "confirmed"), (0, "cancelled")])
def test_a_talk_that_falls_into_a_break_is_to_be_moved(series, days, state):
    talk = complete(series=series, state=state)
    day = (NOON + timedelta(days=days)).date()
    Break.objects.create(first_on=day, last_on=day, reason="Fall break")
    Break.objects.create(first_on=NOON, last_on=NOON, reason="Theirs", series=make_series())

    (entry,) = [entry for entry in entries(desk_of(make_organiser(series))) if not isinstance(entry, Break)]

    told = [(mend.words, mend.address) for mend in entry.urgent]
    is_told = days == 0 and state == "confirmed"
    assert told == ([("During a break (Fall break): move it", transition_page("move", talk))] if is_told else [])


def test_frequent_changes_are_one_click_away_and_lead_back(series):
    talk = complete(series=series)
    client = signed_in(make_organiser(series))

    (entry,) = entries(client.get("/admin/").context["desk"])
    response = client.post(transition_page("title", talk), {"title": "On looms"})

    assert re.findall(r">(\w+)</a>", entry.shortcuts) == ["Room", "Link", "Title", "Time", "Notice", "Cancel"]
    assert response.url == "/admin/"
    assert Talk.objects.get().title == "On looms"


def test_a_talk_that_is_over_or_another_s_has_no_shortcuts(series):
    complete(series=series, starts_at=NOW - timedelta(hours=2))
    make_talk(also_in=[series], starts_at=NOON)

    assert [entry.shortcuts for entry in entries(desk_of(make_organiser(series)))] == ["", ""]


def test_a_clash_message_keeps_the_draft_of_another_series_secret(series):
    room = make_room(name="Room 414", is_exclusive=False)
    other = make_draft(series=make_series(short_name="PRiML"), room=room, title="Secret", starts_at=NOON)
    mine = complete(series=series, room=room)
    type(room).objects.filter(pk=room.pk).update(is_exclusive=True)

    (mend,) = only_entry(make_organiser(series)).urgent

    assert mend.words.startswith("Room 414 is reserved by the PRiML Seminar, 12–1 pm")
    assert mend.address == transition_page("room", mine)
    assert "Secret" not in mend.words
    assert only_entry(make_organiser(other.series)).urgent[0].words.startswith("Room 414 is taken by")


def test_a_joint_talk_of_another_series_is_shown_without_links_to_change_it(series):
    make_draft(also_in=[series], title="", starts_at=NOON)

    entry = only_entry(make_organiser(series))

    assert (entry.is_mine, entry.missing, entry.urgent) == (False, [], [])


def test_nothing_of_another_series_is_shown(series):
    make_draft(title="Secret", starts_at=NOON)
    make_talk(series=series, starts_at=NOON)

    page = signed_in(make_organiser(series)).get("/admin/").content.decode()

    assert "Secret" not in page
    assert len(entries(desk_of(make_administrator()))) == 2


# --- reminders ---


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (9, "Announce it now: it was due on Wednesday, 25 September"),
        (16, "Announce it by today"),
        (23, "Announce it by Wednesday, 9 October"),
        (24, None),
    ],
)
def test_drafts_are_to_be_announced_as_early_as_their_series_wants(series, day, sentence):
    talk = make_draft(series=series, starts_at=in_new_york(2030, 10, day, 12))

    told = [(draft, mend.words) for draft, mend in desk_of(make_organiser(series)).deadlines]

    assert told == ([(talk, sentence)] if sentence else [])


def test_a_draft_far_ahead_is_listed_if_its_series_announces_early():
    series = make_series(announce_days=60)
    make_talk(series=series, starts_at=in_new_york(2030, 12, 8, 12))
    talk = make_draft(series=series, starts_at=in_new_york(2030, 12, 8, 12))
    make_draft(series=series, starts_at=in_new_york(2030, 12, 9, 12))

    assert [draft for draft, _mend in desk_of(make_organiser(series)).deadlines] == [talk]


def test_several_are_announced_at_once(series):
    for days in (0, 1):
        make_draft(series=series, starts_at=NOON + timedelta(days=days))
    client = signed_in(make_organiser(series))

    client.post(client.get("/admin/").context["desk"].all_deadlines)

    assert Talk.objects.public().count() == 2


def test_a_promised_recording_is_listed_as_missing_after_the_talk(series):
    past = NOW - timedelta(days=20)
    talk = make_talk(series=series, recording="planned", starts_at=past)
    make_talk(series=series, recording="planned", recording_url="https://example.org/r", starts_at=past)
    make_talk(series=series, recording="planned", state=State.CANCELLED, starts_at=past)
    make_talk(series=series, recording="declined", starts_at=past)
    make_draft(series=series, recording="planned", starts_at=past)
    make_talk(series=series, recording="planned", starts_at=NOW - timedelta(days=366))
    make_talk(series=series, recording="planned", starts_at=NOON)

    told = desk_of(make_organiser(series)).recordings

    assert [(one, mend.address) for one, mend in told] == [(talk, transition_page("recording", talk))]


# --- the first day ---


def test_a_series_without_a_talk_leads_to_planning_and_importing(series):
    page = signed_in(make_organiser(series)).get("/admin/").content.decode()

    assert f'href="/admin/plan/?series={series.pk}"' in page
    assert reverse("admin:import") in page


def test_an_empty_department_leads_to_its_first_series():
    page = signed_in(make_administrator()).get("/admin/").content.decode()

    assert "First steps" in page
    assert reverse("admin:seminars_series_add") in page


def test_a_break_between_terms_is_not_shown_as_a_new_site(series):
    make_talk(series=series, starts_at=NOW - timedelta(days=90))

    page = signed_in(make_organiser(series)).get("/admin/").content.decode()

    assert ("No talk is planned." in page, "No talks yet" in page) == (True, False)


def test_a_long_timetable_is_cut_and_says_so(series, monkeypatch):
    monkeypatch.setattr("seminars.admin.front_desk.MOST_TALKS", 1)
    for days in (0, 1):
        make_talk(series=series, starts_at=NOON + timedelta(days=days))

    response = signed_in(make_organiser(series)).get("/admin/")

    assert len(entries(response.context["desk"])) == 1
    assert "More upcoming talks" in response.content.decode()


def test_the_queries_do_not_grow_with_the_talks(series):
    room = make_room(is_exclusive=False)
    client = signed_in(make_organiser(series))

    def fill(number):
        for _ in range(number):
            make_draft(series=series, room=room, speakers=["Ada"], topics=[make_topic()], starts_at=NOON)
            make_talk(series=series, room=room, recording="planned", starts_at=NOON - timedelta(days=30))
            Break.objects.create(first_on="2030-10-14", last_on="2030-10-14", reason="Snow", series=series)
        type(room).objects.filter(pk=room.pk).update(is_exclusive=True)

    fill(2)
    before = len(queries_of(client))
    fill(10)

    assert len(queries_of(client)) == before
    assert before <= 24


def test_an_administrator_opens_it_with_15_queries(series):
    make_talk(series=series, recording="planned", starts_at=NOON - timedelta(days=30), topics=[make_topic()])
    make_talk(series=series, starts_at=NOON + timedelta(days=3))
    client = signed_in(make_administrator())
    queries_of(client)  # which also reads what a worker keeps

    assert len(queries_of(client)) <= 15


def queries_of(client):
    with CaptureQueriesContext(connection) as asked:
        client.get("/admin/")
    return [query["sql"] for query in asked]
