"""People, topics and further series of a talk: one rule for each, whichever way they are changed."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from seminars.actions import lifecycle, schedule, undoing
from seminars.actions.talk_changes import Parts, save, set_topics
from seminars.formats.ics_facts import facts_of
from seminars.models import JointTalk, Speaker, Talk, TalkTopic
from seminars.models.snapshots import present
from tests import admin_forms
from tests.admin_forms import address_of, form_of, messages_of
from tests.changes import last_change
from tests.factories import in_new_york, make_series, make_speaker, make_talk, make_topic

pytestmark = pytest.mark.django_db

NOON, LATER = in_new_york(2125, 11, 5, 12), in_new_york(2125, 11, 5, 13)
NEVER_DELETED = "A published talk cannot be deleted. Cancel it, or withdraw it to a draft."


@pytest.fixture
def talk(series):
    ada, grace = make_speaker(name="Ada Lovelace", affiliation="London"), make_speaker(name="Grace Hopper")
    return make_talk(series=series, title="On engines", starts_at=NOON, speakers=[ada, grace])


def people_of(talk):
    rows = talk.appearances.order_by("order", "pk")
    return [(row.speaker.name, row.role, row.affiliation, row.order) for row in rows]


# --- people ---


def test_two_people_swap_places_in_the_form(organiser_client, talk):
    ada, grace = (row.speaker_id for row in talk.speakers)
    swapped = {"appearances-0-speaker": grace, "appearances-1-speaker": ada}

    response = admin_forms.save(organiser_client, talk, **swapped)

    assert response.status_code == 302
    assert [name for name, *_rest in people_of(talk)] == ["Grace Hopper", "Ada Lovelace"]
    undoing.restore(last_change(), by=None)
    assert [name for name, *_rest in people_of(talk)] == ["Ada Lovelace", "Grace Hopper"]


def by_form(client, talk):
    fields = {"appearances-0-speaker": Speaker.objects.get(name="Mary Somerville").pk}
    admin_forms.save(client, talk, **fields)


def by_schedule(client, talk):
    people = [schedule.ChosenPerson("Mary Somerville"), schedule.ChosenPerson("Grace Hopper")]
    schedule.save([schedule.ScheduleChange(talk.pk, {"speakers": people})], by=None)


def by_action(client, talk):
    row = talk.speakers[0]
    row.speaker = Speaker.objects.get(name="Mary Somerville")
    row.affiliation = row.speaker.affiliation
    save(talk, parts=Parts(people=[row, *talk.speakers[1:]]))


def by_undo(client, talk):
    """Undo the undo of the change."""
    by_schedule(client, talk)
    undone = undoing.restore(last_change(), by=None)
    undoing.restore(undone, by=None)


def test_every_way_of_changing_the_speaker_has_the_same_result(organiser_client, talk):
    make_speaker(name="Mary Somerville", affiliation="Burntisland")
    outcomes = []

    for way in (by_form, by_schedule, by_action, by_undo):
        with transaction.atomic():
            before = present([talk.pk])[talk.pk]
            way(organiser_client, Talk.objects.for_entries().get(pk=talk.pk))
            changed = Talk.objects.for_entries().get(pk=talk.pk)
            entry = {name: value for name, value in vars(facts_of(changed)).items() if name != "talk"}
            outcome = people_of(changed), entry, changed.sequence > talk.sequence
            undoing.restore(last_change(), by=None)
            outcomes.append((outcome, before.says_the_same_as(present([talk.pk])[talk.pk])))
            transaction.set_rollback(True)

    (people, *_rest), is_undone = outcomes[0]
    assert people == [("Mary Somerville", "speaker", "Burntisland", 0), ("Grace Hopper", "speaker", "", 1)]
    assert is_undone
    assert outcomes == [outcomes[0]] * 4


# --- topics and further series ---


def test_a_topic_that_stays_keeps_its_row(talk):
    looms, engines, weaving = (make_topic(name=name) for name in ("Looms", "Engines", "Weaving"))
    set_topics({talk: [looms, engines]})
    kept = TalkTopic.objects.get(topic=engines).pk

    set_topics({talk: [engines, weaving]})

    assert set(TalkTopic.objects.values_list("topic__name", flat=True)) == {"Engines", "Weaving"}
    assert TalkTopic.objects.get(topic=engines).pk == kept


def test_a_talk_leaves_the_series_that_the_form_no_longer_names(organiser_client, talk):
    one, other = make_series(name="Looms"), make_series(name="Weaving")
    save(talk, parts=Parts(series=[one, other]))
    row = JointTalk.objects.get(series=one)
    prefix = next(name for name, value in form_of(organiser_client, address_of(talk)).items()
                  if name.endswith("-series") and value == str(one.pk)).removesuffix("-series")  # fmt: skip

    admin_forms.save(organiser_client, talk, **{f"{prefix}-DELETE": "on"})

    assert list(JointTalk.objects.values_list("series", flat=True)) == [other.pk]
    undoing.restore(last_change(), by=None)
    assert JointTalk.objects.get(series=one).pk == row.pk


# --- deleting ---


def delete_by_action(client, talk):
    with pytest.raises(ValidationError) as refused:
        lifecycle.delete(talk, by=None)
    return refused.value.messages


def delete_on_its_page(client, talk):
    client.post(address_of(talk, "delete"), {"post": "yes"})
    return messages_of(client, address_of(talk))


def delete_in_the_list(client, talk):
    chosen = {"action": "delete_selected", "_selected_action": [talk.pk], "post": "yes"}
    client.post(reverse("admin:seminars_talk_changelist"), chosen)
    return messages_of(client, address_of(talk))


def delete_by_undo(client, talk):
    made = save(Talk(series=talk.series, title="On looms", starts_at=NOON, ends_at=LATER, state=talk.state))
    with pytest.raises(ValidationError) as refused:
        undoing.restore(last_change(), by=None)
    assert Talk.objects.contains(made)
    return refused.value.messages


@pytest.mark.parametrize("way", [delete_by_action, delete_on_its_page, delete_in_the_list, delete_by_undo])
def test_no_way_of_deleting_deletes_a_published_talk(organiser_client, talk, way):
    save(talk)

    said = way(organiser_client, talk)

    assert [NEVER_DELETED in sentence for sentence in said] == [True]
    assert Talk.objects.contains(talk)
    assert "deletelink" not in organiser_client.get(address_of(talk)).text
