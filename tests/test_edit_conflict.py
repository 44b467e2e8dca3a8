"""Two people edit one talk: the second save of an old form is stopped, and no typed text is lost."""

import pytest

from seminars.actions import lifecycle
from seminars.models import Appearance, Talk, TalkTopic
from tests.admin_forms import address_of, errors_in, form_of, save, signed_in
from tests.factories import in_new_york, make_administrator, make_room, make_speaker, make_talk, make_topic

pytestmark = pytest.mark.django_db

NOON = in_new_york(2035, 11, 7, 12)
GRACE, ADA = "Grace Hopper", "Ada Lovelace"


@pytest.fixture
def talk():
    return make_talk(
        title="On engines", abstract="One.\nTwo.", room=make_room(name="307"), starts_at=NOON, speakers=[ADA],
        topics=[make_topic(name="Looms")],
    )  # fmt: skip


@pytest.fixture
def editors():
    names = [GRACE.split(), ["Mary", "Somerville"]]
    return [signed_in(make_administrator(first_name=first, last_name=last)) for first, last in names]


def again(response):
    """The values that a browser sends from the returned form."""

    class Answered:
        def get(self, address):
            return response

    return form_of(Answered(), "")


def test_the_second_save_is_stopped_and_shows_who_changed_what(talk, editors):
    one, other = editors
    typed = form_of(other, address_of(talk)) | {"title": "On looms"}
    save(one, talk, title="On weaving", notice="Bring a shuttle")

    response = other.post(address_of(talk), typed)

    assert errors_in(response) == [
        "Grace Hopper changed this talk while you had it open. Nothing is saved yet; what you typed is kept."
    ]
    told = [(one.label, one.old, one.new) for one in response.context["conflict"].differences]
    assert told == [("title", "On engines", "On weaving"), ("notice", "", "Bring a shuttle")]
    assert again(response)["title"] == "On looms"
    talk.refresh_from_db()
    assert talk.title == "On weaving"


def test_saving_again_adds_my_changes_to_those_of_the_other_editor(talk, editors):
    one, other = editors
    typed = form_of(other, address_of(talk)) | {"title": "On looms", "host": "Mary"}
    save(one, talk, title="On weaving", notice="Bring a shuttle", abstract="One.\r\nThree.", shares_room="on")

    stopped = other.post(address_of(talk), typed)
    saved = other.post(address_of(talk), again(stopped))

    talk.refresh_from_db()
    assert saved.status_code == 302
    assert (talk.title, talk.host) == ("On looms", "Mary")
    assert (talk.notice, talk.abstract, talk.shares_room) == ("Bring a shuttle", "One.\nThree.", True)


def test_an_old_form_does_not_undo_the_move_of_another_editor(talk, editors):
    other = editors[1]
    typed = form_of(other, address_of(talk)) | {"title": "On looms"}
    moved_to = in_new_york(2035, 11, 8, 14)
    lifecycle.move(Talk.objects.get(pk=talk.pk), starts_at=moved_to, by=None)

    other.post(address_of(talk), again(other.post(address_of(talk), typed)))

    talk.refresh_from_db()
    assert (talk.title, talk.starts_at) == ("On looms", moved_to)


def test_a_third_edit_stops_the_second_save_again(talk, editors):
    one, other = editors
    typed = form_of(other, address_of(talk)) | {"host": "Mary"}
    save(one, talk, title="On weaving")
    stopped = other.post(address_of(talk), typed)
    save(one, talk, title="On knitting")

    response = other.post(address_of(talk), again(stopped))

    assert [(one.old, one.new) for one in response.context["conflict"].differences] == [("On weaving", "On knitting")]


def test_an_editor_who_saves_twice_is_not_stopped(talk, editors):
    one, _other = editors
    save(one, talk, title="On weaving")
    save(one, talk, title="On knitting")

    talk.refresh_from_db()
    assert talk.title == "On knitting"


def test_a_change_that_was_undone_stops_nobody(talk, editors):
    from seminars.actions import undoing
    from seminars.models import Change

    other = editors[1]
    typed = form_of(other, address_of(talk)) | {"host": "Mary"}
    lifecycle.cancel(Talk.objects.get(pk=talk.pk), by=None)
    undoing.restore(Change.objects.latest_first().first(), by=None)

    assert other.post(address_of(talk), typed).status_code == 302


def people(talk):
    rows = Appearance.objects.filter(talk=talk).in_order()
    return [(row.speaker.name, row.affiliation) for row in rows]


def test_a_person_added_by_the_other_editor_stays(talk, editors):
    other = editors[1]
    typed = form_of(other, address_of(talk)) | {"appearances-0-affiliation": "London"}
    Appearance.objects.create(talk=talk, speaker=make_speaker(name="Charles"), order=1)

    stopped = other.post(address_of(talk), typed)
    saved = other.post(address_of(talk), again(stopped))

    assert "Charles" in stopped.content.decode()
    assert saved.status_code == 302
    assert people(talk) == [(ADA, "London"), ("Charles", "")]


def test_a_person_removed_by_the_other_editor_stays_removed(talk, editors):
    other = editors[1]
    typed = form_of(other, address_of(talk)) | {"title": "On looms"}
    Appearance.objects.get(talk=talk).delete()
    TalkTopic.objects.get(talk=talk).delete()

    saved = other.post(address_of(talk), again(other.post(address_of(talk), typed)))

    talk.refresh_from_db()
    assert saved.status_code == 302
    assert (people(talk), talk.topics.count(), talk.title) == ([], 0, "On looms")


def test_a_person_removed_by_the_other_editor_comes_back_if_this_form_changed_them(talk, editors):
    other = editors[1]
    typed = form_of(other, address_of(talk)) | {"appearances-0-affiliation": "London"}
    Appearance.objects.get(talk=talk).delete()

    saved = other.post(address_of(talk), again(other.post(address_of(talk), typed)))

    assert saved.status_code == 302
    assert people(talk) == [(ADA, "London")]


def test_the_other_editors_change_to_a_person_is_kept(talk, editors):
    other = editors[1]
    typed = form_of(other, address_of(talk)) | {"appearances-0-role": "moderator"}
    Appearance.objects.filter(talk=talk).update(affiliation="Turin", is_external=True)

    other.post(address_of(talk), again(other.post(address_of(talk), typed)))

    row = Appearance.objects.get(talk=talk)
    assert (row.role, row.affiliation, row.is_external) == ("moderator", "Turin", True)
