"""Passkeys of administrators: made, used and removed; whose answers are refused; what archives leave out."""

import json
from random import Random
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from fido2.utils import websafe_decode, websafe_encode

from seminars import access
from seminars.actions import passkeys, site_archive
from seminars.models import Passkey
from tests.factories import in_new_york, make_administrator
from tests.pages import main, words
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


# --- made and used ---


def test_an_administrator_makes_a_passkey_and_signs_in_with_it(boss, clock):
    browser, device = begin(boss), Authenticator()

    codes = send(browser, OWN, name="Laptop", passkey=device.make(options_on(browser.get(OWN))))
    said = last_line_of_the_log()
    clock.shift(3600)
    later = begin(boss)
    page = later.get(CODE)
    done = prove(later, device, CODE)

    assert words(main(codes)).count("Recovery codes") == 1
    assert (browser.get("/admin/").status_code, said) == (200, "Turned on two-factor authentication.")
    assert "Enter the code that your app shows" not in page.text
    assert (done.url, later.get("/admin/").status_code) == ("/admin/", 200)
    assert Passkey.objects.get().last_used_at.timestamp() == NOW.timestamp() + 3600


def test_the_password_alone_opens_nothing(boss):
    with_passkey(boss)

    assert begin(boss).get("/admin/").url.startswith("/sign-in/code/")
    assert begin(boss).get(OWN).url.startswith("/sign-in/code/")


def test_the_page_says_what_one_can_sign_in_with(boss, clock):
    with_second_step(boss)
    device, _row, _codes = with_passkey(boss, name="<Security> key")
    browser = signed_in_with(device, boss)

    told = words(main(browser.get(OWN)))

    assert "App for codes · added on Monday, 3 November · last used on Monday, 3 November" in told
    assert "Passkey “<Security> key” · added on Monday, 3 November · last used on Monday, 3 November" in told
    assert "You have 10 recovery codes left." in told


def test_a_recovery_code_does_instead_of_the_passkey(boss):
    _device, _row, codes = with_passkey(boss)
    browser = begin(boss)

    assert send(browser, CODE, code=codes[0], passkey="").url == "/admin/"


def test_a_code_of_the_app_does_instead_of_the_passkey(boss):
    app, _codes = with_second_step(boss)
    with_passkey(boss)

    assert send(begin(boss), CODE, code=code_of(app), passkey="").url == "/admin/"


def test_neither_code_nor_passkey_is_asked_for_again(boss):
    with_passkey(boss)

    page = send(begin(boss), CODE, code="", passkey="")

    assert "Enter a code, or use a passkey." in page.text


# --- what is refused ---


def test_an_answer_is_taken_once(boss):
    device, _row, _codes = with_passkey(boss)
    device.count = -1  # it does not count, so the challenge alone tells
    browser = begin(boss)
    answer = device.use(options_on(browser.get(CODE)))

    assert send(browser, CODE, code="", passkey=answer).url == "/admin/"
    assert "This passkey was not accepted." in send(browser, CODE, code="", passkey=answer).text
    assert "This passkey was not accepted." in send(begin(boss), CODE, code="", passkey=answer).text


def test_an_answer_that_another_session_asked_for_is_refused(boss):
    device, _row, _codes = with_passkey(boss)
    answer = device.use(options_on(begin(boss).get(CODE)))
    browser = begin(boss)
    browser.get(CODE)

    assert "This passkey was not accepted." in send(browser, CODE, code="", passkey=answer).text


@pytest.mark.parametrize(
    "site",
    [
        "https://talks.example.com",
        "http://talks.example.edu",
        "https://x.talks.example.edu",
        "https://talks.example.edu:444",
    ],
)
def test_an_answer_to_a_copy_of_the_site_is_refused(boss, site):
    device, _row, _codes = with_passkey(boss)
    device.site = site

    assert "This passkey was not accepted." in prove(begin(boss), device, CODE).text


def test_a_passkey_for_another_host_is_refused(boss):
    device, _row, _codes = with_passkey(boss)
    browser = begin(boss)
    options = options_on(browser.get(CODE)) | {"rpId": "example.edu"}

    assert "This passkey was not accepted." in send(browser, CODE, code="", passkey=device.use(options)).text


def test_another_passkey_with_the_same_number_is_refused(boss):
    device, _row, _codes = with_passkey(boss)
    device.key = Authenticator().key

    assert "This passkey was not accepted." in prove(begin(boss), device, CODE).text


def test_the_passkey_of_another_administrator_is_refused(boss):
    with_passkey(boss)
    device, _row, _codes = with_passkey(make_administrator())

    assert "This passkey was not accepted." in prove(begin(boss), device, CODE).text


def test_a_copy_of_a_passkey_is_refused(boss):
    device, _row, _codes = with_passkey(boss)
    signed_in_with(device, boss)
    device.count -= 1  # as it was when it was copied

    assert "This passkey was not accepted." in prove(begin(boss), device, CODE).text


def test_a_passkey_that_does_not_count_is_taken_each_time(boss):
    device, _row, _codes = with_passkey(boss)

    for _time in range(2):
        device.count = -1
        signed_in_with(device, boss)


@pytest.mark.parametrize(
    "answer",
    ["x", "null", "[]", "{}", "9" * 5000, "[" * 9_000, "\0", "x" * 10_001, '{"id": 1, "rawId": 1, "response": 1}'],
)
@pytest.mark.parametrize("address", [CODE, OWN])
def test_what_no_browser_answers_is_refused(boss, answer, address):
    if address == CODE:
        with_passkey(boss)
    browser = begin(boss)
    browser.get(address)

    page = send(browser, address, code="", name="Laptop", passkey=answer)

    assert page.status_code == 200
    assert Passkey.objects.count() == (address == CODE)


@pytest.mark.parametrize("part", ["clientDataJSON", "attestationObject", "authenticatorData", "signature"])
def test_a_damaged_answer_is_refused_without_a_fault(boss, part):
    device, _row, _codes = with_passkey(boss)
    asked = {"rp": {"id": "talks.example.edu"}, "rpId": "talks.example.edu", "challenge": websafe_encode(b"c" * 43)}
    is_making = part in json.loads(device.make(asked))["response"]
    chance = Random(part)

    for _try in range(300):
        answer = json.loads(device.make(asked) if is_making else device.use(asked))
        whole = websafe_decode(answer["response"][part])
        place = chance.randrange(len(whole))
        damaged = whole[:place] + chance.randbytes(chance.choice([0, 1, 3])) + whole[place + chance.choice([1, 2]) :]
        answer["response"][part] = websafe_encode(damaged)
        if is_making:
            passkeys.made(boss, "Laptop", "c" * 43, json.dumps(answer))
        elif damaged != whole:
            assert passkeys.used(boss, "c" * 43, json.dumps(answer)) is None


def test_guesses_with_passkeys_count_as_those_with_codes(boss, settings):
    device, _row, _codes = with_passkey(boss)
    browser = begin(boss)
    for _guess in range(settings.AXES_FAILURE_LIMIT):
        send(browser, CODE, code="", passkey="{}")

    assert prove(browser, device, CODE).status_code == 429


def test_a_passkey_that_another_page_asked_for_is_not_stored(boss):
    browser, device = begin(boss), Authenticator()
    options = options_on(browser.get(OWN)) | {"challenge": "eA"}

    page = send(browser, OWN, name="Laptop", passkey=device.make(options))

    assert "This passkey was not accepted." in page.text
    assert 'value="Laptop"' in page.text
    assert not access.has_second_step(boss)


# --- where passkeys work, and where they are kept ---


@pytest.mark.parametrize(
    ("site", "works"),
    [
        ("https://talks.example.edu/seminars", True),
        ("http://localhost:8000", True),
        ("http://talks.example.edu", False),
        ("http://127.0.0.1:8000", False),
        ("https://[::1]", False),
    ],
)
def test_passkeys_are_offered_where_browsers_make_them(boss, settings, site, works):
    settings.SITE_URL = site

    assert ("Create a passkey" in begin(boss).get(OWN).text) == works


def test_after_a_move_to_an_address_without_passkeys_recovery_codes_work(boss, settings):
    _device, _row, codes = with_passkey(boss)
    settings.SITE_URL = "http://127.0.0.1:8000"
    browser = begin(boss)

    assert "Use a passkey" not in browser.get(CODE).text
    assert send(browser, CODE, code=codes[0]).url == "/admin/"


def test_a_command_removes_passkeys_too(boss, capsys):
    with_passkey(boss)

    call_command("remove_second_step", "ada")

    assert not access.has_second_step(boss)


def test_archives_leave_passkeys_out(boss, tmp_path):
    with_passkey(boss)

    site_archive.write(tmp_path / "site.zip")

    rows = ZipFile(tmp_path / "site.zip").read("seminars.json").decode()
    assert "seminars.user" in rows
    assert "passkey" not in rows


def test_one_query_tells_whether_there_is_a_second_step(boss, django_assert_num_queries):
    with_passkey(boss)

    with django_assert_num_queries(1):
        assert access.has_second_step(boss)
