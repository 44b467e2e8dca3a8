"""Rights from groups that the university has not told for a while, or that no rule names any more."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from seminars.actions import accounts, roles
from seminars.models import Identity, SeriesOrganiser, User
from seminars.models.account_invitation import AccountRole, Invitation
from tests.admin_forms import save, signed_in
from tests.factories import make_administrator, make_draft, make_member, make_organiser
from tests.pages import main, words
from tests.single_sign_on import know, rules, sign_in
from tests.tokens import program

pytestmark = pytest.mark.django_db

DRAFTS = "/api/v1/talks?desk=true&state=draft"
SESSIONS_END, THE_REST_ENDS = timedelta(hours=12), timedelta(days=30)
MOMENT = timedelta(minutes=1)


@pytest.fixture
def grace(series):
    """An organiser through a group, who has a password too."""
    person = make_member(first_name="Grace", groups_seen_at=timezone.now())
    SeriesOrganiser.objects.create(user=person, series=series, from_group="algebra")
    return person


def last_seen(person, ago):
    User.objects.filter(pk=person.pk).update(groups_seen_at=timezone.now() - ago)


@pytest.mark.parametrize(("ago", "status"), [(SESSIONS_END - MOMENT, 200), (SESSIONS_END + MOMENT, 403)])
def test_a_session_of_a_password_has_the_rights_of_the_group_for_half_a_day(grace, series, ago, status):
    desk = signed_in(grace)
    last_seen(grace, ago)

    assert desk.get(f"/admin/seminars/series/{series.pk}/change/", follow=True).status_code == status


@pytest.mark.parametrize(("group", "is_told"), [("algebra", True), ("geometry", False)])
def test_the_desk_says_how_to_get_them_back(sso, grace, group, is_told):
    sso(rules=rules(f"{group}=asset"))
    last_seen(grace, SESSIONS_END + MOMENT)

    page = signed_in(grace).get("/admin/", follow=True)

    assert ("Sign in with Example University to get your role back." in words(main(page))) == is_told
    assert ('action="/sign-in/sso/"' in page.text) == is_told


@pytest.mark.parametrize(("ago", "status"), [(SESSIONS_END - MOMENT, 200), (SESSIONS_END + MOMENT, 403)])
@pytest.mark.parametrize("address", ["/admin/seminars/user/", "/admin/seminars/department/"])
def test_an_administrator_of_a_group_is_one_for_half_a_day(ago, status, address):
    person = make_administrator(administrator_from_group="staff", groups_seen_at=timezone.now() - ago)
    SeriesOrganiser.objects.create(user=person, series=make_organiser().series.get())

    assert signed_in(person).get(address, follow=True).status_code == status


def test_rights_given_on_the_desk_last(grace, series):
    grace.series_rows.update(from_group="")

    assert signed_in(grace).get(f"/admin/seminars/series/{series.pk}/change/").status_code == 200


@pytest.mark.parametrize(("ago", "works"), [(THE_REST_ENDS - MOMENT, True), (THE_REST_ENDS + MOMENT, False)])
def test_tokens_calendars_and_invitations_have_them_for_a_month(grace, series, ago, works):
    make_draft(series=series, title="Quokka")
    token = program(grace)
    calendar = reverse("private-calendar", args=[accounts.renew_calendar(grace).feed_token])
    invitation = Invitation(email="new@example.edu", role=AccountRole.ORGANISER, invited_by=grace)
    invitation.save()
    invitation.series.set([series])
    last_seen(grace, ago)
    browser = Client()
    link = Invitation.objects.get().address

    assert [token.get(DRAFTS).status_code, browser.get(calendar).status_code, browser.get(link).status_code] == (
        [200, 200, 302] if works else [403, 410, 410]
    )


def test_the_next_single_sign_on_brings_them_back(sso, series):
    know(sso(rules=rules("algebra=asset")), groups=["algebra"])
    sign_in()
    last_seen(User.objects.get(), timedelta(days=31))

    browser, _done = sign_in()

    assert browser.get(f"/admin/seminars/series/{series.pk}/change/").status_code == 200


def test_an_administrator_of_a_former_group_is_nobodys_last_hope():
    make_administrator(administrator_from_group="staff", groups_seen_at=timezone.now() - timedelta(days=31))

    assert not roles.has_other_administrator(make_administrator())


@pytest.fixture
def left(sso, settings):
    """Leave passwords to root alone."""
    settings.LOCAL_SIGN_IN = frozenset({"root"})


@pytest.mark.parametrize(
    ("named", "issuer", "statuses"),
    [
        ("root", "", (200, 200)),
        ("ada", "", (403, 410)),
        ("ada", "ours", (200, 200)),
        ("ada", "https://former.example.edu", (403, 410)),
    ],
)
def test_who_has_no_way_to_sign_in_has_no_token_or_calendar(left, settings, series, named, issuer, statuses):
    person = make_organiser(series, username=named)
    if issuer:
        issuer = settings.SINGLE_SIGN_ON.issuer if issuer == "ours" else issuer
        Identity.objects.create(user=person, issuer=issuer, subject="1")
    calendar = reverse("private-calendar", args=[accounts.renew_calendar(person).feed_token])

    assert (program(person).get(DRAFTS).status_code, Client().get(calendar).status_code) == statuses


@pytest.mark.parametrize(
    ("vouched", "always", "single", "status"),
    [(True, False, True, 200), (False, False, True, 403), (True, True, True, 403), (True, False, False, 403)],
)
def test_a_token_needs_the_second_step_that_its_maker_needed(sso, settings, vouched, always, single, status):
    settings.ADMINISTRATORS_NEED_SECOND_STEP, settings.SECOND_STEP_ALWAYS = True, always
    person = make_administrator()
    person.is_vouched_for = vouched
    used = program(person)
    if not single:
        settings.SINGLE_SIGN_ON = None

    assert used.get("/api/v1/token").status_code == status


def test_a_token_of_the_university_needs_no_password_of_ones_own(sso, series):
    person = make_organiser(series, has_temporary_password=True)
    person.is_vouched_for = True
    vouched = program(person)
    person.is_vouched_for = False

    assert [used.get("/api/v1/token").status_code for used in (vouched, program(person))] == [200, 403]


@pytest.fixture
def boss():
    return signed_in(make_administrator())


@pytest.fixture(params=["no single sign-on", "no rule"])
def without_rule(request):
    if request.param == "no rule":
        request.getfixturevalue("sso")(rules=rules("topology=asset"))


def test_the_desk_takes_a_series_that_no_rule_gives(boss, grace, series, without_rule):
    page = f"{reverse('admin:role')}?person={grace.pk}"
    said = words(main(boss.get(page)))

    boss.post(page, {"role": AccountRole.MEMBER, "is_active": "on"})

    assert "This comes from groups" not in said
    assert not grace.series_rows.exists()


def test_the_desk_keeps_a_series_that_no_rule_gives(boss, grace, series, without_rule):
    boss.post(
        f"{reverse('admin:role')}?person={grace.pk}",
        {"role": AccountRole.ORGANISER, "series": [series.pk], "is_active": "on"},
    )

    assert grace.series_rows.get().from_group == ""


@pytest.mark.parametrize("page", ["user", "series"])
def test_forms_take_a_series_that_no_rule_gives(boss, grace, series, without_rule, page):
    row = grace if page == "user" else series
    save(boss, row, **{"series_rows-0-DELETE" if page == "user" else "organiser_rows-0-DELETE": "on"})

    assert not grace.series_rows.exists()


@pytest.mark.parametrize("form", ["role", "account"])
def test_the_desk_takes_the_rights_of_an_administrator_that_no_rule_gives(boss, without_rule, form):
    person = make_administrator(administrator_from_group="staff", groups_seen_at=timezone.now())

    if form == "role":
        boss.post(f"{reverse('admin:role')}?person={person.pk}", {"role": AccountRole.MEMBER, "is_active": "on"})
    else:
        save(boss, person, is_superuser="")

    person.refresh_from_db()
    assert (person.is_superuser, person.administrator_from_group) == (False, "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
@pytest.mark.parametrize("has_other", [True, False])
def test_an_earlier_release_gets_no_rights_of_groups(grace, series, has_other):
    make_organiser(series, username="ada")
    make_administrator(username="boss", administrator_from_group="staff")
    make_administrator(username="mary", administrator_from_group="staff")
    if has_other:
        make_administrator(username="root")

    MigrationExecutor(connection).migrate([("seminars", "0051_drafts")])
    with connection.cursor() as cursor:
        cursor.execute("SELECT username FROM seminars_user WHERE is_superuser")
        administrators = [name for (name,) in cursor.fetchall()]
        cursor.execute("SELECT count(*) FROM seminars_seriesorganiser")
        organisers = cursor.fetchone()[0]
    call_command("migrate", verbosity=0)

    assert (administrators, organisers) == (["root"] if has_other else ["boss"], 1)
