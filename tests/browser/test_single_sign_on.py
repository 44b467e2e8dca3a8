"""Single sign-on in a real browser: from the button to a real provider and back, and out again."""

import pytest

from seminars.models import User
from tests.browser.arriving import arrive_at
from tests.browser.axe import violations
from tests.single_sign_on import know, rules

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _address(live_server, settings):
    settings.SITE_URL = live_server.url


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1280, "light")])
def test_an_organiser_signs_in_with_the_university_and_out(desk, sso, series, width, theme):
    issuer = sso(rules=rules("algebra=asset"))
    know(issuer, groups=["algebra"])
    desk.set_viewport_size({"width": width, "height": 800})
    desk.emulate_media(color_scheme=theme)

    desk.visit("/sign-in/?next=/admin/")
    assert violations(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
    desk.get_by_role("button", name="Sign in with Example University").click()
    desk.locator("input[name=sub]").first.fill("0001")  # the page of the provider
    desk.get_by_role("button", name="Authorize").first.click()
    arrive_at(desk, "/admin/")
    assert User.objects.get().series.get() == series

    desk.get_by_role("button", name="Log out").click()
    desk.wait_for_url(f"{issuer}/oauth2/end_session**")
    desk.visit("/admin/")
    assert "/sign-in/" in desk.url
    assert desk.refusals == []


def test_who_declines_finds_the_way_back(desk, sso):
    desk.visit("/sign-in/?next=/series/")
    desk.get_by_role("button", name="Sign in with Example University").click()
    desk.get_by_role("button", name="Deny").click()

    desk.get_by_role("alert").get_by_text("Example University did not sign you in").wait_for()
    assert violations(desk) == []
    desk.get_by_role("link", name="Other ways to sign in").click()
    desk.get_by_label("Password").wait_for()
