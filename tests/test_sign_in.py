"""Sign in, be locked out, and replace a forgotten password, as a person does it."""

import re

import pytest
from axes.models import AccessLog
from django.core import mail
from django.test import Client

from tests.factories import make_administrator, make_member, make_organiser
from tests.signing_in import PASSWORD, is_signed_in, send, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    """A browser that sends the token of each form, as real ones do."""
    return Client(enforce_csrf_checks=True)


def test_the_desk_leads_to_the_sign_in_and_back(browser):
    organiser = make_organiser()

    chain = [browser.get("/admin/seminars/talk/").url]
    chain.append(browser.get(chain[-1]).url)
    chain.append(sign_in(browser, organiser, address=chain[-1]).url)

    assert chain == [
        "/admin/login/?next=/admin/seminars/talk/", "/sign-in/?next=/admin/seminars/talk/", "/admin/seminars/talk/",
    ]  # fmt: skip
    assert browser.get(chain[-1]).status_code == 200


def test_no_sign_in_leads_to_another_site(browser):
    response = sign_in(browser, make_member(), address="/sign-in/?next=https://evil.example.org/")

    assert response.url == "/"


def test_the_next_address_stays_a_query_parameter_of_the_sign_in_page(browser):
    response = browser.get("/admin/login/?next=https://evil.example.org/%3Fa%3D1%26b")

    assert response.url == "/sign-in/?next=https%3A//evil.example.org/%3Fa%3D1%26b"


def test_the_error_after_a_wrong_password_does_not_reveal_who_exists(browser):
    known = sign_in(browser, make_member(), "wrong").content.decode()
    unknown = send(browser, "/sign-in/", username="nobody", password="wrong").content.decode()

    strip = re.compile(r'value="[^"]*"')
    assert strip.sub("", known) == strip.sub("", unknown)
    assert not is_signed_in(browser)


def test_ten_wrong_passwords_lock_the_person_out_and_say_so(browser, settings):
    person = make_administrator()

    answers = [sign_in(browser, person, "wrong").status_code for _ in range(settings.AXES_FAILURE_LIMIT)]
    locked = sign_in(browser, person)

    assert answers[:-1] == [200] * (settings.AXES_FAILURE_LIMIT - 1)
    assert (answers[-1], locked.status_code) == (429, 429)
    assert "Too many attempts" in locked.content.decode()
    assert not is_signed_in(browser)


def test_the_mistakes_of_one_person_do_not_lock_out_others(browser, settings):
    forgetful = make_member()
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in(browser, forgetful, "wrong")

    sign_in(browser, make_member())

    assert is_signed_in(browser)


def wrong_passwords(person, number, **headers):
    """The last answer to so many wrong passwords from a browser behind the proxy."""
    return [Client(headers=headers).post("/sign-in/", {"username": person.username, "password": "x"}).status_code
            for _ in range(number)][-1]  # fmt: skip


def test_behind_a_proxy_one_visitor_does_not_lock_out_others(settings):
    settings.BEHIND_PROXY = True
    person = make_organiser()

    locked = wrong_passwords(person, settings.AXES_FAILURE_LIMIT, x_forwarded_for="192.0.2.66")
    elsewhere = Client(headers={"x_forwarded_for": "2001:db8::7"})
    elsewhere.post("/sign-in/", {"username": person.username, "password": PASSWORD})

    assert (locked, is_signed_in(elsewhere)) == (429, True)


def test_behind_a_proxy_made_up_addresses_evade_no_lock(settings):
    settings.BEHIND_PROXY = True
    person = make_organiser()

    for number in range(settings.AXES_FAILURE_LIMIT):
        last = wrong_passwords(person, 1, x_forwarded_for=f"198.51.100.{number}, 192.0.2.66")

    assert last == 429
    assert wrong_passwords(person, settings.AXES_FAILURE_LIMIT, x_forwarded_for="no address") == 429


def test_without_a_proxy_what_a_visitor_says_of_their_address_counts_for_nothing(settings):
    person = make_organiser()

    for number in range(settings.AXES_FAILURE_LIMIT):
        last = wrong_passwords(person, 1, x_forwarded_for=f"198.51.100.{number}")

    assert last == 429


def test_the_site_does_not_store_who_signed_in_when(browser):
    sign_in(browser, make_member())

    assert not AccessLog.objects.exists()


def test_signing_out_ends_it_at_the_desk_too(browser):
    sign_in(browser, make_organiser())
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get("/admin/").content.decode())[1]

    browser.post("/admin/logout/", {"csrfmiddlewaretoken": token}, follow=True)

    assert not is_signed_in(browser)


def test_a_forgotten_password_is_replaced_by_mail(browser):
    person = make_member(email="ada@example.org")

    send(browser, "/password/forgotten/", email="ADA@example.org")
    link = re.search(r"http://talks\.example\.edu(/password/\S+)", mail.outbox[0].body)[1]
    form = browser.get(link).url
    done = send(browser, form, new_password1="difference engine 2", new_password2="difference engine 2")
    sign_in(browser, person, "difference engine 2")

    assert mail.outbox[0].to == ["ada@example.org"]
    assert done.url == "/password/new/"
    assert browser.get("/password/new/").status_code == 200
    assert is_signed_in(browser)


def test_the_link_in_the_mail_works_once(browser):
    make_member(email="ada@example.org")
    send(browser, "/password/forgotten/", email="ada@example.org")
    link = re.search(r"http://talks\.example\.edu(/password/\S+)", mail.outbox[0].body)[1]
    send(browser, browser.get(link).url, new_password1="difference engine 2", new_password2="difference engine 2")

    page = Client().get(link)

    assert page.status_code == 200
    assert "new_password1" not in page.content.decode()


def test_an_unknown_mail_address_gets_the_same_answer_and_no_mail(browser):
    make_member(email="ada@example.org")

    known = send(browser, "/password/forgotten/", email="ada@example.org")
    unknown = send(browser, "/password/forgotten/", email="charles@example.org")

    assert (known.url, unknown.url) == ("/password/sent/", "/password/sent/")
    assert len(mail.outbox) == 1


def test_the_password_page_of_the_admin_leads_to_that_of_the_site(browser):
    sign_in(browser, make_organiser())

    assert browser.get("/admin/password_change/").url == "/password/"
    assert browser.get("/password/").status_code == 200


@pytest.mark.parametrize("address", ["/admin/", "/admin/seminars/talk/", "/admin/seminars/talk/add/", "/sign-in/", "/"])
def test_no_page_allows_a_script_or_a_style_within_it(browser, address):
    sign_in(browser, make_organiser())

    policy = browser.get(address)["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert [word for word in ("unsafe-inline", "unsafe-eval", "http:", "https:", "*") if word in policy] == []


def test_over_https_every_way_in_is_closed_to_plain_http(settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    browser = Client()

    plain, page = browser.get("/admin/"), browser.get("/sign-in/", secure=True)
    browser.post("/sign-in/", {"username": make_member().username, "password": PASSWORD}, secure=True)

    assert (plain.status_code, plain.url) == (301, "https://testserver/admin/")
    assert page["Strict-Transport-Security"] == "max-age=31536000"
    assert {name: bool(cookie["secure"]) for name, cookie in browser.cookies.items()} == {
        "csrftoken": True, "sessionid": True,
    }  # fmt: skip
    assert {bool(cookie["httponly"]) for cookie in browser.cookies.values()} == {True}
