"""Passwords of this site beside single sign-on: left to all, to few or to nobody; invitations; the second step."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from seminars.models import Identity, User
from seminars.models.account_invitation import Invitation
from seminars.single_sign_on import backends
from tests.factories import make_administrator, make_member
from tests.inviting import invite, link_in
from tests.pages import main, words
from tests.second_steps import with_second_step
from tests.signing_in import is_signed_in
from tests.signing_in import sign_in as sign_in_with_password
from tests.single_sign_on import begin, know, rules, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def only(sso, settings):
    """Leave passwords to these users."""

    def leave(*names):
        settings.LOCAL_SIGN_IN = frozenset(names)
        settings.AUTHENTICATION_BACKENDS = backends(settings.SINGLE_SIGN_ON, settings.LOCAL_SIGN_IN)

    return leave


def test_the_button_comes_first_and_the_password_after_it(sso):
    said = words(main(Client().get("/sign-in/")))

    assert said.index("Sign in with Example University") < said.index("Password") < said.index("Forgotten")


def test_one_account_keeps_its_password(only):
    only("root")
    root, ada = make_administrator(username="root"), make_administrator(username="ada")
    page = Client().get("/sign-in/").text
    browsers = Client(), Client()

    for browser, person in zip(browsers, (root, ada), strict=True):
        sign_in_with_password(browser, person)

    assert "<details>" in page
    assert [is_signed_in(browser) for browser in browsers] == [True, False]


def test_sessions_end_with_the_password(sso, only):
    browser = Client()
    sign_in_with_password(browser, make_administrator(username="ada"))
    assert browser.get("/admin/people/").status_code == 200

    only("root")

    assert browser.get("/admin/people/").status_code == 302


def test_without_passwords_there_is_no_form_for_one(only):
    only()

    page = Client().get("/sign-in/").text

    assert ("Sign in with Example University" in page, 'type="password"' in page) == (True, False)


def test_a_new_password_is_sent_only_to_those_who_may_use_one(only):
    only("root")
    make_member(username="root", email="root@example.edu")
    make_member(username="ada", email="ada@example.edu")

    for email in ("root@example.edu", "ada@example.edu"):
        Client().post("/password/forgotten/", {"email": email})

    assert [letter.to for letter in mail.outbox] == [["root@example.edu"]]


def opened(series, **person):
    """Invite somebody to a series; return the browser that has opened the link."""
    invite(make_administrator(), series=[series], **person)
    browser = Client()
    browser.get(link_in(mail.outbox[-1]))
    return browser


def test_an_invitation_is_accepted_with_single_sign_on(sso, series):
    sso(refuses_unknown=True)
    browser = opened(series)

    _browser, done = sign_in(browser, why="invitation", next="/admin/")

    person = Identity.objects.get().user
    assert done.url == "/admin/"
    assert (person.email, list(person.series.all()), person.has_usable_password()) == (
        "grace@example.edu", [series], False,
    )  # fmt: skip
    assert Invitation.objects.get().person == person


def test_an_invitation_gives_its_role_to_an_account_that_is_known(sso, series):
    sign_in()
    browser = opened(series, email="hopper@example.org")

    sign_in(browser, why="invitation")

    assert list(User.objects.get(username="grace").series.all()) == [series]


def test_an_invitation_that_is_over_signs_nobody_in(sso, series):
    browser = opened(series)
    Invitation.objects.all().delete()

    _browser, done = sign_in(browser, why="invitation")

    assert (done.status_code, is_signed_in(browser), Identity.objects.count()) == (403, False, 0)
    assert "This invitation is no longer valid." in words(main(done))


def test_what_an_invitation_gives_stays_when_a_group_ends(sso, series):
    issuer = sso(rules=rules("algebra=asset"))
    know(issuer, groups=["algebra"])
    sign_in()
    sign_in(opened(series, email="hopper@example.org"), why="invitation")
    know(issuer, groups=[])
    sign_in()

    assert User.objects.get(username="grace").series.count() == 1


def test_without_passwords_an_invitation_asks_for_none(only, series):
    browser = opened(series)
    only("root")

    page = browser.get(reverse("invitation"))
    sent = {"username": "grace", "password1": "open sesame 7", "password2": "open sesame 7"}
    refused = browser.post(reverse("invitation"), sent)

    assert ("Accept with Example University" in page.text, 'type="password"' in page.text) == (True, False)
    assert (refused.status_code, User.objects.filter(username="grace").exists()) == (200, False)


def test_an_invitation_signs_in_whom_passwords_are_left_to(only, series):
    browser = opened(series)
    only("grace")

    sent = {"username": "grace", "password1": "open sesame 7", "password2": "open sesame 7"}
    browser.post(reverse("invitation"), sent)

    assert browser.get("/password/").status_code == 200


@pytest.mark.parametrize(("always", "asked"), [(False, False), (True, True)])
def test_the_second_step_of_the_university_is_its_own_business(sso, settings, always, asked):
    settings.ADMINISTRATORS_NEED_SECOND_STEP, settings.SECOND_STEP_ALWAYS = True, always
    know(sso(rules=rules("staff")), groups=["staff"])

    browser, done = sign_in(next="/admin/people/")

    assert (done.url.startswith(reverse("second-step")), browser.get("/admin/people/").status_code != 200) == (
        asked,
        asked,
    )


@pytest.mark.parametrize(("always", "asked"), [(False, False), (True, True)])
def test_a_second_step_that_is_set_up_is_asked_for_passwords(sso, settings, always, asked):
    settings.SECOND_STEP_ALWAYS = always
    know(sso(rules=rules("staff")), groups=["staff"])
    sign_in()
    person = User.objects.get()
    with_second_step(person)

    _browser, done = sign_in(next="/admin/people/")

    assert done.url.startswith(reverse("second-step-code")) == asked


def test_who_has_typed_only_the_password_connects_nothing(sso):
    person = make_administrator()
    with_second_step(person)
    browser = Client()
    sign_in_with_password(browser, person)

    page, address = begin(browser, why="connect")

    assert (page.status_code, address) == (302, "")
    assert Identity.objects.count() == 0
