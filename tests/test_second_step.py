"""A second step for administrators: codes of an app, recovery codes, limits, and what opens before it is done."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from seminars.actions import second_step
from seminars.models import Department
from tests.admin_forms import signed_in
from tests.factories import in_new_york, make_administrator, make_draft, make_organiser
from tests.pages import main, words
from tests.second_steps import code_of, with_second_step
from tests.signing_in import PASSWORD, send, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2025, 11, 3, 9)
CODE = "/sign-in/code/?next=/admin/"


@pytest.fixture
def boss():
    return make_administrator(username="ada")


def begin(person):
    """A browser after the password."""
    browser = Client(enforce_csrf_checks=True)
    answer = sign_in(browser, person, address="/sign-in/?next=/admin/")
    return browser, answer


def test_an_administrator_sets_it_up_and_signs_in_with_it(boss, clock):
    browser, _answer = begin(boss)
    page = browser.get("/second-step/").text
    device = TOTPDevice.objects.get()
    codes = send(browser, "/second-step/", code=code_of(device))
    clock.shift(60)

    later, password = begin(boss)
    done = send(later, password.url, code=code_of(device))

    assert "data:image/svg+xml" in page
    assert len(re.findall(r"<code>[a-z2-7]{8}</code>", codes.text)) == second_step.RECOVERY_CODES
    assert (browser.get("/admin/").status_code, password.url) == (200, CODE)
    assert (done.url, later.get("/admin/").status_code) == ("/admin/", 200)


def test_the_app_shows_the_department_and_the_name(boss):
    Department.objects.create(pk=1, name="Statistics: Data")

    address = second_step.address_for_app(second_step.begin(boss))

    assert address.startswith("otpauth://totp/Statistics%20%20Data:ada?")
    assert address.endswith("&issuer=Statistics%20%20Data")


def test_nothing_but_the_code_opens_the_desk_after_the_password(boss):
    draft = make_draft()
    with_second_step(boss)
    browser, _answer = begin(boss)

    answers = {address: browser.get(address) for address in ("/admin/", "/password/", "/second-step/")}

    assert {answer.url.partition("?")[0] for answer in answers.values()} == {"/sign-in/code/"}
    assert browser.get(draft.get_absolute_url()).status_code == 404
    assert browser.get("/").status_code == 200


def test_who_knows_only_the_password_changes_neither_it_nor_the_second_step(boss):
    with_second_step(boss)
    client = signed_in(boss)
    new = {"new_password1": "difference engine 2", "new_password2": "difference engine 2"}

    client.post("/password/", {"old_password": PASSWORD} | new)
    client.post("/second-step/", {"code": "000000", "action": "turn-off"})

    boss.refresh_from_db()
    assert boss.check_password(PASSWORD)
    assert TOTPDevice.objects.filter(confirmed=True).count() == 1


def test_a_code_works_once(boss):
    device, _codes = with_second_step(boss)
    code = code_of(device)
    first, second = begin(boss)[0], begin(boss)[0]

    assert send(first, CODE, code=code).url == "/admin/"
    assert "This code is wrong or has already been used." in send(second, CODE, code=code).text


def test_a_recovery_code_works_once_in_any_spelling(boss):
    _device, codes = with_second_step(boss)
    first, second = begin(boss)[0], begin(boss)[0]

    assert send(first, CODE, code=f" {codes[0][:4].upper()} {codes[0][4:]} ").url == "/admin/"
    assert send(second, CODE, code=codes[0]).status_code == 200
    assert second_step.codes_left(boss) == second_step.RECOVERY_CODES - 1


@pytest.mark.parametrize("code", ["000000", "abcdefgh", "", "\0", "²²²²²²", "٣٣٣٣٣٣", "x" * 21])
def test_a_wrong_code_opens_nothing(boss, code):
    with_second_step(boss)
    browser = begin(boss)[0]

    assert send(browser, CODE, code=code).status_code == 200
    assert browser.get("/admin/").status_code == 302


def test_the_code_of_another_administrator_is_wrong(boss):
    with_second_step(boss)
    device, codes = with_second_step(make_administrator())
    browser = begin(boss)[0]

    assert [send(browser, CODE, code=code).status_code for code in (code_of(device), codes[0])] == [200, 200]


def test_guesses_are_limited_and_the_page_says_until_when(boss, settings, clock):
    device, codes = with_second_step(boss)
    browser = begin(boss)[0]
    guesses = [send(browser, CODE, code="000000").status_code for _ in range(settings.AXES_FAILURE_LIMIT)]

    locked = send(browser, CODE, code=codes[0])
    clock.shift(timedelta(hours=settings.AXES_COOLOFF_TIME))
    later = send(browser, CODE, code=code_of(device))

    assert guesses == [200] * settings.AXES_FAILURE_LIMIT
    assert (locked.status_code, locked["Retry-After"]) == (429, "900")
    assert "Your code was not checked You have tried too many times. Try again after 9:16 am" in words(main(locked))
    assert later.url == "/admin/"


def test_what_was_typed_while_signed_out_waits_until_the_code_is_typed(boss):
    device, _codes = with_second_step(boss)
    browser = Client()
    typed = {"username": "ada", "password": PASSWORD, "next": "/admin/seminars/talk/add/", "kept": "title=On+engines"}

    step = browser.post("/sign-in/", typed).url
    page = browser.post(step, {"code": code_of(device)}).text

    assert '<input type="hidden" name="title" value="On engines">' in page


def test_the_code_leads_to_no_other_site(boss):
    device, _codes = with_second_step(boss)

    assert send(begin(boss)[0], "/sign-in/code/?next=https://evil.example/", code=code_of(device)).url == "/"


def test_organisers_have_none(series):
    client = signed_in(make_organiser(series))

    assert client.get("/second-step/").status_code == 403
    assert Client().get("/second-step/").url == "/sign-in/?next=/second-step/"


def test_the_site_can_demand_it_of_administrators(boss, series, settings):
    settings.ADMINISTRATORS_NEED_SECOND_STEP = True
    browser, answer = begin(boss)

    page = browser.get(answer.url)
    codes = send(browser, answer.url, code=code_of(TOTPDevice.objects.get()))

    assert answer.url == "/second-step/?next=/admin/"
    assert "Administrators of this site must use two-factor authentication." in words(main(page))
    assert 'name="next" value="/admin/"' in main(codes)
    assert browser.post("/second-step/", {"stored": ""}).status_code == 403  # without the token of the form
    assert browser.get("/admin/").status_code == 200
    assert begin(make_organiser(series))[1].url == "/admin/"


def test_a_temporary_password_is_replaced_before_a_demanded_second_step(settings):
    settings.ADMINISTRATORS_NEED_SECOND_STEP = True
    browser, answer = begin(make_administrator(has_temporary_password=True))
    new = {"new_password1": "difference engine 2", "new_password2": "difference engine 2"}

    assert answer.url == "/password/?next=/admin/"
    assert send(browser, answer.url, **new).url == "/second-step/?next=/admin/"


def test_it_is_turned_off_with_a_code_alone(boss, clock):
    device, _codes = with_second_step(boss)
    browser = begin(boss)[0]
    send(browser, CODE, code=code_of(device))
    clock.shift(60)

    wrong = send(browser, "/second-step/", code="000000", action="turn-off")
    still = TOTPDevice.objects.count()
    send(browser, "/second-step/", code=code_of(device), action="turn-off")

    assert (wrong.status_code, still, TOTPDevice.objects.filter(confirmed=True).count()) == (200, 1, 0)
    assert begin(boss)[1].url == "/admin/"


def test_new_recovery_codes_replace_the_old_ones(boss, clock):
    device, codes = with_second_step(boss)
    browser = begin(boss)[0]
    send(browser, CODE, code=code_of(device))
    clock.shift(60)

    page = send(browser, "/second-step/", code=code_of(device), action="new-codes")

    assert codes[0] not in page.text
    assert StaticToken.objects.count() == second_step.RECOVERY_CODES
    assert "no-store" in page["Cache-Control"]


def test_a_code_alone_changes_nothing_and_stays_good(boss, clock):
    device, codes = with_second_step(boss)
    browser = begin(boss)[0]
    send(browser, CODE, code=code_of(device))
    clock.shift(60)

    page = send(browser, "/second-step/", code=code_of(device))

    assert "Choose what you want to do." in words(main(page))
    assert f'value="{code_of(device)}"' in page.text
    assert StaticToken.objects.filter(token=codes[0]).exists()
    assert TOTPDevice.objects.filter(confirmed=True).exists()
    assert second_step.check(boss, code_of(device)) is not None


def test_another_administrator_removes_it(boss):
    with_second_step(boss)
    other = make_administrator()

    signed_in(other).post(f"/admin/role/?person={boss.pk}", {"remove-second-step": ""})

    assert begin(boss)[1].url == "/admin/"
    entry = LogEntry.objects.latest("pk")
    assert (entry.user, entry.object_id, entry.get_change_message()) == (
        other,
        str(boss.pk),
        "Turned off two-factor authentication.",
    )


def test_organisers_remove_nobodys(boss, series):
    with_second_step(boss)

    signed_in(make_organiser(series)).post(f"/admin/role/?person={boss.pk}", {"remove-second-step": ""})

    assert begin(boss)[1].url == CODE


def test_a_command_removes_it(boss, capsys):
    with_second_step(boss)

    call_command("remove_second_step", "ada")

    assert capsys.readouterr().out == "ada now signs in with the password alone.\n"
    assert begin(boss)[1].url == "/admin/"
    assert LogEntry.objects.latest("pk").get_change_message() == (
        "Turned off two-factor authentication with the command remove_second_step."
    )
    with pytest.raises(CommandError, match="There is no account called bea"):
        call_command("remove_second_step", "bea")


def test_a_removed_app_ends_no_session_but_opens_no_new_one(boss):
    device, _codes = with_second_step(boss)
    browser = begin(boss)[0]
    send(browser, CODE, code=code_of(device))
    second_step.remove(boss, by=None)
    with_second_step(boss)

    assert browser.get("/admin/").url == CODE


def test_no_page_of_the_desk_shows_keys_or_codes(boss):
    device, codes = with_second_step(boss)
    client = signed_in(make_administrator())

    pages = [client.get("/admin/").text, client.get(f"/admin/role/?person={boss.pk}").text]

    assert [secret for secret in (device.key, *codes) for page in pages if secret in page] == []
    assert client.get("/admin/otp_totp/totpdevice/").status_code == 404


def test_setting_up_twice_at_once_leaves_the_first_key(boss):
    assert second_step.begin(boss) == second_step.begin(boss)


def test_the_log_says_that_it_was_set_up(boss):
    with time_machine.travel(NOW, tick=False):
        with_second_step(boss)

    assert LogEntry.objects.latest("pk").get_change_message() == "Turned on two-factor authentication."
