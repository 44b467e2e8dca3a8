"""Joint talks on the desk: which series organisers can add to a talk, and how the other series removes the talk."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.urls import reverse

from seminars.actions import talk_changes
from seminars.models import Change, Edition, JointTalk, Talk, recording
from tests.admin_forms import address_of, consequences, errors_in, form_of, messages_of, save, signed_in, with_row
from tests.changes import undo
from tests.factories import make_administrator, make_draft, make_member, make_organiser, make_series, make_talk
from tests.ics_checker import parsed
from tests.pages import words

pytestmark = pytest.mark.django_db

REFUSAL = "You cannot choose this series. Choose a listed one or one of your own."


@pytest.fixture
def talk(series, priml):
    return make_talk(series=series, also_in=[priml], title="On engines")


@pytest.fixture
def guest(priml):
    """The browser of an organiser of the further series."""
    return signed_in(make_organiser(priml))


def leaving(talk):
    return reverse("admin:seminars_talk_leave", args=[talk.pk])


def series_of(talk):
    return sorted(series.short_name for series in Talk.objects.get(pk=talk.pk).all_series)


def summaries(client, address):
    return [event.value("SUMMARY") for event in parsed(client.get(address).content).called("VEVENT")]


# --- into which series ---


def hidden_series():
    return make_series(name="Hidden", short_name="HID", is_listed=False)


@pytest.mark.parametrize("own", [True, False])
def test_a_talk_goes_into_an_unlisted_series_only_by_its_own_organisers(series, own):
    talk, hidden = make_talk(series=series), hidden_series()
    desk = signed_in(make_organiser(series, *([hidden] if own else [])))

    answer = save(desk, talk, **with_row(desk, talk, "joint_rows", series=hidden.pk))

    assert errors_in(answer)[-1:] == ([] if own else [REFUSAL])
    assert series_of(talk) == (["ASSET", "HID"] if own else ["ASSET"])


def test_a_refused_series_is_not_named_and_nothing_typed_is_lost(series):
    talk, hidden = make_talk(series=series, title="On engines"), hidden_series()
    desk = signed_in(make_organiser(series))

    answer = save(desk, talk, title="On looms", **with_row(desk, talk, "joint_rows", series=hidden.pk))

    assert ("Hidden" in answer.text, 'value="On looms"' in answer.text) == (False, True)
    assert Talk.objects.get().title == "On engines"


def test_an_organiser_of_both_series_and_an_administrator_join_them_at_once(series, priml):
    talk, hidden = make_talk(series=series), hidden_series()
    desk, boss = signed_in(make_organiser(series, priml)), signed_in(make_administrator())

    save(desk, talk, **with_row(desk, talk, "joint_rows", series=priml.pk))
    save(boss, talk, **with_row(boss, talk, "joint_rows", series=hidden.pk))

    assert series_of(talk) == ["ASSET", "HID", "PRiML"]


def test_a_talk_that_an_administrator_put_into_an_unlisted_series_can_still_be_saved(series):
    talk = make_talk(series=series, also_in=[hidden_series()])
    desk = signed_in(make_organiser(series))

    answer = save(desk, talk, title="On looms")

    assert (answer.status_code, Talk.objects.get().title) == (302, "On looms")
    assert series_of(talk) == ["ASSET", "HID"]


# --- and out again ---


def test_removing_a_talk_from_a_series_sends_every_subscriber_one_change(client, talk, series, priml):
    before = Talk.objects.get()

    talk_changes.leave(talk, series=priml, by=None)

    after = Talk.objects.get()
    assert (after.sequence, after.changed_at > before.changed_at) == (before.sequence + 1, True)
    assert summaries(client, "/series/asset/calendar.ics") == ["ASSET: On engines (speaker to be announced)"]
    assert summaries(client, "/series/priml/calendar.ics") == []


@pytest.mark.parametrize("which", ["home", "another"])
def test_a_talk_leaves_no_series_that_it_is_not_a_guest_in(talk, series, which):
    series = series if which == "home" else make_series(name="Tea")
    edition = Edition.objects.number()

    with pytest.raises(ValidationError, match=f"The talk is no longer in {series.name}."):
        talk_changes.leave(talk, series=series, by=None)

    assert (series_of(talk), Talk.objects.get().sequence) == (["ASSET", "PRiML"], talk.sequence)
    assert Edition.objects.number() == edition


def test_the_organisers_of_the_further_series_take_a_talk_out_of_it(guest, talk):
    assert guest.get(address_of(talk)).context["transitions"] == [("Remove from our series", leaving(talk))]
    page = guest.get(leaving(talk))
    assert "It stays in its home series" in words(page.text)
    assert consequences(page) == ["The entry begins with “ASSET” instead of “ASSET + PRiML”."]
    assert series_of(talk) == ["ASSET", "PRiML"]

    answer = guest.post(leaving(talk), form_of(guest, leaving(talk)))

    assert answer.url == reverse("admin:seminars_talk_changelist")
    assert "The talk is no longer in PRiML." in messages_of(guest)
    assert series_of(talk) == ["ASSET"]
    assert LogEntry.objects.get().change_message == "The talk is no longer in PRiML."
    assert guest.get(leaving(talk)).status_code == 404


def test_the_other_series_can_undo_the_removal_and_that_undo_but_nothing_else(guest, talk, series, priml):
    guest.post(leaving(talk), form_of(guest, leaving(talk)))
    left = Change.objects.latest_first().first()

    assert f'name="change" value="{left.pk}"' in guest.get("/admin/changes/").text
    assert undo(guest, left).status_code == 302
    assert series_of(talk) == ["ASSET", "PRiML"]
    assert undo(guest, Change.objects.latest_first().first()).status_code == 302
    assert series_of(talk) == ["ASSET"]

    both = make_organiser(series, priml)
    with recording(by=both) as more:
        talk_changes.save(Talk.objects.get(), by=both)
        JointTalk.objects.create(talk=talk, series=priml)
        Talk.objects.update(title="On looms")
    series.organisers.remove(both)
    assert undo(signed_in(both), more).status_code == 403


def test_only_the_person_who_removed_a_talk_undoes_it_and_only_while_they_organise_the_series(guest, talk, priml):
    guest.post(leaving(talk), form_of(guest, leaving(talk)))
    left = Change.objects.latest_first().first()

    assert undo(signed_in(make_organiser(priml)), left).status_code == 404
    priml.organisers.clear()
    make_series().organisers.add(left.by)
    assert undo(guest, left).status_code == 403
    assert series_of(talk) == ["ASSET"]


def test_organisers_of_the_further_series_remove_drafts_too(guest, series, priml):
    draft = make_draft(series=series, also_in=[priml])

    answer = guest.post(leaving(draft), form_of(guest, leaving(draft)))

    assert (answer.status_code, series_of(draft)) == (302, ["ASSET"])


def test_an_organiser_of_two_of_its_series_chooses_one(talk, priml):
    third = make_series(short_name="Third", name="Third")
    JointTalk.objects.create(talk=talk, series=third)
    desk = signed_in(make_organiser(priml, third))

    first = desk.get(leaving(talk))
    blank = desk.post(leaving(talk))
    looked = desk.post(leaving(talk), {"series": third.pk, "_preview": "yes"})
    assert [consequences(first), consequences(blank), errors_in(blank)] == [
        [],
        [],
        ["No series is chosen. Choose one."],
    ]
    assert consequences(looked) == ["The entry begins with “ASSET + PRiML” instead of “ASSET + PRiML + Third”."]
    assert series_of(talk) == ["ASSET", "PRiML", "Third"]

    desk.post(leaving(talk), {"series": third.pk})

    assert series_of(talk) == ["ASSET", "PRiML"]


def test_an_organiser_cannot_remove_a_talk_from_a_series_of_others(talk, series, priml, guest):
    for other in (make_organiser(series), make_organiser(), make_member()):
        answer = signed_in(other).post(leaving(talk), {"series": priml.pk})
        assert answer.status_code in (302, 404)
        assert "leave" not in str(answer.get("Location", "")).partition("?")[0]
    third = make_series(name="Third")
    JointTalk.objects.create(talk=talk, series=third)

    foreign = guest.post(leaving(talk), {"series": third.pk})

    assert errors_in(foreign) == ["The talk is not in that series, or it is not yours. Choose another one."]
    assert JointTalk.objects.count() == 2


@pytest.mark.parametrize("key", ["0", "x", "9" * 40, "%00", "1_2"])
def test_an_unknown_talk_has_no_page(guest, key):
    assert guest.get(f"/admin/seminars/talk/{key}/leave/").status_code == 404
