"""History on the desk: organisers see who changed what in their talks, with a button to undo it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from seminars.actions import lifecycle, merging, talk_changes, undoing
from seminars.actions.talk_changes import Parts
from seminars.models import Appearance, Break, Change, Role, State, Talk, recording
from tests.admin_forms import address_of, form_of, messages_of, save, signed_in
from tests.changes import last_change, offered, undo
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

pytestmark = pytest.mark.django_db

NOON = in_new_york(2035, 11, 7, 12)


@pytest.fixture
def talk(series):
    return make_talk(
        series=series, title="On engines", speakers=["Ada Lovelace"], starts_at=NOON, topics=[make_topic()]
    )


def page(client, address="/admin/changes/"):
    return client.get(address).content.decode()


def make_transition(client, name, talk, **fields):
    return client.post(reverse("admin:seminars_talk_transition", args=[name]) + f"?talk={talk.pk}", fields)


def test_the_message_after_a_transition_has_an_undo_button(organiser_client, talk):
    make_transition(organiser_client, "cancel", talk, reason="Snow")

    html = page(organiser_client, address_of(talk))
    assert "Cancelled. Not what you wanted?" in html
    assert offered(html) == [last_change().pk]
    response = undo(organiser_client, last_change(), next=address_of(talk))

    talk.refresh_from_db()
    assert (response.url, talk.state, talk.notice) == (address_of(talk), State.CONFIRMED, "")
    assert "Undone: Cancelled. Not what you wanted?" in page(organiser_client, address_of(talk))


def test_a_transition_of_several_talks_is_undone_together(organiser_client, series, talk):
    other = make_talk(series=series)
    address = reverse("admin:seminars_talk_transition", args=["cancel"]) + f"?talk={talk.pk}&talk={other.pk}"

    organiser_client.post(address, {"reason": "Snow"})
    undo(organiser_client, last_change())

    assert set(Talk.objects.values_list("state", flat=True)) == {State.CONFIRMED}


def test_one_save_of_the_form_is_one_change_with_people_and_topics(organiser_client, talk):
    before = Change.objects.count()

    save(
        organiser_client, talk, title="On looms", **{"appearances-0-affiliation": "London", "topic_rows-0-DELETE": "on"}
    )

    assert Change.objects.count() == before + 1
    assert (str(last_change()), last_change().who) == ("Changed", "Grace Hopper")
    assert "Changed. Not what you wanted?" in page(organiser_client)
    undo(organiser_client, last_change())
    talk.refresh_from_db()
    assert (talk.title, talk.topics.count(), talk.speakers[0].affiliation) == ("On engines", 1, "")


def test_a_new_talk_and_a_deleted_draft_can_be_taken_back(organiser_client, series):
    draft = make_draft(series=series, title="On looms", speakers=["Ada"])

    organiser_client.post(address_of(draft, "delete"), {"post": "yes"})
    assert not Talk.objects.exists()
    undo(organiser_client, last_change())

    assert [talk.headline for talk in Talk.objects.all()] == ["On looms"]
    assert Talk.objects.get().speaker_names == "Ada"


def test_a_preview_and_a_refused_form_leave_no_change_and_no_button(organiser_client, talk):
    before = Change.objects.count()
    form = form_of(organiser_client, address_of(talk)) | {"title": "On looms"}

    organiser_client.post(address_of(talk), form | {"_preview": "1"})
    organiser_client.post(address_of(talk), form | {"ends_at_0": "2000-01-01"})
    organiser_client.post(address_of(talk), form_of(organiser_client, address_of(talk)))

    assert Change.objects.count() == before
    assert "Not what you meant?" not in page(organiser_client)


def test_the_history_shows_who_changed_what_when_with_old_and_new_values(organiser_client, series, talk):
    desk_of_another = signed_in(make_organiser(series, first_name="Mary", last_name="Somerville"))
    save(organiser_client, talk, title="On looms", room=make_room(name="414", building="").pk)
    save(desk_of_another, talk, **{"appearances-0-affiliation": "London"})

    page(organiser_client)  # which shows the messages
    html = page(organiser_client, address_of(talk, "history"))
    entries = organiser_client.get(address_of(talk, "history")).context["entries"]

    assert [(str(entry.change), entry.change.who) for entry in entries[:2]] == [
        ("Changed", "Mary Somerville"),
        ("Changed", "Grace Hopper"),
    ]
    told = [[(one.label, one.old, one.new) for one in entry.differences] for entry in entries[:2]]
    assert told == [
        [("people", "Ada Lovelace", "Ada Lovelace (London)")],
        [("title", "On engines", "On looms"), ("room", "", "414"), ("notice", "", "Room: 414")],
    ]
    assert html.index("Mary Somerville") < html.index("Grace Hopper")
    assert offered(html) == [entries[0].change.pk]  # the other was changed since


def test_the_history_says_what_others_than_speakers_do_at_a_talk(organiser_client, talk):
    chair = Appearance(speaker=make_speaker(name="Emmy Noether"), role=Role.CHAIR, order=1)

    talk_changes.save(talk, parts=Parts(people=[*talk.appearances.all(), chair]))

    assert "Emmy Noether, Chair" in page(organiser_client, address_of(talk, "history"))


def test_an_undo_that_is_refused_says_who_changed_what_since(organiser_client, talk):
    make_transition(organiser_client, "cancel", talk, reason="Snow")
    change = last_change()
    lifecycle.amend(talk, title="On looms", by=make_administrator(first_name="Mary", last_name="Somerville"))

    undo(organiser_client, change)

    told = " ".join(messages_of(organiser_client))
    assert "Nothing was undone." in told
    assert "has been changed since: Changed (Mary Somerville" in told


def test_the_desk_links_to_the_latest_changes_which_can_be_undone(organiser_client, talk):
    make_transition(organiser_client, "cancel", talk, reason="Snow")
    page(organiser_client)  # which shows the message

    assert 'href="/admin/changes/">Recent changes<' in page(organiser_client, "/admin/")
    assert offered(page(organiser_client))[0] == last_change().pk


def test_changes_to_talks_of_others_are_neither_shown_nor_undone(organiser_client, series, talk):
    theirs = make_draft(series=make_series(short_name="PRiML"), title="Their secret", notes="Hidden")
    lifecycle.announce(theirs, by=make_administrator(first_name="Mary", last_name="Somerville"))

    told = [page(organiser_client, "/admin/"), page(organiser_client)]
    answer = undo(organiser_client, last_change())

    assert [html for html in told if "Their secret" in html or "Somerville" in html] == []
    assert answer.status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == State.CONFIRMED


def test_only_organisers_of_all_the_series_undo_a_change_of_several(organiser_client, talk):
    theirs = make_talk(series=make_series(), title="Their secret")
    chief = make_administrator()
    address = reverse("admin:seminars_talk_transition", args=["cancel"]) + f"?talk={talk.pk}&talk={theirs.pk}"
    signed_in(chief).post(address, {"reason": "Snow"})

    html = page(organiser_client)
    answer = undo(organiser_client, last_change())

    assert "Ada Lovelace – On engines" in html
    assert "Their secret" not in html
    assert last_change().pk not in offered(html)
    assert answer.status_code == 403
    undo(signed_in(chief), last_change())
    assert set(Talk.objects.values_list("state", flat=True)) == {State.CONFIRMED}


def test_a_talk_is_not_undone_into_a_series_that_is_another_s(organiser_client, series, talk):
    other = make_series()
    save(signed_in(make_administrator()), talk, series=other.pk)
    save(signed_in(make_administrator()), talk, series=series.pk)
    change = last_change()

    assert undo(organiser_client, change).status_code == 403
    talk.refresh_from_db()
    assert talk.series == series


def test_a_joint_talk_s_history_is_seen_but_not_undone_by_the_other_series(talk, series):
    other = make_series()
    joint = make_talk(series=series, also_in=[other])
    lifecycle.cancel(joint, reason="Snow", by=None)
    guest = signed_in(make_organiser(other))

    html = page(guest, address_of(joint, "history"))

    assert "Snow" in html
    assert offered(html) == []
    assert undo(guest, last_change()).status_code == 403


@pytest.mark.parametrize("next_page", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_an_undo_does_not_redirect_to_another_site(organiser_client, talk, next_page):
    make_transition(organiser_client, "cancel", talk, reason="Snow")

    assert undo(organiser_client, last_change(), next=next_page).url == "/admin/"


def test_an_undo_needs_a_csrf_token(series, talk):
    user = make_organiser(series)
    lifecycle.cancel(talk, by=user)
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    assert undo(client, last_change()).status_code == 403
    talk.refresh_from_db()
    assert talk.state == State.CANCELLED


@pytest.mark.parametrize("change", ["", "x", "0", "9" * 30, "²"])
def test_an_unknown_change_is_not_undone(organiser_client, change):
    assert organiser_client.post(reverse("admin:undo"), {"change": change}).status_code == 404


def test_the_pages_need_the_same_number_of_queries_for_a_long_history(organiser_client, series, talk):
    def questions(address):
        with CaptureQueriesContext(connection) as asked:
            assert organiser_client.get(address).status_code == 200
        return len(asked)

    addresses = ["/admin/", reverse("admin:changes"), address_of(talk, "history")]
    lifecycle.amend(talk, title="On looms", by=None)
    make_talk(series=series)
    before = [questions(address) for address in addresses]
    for number in range(4):
        lifecycle.amend(talk, title=f"On looms {number}", by=None)
        make_talk(series=series)

    assert [questions(address) for address in addresses] == before


def test_visitors_see_nothing_of_the_history(talk):
    lifecycle.amend(
        talk, title="A secret that was corrected", by=make_organiser(first_name="Grace", last_name="Hopper")
    )
    lifecycle.amend(talk, title="On looms", by=None)
    visitor = Client()
    addresses = [talk.get_absolute_url(), "/", "/calendar.ics", "/feed.json", "/feed.atom", "/talks.csv",
                 "/search/?q=secret", f"/talks/{talk.pk}/calendar.ics", "/series/asset/"]  # fmt: skip

    told = [visitor.get(address, follow=True).content.decode() for address in addresses]

    assert [html for html in told if "secret that was" in html or "Grace Hopper" in html] == []


def test_breaks_and_rooms_are_saved_without_a_change_of_talks(organiser_client, series):
    form = form_of(organiser_client, reverse("admin:seminars_break_add"))

    days = {"first_on": "2030-01-01", "last_on": "2030-01-01"}
    organiser_client.post(reverse("admin:seminars_break_add"), form | days | {"series": series.pk, "reason": "Snow"})

    assert Break.objects.exists()
    assert not Change.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_site_that_had_talks_before_it_had_a_history_begins_one():
    executor = MigrationExecutor(connection)
    executor.migrate([("seminars", "0002_private_calendars")])
    old = executor.loader.project_state([("seminars", "0002_private_calendars")]).apps
    series = old.get_model("seminars", "Series").objects.create(name="ASSET Seminar", short_name="ASSET", slug="asset")
    ends_at = NOON + timedelta(hours=1)
    draft = old.get_model("seminars", "Talk").objects.create(series=series, starts_at=NOON, ends_at=ends_at)

    call_command("migrate", verbosity=0)

    (change,) = Change.objects.since(0, Talk.objects.get(pk=draft.pk))
    assert str(change) == "History begins"
    with pytest.raises(ValidationError, match="We don’t have the talk as it was before this change"):
        undoing.restore(change, by=None)
    lifecycle.announce(Talk.objects.get(), by=None)
    undoing.restore(last_change(), by=None)
    assert Talk.objects.get().state == State.DRAFT


def test_a_list_offers_no_undo_that_would_be_refused(organiser_client, talk):
    make_transition(organiser_client, "cancel", talk, reason="Snow")
    cancelled = last_change()
    make_transition(organiser_client, "reinstate", talk)
    page(organiser_client)  # which shows the messages

    assert offered(page(organiser_client)) == [last_change().pk]
    undo(organiser_client, last_change())
    page(organiser_client)
    assert set(offered(page(organiser_client))) == {cancelled.pk, last_change().pk}


def test_neither_list_nor_history_offers_to_undo_what_would_be_refused_for_another_talk(organiser_client, series, talk):
    other = make_talk(series=series)
    with recording("Snow") as change:
        lifecycle.cancel(talk, by=None)
        lifecycle.cancel(other, by=None)
    assert (
        offered(page(organiser_client, address_of(talk, "history"))) == offered(page(organiser_client)) == [change.pk]
    )

    lifecycle.amend(other, title="On looms", by=None)

    assert offered(page(organiser_client, address_of(talk, "history"))) == []
    assert offered(page(organiser_client)) == [last_change().pk]


def test_a_merger_of_two_people_is_not_offered_to_be_undone(talk):
    kept, gone = make_speaker(), talk.speakers[0].speaker
    merging.merge(merging.Merger(kept, gone), by=None)
    merger, boss = last_change(), signed_in(make_administrator())

    assert merger.pk not in offered(page(boss)) + offered(page(boss, address_of(talk, "history")))
    Appearance.objects.update(affiliation="Turin")
    assert last_change().pk in offered(page(boss))


def test_the_history_shows_the_changed_part_of_a_long_text(organiser_client, talk):
    lines = [f"Line {number}." for number in range(9)]
    save(organiser_client, talk, abstract="\n".join(lines))
    save(organiser_client, talk, abstract="\n".join([*lines[:4], "Another.", *lines[5:]]))

    (one,) = organiser_client.get(address_of(talk, "history")).context["entries"][0].differences

    assert (one.old, one.new) == ("…\nLine 3.\nLine 4.\nLine 5.\n…", "…\nLine 3.\nAnother.\nLine 5.\n…")
