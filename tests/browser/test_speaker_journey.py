"""From an idea to the slides: an organiser and a speaker, each on a phone, and the letters between them."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from seminars.actions import speaker_reminders
from seminars.actions.outbox import Sender
from seminars.models import Department, Speaker, SpeakerLetter, Talk
from seminars.models.terms import Term
from seminars.times import local
from tests.admin_forms import transition_page
from tests.browser.signing_in import sign_in
from tests.factories import make_draft, make_organiser, make_room, make_series
from tests.pictures import picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("waiting")]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "en-US"}


@pytest.fixture
def phones(browser, live_server):
    """Two phones, each with cookies of its own."""
    contexts = [browser.new_context(**PHONE, base_url=live_server.url) for _phone in range(2)]
    pages = [context.new_page() for context in contexts]
    for page in pages:
        page.site, page.faults = live_server.url, []
        page.on("pageerror", lambda error, page=page: page.faults.append(str(error)))
    yield pages
    assert [page.faults for page in pages] == [[], []]
    for context in contexts:
        context.close()


@pytest.fixture
def draft():
    Department.objects.update_or_create(pk=1, defaults={"name": "Engines"})
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=20)
    return make_draft(
        series=make_series(name="Engines", short_name="ENG"), title="", room=make_room(name="307"), starts_at=start
    )


def test_from_idea_to_accepted_answer(phones, draft):
    organiser, speaker = phones
    sign_in(organiser, make_organiser(draft.series, first_name="Grace", last_name="Hopper"))

    invite(organiser, draft)
    assert Talk.objects.get().speaker_names == "Ada Lovelace"
    address = ask(organiser, draft)
    answer(speaker, address)
    long_ago(step=None)
    assert speaker_reminders.put_due() == 0
    accept_all_but_the_pronouns(organiser, draft)
    announce(organiser, draft)

    talk = Talk.objects.get()
    assert talk.speakers[0].speaker.pronouns == ""
    speaker.goto(talk.get_absolute_url())
    expect(speaker.get_by_role("heading", name="On looms")).to_be_visible()
    expect(speaker.locator("main math").first).to_be_visible()
    expect(speaker.locator("main img").first).to_be_visible()
    calendar = speaker.request.get("/calendar.ics").text().replace("\r\n ", "")
    assert "On looms" in calendar
    assert "Ada Lovelace" in calendar


def invite(organiser, draft):
    """Think of somebody, invite them, and note that they accept."""
    term = Term.of(local(draft.starts_at).date(), Department.objects.current().year_begins_in)
    organiser.goto(f"/admin/speaker-invitations/?series={draft.series_id}&term={term.slug}")
    organiser.get_by_label("Add people to invite").first.fill("Ada Lovelace (London)")
    save_invitations(organiser, "1 person was added.")
    for state in ("Invited", "Accepted"):
        organiser.get_by_label("State, Ada Lovelace").select_option(state)
        save_invitations(organiser, "1 person was changed.")


def save_invitations(organiser, told):
    organiser.get_by_role("button", name="Save", exact=True).tap()
    organiser.get_by_text(told).wait_for()


def ask(organiser, draft):
    """Send a letter to the speaker; as nothing comes, a reminder follows. Return the address in both."""
    organiser.goto(f"/admin/ask-speaker/?talk={draft.pk}")
    organiser.get_by_label("Email").fill("ada@example.org")
    organiser.get_by_role("button", name="Send the letter").tap()
    organiser.get_by_text("waiting since").wait_for()
    Sender().send_due()
    Speaker.objects.update(email="ada@example.org")
    long_ago()
    assert speaker_reminders.put_due() == 1
    Sender().send_due()
    assert [letter.subject.partition(" on ")[0] for letter in mail.outbox] == ["Your talk", "Reminder: your talk"]
    (address,) = {word for letter in mail.outbox for word in letter.body.split() if "/private/" in word}
    return urlsplit(address).path


def long_ago(**fields):
    """Let the letters to speakers be older than the pause between two."""
    SpeakerLetter.objects.update(put_at=timezone.now() - timedelta(days=9), **fields)


def answer(speaker, address):
    """Answer with a formula and a photo."""
    speaker.goto(address)
    speaker.get_by_label("Title of the talk").fill("On looms")
    speaker.get_by_label("Abstract").first.fill("Looms weave $x^2$.")
    speaker.get_by_label("About you").first.fill("Born in 1815.")
    speaker.get_by_label("Pronouns").fill("she")
    photo = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": picture().getvalue()}
    speaker.get_by_label("Your photo").set_input_files(photo)
    speaker.get_by_role("button", name="Send to the organisers").tap()
    speaker.get_by_text("The organisers have what you sent").wait_for()


def accept_all_but_the_pronouns(organiser, draft):
    organiser.goto("/admin/")
    organiser.get_by_role("link", name="Ada Lovelace, ").tap()
    organiser.get_by_role("checkbox", name="Pronouns").tap()
    organiser.get_by_role("button", name="Accept what is ticked, drop the rest").tap()
    organiser.get_by_text("The answer of Ada Lovelace is dealt with.").wait_for()


def announce(organiser, draft):
    organiser.goto(transition_page("announce", draft))
    organiser.locator("form .submit-row .default").tap()
    organiser.locator(".messagelist .success").first.wait_for()
