"""A speaker answers on a phone: with script, which keeps what is typed, and without."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from seminars.models import SpeakerAnswer, SpeakerRequest
from tests.browser.arriving import arrive_at
from tests.browser.axe import violations, violations_in_both_themes
from tests.browser.signing_in import sign_in
from tests.factories import make_organiser, make_room, make_series, make_speaker, make_talk
from tests.pictures import picture
from tests.speaking import ask, path_of, send

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True, "locale": "en-US"}


@pytest.fixture
def asked():
    ada = make_speaker(name="Ada Lovelace")
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=10)
    series = make_series(name="Engines", short_name="ENG")
    return ask(make_talk(series=series, title="", speakers=[ada], room=make_room(name="307"), starts_at=start), ada)


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def phone(request, browser):
    context = browser.new_context(**PHONE, java_script_enabled=request.param)
    page = context.new_page()
    page.has_script = request.param
    page.refusals = []
    page.on("pageerror", lambda error: page.refusals.append(str(error)))
    page.on("console", lambda line: page.refusals.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    context.close()


def picture_file():
    return {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": picture().getvalue()}


def test_a_speaker_answers_with_a_formula_and_a_photo(phone, live_server, asked):
    phone.goto(f"{live_server.url}{path_of(asked)}")
    phone.get_by_label("Title of the talk").fill("On looms")
    phone.get_by_label("Abstract").first.fill("Looms weave $x^2$.")
    if phone.has_script:
        phone.locator("[data-preview] math").wait_for()
    else:
        phone.get_by_role("button", name="Preview").click()
        phone.locator("[data-preview] math").wait_for()
    phone.get_by_label("Your photo").set_input_files(picture_file())
    phone.get_by_label("Yes", exact=True).check()
    phone.get_by_role("button", name="Send to the organisers").click()
    phone.get_by_text("The organisers have what you sent").wait_for()

    proposed = SpeakerAnswer.objects.get().proposed
    assert {*proposed} == {"title", "abstract", "photo", "recording"}
    assert proposed["abstract"] == "Looms weave $x^2$."
    assert phone.refusals == []


def test_the_page_fits_a_phone_and_axe_finds_nothing(phone, live_server, asked):
    phone.goto(f"{live_server.url}{path_of(asked)}")
    if not phone.has_script:
        expect(phone.get_by_label("Your city, to see the time there")).to_be_visible()
        return
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations_in_both_themes(phone) == []


def test_what_is_typed_is_kept_when_the_tab_is_closed(browser, live_server, asked):
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.goto(f"{live_server.url}{path_of(asked)}")
    page.get_by_label("Title of the talk").fill("On looms")
    page.get_by_text("Saved at").wait_for()
    page.get_by_label("What you do not eat").fill("No nuts")
    page.get_by_label("Title of the talk").fill("On weaving")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        pass
    page.close()

    again = context.new_page()
    again.goto(f"{live_server.url}{path_of(asked)}")
    expect(again.get_by_label("Title of the talk")).to_have_value("On weaving")
    expect(again.get_by_label("What you do not eat")).to_have_value("No nuts")
    context.close()


def test_a_second_tab_says_so_and_keeps_what_was_typed(browser, live_server, asked):
    context = browser.new_context(**PHONE)
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        page.goto(f"{live_server.url}{path_of(asked)}")
    first.get_by_label("Title of the talk").fill("First")
    first.get_by_text("Saved at").wait_for()
    second.get_by_label("Title of the talk").fill("Second")
    second.get_by_text("in another tab").wait_for()

    assert SpeakerAnswer.objects.get().draft["title"] == "First"
    second.get_by_role("button", name="Save the draft").click()
    second.get_by_role("alert").get_by_text("in another tab").wait_for()
    expect(second.get_by_label("Title of the talk")).to_have_value("Second")
    second.get_by_role("button", name="Save the draft").click()
    second.get_by_text("Your draft is saved").wait_for()
    arrive_at(second, path_of(asked))
    assert SpeakerAnswer.objects.get().draft["title"] == "Second"
    context.close()


def test_an_organiser_reads_the_answer_on_a_phone_and_accepts_a_part(person, live_server, asked):
    series = asked.talk.series
    sign_in(person, make_organiser(series))
    person.visit(f"/admin/ask-speaker/?talk={asked.talk_id}")
    assert violations(person) == []
    person.press(person.get_by_role("button", name="Replace the address"))
    person.get_by_text("Here is a new address.").wait_for()
    good = SpeakerRequest.objects.good().get().with_talk()
    expect(person.get_by_label("The speaker’s private address")).to_have_value(good.address)
    send(good, title="On looms", abstract="Looms weave $x^2$.", pronouns="she")

    person.visit("/admin/")
    person.press(person.get_by_role("link", name="Ada Lovelace, "))
    person.get_by_role("heading", name="Answer of the speaker").wait_for()
    assert violations(person) == []
    assert person.evaluate("document.documentElement.scrollWidth <= innerWidth")
    person.press(person.get_by_role("checkbox", name="Pronouns"))
    person.press(person.get_by_role("button", name="Accept what is ticked", exact=True))
    person.get_by_text("1 proposal of Ada Lovelace still waits for you.").wait_for()

    asked.talk.refresh_from_db()
    assert (asked.talk.title, asked.talk.abstract) == ("On looms", "Looms weave $x^2$.")
    assert SpeakerAnswer.objects.get().proposed == {"pronouns": "she"}
    person.visit(f"/admin/ask-speakers/?series={series.pk}")
    assert violations(person) == []
    assert person.refusals == []
