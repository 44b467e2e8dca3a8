"""Programs that keep a copy of the talks learn which ones to drop, and nothing about talks that were never public."""

from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.utils import timezone

from seminars.actions import lifecycle, shared_rows, talk_changes, undoing
from seminars.actions.talk_changes import Parts
from seminars.models import Change, GoneTalk, Talk
from tests.factories import make_administrator, make_draft, make_organiser, make_series, make_talk
from tests.tokens import program

pytestmark = pytest.mark.django_db

GONE = "/api/v1/talks/gone"


def in_address(moment):
    return moment.isoformat().replace("+", "%2B")


def gone(client, query="", since=None):
    """The UIDs of the talks that a program is told to drop."""
    since = since or timezone.now() - timedelta(hours=1)
    answer = client.get(f"{GONE}?since={in_address(since)}{query}")
    assert answer.status_code == 200, answer.content
    return [one["uid"] for one in answer.json()["items"]]


@pytest.fixture
def hidden():
    return make_series(is_listed=False, slug="hidden")


def set_listed(series, *, is_listed):
    series.is_listed = is_listed
    shared_rows.save(series)


def move_to(talk, series):
    talk.series = series
    return talk_changes.save(talk)


def remove(talk):
    talk_changes.delete_all([talk], even_public=True)  # as the undo of an import


def leave_the_last_listed(talk):
    talk_changes.save(talk, parts=Parts(series=[]))


LEAVING = {
    "withdrawn": lambda talk, hidden: lifecycle.withdraw(talk, by=None),
    "deleted": lambda talk, hidden: remove(talk),
    "in another series": lambda talk, hidden: move_to(talk, hidden),
    "its series is unlisted": lambda talk, hidden: set_listed(talk.series, is_listed=False),
}


@pytest.mark.parametrize("leave", LEAVING.values(), ids=LEAVING)
def test_a_talk_that_leaves_the_lists_is_told_of_once_with_uid_number_and_moment(client, talk, hidden, leave):
    before, uid, number = timezone.now(), talk.uid, str(talk.pk)
    assert gone(client) == []

    leave(talk, hidden)

    (told,) = client.get(f"{GONE}?since={in_address(before.replace(microsecond=0))}").json()["items"]
    assert (told["uid"], told["id"]) == (uid, number)
    assert set(told) == {"uid", "id", "gone_at"}
    assert gone(client, since=timezone.now() + timedelta(seconds=1)) == []


def test_a_talk_in_an_unlisted_series_that_leaves_its_last_listed_one_is_told_of(client, hidden, series):
    talk = make_talk(series=hidden, also_in=[series])

    talk_changes.save(talk, parts=Parts(series=[]))

    assert gone(client) == [talk.uid]


@pytest.mark.parametrize("number", [0, 1], ids=["listed again", "announced again"])
def test_a_talk_that_is_back_is_not_told_of(client, talk, number):
    leave, come_back = [
        (lambda: set_listed(talk.series, is_listed=False), lambda: set_listed(talk.series, is_listed=True)),
        (lambda: lifecycle.withdraw(talk, by=None), lambda: lifecycle.announce(talk, by=None)),
    ][number]
    leave()
    assert gone(client) == [talk.uid]

    come_back()

    assert (gone(client), GoneTalk.objects.count()) == ([], 0)


@pytest.mark.parametrize("query", ["", "&desk=true"])
def test_a_talk_that_is_back_under_another_number_is_not_told_of(series, query):
    """As after the undo of an import that somebody then imports again."""
    ours, talk = program(make_organiser(series)), make_talk(series=series)
    remove(talk)
    assert gone(ours, query) == [talk.uid]

    make_talk(series=series, uid=talk.uid)

    assert gone(ours, query) == []


def test_undoing_and_doing_again_is_told_of(client, talk, person_of_talk):
    lifecycle.withdraw(talk, by=person_of_talk)
    undoing.restore(Change.objects.latest("pk"), by=person_of_talk)
    assert gone(client) == []

    undoing.restore(Change.objects.latest("pk"), by=person_of_talk)
    assert gone(client) == [talk.uid]


@pytest.fixture
def person_of_talk(talk):
    return make_organiser(talk.series)


def test_a_cancelled_or_postponed_talk_is_not_gone(client, talk, other_talk):
    lifecycle.cancel(talk, by=None)
    lifecycle.postpone(other_talk, by=None)

    assert gone(client) == []


def test_what_becomes_of_a_withdrawn_talk_is_not_told(client, talk):
    """Neither when somebody edits the draft nor where it is now."""
    lifecycle.withdraw(talk, by=None)
    answer = client.get(f"{GONE}?since=2026-01-01T00:00:00Z").content

    with time_machine.travel(timezone.now() + timedelta(days=1)):
        talk.title = "Quokka"
        talk_changes.save(talk)
    set_listed(talk.series, is_listed=False)

    assert client.get(f"{GONE}?since=2026-01-01T00:00:00Z").content == answer


def test_what_was_in_no_list_is_told_to_nobody_without_the_desk(client, series, hidden):
    draft, unlisted = make_draft(series=series), make_talk(series=hidden)
    ours = program(make_organiser(series, hidden))

    lifecycle.withdraw(unlisted, by=None)
    set_listed(hidden, is_listed=True)  # which shows no talk: the only one is a draft now
    talk_changes.delete(draft)

    assert (gone(client), gone(ours)) == ([], [])
    assert gone(ours, "&desk=true") == [draft.uid]  # the other one is on the desk, as a draft


# --- what left a desk --------------------------------------------------------------------------------------


def test_what_left_the_desk_is_told_to_those_who_had_it_there(series, priml):
    deleted, moved = make_draft(series=series), make_draft(series=series)
    left = make_draft(series=priml, also_in=[series])
    stays = make_draft(series=series, also_in=[priml])
    desks = {
        "organiser": program(make_organiser(series)),
        "administrator": program(make_administrator()),
        "of both": program(make_organiser(series, priml)),
        "token for one": program(make_administrator(), series=series),
        "of others": program(make_organiser(make_series())),
    }
    talk_changes.delete(deleted)
    move_to(moved, priml)
    talk_changes.leave(left, series=series, by=None)
    talk_changes.leave(stays, series=priml, by=None)

    told = {name: set(gone(client, "&desk=true")) for name, client in desks.items()}

    all_three = {deleted.uid, moved.uid, left.uid}
    assert told == {
        "organiser": all_three,
        "administrator": {deleted.uid},
        "of both": {deleted.uid},
        "token for one": all_three,
        "of others": set(),
    }
    assert gone(program(make_organiser(priml)), "&desk=true") == [stays.uid]
    assert Client().get(f"{GONE}?since=2026-01-01T00:00:00Z&desk=true").status_code == 401


def test_what_others_do_with_a_talk_that_left_is_not_told(series, priml):
    draft, ours = make_draft(series=series), program(make_organiser(series))
    move_to(draft, priml)
    later = timezone.now() + timedelta(minutes=1)

    with time_machine.travel(later + timedelta(minutes=1)):
        draft.title = "Quokka"
        talk_changes.save(draft)
        talk_changes.delete(draft)

    assert gone(ours, "&desk=true") == [draft.uid]
    assert gone(ours, "&desk=true", since=later) == []


@pytest.mark.parametrize("query", ["", "&desk=true"])
def test_the_list_comes_in_parts(series, query):
    ours, talks = program(make_organiser(series)), [make_talk(series=series) for _number in range(5)]
    for talk in talks:
        remove(talk)
    GoneTalk.objects.update(gone_at=timezone.now())  # all at one moment

    found, address = [], f"{GONE}?since=2026-01-01T00:00:00Z&limit=2{query}"
    while address:
        part = ours.get(address).json()
        found, address = [*found, *(one["uid"] for one in part["items"])], part["next"]

    assert found == [talk.uid for talk in talks]


@pytest.mark.parametrize(
    ("query", "field"),
    [("", "since"), ("?since=yesterday", "since"), ("?since=2026-01-01T00:00:00Z&cursor=x", "cursor")],
)
def test_it_must_be_said_since_when(client, query, field):
    answer = client.get(f"{GONE}{query}")

    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, [field])


def test_an_update_notes_which_talks_are_in_lists(talk, hidden, series):
    joint, unlisted, draft = make_talk(series=hidden, also_in=[series]), make_talk(series=hidden), make_draft()
    stamped = dict(Talk.objects.values_list("pk", "is_shown"))
    Talk.objects.update(is_shown=False)

    import_module("seminars.migrations.0057_gone_talks").fill(apps, None)

    filled = dict(Talk.objects.values_list("pk", "is_shown"))
    assert filled == stamped == {talk.pk: True, joint.pk: True, unlisted.pk: False, draft.pk: False}
