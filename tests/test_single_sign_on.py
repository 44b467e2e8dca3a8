"""Sign-in with OpenID Connect, at a running provider: who somebody is, and what they may do."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from seminars.models import Identity, SeriesOrganiser, User
from tests.factories import make_administrator, make_member
from tests.pages import main, words
from tests.signing_in import is_signed_in
from tests.single_sign_on import BACKENDS, begin, know, rules, sign_in

pytestmark = pytest.mark.django_db


def test_the_first_visit_makes_an_account_without_rights(sso):
    browser, done = sign_in(next="/series/")

    person = User.objects.get()
    assert done.url == "/series/"
    assert (person.username, person.get_full_name(), person.email) == ("grace", "Grace Hopper", "grace@example.edu")
    assert (person.is_superuser, person.series.count(), person.has_usable_password()) == (False, 0, False)
    assert is_signed_in(browser)
    assert "ask an administrator to make you an organiser" in browser.get("/admin/", follow=True).text


def test_a_group_gives_a_series_and_takes_it_away(sso, series, priml):
    issuer = sso(rules=rules("algebra people=asset"))
    know(issuer, groups=["algebra people", "others"])
    browser, _done = sign_in()
    person = User.objects.get()
    SeriesOrganiser.objects.create(series=priml, user=person)  # by hand

    assert browser.get(f"/admin/seminars/series/{series.pk}/change/").status_code == 200
    know(issuer, groups=["others"])
    sign_in(browser)

    assert [one.slug for one in person.series.all()] == ["priml"]
    assert [entry.change_message for entry in LogEntry.objects.order_by("pk")] == [
        "Group algebra people: organiser of ASSET",
        "Group algebra people: no longer organiser of ASSET",
    ]


def test_a_session_ends_after_half_a_day_whatever_somebody_does(sso, series):
    know(sso(rules=rules("algebra=asset")), groups=["algebra"])
    browser, _done = sign_in()
    statuses = []

    for hours in (11, 13):
        with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=True):
            statuses.append(browser.get("/admin/").status_code)
            session = browser.session
            session["something"] = hours  # a message, for example, saves the session
            session.save()

    assert statuses == [200, 302]


def test_a_group_makes_administrators_and_takes_that_away(sso):
    issuer = sso(rules=rules("staff"))
    know(issuer, groups=["staff"])
    browser, _done = sign_in()

    assert browser.get("/admin/people/").status_code == 200
    know(issuer, groups=[])
    sign_in(browser)

    assert not User.objects.get().is_superuser


def test_rights_given_on_the_desk_stay_when_a_group_ends(sso, series):
    issuer = sso(rules=rules("staff", "algebra=asset"))
    know(issuer)
    sign_in()
    person = User.objects.get()
    person.is_superuser = True
    person.save()
    SeriesOrganiser.objects.create(series=series, user=person)
    for groups in (["staff", "algebra"], []):
        know(issuer, groups=groups)
        sign_in()

    person.refresh_from_db()
    assert (person.is_superuser, person.administrator_from_group, person.series.count()) == (True, "", 1)


def test_a_group_that_the_operator_no_longer_lists_gives_nothing(sso, series):
    issuer = sso(rules=rules("algebra=asset"))
    know(issuer, groups=["algebra"])
    sign_in()
    sso(rules=())
    sign_in()

    assert User.objects.get().series.count() == 0


def test_a_renamed_person_with_a_new_address_stays_the_same_person(sso):
    sign_in()
    know(sso(), family_name="Murray", email="murray@example.edu")
    sign_in()

    person = User.objects.get()
    assert (person.get_full_name(), person.email) == ("Grace Murray", "murray@example.edu")


def test_an_address_of_somebody_else_is_not_taken_over(sso):
    make_member(email="murray@example.edu")
    sign_in()
    know(sso(), email="Murray@example.edu")
    sign_in()

    assert Identity.objects.get().user.email == "grace@example.edu"


def test_another_subject_with_the_same_name_is_another_person(sso):
    sign_in()
    know(sso(), "0002", email="grace.two@example.edu")
    sign_in(subject="0002")

    assert sorted(User.objects.values_list("username", flat=True)) == ["grace", "grace.two@example.edu"]


@pytest.mark.parametrize(
    ("links_by_email", "verified", "kind", "is_linked"),
    [
        (False, True, make_member, False),
        (True, True, make_member, True),
        (True, None, make_member, False),
        (True, True, make_administrator, False),
    ],
)
def test_an_address_alone_opens_an_account_only_as_the_operator_says(sso, links_by_email, verified, kind, is_linked):
    person = kind(email="Grace@example.edu")
    know(sso(links_by_email=links_by_email), email_verified=verified)

    browser, done = sign_in()

    assert is_signed_in(browser) == is_linked
    assert Identity.objects.filter(user=person).exists() == is_linked
    if not is_linked:
        assert done.status_code == 403
        assert "This site already has an account with the address grace@example.edu." in words(main(done))


def test_an_address_that_the_provider_has_not_verified_is_taken_from_nobody(sso):
    make_member(email="grace@example.edu")
    know(sso(links_by_email=True), email_verified=False)

    sign_in()

    assert Identity.objects.get().user.email == ""


def test_names_are_kept_without_signs_that_no_database_takes(sso):
    know(sso(), given_name="Gra\0ce\n", family_name="Hopper\u202e", preferred_username="gr\0ace")
    sign_in()

    person = User.objects.get()
    assert (person.get_full_name(), person.username) == ("Grace Hopper", "grace")


def test_the_unknown_are_refused_if_the_operator_says_so(sso, series):
    issuer = sso(refuses_unknown=True, rules=rules("algebra=asset"))

    browser, done = sign_in()
    assert (done.status_code, User.objects.count(), is_signed_in(browser)) == (403, 0, False)
    assert "Ask an administrator to invite you." in words(main(done))

    know(issuer, groups=["algebra"])
    sign_in(browser)
    assert is_signed_in(browser)


def test_a_deactivated_person_stays_out(sso):
    sign_in()
    User.objects.update(is_active=False)

    browser, done = sign_in()

    assert (done.status_code, is_signed_in(browser)) == (403, False)
    assert "deactivated" in words(main(done))


def test_somebody_who_is_deactivated_is_signed_out(sso):
    browser, _done = sign_in()
    User.objects.update(is_active=False)

    assert browser.get("/admin/").status_code == 302


def test_switching_single_sign_on_off_ends_its_sessions(sso, settings, series):
    know(sso(rules=rules("algebra=asset")), groups=["algebra"])
    browser, _done = sign_in()
    assert browser.get("/admin/").status_code == 200

    settings.SINGLE_SIGN_ON, settings.AUTHENTICATION_BACKENDS = None, BACKENDS[:2]

    assert browser.get("/admin/").status_code == 302
    assert begin(browser)[0].status_code == 404
