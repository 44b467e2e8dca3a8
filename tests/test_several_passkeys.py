"""Several passkeys and an app of one administrator: added after a proof, removed one by one, turned off."""

import json

import pytest

from seminars.actions import second_step
from seminars.models import Passkey
from tests.factories import in_new_york, make_administrator
from tests.second_steps import (
    CODE,
    OWN,
    Authenticator,
    begin,
    code_of,
    last_line_of_the_log,
    options_on,
    prove,
    signed_in_with,
    with_passkey,
    with_second_step,
)
from tests.signing_in import send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2025, 11, 3, 9)


@pytest.fixture(autouse=True)
def _site_with_a_name(settings):
    settings.SITE_URL = "https://talks.example.edu"


@pytest.fixture
def boss():
    return make_administrator(username="ada")


def test_a_second_passkey_is_added_after_a_proof_and_keeps_the_recovery_codes(boss):
    device, _row, codes = with_passkey(boss)
    browser, key = signed_in_with(device, boss), Authenticator()

    added = prove(browser, device, OWN, action="add")
    page = browser.get(OWN)
    done = send(browser, OWN, name="Security key", passkey=key.make(options_on(page)))

    assert (added.url, done.url, last_line_of_the_log()) == (OWN, OWN, "Added the passkey “Security key”.")
    assert [one["id"] for one in options_on(page)["excludeCredentials"]] == [
        json.loads(device.use({"rpId": "", "challenge": ""}))["id"]
    ]
    assert second_step.codes_left(boss) == len(codes)
    assert "Security key" in browser.get(OWN).text
    signed_in_with(key, boss)


def test_no_passkey_is_added_without_a_proof(boss):
    browser, device = begin(boss), Authenticator()
    options = options_on(browser.get(OWN))  # while there was no second step
    own, _row, _codes = with_passkey(boss)
    prove(browser, own, CODE)

    send(browser, OWN, name="Mallory", passkey=device.make(options))

    assert [one.name for one in Passkey.objects.all()] == ["Laptop"]


def test_a_proof_allows_to_add_for_ten_minutes(boss, clock):
    device, _row, _codes = with_passkey(boss)
    browser = signed_in_with(device, boss)

    prove(browser, device, OWN, action="add")
    clock.shift(601)

    assert "What do you want to do?" in browser.get(OWN).text


def test_adding_can_be_cancelled(boss):
    device, _row, _codes = with_passkey(boss)
    browser = signed_in_with(device, boss)
    prove(browser, device, OWN, action="add")

    send(browser, OWN, cancel="")

    assert "What do you want to do?" in browser.get(OWN).text


def test_an_app_is_added_beside_a_passkey(boss):
    device, _row, codes = with_passkey(boss)
    browser = signed_in_with(device, boss)
    prove(browser, device, OWN, action="add")
    browser.get(OWN)
    app = second_step.begin(boss)

    done = send(browser, OWN, code=code_of(app))

    assert (done.url, last_line_of_the_log()) == (OWN, "Added an app for codes.")
    assert [str(one) for one in second_step.devices(boss)[1:]] == ["Laptop"]
    assert second_step.codes_left(boss) == len(codes)


def test_one_passkey_is_removed_and_the_others_stay(boss):
    device, row, _codes = with_passkey(boss)
    key, _other, _none = with_passkey(boss, name="Security key")
    browser = signed_in_with(device, boss)

    done = prove(browser, device, OWN, action=row.persistent_id)

    assert (done.url, last_line_of_the_log()) == (OWN, "Removed the passkey “Laptop”.")
    assert [one.name for one in Passkey.objects.all()] == ["Security key"]
    assert browser.get("/admin/").status_code == 200  # though they came in with the one that is gone
    signed_in_with(key, boss)
    assert "This passkey was not accepted." in prove(begin(boss), device, CODE).text


def test_the_app_is_removed_and_the_passkey_stays(boss):
    app, _codes = with_second_step(boss)
    device, row, _none = with_passkey(boss)
    browser = signed_in_with(device, boss)

    prove(browser, device, OWN, action=app.persistent_id)

    assert (second_step.devices(boss), last_line_of_the_log()) == ([row], "Removed the app for codes.")


def test_no_device_of_somebody_else_is_removed(boss):
    device, _row, _codes = with_passkey(boss)
    with_passkey(boss, name="Security key")
    _theirs, other, _none = with_passkey(make_administrator())

    prove(signed_in_with(device, boss), device, OWN, action=other.persistent_id)

    assert Passkey.objects.filter(pk=other.pk).exists()


def test_turning_it_off_takes_a_passkey_and_removes_all(boss):
    device, _row, _codes = with_passkey(boss)
    browser = signed_in_with(device, boss)

    send(browser, OWN, code="", passkey="{}", action="turn-off")
    still = Passkey.objects.count()
    prove(browser, device, OWN, action="turn-off")

    assert (still, Passkey.objects.count(), second_step.codes_left(boss)) == (1, 0, 0)


def test_two_browsers_that_remove_all_devices_at_once_turn_it_off(boss):
    _device, row, _codes = with_passkey(boss)

    second_step.remove_device(boss, row)

    assert (second_step.codes_left(boss), last_line_of_the_log()) == (0, "Turned off two-factor authentication.")
