"""Recent changes name deleted drafts; a change of several talks can be undone for those not edited since."""

import pytest
from django.urls import reverse

from seminars.actions import lifecycle, talk_changes, undoing
from seminars.forms.next_page import with_next
from seminars.models import Appearance, State, Talk, recording
from tests.admin_forms import address_of, signed_in
from tests.changes import last_change, offered, undo
from tests.database_queries import queries_of
from tests.factories import in_new_york, make_administrator, make_draft, make_speaker, make_talk
from tests.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(series):
    return make_talk(
        series=series, title="On engines", speakers=["Ada Lovelace"], starts_at=in_new_york(2035, 11, 7, 12)
    )


def page(client, address="/admin/changes/"):
    return client.get(address).content.decode()


def test_a_deleted_draft_is_named_in_the_recent_changes(organiser_client, series):
    draft = make_draft(series=series, title="On bugs", speakers=["Grace Hopper"])
    organiser_client.post(address_of(draft, "delete"), {"post": "yes"})

    html = page(organiser_client, reverse("admin:changes"))

    assert "Deleted : Grace Hopper – On bugs" in words(html).replace("Deleted:", "Deleted :")


def test_a_deleted_draft_is_named_with_the_speaker_that_it_had_last(organiser_client, series):
    draft = make_draft(series=series, title="On bugs", speakers=["Grace Hopper"])
    talk_changes.set_people(draft, [Appearance(speaker=make_speaker(name="Ada Lovelace"))])
    organiser_client.post(address_of(draft, "delete"), {"post": "yes"})

    [entry, *_earlier] = organiser_client.get(reverse("admin:changes")).context["entries"]

    assert entry.deleted == ["Ada Lovelace – On bugs"]


def test_a_deleted_draft_of_another_series_is_not_named(organiser_client, series):
    ours, theirs = make_draft(series=series, title="Ours"), make_draft(title="Their secret")
    with recording("Both"):
        ours.delete()
        theirs.delete()

    html = page(organiser_client, reverse("admin:changes"))

    assert ("Ours" in html, "Their secret" in html) == (True, False)


def test_a_draft_that_came_back_is_named_once(organiser_client, series):
    draft = make_draft(series=series, title="On bugs")
    organiser_client.post(address_of(draft, "delete"), {"post": "yes"})
    undoing.restore(last_change(), by=None)

    [entry, deleted] = organiser_client.get(reverse("admin:changes")).context["entries"][:2]

    assert ([str(talk) for talk in deleted.talks], deleted.deleted) == (["On bugs"], [])
    assert [str(talk) for talk in entry.talks] == ["On bugs"]


@pytest.mark.parametrize("reason", ["Snow.", "Snow!", "Snow"])
def test_a_reason_that_ends_a_sentence_ends_it_once(organiser_client, talk, reason):
    sent = {"day": "2035-11-07", "building": "", "action": "cancel", "reason": reason}
    previewed = organiser_client.post(reverse("admin:closing"), sent)
    seen = previewed.context["mark"]
    organiser_client.post(reverse("admin:closing"), sent | {"seen": seen, "talk": talk.pk, "_save": "on"})

    assert "Day closed: Snow. Not what you wanted?" in words(page(organiser_client))


# --- what is left of a change that cannot be undone as a whole ---


def cancelled(client, talks):
    """Talks that were cancelled together; the first was changed by its organiser since."""
    address = reverse("admin:seminars_talk_transition", args=["cancel"])
    client.post(address + "?" + "&".join(f"talk={talk.pk}" for talk in talks), {"reason": "Snow"})
    change = last_change()
    lifecycle.amend(talks[0], title="On snow", by=change.by)
    return change


def rest_of(change):
    return f"{reverse('admin:undo-rest')}?change={change.pk}"


def test_a_change_of_several_talks_says_why_it_cannot_be_undone_and_offers_the_rest(organiser_client, series, talk):
    others = [make_talk(series=series, title="On bugs"), make_talk(series=series, title="On moths")]
    change = cancelled(organiser_client, [talk, *others])

    page(organiser_client)  # which shows the message
    told = [page(organiser_client), page(organiser_client, address_of(talk, "history"))]
    html = words(page(organiser_client, rest_of(change)))

    assert [change.pk in offered(one) for one in told] == [False, False]
    assert [rest_of(change) in one for one in told] == [True, True]
    assert "“Ada Lovelace – On snow” has been changed since: Changed" in html
    assert "It can still be undone for 2 talks" in html


def test_the_rest_of_a_change_is_undone_and_what_was_changed_since_stays(organiser_client, series, talk):
    other = make_talk(series=series)
    change = cancelled(organiser_client, [talk, other])

    response = organiser_client.post(rest_of(change))
    states = [Talk.objects.get(pk=one.pk).state for one in (talk, other)]
    undo(organiser_client, last_change())

    assert response.url == reverse("admin:changes")
    assert states == [State.CANCELLED, State.CONFIRMED]
    assert [Talk.objects.get(pk=one.pk).state for one in (talk, other)] == [State.CANCELLED, State.CANCELLED]
    assert "Undone for 1 of 2 talks: Cancelled" in words(page(organiser_client, address_of(other, "history")))


def test_an_undo_that_is_refused_leads_to_what_can_still_be_undone(organiser_client, series, talk):
    change = cancelled(organiser_client, [talk, make_talk(series=series)])

    page = reverse("admin:changes")
    assert undo(organiser_client, change, next=page).url == with_next(rest_of(change), page)


def test_the_rest_is_undone_once(organiser_client, series, talk):
    change = cancelled(organiser_client, [talk, make_talk(series=series)])
    organiser_client.post(rest_of(change))

    again = organiser_client.post(rest_of(change))

    assert "Every talk in this change has been changed since, so nothing was undone." in words(again.text)
    assert "Nothing is left to undo." in words(again.text)


def test_drafts_that_nobody_has_filled_are_taken_back_from_a_planned_term(organiser_client, series):
    with recording("Planned"):
        filled, _empty, public = (make_draft(series=series, title="") for _number in range(3))
    change = last_change()
    lifecycle.amend(filled, title="On snow", by=None)
    lifecycle.announce(public, by=None)

    organiser_client.post(rest_of(change))

    assert set(Talk.objects.all()) == {filled, public}


def test_the_rest_of_a_change_of_others_is_not_found_or_not_theirs(organiser_client, talk):
    theirs, chief = make_talk(), signed_in(make_administrator())
    change, elsewhere = cancelled(chief, [talk, theirs]), cancelled(chief, [make_talk(), make_talk()])

    assert organiser_client.post(rest_of(change)).status_code == 403
    assert organiser_client.post(rest_of(elsewhere)).status_code == 404
    assert Talk.objects.get(pk=theirs.pk).state == State.CANCELLED


def test_a_change_of_which_nothing_was_changed_since_is_undone_as_a_whole(organiser_client, series):
    talks = [make_talk(series=series), make_talk(series=series)]
    address = reverse("admin:seminars_talk_transition", args=["cancel"])
    organiser_client.post(address + "?" + "&".join(f"talk={talk.pk}" for talk in talks), {"reason": "Snow"})
    change = last_change()

    organiser_client.post(rest_of(change))

    assert (last_change().undoes, str(last_change())) == (change, "Undone: Cancelled")
    assert set(Talk.objects.values_list("state", flat=True)) == {State.CONFIRMED}


def test_the_page_sends_as_many_queries_for_many_talks_as_for_few(organiser_client, series):
    def changed_and_public(number):
        with recording("Planned"):
            changed, public = ([make_draft(series=series) for _number in range(number)] for _kind in range(2))
        change = last_change()
        for one, other in zip(changed, public, strict=True):
            lifecycle.amend(one, title="On snow", by=change.by)
            Talk.objects.filter(pk=other.pk).update(published_at=other.created_at)
        return rest_of(change)

    few, many = changed_and_public(1), changed_and_public(5)
    page(organiser_client)

    assert queries_of(lambda: page(organiser_client, many)) == queries_of(lambda: page(organiser_client, few))
