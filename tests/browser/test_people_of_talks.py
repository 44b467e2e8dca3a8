"""People in the form of a talk, in a real browser: who has spoken before, hosts as one types, a committee as lines."""

from datetime import timedelta

import pytest
from django.utils import timezone

from seminars.models import Appearance, Role
from tests.admin_forms import address_of
from tests.browser.axe import violations
from tests.browser.signing_in import sign_in
from tests.factories import make_organiser, make_room, make_series, make_speaker, make_talk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def talk():
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=30)
    return make_talk(title="On engines", series=make_series(short_name="ASSET"), starts_at=start, room=make_room())


@pytest.fixture
def at_form(desk, talk):
    sign_in(desk, make_organiser(talk.series))
    desk.visit(address_of(talk))
    return desk


def choose(desk, name):
    desk.locator(".people .name .select2-selection").first.click()
    desk.keyboard.type(name)
    found = desk.locator(".select2-results__option", has_text="Lovelace").first
    found.wait_for()
    return found


@pytest.mark.parametrize("width", [360, 1280])
def test_the_box_says_who_spoke_and_warns_of_a_talk_within_a_year(at_form, talk, width):
    at_form.set_viewport_size({"width": width, "height": 900})
    ada = make_speaker(name="Ada Lovelace", affiliation="London")
    make_talk(speakers=[ada], series=talk.series, starts_at=talk.starts_at - timedelta(days=200))
    make_talk(speakers=[ada], series=talk.series, starts_at=talk.starts_at - timedelta(days=500))

    found = choose(at_form, "Ada")
    assert "London · 2 talks, the last on" in found.inner_text()
    found.click()

    told = at_form.get_by_role("status").filter(has_text="spoke here on")
    told.wait_for()
    assert told.inner_text().count("Ada Lovelace spoke here on") == 1
    assert at_form.locator(".people .name .select2-selection__rendered").first.inner_text().strip() == "Ada Lovelace"
    assert at_form.refusals == []
    assert violations(at_form) == []


def test_a_host_is_proposed_as_one_types(at_form, talk):
    make_speaker(name="Ana Ruiz", affiliation="Statistics")
    at_form.locator("summary", has_text="For visitors").click()

    at_form.get_by_label("Host").press_sequentially("ana")
    at_form.locator("datalist option[value='Ana Ruiz']").wait_for(state="attached")
    at_form.get_by_label("Host").fill("Ana Ruiz")
    at_form.get_by_role("button", name="Save", exact=True).click()
    at_form.locator(".messagelist .success").wait_for()

    assert Appearance.objects.get(talk=talk, role=Role.HOST).speaker.name == "Ana Ruiz"
    assert at_form.refusals == []


@pytest.mark.parametrize("width", [360, 1280])
def test_a_committee_with_a_doubtful_name_is_typed_asked_about_and_saved(at_form, talk, width):
    at_form.set_viewport_size({"width": width, "height": 900})
    make_speaker(name="Emmy Noether", affiliation="Göttingen")
    at_form.locator("summary", has_text="Add several people").click()

    box = at_form.get_by_label("Several people, one on each line")
    box.fill("Emmy Noether (Bryn Mawr), chair\nGrace Hopper (Yale)\nKim Lee, supervisor")
    at_form.get_by_role("button", name="Save", exact=True).click()
    asked = at_form.get_by_role("group", name="Who is Emmy Noether?")
    asked.wait_for()
    assert violations(at_form) == []
    asked.get_by_label("Emmy Noether (Göttingen)").check()
    at_form.get_by_role("button", name="Save", exact=True).click()
    at_form.locator(".messagelist .success").wait_for()

    people = Appearance.objects.filter(talk=talk).in_order().values_list("speaker__name", "role", "affiliation")
    assert list(people) == [
        ("Emmy Noether", "chair", "Bryn Mawr"),
        ("Grace Hopper", "committee", "Yale"),
        ("Kim Lee", "supervisor", ""),
    ]
