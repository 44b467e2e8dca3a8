"""Transitions on the desk (announce, cancel, move …): what each page shows and what it does to the talks."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from seminars.actions import lifecycle, undoing
from seminars.admin.transitions import TRANSITIONS
from seminars.forms.next_page import with_next
from seminars.models import Change, JointTalk, State, Talk
from tests.admin_forms import address_of, errors_in, messages_of, signed_in, transition_page
from tests.factories import make_draft, make_organiser, make_room, make_series, make_talk

pytestmark = pytest.mark.django_db


def make_in(state, **fields):
    """A talk that came into its state through the actions."""
    if state in (State.DRAFT, State.TENTATIVE, State.CONFIRMED):
        return make_talk(state=state, **fields)
    transition = {State.POSTPONED: lifecycle.postpone, State.CANCELLED: lifecycle.cancel}[state]
    return transition(make_talk(**fields), reason="Snow", by=None)


@pytest.mark.parametrize(
    ("state", "names"),
    [
        (State.DRAFT, ["announce", "room", "move"]),
        (State.TENTATIVE, ["confirm", "room", "move", "notice", "postpone", "cancel", "withdraw"]),
        (State.CONFIRMED, ["room", "move", "notice", "postpone", "cancel", "withdraw"]),
        (State.POSTPONED, ["room", "move", "notice", "cancel", "reinstate", "withdraw"]),
        (State.CANCELLED, ["notice", "reinstate", "withdraw"]),
    ],
)
def test_the_form_offers_the_transitions_of_the_state(administrator_client, state, names):
    talk = make_in(state)

    response = administrator_client.get(address_of(talk))

    pages = [with_next(transition_page(name, talk), address_of(talk)) for name in names]
    assert response.context["transitions"] == list(zip([TRANSITIONS[name].label for name in names], pages, strict=True))
    assert f">{State(state).label}</strong>" in response.content.decode()


@pytest.mark.parametrize(
    ("before", "name", "words", "after", "notice"),
    [
        (State.DRAFT, "announce", {}, State.CONFIRMED, ""),
        (State.DRAFT, "announce", {"tentative": "on"}, State.TENTATIVE, ""),
        (State.TENTATIVE, "confirm", {}, State.CONFIRMED, ""),
        (State.CONFIRMED, "postpone", {"reason": "The speaker is ill."}, State.POSTPONED, "The speaker is ill."),
        (State.CONFIRMED, "cancel", {"reason": "The speaker is ill."}, State.CANCELLED, "The speaker is ill."),
        (State.POSTPONED, "reinstate", {}, State.CONFIRMED, ""),
        (State.CONFIRMED, "withdraw", {}, State.DRAFT, ""),
    ],
)
def test_a_transition_happens_and_leads_back_to_the_talk(administrator_client, before, name, words, after, notice):
    talk = make_in(before)

    response = administrator_client.post(transition_page(name, talk), words)

    talk.refresh_from_db()
    assert (talk.state, talk.notice) == (after, notice)
    assert response.url == address_of(talk)
    assert messages_of(administrator_client) == [str(TRANSITIONS[name].done)]
    assert LogEntry.objects.get().change_message == str(TRANSITIONS[name].label)


@pytest.mark.parametrize("name", TRANSITIONS)
def test_the_page_of_a_transition_says_what_visitors_will_see_and_changes_nothing(administrator_client, name):
    talk = make_talk(title="On engines", speakers=["Ada Lovelace"])

    page = administrator_client.get(transition_page(name, talk)).content.decode()

    talk.refresh_from_db()
    assert f"<p>{TRANSITIONS[name].consequence}</p>" in page
    assert "<strong>On engines</strong>, Ada Lovelace" in page
    assert talk.state == State.CONFIRMED


def test_a_transition_that_the_state_does_not_allow_is_refused_with_a_message(administrator_client):
    talk = make_talk(title="On engines")

    response = administrator_client.post(transition_page("announce", talk))

    assert errors_in(response) == ["On engines: Only a draft can be announced. This talk is already public."]


def test_a_transition_changes_the_talks_that_can_make_it_and_says_which_cannot(administrator_client):
    drafts, public = [make_draft(), make_draft()], make_talk(title="On engines")
    already = "Only a draft can be announced. This talk is already public."

    page = administrator_client.get(transition_page("announce", *drafts, public))
    response = administrator_client.post(transition_page("announce", *drafts, public))

    assert f"Not changed:</strong> {already}" in page.text
    assert response.url == reverse("admin:seminars_talk_changelist")
    assert [Talk.objects.get(pk=draft.pk).state for draft in drafts] == [State.CONFIRMED, State.CONFIRMED]
    assert messages_of(administrator_client) == ["Done for 2 talks.", f"Not changed: On engines: {already}"]
    assert [entry.object_id for entry in LogEntry.objects.order_by("pk")] == [str(draft.pk) for draft in drafts]


def test_the_talks_that_made_a_transition_are_undone_together(administrator_client):
    drafts, public = [make_draft(), make_draft()], make_talk()
    administrator_client.post(transition_page("announce", *drafts, public))

    undoing.restore(Change.objects.latest("pk"), by=None)

    assert [Talk.objects.get(pk=talk.pk).state for talk in (*drafts, public)] == ["draft", "draft", "confirmed"]


def test_a_change_keeps_its_name_if_the_first_talk_cannot_make_the_transition(administrator_client):
    talks = [make_talk(), make_draft(), make_talk()]  # the first is public in either order

    administrator_client.post(transition_page("announce", *talks))

    assert list(Change.objects.order_by("-pk").values_list("sentence", flat=True)[:1]) == ["Announced"]


def test_a_transition_that_no_chosen_talk_can_make_is_refused(administrator_client):
    one, other = make_talk(title="On engines"), make_talk(title="On bugs")
    already = "Only a draft can be announced. This talk is already public."

    response = administrator_client.post(transition_page("announce", one, other))

    assert errors_in(response) == [f"On engines: {already}", f"On bugs: {already}"]


def test_of_two_drafts_in_one_room_the_one_that_may_have_it_is_reinstated(administrator_client):
    room = make_room(name="Room 414")
    first = make_in(State.CANCELLED, title="On engines", room=room)
    second = make_in(State.CANCELLED, title="On bugs", room=room, starts_at=first.starts_at)

    administrator_client.post(transition_page("reinstate", first, second))

    assert [Talk.objects.get(pk=talk.pk).state for talk in (first, second)] == ["confirmed", "cancelled"]


def test_a_talk_of_other_organisers_stays_and_the_others_are_announced():
    ours, theirs = make_draft(title="Ours"), make_draft(title="Theirs", series=make_series(name="Logic"))
    JointTalk.objects.create(talk=theirs, series=ours.series)
    client = signed_in(make_organiser(ours.series))

    client.post(transition_page("announce", ours, theirs))

    assert [Talk.objects.get(pk=talk.pk).state for talk in (ours, theirs)] == ["confirmed", "draft"]
    assert "Not changed: Theirs: Only the organisers of Logic can change it." in messages_of(client)


def test_an_action_of_the_list_opens_the_transition_page_of_the_chosen_talks(administrator_client):
    talks = [make_talk(), make_talk()]
    chosen = {"action": "cancel", "_selected_action": [talk.pk for talk in talks]}

    response = administrator_client.post(reverse("admin:seminars_talk_changelist"), chosen)

    assert response.url == with_next(transition_page("cancel", *talks), reverse("admin:seminars_talk_changelist"))


def test_the_list_says_so_where_what_was_chosen_is_gone(administrator_client):
    draft = make_draft()
    chosen = {"action": "announce", "_selected_action": [draft.pk]}
    draft.delete()

    answer = administrator_client.post(reverse("admin:seminars_talk_changelist"), chosen, follow=True)

    assert answer.status_code == 200
    assert "Someone has deleted this talk." in answer.content.decode()


def test_a_talk_whose_room_was_taken_since_cannot_be_reinstated(administrator_client):
    room = make_room(name="Room 414")
    talk = make_in(State.CANCELLED, title="On looms", room=room)
    make_talk(title="On engines", room=room, starts_at=talk.starts_at, ends_at=talk.ends_at)

    response = administrator_client.post(transition_page("reinstate", talk))

    talk.refresh_from_db()
    assert [error.startswith("On looms: Room 414 is taken by “On engines”,") for error in errors_in(response)] == [True]
    assert talk.state == State.CANCELLED


def test_a_reason_too_long_for_one_line_is_kept_and_refused(administrator_client):
    talk = make_talk()

    response = administrator_client.post(transition_page("cancel", talk), {"reason": "x" * 301})

    assert "x" * 301 in response.content.decode()
    assert len(errors_in(response)) == 1


@pytest.mark.parametrize("query", ["", "?talk=", "?talk=x", "?talk=99999", "?talk=-1", "?talk=²", "?talk=" + "9" * 40])
def test_a_transition_without_a_talk_is_not_found(administrator_client, query):
    address = reverse("admin:seminars_talk_transition", args=["cancel"]) + query

    assert administrator_client.get(address).status_code == 404


def test_an_unknown_transition_is_not_found(administrator_client):
    assert administrator_client.get(transition_page("explode", make_talk())).status_code == 404


def test_an_organiser_cannot_change_a_talk_of_another_series():
    mine, theirs = make_talk(), make_talk()
    client = signed_in(make_organiser(mine.series))

    answers = [
        client.post(transition_page("cancel", mine, theirs)).status_code,
        client.post(transition_page("cancel", mine)).status_code,
    ]

    mine.refresh_from_db()
    assert (answers, mine.state) == ([404, 302], State.CANCELLED)
