"""The page of the desk about the health of the site."""

import pytest

from seminars.doctor import examining
from seminars.doctor.findings import Check, error, ok
from tests.pages import main, words

pytestmark = pytest.mark.django_db

PAGE = "/admin/health/"


@pytest.fixture
def outside(monkeypatch):
    """A check of another machine; the list has the addresses that it was called with."""
    asked = []
    check = Check("planted", lambda url: asked.append(url) or [error("It is <b>away</b>.", "Mend it.")])
    monkeypatch.setattr(examining, "OUTSIDE", (check,))
    return asked


def test_the_worst_stands_first_and_says_what_to_do(administrator_client, monkeypatch):
    planted = Check("planted", lambda: [ok("All is well."), error("The disk is full.", "Make room.")])
    monkeypatch.setattr(examining, "IN_THE_DATABASE", (planted,))

    page = words(main(administrator_client.get(PAGE)))

    assert page.startswith("Health of the site Error ")
    assert "Error: The disk is full. Make room." in page
    assert page.index("The disk is full.") < page.index("In order: All is well.")


def test_no_other_machine_is_asked_before_the_button_is_pressed(administrator_client, outside, settings):
    page = words(main(administrator_client.get(PAGE)))
    assert (outside, "Ask other machines" in page) == ([], True)

    administrator_client.post(PAGE, {"ask": "x"})
    assert outside == []

    page = main(administrator_client.post(PAGE, {"ask": "others"}))
    assert outside == [settings.SITE_URL]
    assert "It is &lt;b&gt;away&lt;/b&gt;." in page


def test_only_administrators_see_it(organiser_client, client):
    assert organiser_client.get(PAGE).status_code == 403
    assert client.get(PAGE).status_code == 302


def test_the_desk_leads_there(administrator_client, organiser_client):
    assert PAGE in administrator_client.get("/admin/").text
    assert PAGE not in organiser_client.get("/admin/").text
