"""Between the password and the end of a sign-in: nothing typed is lost, nothing opens, and no request breaks a step."""

import re

import pytest
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from seminars.models import FormerAddress
from tests.admin_forms import signed_in
from tests.factories import (
    in_new_york,
    make_administrator,
    make_draft,
    make_member,
    make_organiser,
    make_talk,
)
from tests.pages import main
from tests.second_steps import code_of, with_second_step
from tests.signing_in import PASSWORD, send, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2025, 11, 3, 9)

ROOM = "/admin/seminars/room/add/"
TYPED = '<input type="hidden" name="name" value="Lost &amp; found">'


@pytest.fixture
def boss():
    return make_administrator(username="ada")


def is_offered_again(page, address=ROOM):
    return f'method="post" action="{address}"' in page.text and TYPED in page.text


# --- what was typed ---


def test_what_is_typed_when_a_step_becomes_due_is_sent_again_after_the_step(boss):
    browser = signed_in(boss)
    device, _codes = with_second_step(boss)  # in another browser
    address = f"{ROOM}?next=/admin/changes/"

    step = browser.post(address, {"name": "Lost & found", "password1": "secret"}).url
    page = browser.post(step, {"code": code_of(device)})

    assert is_offered_again(page, address)
    assert "secret" not in page.text


def test_a_preview_that_a_script_asks_for_does_not_take_the_place_of_the_form(boss):
    browser = signed_in(boss)
    device, _codes = with_second_step(boss)

    browser.post(ROOM, {"name": "Lost & found"}, headers={"Sec-Fetch-Mode": "navigate"})
    step = browser.post("/admin/text-preview/", {"_text": "x", "x": "1"}, headers={"Sec-Fetch-Mode": "cors"}).url

    assert is_offered_again(browser.post(step, {"code": code_of(device)}))


def test_what_was_typed_goes_to_its_own_page_whatever_is_opened_before_the_code(boss):
    device, _codes = with_second_step(boss)
    browser = Client()
    typed = {"username": "ada", "password": PASSWORD, "next": ROOM, "kept": "name=Lost+%26+found"}

    browser.post("/sign-in/", typed)
    step = browser.get("/admin/").url
    page = browser.post(step, {"code": code_of(device), "next": "/admin/"})

    assert is_offered_again(page)
    assert browser.get("/admin/").status_code == 200


def test_what_was_typed_is_offered_after_a_demanded_second_step_was_set_up(boss, settings):
    settings.ADMINISTRATORS_NEED_SECOND_STEP = True
    browser = Client(enforce_csrf_checks=True)
    sign_in(browser, boss, address="/sign-in/")
    token = browser.cookies["csrftoken"].value
    step = browser.post(ROOM, {"name": "Lost & found", "csrfmiddlewaretoken": token}).url
    browser.get(step)
    codes = send(browser, step, code=code_of(TOTPDevice.objects.get()))

    form = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', main(codes)))

    assert is_offered_again(browser.post("/second-step/", form | {"stored": ""}))


# --- what opens ---


def test_an_old_address_of_a_draft_tells_its_title_only_after_the_code(boss):
    FormerAddress.objects.create(path="/old/2", talk=make_draft(title="Secret merger"))
    device, _codes = with_second_step(boss)
    browser = Client()
    step = browser.post("/sign-in/", {"username": "ada", "password": PASSWORD, "next": "/admin/"}).url

    before = browser.get("/old/2").status_code
    browser.post(step, {"code": code_of(device)})

    assert (before, browser.get("/old/2").status_code) == (404, 302)


def test_an_old_address_in_an_unlisted_series_needs_an_own_password(series):
    series.is_listed = False
    series.save()
    talk = make_talk(series=series)
    FormerAddress.objects.create(path="/old/1", talk=talk)

    answers = [
        signed_in(make_organiser(series, has_temporary_password=is_temporary)).get("/old/1").status_code
        for is_temporary in (True, False)
    ]

    assert answers == [404, 302]


# --- what breaks ---


@pytest.mark.parametrize("following", ["abc", "password_reset_confirm", "admin:index", "a.b"])
def test_a_word_in_place_of_an_address_leads_to_the_front_page(following):
    person = make_member()
    typed = {"username": person.username, "password": PASSWORD, "next": following}

    assert Client().post("/sign-in/", typed).url == "/"


@pytest.mark.parametrize("following", ["abc", "password_reset_confirm"])
def test_a_word_in_place_of_an_address_does_not_break_the_code(boss, following):
    device, _codes = with_second_step(boss)

    assert signed_in(boss).post("/sign-in/code/", {"code": code_of(device), "next": following}).url == "/"


def test_two_requests_that_began_at_once_leave_a_page_that_works(boss):
    first, _second = (TOTPDevice.objects.create(user=boss, confirmed=False, name="app") for _request in range(2))
    browser = signed_in(boss)

    page = browser.get("/second-step/")
    codes = browser.post("/second-step/", {"code": code_of(first)})

    assert page.status_code == 200
    assert "Recovery codes" in codes.text


def test_new_recovery_codes_keep_who_came_in_with_an_old_one_signed_in(boss):
    _device, codes = with_second_step(boss)
    browser = signed_in(boss)
    browser.post("/sign-in/code/", {"code": codes[0]})

    browser.post("/second-step/", {"code": codes[1], "action": "new-codes"})

    assert browser.get("/admin/").status_code == 200
    assert signed_in(boss).post("/sign-in/code/", {"code": codes[2]}).status_code == 200
