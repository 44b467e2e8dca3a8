"""A talk joins another series when its organisers accept. Until then it is not listed and stays private."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from seminars.actions import talk_changes, undoing
from seminars.actions.talk_changes import Parts
from seminars.models import JoinAccess, JointRequest, JointTalk, Talk
from tests.admin_forms import address_of, errors_in, messages_of, save, signed_in, with_row
from tests.changes import last_change, undo
from tests.factories import (
    in_new_york,
    make_administrator,
    make_draft,
    make_member,
    make_organiser,
    make_room,
    make_series,
    make_talk,
)
from tests.ics_checker import parsed
from tests.pages import words

pytestmark = pytest.mark.django_db

NOON = in_new_york(2035, 11, 7, 12)
PRIVATE = {"title": "Vicuna title", "abstract": "vicuna abstract", "notes": "vicuna notes", "host": "vicuna host",
           "join_url": "https://meet.example.org/vicunalink", "passcode": "vicunapass", "notice": "vicuna notice",
           "join_access": JoinAccess.MEMBERS}  # fmt: skip


@pytest.fixture
def talk(series):
    room = make_room(name="307", building="")
    return make_talk(series=series, title="On engines", speakers=["Ada"], starts_at=NOON, room=room)


@pytest.fixture
def home(series):
    """The browser of an organiser of the series that asks."""
    return signed_in(make_organiser(series, first_name="Grace"))


@pytest.fixture
def other(priml):
    """The browser of an organiser of the series that is asked."""
    return signed_in(make_organiser(priml, first_name="Bea", last_name="Organiser"))


def ask(desk, talk, series):
    return save(desk, talk, **with_row(desk, talk, "joint_rows", series=series.pk))


def answer(desk, what, request=None):
    request = request or JointRequest.objects.get()
    return desk.post(reverse("admin:joint-request"), {"request": request.pk, "answer": what})


def lines(desk, address="/admin/"):
    return [line.sentence for line in desk.get(address).context["joint_requests"]]


def series_of(talk):
    return [series.short_name for series in Talk.objects.get(pk=talk.pk).all_series]


def summaries(address):
    return [event.value("SUMMARY") for event in parsed(Client().get(address).content).called("VEVENT")]


# --- asking ---


def test_a_series_of_others_is_asked_and_lists_nothing_yet(home, talk, priml):
    before = Talk.objects.values_list("sequence", "changed_at").get()

    assert ask(home, talk, priml).status_code == 302

    assert (series_of(talk), JointTalk.objects.count(), JointRequest.objects.count()) == (["ASSET"], 0, 1)
    assert Talk.objects.values_list("sequence", "changed_at").get() == before
    assert summaries("/series/priml/calendar.ics") == []
    assert summaries("/series/asset/calendar.ics") == ["ASSET: Ada – On engines"]
    assert "We have asked the organisers of PRiML. The talk will be listed there once they accept." in messages_of(home)
    assert lines(home, address_of(talk)) == [
        "The organisers of PRiML have been asked to list this talk too. They have not answered yet."
    ]


def test_another_series_chosen_in_a_row_is_asked_too(series, talk, priml):
    tea = make_series(name="Tea")
    both = signed_in(make_organiser(series, tea))
    ask(both, talk, tea)
    row = JointTalk.objects.get()

    save(both, talk, **{"joint_rows-0-series": priml.pk})

    assert (JointTalk.objects.filter(pk=row.pk).exists(), JointTalk.objects.count()) == (False, 0)
    assert JointRequest.objects.get().series == priml


def test_a_preview_sends_no_request(home, talk, priml):
    home.post(address_of(talk), {**with_row(home, talk, "joint_rows", series=priml.pk), "_preview": "yes"})

    assert not JointRequest.objects.exists()


def test_an_organiser_of_both_series_and_an_administrator_need_no_request(series, priml, talk):
    ask(signed_in(make_organiser(series, priml)), talk, priml)
    ask(signed_in(make_administrator()), talk, make_series(short_name="TEA"))

    assert (series_of(talk), JointRequest.objects.exists()) == (["ASSET", "PRiML", "TEA"], False)


def test_joining_the_series_directly_ends_the_request(home, series, priml, talk):
    ask(home, talk, priml)

    ask(signed_in(make_organiser(series, priml)), talk, priml)

    assert (series_of(talk), JointRequest.objects.exists()) == (["ASSET", "PRiML"], False)


# --- being asked ---


def test_the_asked_series_sees_what_visitors_see(home, other, talk, priml):
    ask(home, talk, priml)

    sentence = "ASSET asks whether “Ada – On engines” (Wednesday, 7 November 2035, 307) may also be listed in PRiML."
    assert lines(other) == [sentence]
    assert sentence in words(other.get("/admin/").text)
    (line,) = other.get("/admin/").context["joint_requests"]
    assert [name for name, _label in line.answers] == ["accept", "decline"]


def test_the_other_series_sees_only_the_day_of_a_draft(home, other, series, priml):
    draft = make_draft(series=series, starts_at=NOON, speakers=["Vicuna speaker"], **PRIVATE)
    ask(home, draft, priml)

    pages = {address: other.get(address).text for address in (
        "/admin/", reverse("admin:changes"), reverse("admin:seminars_talk_changelist"), address_of(draft),
        address_of(draft, "history"), reverse("admin:schedule"), draft.get_absolute_url(),
        reverse("admin:announcement") + f"?talk={draft.pk}",
    )}  # fmt: skip

    assert lines(other) == [
        "ASSET asks whether a talk on Wednesday, 7 November 2035 may also be listed in PRiML. "
        "It is a draft: you can see it once you accept."
    ]
    suggestions = re.compile("<datalist.*?</datalist>", re.DOTALL)  # everybody who is known, whatever their talks
    said = {address: suggestions.sub("", page.replace(address, "")) for address, page in pages.items()}
    assert [address for address, page in said.items() if "vicuna" in page.lower()] == []


def test_accepting_lists_the_talk_and_sends_every_subscriber_one_change(home, other, talk, priml):
    ask(home, talk, priml)
    before = Talk.objects.get()

    assert answer(other, "accept").status_code == 302

    after = Talk.objects.get()
    assert (series_of(talk), JointRequest.objects.exists()) == (["ASSET", "PRiML"], False)
    assert (after.sequence, after.changed_at > before.changed_at) == (before.sequence + 1, True)
    assert summaries("/series/priml/calendar.ics") == ["ASSET + PRiML: Ada – On engines"]
    assert "“On engines” is now also listed in PRiML." in messages_of(other)
    assert (str(last_change()), last_change().who) == ("Also listed in PRiML", "Bea Organiser")
    assert "Also listed in PRiML" in words(home.get("/admin/changes/").text)


def test_the_person_who_accepted_can_undo_it(home, other, talk, priml):
    ask(home, talk, priml)
    answer(other, "accept")

    undo(other, last_change())

    assert series_of(talk) == ["ASSET"]


def test_a_declined_request_is_shown_to_those_who_asked_until_they_dismiss_it(home, other, talk, priml):
    ask(home, talk, priml)

    answer(other, "decline")

    assert (series_of(talk), lines(other)) == (["ASSET"], [])
    assert [len(lines(home)), len(lines(home, address_of(talk)))] == [1, 1]
    assert lines(home)[0].startswith("PRiML declined to list “")
    answer(home, "withdraw")
    assert (lines(home), JointRequest.objects.exists()) == ([], False)


def test_a_declined_series_can_be_asked_again(home, other, talk, priml):
    ask(home, talk, priml)
    answer(other, "decline")

    ask(home, talk, priml)

    assert (len(lines(other)), lines(home)) == (1, [])


def test_the_person_who_asked_can_withdraw_the_request(home, other, talk, priml):
    ask(home, talk, priml)

    answer(home, "withdraw")

    assert (JointRequest.objects.exists(), lines(other)) == (False, [])
    assert "The request to PRiML was withdrawn." in messages_of(home)


# --- who may answer ---


@pytest.mark.parametrize("what", ["accept", "decline", "withdraw", "", "x"])
def test_no_other_person_sees_or_answers_a_request(home, talk, priml, what):
    ask(home, talk, priml)
    asked = JointRequest.objects.get()

    clients = signed_in(make_organiser()), signed_in(make_member()), Client()
    assert [answer(client, what).status_code for client in clients] == [404, 302, 403]
    assert JointRequest.objects.get().declined_at is None
    assert (series_of(talk), JointRequest.objects.get()) == (["ASSET"], asked)


def test_only_the_asked_series_accepts_and_only_the_asking_series_withdraws(home, other, talk, priml):
    ask(home, talk, priml)

    assert [answer(home, "accept").status_code, answer(home, "decline").status_code] == [404, 404]
    assert answer(other, "withdraw").status_code == 404
    assert (series_of(talk), JointRequest.objects.count()) == (["ASSET"], 1)


@pytest.mark.parametrize("key", ["", "0", "x", "²", "9" * 30])
def test_an_unknown_request_cannot_be_answered(other, key):
    assert other.post(reverse("admin:joint-request"), {"request": key, "answer": "accept"}).status_code == 404


def test_an_answer_that_comes_too_late_says_so(home, other, talk, priml):
    ask(home, talk, priml)
    asked = JointRequest.objects.get()
    answer(other, "decline")

    answer(other, "accept", asked)

    assert "This request has been withdrawn, or someone else has answered it." in messages_of(other)
    assert series_of(talk) == ["ASSET"]


def test_a_talk_that_is_at_home_in_the_series_by_then_is_not_joined_to_it(home, other, talk, priml):
    ask(home, talk, priml)
    Talk.objects.update(series=priml)

    answer(other, "accept")

    assert any("already the talk’s home series" in one for one in messages_of(other))
    assert JointTalk.objects.count() == 0


# --- ways around it ---


def test_the_home_series_cannot_undo_the_removal_by_the_other_series(series, priml):
    talk, grace = make_talk(series=series, also_in=[priml]), make_organiser(series)
    talk_changes.leave(talk, series=priml, by=make_organiser(priml))

    undo(signed_in(grace), last_change())

    assert series_of(talk) == ["ASSET"]
    with pytest.raises(ValidationError, match="Only the organisers of PRiML can list the talk there again"):
        undoing.restore(last_change(), by=grace)


def test_the_home_series_must_ask_again_after_it_removed_the_series_itself(home, other, series, priml):
    talk = make_talk(series=series, also_in=[priml])
    save(home, talk, **{"joint_rows-0-DELETE": "on"})
    taken_out = last_change()
    ask(home, talk, priml)
    answer(other, "decline")
    answer(home, "withdraw")

    undo(home, taken_out)

    assert series_of(talk) == ["ASSET"]


def test_a_deleted_draft_comes_back_with_its_further_series(series, priml):
    draft = make_draft(series=series, also_in=[priml])
    signed_in(make_organiser(series)).post(address_of(draft, "delete"), {"post": "yes"})

    undo(signed_in(make_organiser(series)), last_change())

    assert series_of(draft) == ["ASSET", "PRiML"]


# --- after the yes ---


@pytest.mark.parametrize("make", [make_talk, make_draft])
def test_private_fields_stay_private_after_the_request_is_accepted(make, home, other, series, priml):
    talk = make(series=series, starts_at=NOON, **PRIVATE)
    ask(home, talk, priml)
    answer(other, "accept")
    save(home, talk, notes="vicuna notes, corrected", passcode="vicunapass2")
    save(home, talk, title="Vicuna titles")

    pages = [other.get(address_of(talk)).text, other.get(address_of(talk, "history")).text]

    assert ["Vicuna titles" in page for page in pages] == [True, True]
    for secret in ("vicuna notes", "vicunalink", "vicunapass"):
        assert [secret in page for page in pages] == [False, False]
    assert "vicunapass2" in home.get(address_of(talk)).text


def test_a_link_that_is_open_to_everyone_is_shown_to_the_other_series(other, series, priml):
    talk = make_talk(series=series, also_in=[priml], **PRIVATE | {"join_access": JoinAccess.OPEN})

    page = other.get(address_of(talk)).text

    assert [secret in page for secret in ("vicunalink", "vicunapass", "vicuna notes")] == [True, True, False]


@pytest.mark.parametrize("lookup", ["passcode__startswith=v", "notes__contains=v", "join_url__contains=v"])
def test_no_list_is_filtered_by_private_fields(other, series, priml, lookup):
    make_talk(series=series, also_in=[priml], **PRIVATE)

    answered = other.get(reverse("admin:seminars_talk_changelist") + f"?{lookup}")

    assert (answered.status_code, "Vicuna" in answered.text) == (400, False)


def test_a_request_is_deleted_with_its_talk(home, series, priml):
    draft = make_draft(series=series)
    ask(home, draft, priml)

    home.post(address_of(draft, "delete"), {"post": "yes"})

    assert (Talk.objects.exists(), JointRequest.objects.exists()) == (False, False)


def test_an_unlisted_series_of_others_cannot_be_asked(home, talk):
    hidden = make_series(is_listed=False)

    answered = ask(home, talk, hidden)

    assert (errors_in(answered) != [], JointRequest.objects.exists()) == (True, False)


def test_listing_a_talk_makes_a_request_unless_the_person_organises_the_series(series, priml, talk):
    talk_changes.save(talk, parts=Parts(series=[priml]), by=make_organiser(series))
    asked = (JointRequest.objects.count(), JointTalk.objects.count())

    talk_changes.save(talk, parts=Parts(series=[priml]), by=make_organiser(priml))
    listed = (JointRequest.objects.count(), JointTalk.objects.count())

    assert (asked, listed) == ((1, 0), (0, 1))
