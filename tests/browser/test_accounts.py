"""Accounts in a real browser, which says in its own way where a form comes from."""

import re

import pytest
from django.core import mail
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import expect

from seminars.models import JoinAccess, User
from seminars.models.preview_address import PreviewAddress
from tests.browser.arriving import arrive_at
from tests.browser.axe import violations
from tests.browser.signing_in import sign_in
from tests.factories import make_administrator, make_draft, make_member, make_organiser, make_series, make_talk
from tests.second_steps import code_of, with_second_step
from tests.signing_in import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def choose_password(page, button):
    page.get_by_label("New password:", exact=True).fill("difference engine 2")
    page.get_by_label("New password confirmation").fill("difference engine 2")
    page.get_by_role("button", name=button).click()


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1280, "light")])
def test_a_temporary_password_is_replaced_before_the_desk_opens(desk, width, theme):
    person = make_administrator(has_temporary_password=True)
    desk.set_viewport_size({"width": width, "height": 800})
    desk.emulate_media(color_scheme=theme)
    desk.visit("/sign-in/?next=/admin/")
    desk.get_by_label("Username").fill(person.username)
    desk.get_by_label("Password").fill(PASSWORD)
    desk.get_by_role("main").get_by_role("button", name="Sign in").click()
    desk.get_by_role("heading", name="Choose your own password").wait_for()

    assert violations(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
    choose_password(desk, "Save password")
    arrive_at(desk, "/admin/")
    assert desk.refusals == []


def test_the_address_of_ones_calendar_is_made_and_revoked(desk):
    sign_in(desk, make_organiser())
    desk.visit("/admin/my-calendar/")

    desk.get_by_role("button", name="Make an address").click()
    desk.get_by_text("Here is a new address.").wait_for()
    desk.get_by_role("button", name="Revoke it").click()
    desk.get_by_text("The address has been revoked.").wait_for()

    assert User.objects.get().feed_key == ""


@pytest.mark.parametrize("kind", ["preview", "join"])
def test_people_sign_out_on_pages_with_secret_addresses(desk, kind):
    person = make_organiser()
    series = person.series.get()
    talk = make_talk(series=series, starts_at=timezone.now(), join_access=JoinAccess.MEMBERS, join_url="")
    preview = PreviewAddress.of(make_draft(series=series).pk).token
    sign_in(desk, person)

    desk.visit({"preview": f"/private/{preview}/talk/", "join": f"/talks/{talk.pk}/join/"}[kind])
    desk.get_by_role("button", name="Sign out").click()

    desk.get_by_role("link", name="Sign in").wait_for()
    assert desk.url.endswith("/")


def test_a_forgotten_password_is_replaced_by_the_link_in_the_mail(desk, live_server, settings):
    settings.SITE_URL = live_server.url
    person = make_member(email="ada@example.org")
    desk.visit("/password/forgotten/")
    desk.get_by_label("Email").fill("ada@example.org")
    desk.get_by_role("button", name="Send the link").click()
    desk.get_by_role("heading", name="Check your email").wait_for()

    desk.goto(re.search(r"http\S+", mail.outbox[0].body)[0])
    choose_password(desk, "Save password")
    desk.get_by_role("heading", name="Password changed").wait_for()

    person.refresh_from_db()
    assert person.check_password("difference engine 2")


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1280, "dark")])
def test_a_colleague_is_invited_accepts_and_sees_their_series(desk, new_context, live_server, settings, width, theme):
    settings.SITE_URL = live_server.url
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    series = make_series(name="Geometry Tea")
    desk.set_viewport_size({"width": width, "height": 800})
    desk.emulate_media(color_scheme=theme)
    sign_in(desk, make_administrator())
    desk.visit("/admin/")
    desk.get_by_role("link", name="People and roles").click()
    desk.get_by_role("link", name="Invite someone").click()
    desk.get_by_label("Email address").fill("grace@example.org")
    desk.get_by_label("Organiser of series").check()
    desk.get_by_label("Geometry Tea").check()
    assert violations(desk) == []
    desk.get_by_role("button", name="Send the invitation").click()
    desk.get_by_text("This site sends no email.").wait_for()
    link = desk.get_by_label("Link for grace@example.org").input_value()
    assert violations(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
    assert desk.refusals == []

    colleague = new_context(viewport={"width": width, "height": 800}, color_scheme=theme).new_page()
    accept(colleague, link)
    colleague.goto(f"{live_server.url}/admin/seminars/series/{series.pk}/change/")
    expect(colleague.get_by_label("Name:", exact=True)).to_have_value("Geometry Tea")
    colleague.goto(f"{live_server.url}/sign-in/")
    colleague.get_by_label("Username").fill("grace")
    colleague.get_by_label("Password").fill("difference engine 2")
    colleague.get_by_role("main").get_by_role("button", name="Sign in").click()
    colleague.get_by_role("link", name="Desk").wait_for()


def accept(colleague, link):
    """Open the link of an invitation and make the account."""
    colleague.goto(link)
    colleague.get_by_label("Username").fill("grace")
    colleague.get_by_label("Password:", exact=True).fill("difference engine 2")
    colleague.get_by_label("Password confirmation").fill("difference engine 2")
    assert violations(colleague) == []
    assert colleague.evaluate("document.documentElement.scrollWidth <= innerWidth")
    colleague.get_by_role("button", name="Create my account").click()
    arrive_at(colleague, "/admin/")


def test_enter_after_a_code_asks_what_to_do_first(desk):
    person = make_administrator()
    sign_in(desk, person)
    _device, codes = with_second_step(person)
    field = desk.get_by_role("textbox", name="Code")
    desk.visit("/sign-in/code/?next=/second-step/")
    field.fill(codes[0])
    desk.keyboard.press("Enter")
    desk.get_by_text("You have 9 recovery codes left.").wait_for()

    field.fill(codes[1])
    desk.keyboard.press("Enter")
    assert desk.get_by_label("Make new recovery codes").evaluate("radio => radio.validity.valueMissing")
    desk.get_by_label("Turn off two-factor authentication").check()
    field.press("Enter")

    desk.get_by_role("button", name="Turn on two-factor authentication").wait_for()
    assert desk.refusals == []


@pytest.mark.parametrize(("width", "theme"), [(320, "light"), (1280, "dark")])
def test_a_second_step_is_set_up_and_asked_for(desk, width, theme):
    person = make_administrator()
    desk.set_viewport_size({"width": width, "height": 800})
    desk.emulate_media(color_scheme=theme)
    sign_in(desk, person)
    desk.visit("/second-step/")
    device = TOTPDevice.objects.get()
    desk.get_by_label("Code").fill(code_of(device, later=-30))
    assert violations(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
    desk.get_by_role("button", name="Turn on two-factor authentication").click()
    desk.get_by_role("heading", name="Recovery codes").wait_for()
    recovery = desk.get_by_role("main").locator("li code").first.inner_text()
    assert violations(desk) == []
    desk.get_by_role("button", name="I have stored the codes").click()

    for code in (code_of(device), recovery):
        desk.context.clear_cookies()
        desk.visit("/sign-in/?next=/admin/")
        desk.get_by_label("Username").fill(person.username)
        desk.get_by_label("Password").fill(PASSWORD)
        desk.get_by_role("main").get_by_role("button", name="Sign in").click()
        desk.get_by_label("Code").fill(code)
        assert violations(desk) == []
        assert desk.evaluate("document.documentElement.scrollWidth") <= width
        desk.keyboard.press("Enter")
        arrive_at(desk, "/admin/")
    assert desk.refusals == []
