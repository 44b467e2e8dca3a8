"""A sign-in that expires while somebody types at the desk: no text is lost, and nothing is saved unasked or twice."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from seminars.models import Talk
from tests.admin_forms import address_of, form_of, signed_in
from tests.factories import make_organiser, make_room, make_series, make_talk
from tests.signing_in import PASSWORD

pytestmark = pytest.mark.django_db


def hidden(response):
    """The hidden fields of the page's own form, as a browser would send them."""
    form = re.search(r'<form class="form".*?</form>', response.content.decode(), re.S)[0]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    sent = {}
    for name, value in found:
        sent.setdefault(unescape(name), []).append(unescape(value))
    return sent


def signed_out(person):
    """A browser with an expired session that checks CSRF tokens."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    browser.get("/admin/")
    browser.cookies.pop("sessionid")
    return browser


def typed_in(browser, row, **changes):
    token = browser.cookies["csrftoken"].value
    form = form_of(signed_in(browser.person), address_of(row))
    return browser.post(address_of(row), form | changes | {"csrfmiddlewaretoken": token})


@pytest.fixture
def talk():
    return make_talk(title="On engines", abstract="A", speakers=["Ada"], room=make_room())


@pytest.fixture
def browser(talk):
    person = make_organiser(talk.series)
    browser = signed_out(person)
    browser.person = person
    return browser


def test_typed_values_are_sent_again_after_signing_in(browser, talk):
    words = "On <looms> & “engines”"

    asked = typed_in(browser, talk, title=words, abstract="First\r\nsecond")
    assert (asked.status_code, Talk.objects.get().title) == (403, "On engines")
    assert "You were signed out while you were typing." in asked.content.decode()

    wrong = browser.post("/sign-in/", hidden(asked) | {"username": browser.person.username, "password": "wrong"})
    again = browser.post("/sign-in/", hidden(wrong) | {"username": browser.person.username, "password": PASSWORD})
    assert "You are signed in again" in again.content.decode()
    assert Talk.objects.get().title == "On engines"

    saved = browser.post(address_of(talk), hidden(again))
    found = Talk.objects.get()
    assert (saved.status_code, found.title, found.abstract) == (302, words, "First\nsecond")


def test_several_values_of_one_name_are_all_kept(browser, talk):
    asked = browser.post(
        reverse("admin:plan"),
        {"weekdays": ["0", "2"], "skipped": "a\nb", "csrfmiddlewaretoken": browser.cookies["csrftoken"].value},
    )
    again = browser.post("/sign-in/", hidden(asked) | {"username": browser.person.username, "password": PASSWORD})

    sent = hidden(again)
    del sent["csrfmiddlewaretoken"]
    assert sent == {"weekdays": ["0", "2"], "skipped": ["a\nb"]}


def test_no_password_is_sent_along(browser, talk):
    asked = browser.post(
        "/admin/seminars/user/1/password/",
        {"password1": "secret", "usable_password": "x", "csrfmiddlewaretoken": browser.cookies["csrftoken"].value},
    )

    assert "secret" not in asked.content.decode()


def test_nothing_is_kept_of_what_comes_from_elsewhere(browser, talk):
    answer = browser.post(address_of(talk), {"title": "Taken over"})

    assert answer.status_code == 403
    assert "Taken over" not in answer.content.decode()


@pytest.mark.parametrize(
    ("origin", "status", "is_kept"), [("http://testserver", 403, True), ("http://evil.example", 403, False)]
)
def test_a_form_from_before_a_sign_in_in_another_tab_is_sent_again(browser, talk, origin, status, is_kept):
    form = form_of(signed_in(browser.person), address_of(talk)) | {"title": "On looms", "csrfmiddlewaretoken": "x" * 64}
    browser.force_login(browser.person, backend="django.contrib.auth.backends.ModelBackend")

    answer = browser.post(address_of(talk), form, headers={"Origin": origin})

    assert (answer.status_code, "On looms" in answer.content.decode()) == (status, is_kept)
    if is_kept:
        assert browser.post(address_of(talk), hidden(answer), headers={"Origin": origin}).status_code == 302
    assert Talk.objects.get().title == ("On looms" if is_kept else "On engines")


def test_somebody_else_who_signs_in_saves_nothing_of_it(browser, talk):
    stranger = make_organiser(make_series())
    asked = typed_in(browser, talk, title="On looms")

    again = browser.post("/sign-in/", hidden(asked) | {"username": stranger.username, "password": PASSWORD})
    browser.post(address_of(talk), hidden(again))

    assert Talk.objects.get().title == "On engines"


def test_a_page_that_is_only_looked_at_leads_to_the_sign_in_as_ever(browser, talk):
    assert browser.get(address_of(talk)).status_code == 302
    assert Client().post(reverse("admin:logout")).url == "/admin/"
