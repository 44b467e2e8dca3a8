"""What groups of the university give, on the desk: shown with the reason, and left to the group."""

import pytest
from django.urls import reverse

from seminars.models import Identity, SeriesOrganiser
from seminars.models.account_invitation import AccountRole
from tests.admin_forms import errors_in, form_of, save, signed_in
from tests.factories import make_administrator, make_member, make_organiser
from tests.pages import main, words
from tests.single_sign_on import rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return signed_in(make_administrator())


@pytest.fixture
def groups(sso):
    """Groups that give rights."""
    sso(rules=rules("algebra=asset", "staff"))


@pytest.fixture
def grace(groups, series):
    """An organiser through a group."""
    person = make_member(first_name="Grace")
    SeriesOrganiser.objects.create(user=person, series=series, from_group="algebra")
    Identity.objects.create(user=person, issuer="https://login.example.edu", subject="1")
    return person


def role_page(person):
    return f"{reverse('admin:role')}?person={person.pk}"


def change_role(boss, person, role, *series):
    sent = {"role": role, "series": [one.pk for one in series], "is_active": "on"}
    return boss.post(role_page(person), sent)


def test_people_are_shown_with_their_groups_and_their_way_to_sign_in(boss, grace, priml):
    make_organiser(priml, first_name="Ada")
    make_administrator(first_name="Mary", administrator_from_group="staff")

    said = words(main(boss.get("/admin/people/")))

    assert "ASSET (through the group algebra) Signs in with Example University." in said
    assert "PRiML Signs in with a password of this site." in said
    assert "(through the group staff)" in said


def test_the_role_page_says_what_comes_from_groups(boss, grace):
    said = words(main(boss.get(role_page(grace))))

    assert "This comes from groups of Example University" in said
    assert "ASSET (through the group algebra)" in said


def test_a_role_given_here_leaves_that_of_the_group(boss, grace, series, priml):
    assert change_role(boss, grace, AccountRole.ORGANISER, priml).status_code == 302
    assert {row.series: row.from_group for row in grace.series_rows.all()} == {series: "algebra", priml: ""}

    assert change_role(boss, grace, AccountRole.MEMBER).status_code == 302

    assert {row.series: row.from_group for row in grace.series_rows.all()} == {series: "algebra"}


def test_a_series_of_the_group_cannot_be_ticked(boss, grace, series):
    answer = change_role(boss, grace, AccountRole.ORGANISER, series)

    assert answer.status_code != 302
    assert grace.series_rows.get().from_group == "algebra"


def test_an_administrator_of_a_group_stays_one(boss, groups):
    person = make_administrator(administrator_from_group="staff")

    change_role(boss, person, AccountRole.MEMBER)
    save(boss, person, is_superuser="")

    person.refresh_from_db()
    assert person.is_superuser


def test_an_administrator_of_a_group_can_be_deactivated(boss, groups):
    person = make_administrator(administrator_from_group="staff")
    form = form_of(boss, f"/admin/seminars/user/{person.pk}/change/")
    del form["is_active"]

    boss.post(f"/admin/seminars/user/{person.pk}/change/", form)

    person.refresh_from_db()
    assert (person.is_active, person.is_superuser) == (False, True)


@pytest.mark.parametrize("page", ["user", "series"])
def test_rows_of_groups_cannot_be_removed_in_forms(boss, grace, series, page):
    row = grace if page == "user" else series
    refused = save(boss, row, **{"series_rows-0-DELETE" if page == "user" else "organiser_rows-0-DELETE": "on"})

    assert refused.status_code == 200
    assert "This role comes from the group algebra of the university. Change the group instead." in errors_in(refused)
    assert grace.series_rows.exists()


def test_without_single_sign_on_forms_have_no_column_for_groups(boss, series):
    make_organiser(series)

    assert "Group" not in words(main(boss.get(f"/admin/seminars/series/{series.pk}/change/")))
