"""Passkeys in a real browser, with a device that its protocol makes up (WebAuthn, W3C, level 3, section 11)."""

import pytest
from playwright.sync_api import expect

from seminars.models import Passkey
from tests.browser.arriving import arrive_at
from tests.browser.axe import violations
from tests.factories import make_administrator
from tests.second_steps import code_of, with_passkey, with_second_step
from tests.signing_in import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _address(live_server, settings):
    settings.SITE_URL = live_server.url


class Devices:
    """A device that can hold passkeys, beside a browser, one at a time. Its owner agrees to whatever it asks."""

    def __init__(self, page):
        self.protocol, self.present = page.context.new_cdp_session(page), None
        self.protocol.send("WebAuthn.enable")

    def take(self, **said):
        if self.present:
            self.protocol.send("WebAuthn.removeVirtualAuthenticator", self.present)
        options = {"protocol": "ctap2", "hasResidentKey": True, "automaticPresenceSimulation": True} | said
        self.present = self.protocol.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def take_laptop(self):
        self.take(transport="internal", hasUserVerification=True, isUserVerified=True)

    def take_security_key(self):
        self.take(transport="usb", hasResidentKey=False)


@pytest.fixture
def devices(desk):
    return Devices(desk)


def type_password(page, username="ada", address="/admin/"):
    page.context.clear_cookies()
    page.visit(f"/sign-in/?next={address}")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def type_code(page, code):
    page.get_by_role("textbox", name="Code").fill(code)
    page.keyboard.press("Enter")


def make(page, name):
    page.get_by_label("Name:").fill(name)
    page.get_by_role("button", name="Create a passkey").click()


def choose(page, label):
    page.visit("/second-step/")
    page.get_by_label(label).check()
    page.get_by_role("button", name="Continue with a passkey").click()


def look_at(page, width):
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1280, "light")])
def test_a_passkey_is_made_and_used_and_a_recovery_code_does_instead(desk, devices, width, theme):
    make_administrator(username="ada")
    desk.set_viewport_size({"width": width, "height": 800})
    desk.emulate_media(color_scheme=theme)
    devices.take_laptop()
    type_password(desk, address="/second-step/")
    look_at(desk, width)
    desk.get_by_label("Name:").fill("Laptop")
    desk.get_by_label("Name:").press("Enter")
    desk.get_by_role("heading", name="Recovery codes").wait_for()
    codes = desk.get_by_role("main").locator("code").all_inner_texts()
    desk.get_by_role("button", name="I have stored the codes").click()

    type_password(desk, address="/second-step/")
    look_at(desk, width)
    desk.get_by_role("button", name="Use a passkey").click()
    desk.get_by_text("Passkey “Laptop”").wait_for()
    look_at(desk, width)
    desk.get_by_role("button", name="Continue with a passkey").click()
    assert desk.evaluate("document.activeElement.name") == "action"  # nothing is sent before something is chosen

    type_password(desk)
    type_code(desk, codes[0])
    arrive_at(desk, "/admin/")
    desk.visit("/second-step/")
    desk.get_by_label("Turn off two-factor authentication").check()
    type_code(desk, codes[1])
    desk.get_by_role("button", name="Turn on two-factor authentication").wait_for()
    assert not Passkey.objects.exists()
    assert desk.refusals == []


def test_a_further_passkey_is_added_and_one_is_removed(desk, devices):
    make_administrator(username="ada")
    devices.take_laptop()
    type_password(desk, address="/second-step/")
    make(desk, "Laptop")
    desk.get_by_role("button", name="I have stored the codes").click()
    arrive_at(desk, "/")

    choose(desk, "Add a passkey or an app for codes")
    make(desk, "The same again")
    desk.get_by_text("This device already has a passkey for your account.").wait_for()
    devices.take_security_key()
    make(desk, "Security key")
    desk.get_by_text("Passkey “Security key” · added").wait_for()
    choose(desk, "Remove the passkey “Laptop”")
    desk.get_by_text("Passkey “Laptop” · added").wait_for(state="detached")

    assert [one.name for one in Passkey.objects.all()] == ["Security key"]
    assert desk.refusals == []


@pytest.mark.parametrize(("width", "theme"), [(320, "light"), (1280, "dark")])
def test_the_page_of_an_app_and_a_passkey_is_accessible_and_fits(desk, width, theme):
    person = make_administrator(username="ada")
    app, _codes = with_second_step(person)
    with_passkey(person)
    desk.set_viewport_size({"width": width, "height": 800})
    desk.emulate_media(color_scheme=theme)

    type_password(desk, address="/second-step/")
    look_at(desk, width)
    type_code(desk, code_of(app))
    desk.get_by_label("Remove the app for codes").wait_for()

    look_at(desk, width)
    expect(desk.get_by_label("Remove the passkey “Laptop”")).to_be_visible()


def test_who_has_no_passkey_here_is_told_and_types_a_code(desk, devices):
    _device, _row, codes = with_passkey(make_administrator(username="ada"))
    devices.take_laptop()
    type_password(desk)

    desk.get_by_role("button", name="Use a passkey").click()
    desk.get_by_text("No passkey was used. Try again, or use a code.").wait_for()
    type_code(desk, codes[0])

    arrive_at(desk, "/admin/")


def test_at_another_address_the_page_says_where_passkeys_work(desk, settings):
    settings.SITE_URL = "https://talks.example.edu"
    with_passkey(make_administrator(username="ada"))
    type_password(desk)

    desk.get_by_role("button", name="Use a passkey").click()

    desk.get_by_text("Passkeys work only at https://talks.example.edu. Open this page there.").wait_for()


def test_without_script_a_code_is_typed(new_context, live_server):
    _device, _row, codes = with_passkey(make_administrator(username="ada"))
    page = new_context(java_script_enabled=False, base_url=live_server.url).new_page()
    page.visit = page.goto
    type_password(page)

    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()
    type_code(page, codes[0])

    page.wait_for_url("**/admin/")
