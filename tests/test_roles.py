"""Roles on one page: what each may do, who has it; an administrator is always left."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from seminars.actions import roles
from seminars.models import User
from seminars.models.account_invitation import AccountRole
from tests.admin_forms import errors_in, form_of, signed_in
from tests.factories import make_administrator, make_member, make_organiser
from tests.pages import main, words
from tests.second_steps import with_second_step

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return make_administrator(first_name="Ada")


def role_page(person):
    return f"{reverse('admin:role')}?person={person.pk}"


def save(by, person, role, *series, **changes):
    sent = {"role": role, "series": [one.pk for one in series], "is_active": "on"} | changes
    return signed_in(by).post(role_page(person), {name: value for name, value in sent.items() if value})


def test_the_page_says_who_has_which_role(boss, series):
    make_organiser(series, first_name="Grace")
    make_member(first_name="Mary")
    make_member(first_name="Bea", is_active=False)

    said = words(main(signed_in(boss).get("/admin/people/")))

    places = [said.index(name) for name in ("Administrators", "Ada", "Organisers of series", "Grace", "Members", "Mary",
                                            "Deactivated", "Bea")]  # fmt: skip
    assert places == sorted(places)


def test_organisers_see_the_people_of_their_own_series(series, priml):
    organiser = make_organiser(series, first_name="Grace")
    make_organiser(series, priml, first_name="Bea")
    make_organiser(priml, first_name="Cleo")
    make_member(first_name="Mary")

    said = words(main(signed_in(organiser).get("/admin/people/")))

    assert {name: name in said for name in ("Grace", "Bea", "Cleo", "Mary", "PRiML", "Change role")} == {
        "Grace": True, "Bea": True, "Cleo": False, "Mary": False, "PRiML": False, "Change role": False,
    }  # fmt: skip


def test_a_role_is_changed(boss, series, priml):
    person = make_organiser(series)

    save(boss, person, "organiser", priml)
    moved = list(person.series.all())
    save(boss, person, "administrator", priml)
    raised = User.objects.get(pk=person.pk).is_superuser
    save(boss, person, "member", priml)

    assert (moved, raised, roles.role_given_here(User.objects.get(pk=person.pk))) == ([priml], True, AccountRole.MEMBER)
    assert not person.series.exists()


def test_a_person_is_deactivated_and_comes_back(boss, series):
    person = make_organiser(series)
    client = signed_in(person)

    save(boss, person, "organiser", series, is_active="")
    gone = client.get("/admin/").status_code
    save(boss, person, "organiser", series)

    assert (gone, client.get("/admin/").status_code) == (302, 200)


@pytest.mark.parametrize("change", [{"role": "member"}, {"is_active": ""}])
def test_the_last_administrator_keeps_the_role(boss, change):
    make_administrator(is_active=False)

    answer = save(boss, boss, **{"role": "administrator"} | change)

    assert errors_in(answer) == ["Ada is the only administrator. Make someone else an administrator first."]
    boss.refresh_from_db()
    assert (boss.is_superuser, boss.is_active) == (True, True)


def test_two_administrators_who_take_each_other_away_leave_one():
    first, second = make_administrator(), make_administrator()
    roles.change(second, AccountRole.MEMBER, [], is_active=True, by=first)

    with pytest.raises(ValidationError, match="only administrator"):
        roles.change(first, AccountRole.MEMBER, [], is_active=True, by=second)


def test_the_form_of_an_account_takes_the_last_administrator_away_neither(boss):
    other = make_administrator(first_name="Bea")
    address = f"/admin/seminars/user/{other.pk}/change/"
    client = signed_in(boss)
    form = form_of(client, address)
    User.objects.filter(pk=boss.pk).update(is_superuser=True, is_active=True)
    del form["is_superuser"]
    client.post(address, form)

    assert list(User.objects.filter(is_superuser=True)) == [boss]


@pytest.mark.parametrize("person", ["member", "organiser"])
def test_only_administrators_change_roles(series, person):
    people = {"member": make_member(), "organiser": make_organiser(series)}

    answer = save(people[person], people[person], "administrator")

    assert answer.status_code in (302, 403)
    assert not User.objects.filter(is_superuser=True).exists()


def test_accounts_are_deleted_only_after_they_were_deactivated(boss, series):
    active, left = make_organiser(series), make_member(is_active=False)
    client = signed_in(boss)

    for person in (active, left):
        client.post(f"/admin/seminars/user/{person.pk}/delete/", {"post": "yes"})
    client.post("/admin/seminars/user/", {"action": "delete_selected", "_selected_action": [active.pk], "post": "yes"})

    assert set(User.objects.all()) == {boss, active}


def test_nobody_has_a_role_page_without_an_account(boss):
    assert signed_in(boss).get("/admin/role/?person=999").status_code == 404


def test_the_page_asks_as_many_questions_for_many_people_as_for_few(boss, series, django_assert_max_num_queries):
    for _ in range(10):
        make_organiser(series)
    client = signed_in(boss)

    with django_assert_max_num_queries(15):
        client.get("/admin/people/")


def test_an_administrator_keeps_the_series_that_are_ticked(boss, series):
    person = make_organiser(series)

    save(boss, person, "administrator", series)

    assert list(person.series.all()) == [series]


@pytest.mark.parametrize("change", [{"role": "member"}, {"is_active": ""}])
def test_nobody_removes_their_own_access(boss, change):
    make_administrator()

    answer = save(boss, boss, **{"role": "administrator"} | change)

    assert errors_in(answer) == ["You cannot remove your own access. Ask another administrator to do it."]
    boss.refresh_from_db()
    assert (boss.is_superuser, boss.is_active) == (True, True)


def test_the_own_second_step_is_not_removed_without_a_code(boss):
    _device, codes = with_second_step(boss)
    browser = signed_in(boss)
    browser.post("/sign-in/code/", {"code": codes[0]})

    page = browser.get(role_page(boss))
    answer = browser.post(role_page(boss), {"remove-second-step": ""})

    assert 'name="remove-second-step"' not in page.text
    assert answer.url == "/second-step/"
    assert TOTPDevice.objects.filter(confirmed=True).count() == 1


@pytest.mark.parametrize("written", ["{}", "0{}"])
def test_the_own_password_is_changed_with_the_old_one_however_the_address_is_written(boss, written):
    answer = signed_in(boss).get(f"/admin/seminars/user/{written.format(boss.pk)}/password/")

    assert answer.url == "/password/"
