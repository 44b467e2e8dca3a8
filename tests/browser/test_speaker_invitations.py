"""An organiser invites by phone: a first and a second choice, one declines, the next accepts."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from seminars.models import Talk
from tests.browser.signing_in import sign_in
from tests.factories import make_draft, make_organiser, make_series, make_speaker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1280, "light")])
def test_the_first_choice_declines_and_the_second_accepts(desk, width, theme):
    draft = make_draft(series=make_series(), title="")
    make_speaker(name="Ada Lovelace")
    desk.set_viewport_size({"width": width, "height": 800})
    desk.emulate_media(color_scheme=theme)
    sign_in(desk, make_organiser(draft.series))
    desk.visit(reverse("admin:speaker-invitations") + f"?series={draft.series_id}")

    desk.get_by_label("Add people to invite").first.fill("Ada Lovelace; Emmy Noether (Bryn Mawr)")
    save(desk, "2 people were added.")
    desk.get_by_label("State, Ada Lovelace").select_option("Invited")
    save(desk, "1 person was changed.")
    desk.get_by_label("State, Ada Lovelace").select_option("Declined")
    save(desk, "is free again. The next choice is Emmy Noether.")
    desk.get_by_text("To invite next: Emmy Noether").wait_for()
    desk.get_by_label("State, Emmy Noether").select_option("Accepted")
    save(desk, "1 person was changed.")

    assert [one.speaker.name for one in Talk.objects.get().speakers] == ["Emmy Noether"]
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
    assert desk.refusals == []
    desk.get_by_role("button", name="Undo").click()
    desk.get_by_label("State, Emmy Noether").wait_for()
    expect(desk.get_by_label("State, Emmy Noether")).to_have_value("invited")
    assert Talk.objects.get().speakers == []


def save(desk, told):
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.get_by_text(told).wait_for()
