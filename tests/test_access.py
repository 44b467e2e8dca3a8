"""Who may see and change which talks."""

import pytest
from django.contrib.auth.models import AnonymousUser

from seminars import access
from seminars.models import JoinAccess, Talk
from tests.factories import make_administrator, make_draft, make_member, make_organiser, make_talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(series, priml):
    """One talk of each kind, by name."""
    return {
        "public": make_talk(series=series),
        "draft": make_draft(series=series),
        "joint draft": make_draft(series=priml, also_in=[series]),
        "foreign draft": make_draft(series=priml),
        "foreign": make_talk(series=priml),
    }


def named(rows, talks):
    return {name for name, talk in rows.items() if talk in set(talks)}


def test_visitors_see_no_draft(rows):
    assert named(rows, access.talks_visible_to(AnonymousUser())) == {"public", "foreign"}


def test_members_see_no_draft(rows):
    assert named(rows, access.talks_visible_to(make_member())) == {"public", "foreign"}


def test_organisers_see_the_drafts_of_their_series_joint_ones_included(rows, series):
    visible = access.talks_visible_to(make_organiser(series))

    assert named(rows, visible) == {"public", "foreign", "draft", "joint draft"}
    assert visible.count() == 4


def test_administrators_see_everything(rows):
    assert named(rows, access.talks_visible_to(make_administrator())) == set(rows)


def test_a_person_who_has_left_is_a_visitor(rows, series):
    gone = make_organiser(series, is_active=False)
    boss = make_administrator(is_active=False)

    for person in (gone, boss):
        assert named(rows, access.talks_visible_to(person)) == {"public", "foreign"}
        assert not access.is_organiser(person)
        assert not access.is_administrator(person)
        assert not access.talks_on_the_desk_of(person).exists()
        assert not access.series_of(person).exists()
        assert not access.may_change_talk(person, rows["public"])


def test_the_desk_lists_the_talks_of_an_organisers_own_series(rows, series):
    assert named(rows, access.talks_on_the_desk_of(make_organiser(series))) == {"public", "draft", "joint draft"}
    assert named(rows, access.talks_on_the_desk_of(make_administrator())) == set(rows)
    assert not access.talks_on_the_desk_of(make_member()).exists()
    assert not access.talks_on_the_desk_of(AnonymousUser()).exists()


def test_only_organisers_of_the_home_series_change_a_joint_talk(rows, series, priml):
    joint = rows["joint draft"]

    assert access.may_change_talk(make_organiser(priml), joint)
    assert not access.may_change_talk(make_organiser(series), joint)
    assert access.may_change_talk(make_administrator(), joint)
    assert not access.may_change_talk(make_member(), joint)
    assert not access.may_change_talk(AnonymousUser(), joint)


def test_home_talks_are_those_that_the_person_may_change(rows, series, priml):
    for organiser in (make_organiser(series), make_organiser(priml), make_organiser(series, priml), make_member()):
        may = {talk.pk for talk in rows.values() if access.may_change_talk(organiser, talk)}

        assert {talk.pk for talk in Talk.objects.at_home_with(organiser)} == may


def test_organisers_look_after_their_own_series(series, priml):
    organiser = make_organiser(series)

    assert list(access.series_of(organiser)) == [series]
    assert access.may_change_series(organiser, series)
    assert not access.may_change_series(organiser, priml)
    assert set(access.series_of(make_administrator())) == {series, priml}
    assert not access.series_of(AnonymousUser()).exists()


def test_a_person_who_looks_after_a_series_is_an_organiser(series):
    assert access.is_organiser(make_organiser(series))
    assert access.is_organiser(make_administrator())
    assert not access.is_organiser(make_member())
    assert not access.is_organiser(AnonymousUser())


@pytest.mark.parametrize(
    ("join_access", "visitor", "member"),
    [(JoinAccess.OPEN, True, True), (JoinAccess.TIMED, True, True), (JoinAccess.MEMBERS, False, True)],
)
def test_a_members_link_is_for_signed_in_people(join_access, visitor, member):
    talk = make_talk(join_url="https://meet.example.org/1", join_access=join_access)

    assert access.may_see_join_link(AnonymousUser(), talk) == visitor
    assert access.may_see_join_link(make_member(), talk) == member
    assert access.may_see_join_link(make_member(is_active=False), talk) == visitor
