"""The pages in a real browser, light and dark, at 320 px: a phone, or 1280 px at 400 % (WCAG 1.4.10)."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from seminars.models import Break, Department, State, Subscriber, SubscriptionRequest
from seminars.times import AcademicYear, today
from tests.browser.axe import GUIDELINES, violations_in_both_themes
from tests.browser.signing_in import sign_in
from tests.factories import make_administrator, make_room, make_series, make_speaker, make_talk, make_topic

pytestmark = pytest.mark.django_db(transaction=True)

ZOOM = "https://example.zoom.us/j/91064109577"
LONG = "Antidisestablishmentarianism" * 4
ABSTRACT = "Let $x$ be *small*.\n\n$$" + " + ".join(f"x_{{{n}}}^2" for n in range(30)) + " = 0$$\n\n- one\n- two\n"


@pytest.fixture
def common():
    """A department, and what all its talks share."""
    Department.objects.create(pk=1, name="Statistics", notice="The lift is out of order.", is_example=True)
    about = {"tagline": "At noon", "about": "We *meet*.", "contact_email": "asset@example.edu"}
    place = {"street": "1 Street", "map_url": "https://example.org/", "getting_there": "Up the stairs."}
    ada = make_speaker(name="Ada Lovelace", affiliation="Analytical Society", biography="[Wove](https://example.org).")
    return {
        "series": make_series(name="Asset", short_name="ASSET", colour="#ffd500", **about),
        "room": make_room(name="Room 414", **place),
        "shares_room": True,
        "speakers": [ada],
        "topics": [make_topic(name="Engines")],
        "abstract": ABSTRACT,
    }


@pytest.fixture
def talks(common):
    """A talk in every state."""
    now = timezone.now()
    first = today() + timedelta(days=8)
    Break.objects.create(first_on=first, last_on=first + timedelta(days=1), reason="Thanksgiving")

    def make(days, **fields):
        start = now + timedelta(days=days)
        return make_talk(starts_at=start, ends_at=start + timedelta(hours=1), **common | fields)

    both = [*common["speakers"], make_speaker(name="Emmy Noether", affiliation=LONG)]
    priml = make_series(name="Priml", short_name="PRiML", colour="#2ec27e")
    return [
        make(-0.01, title="On engines", join_url=ZOOM, passcode="472119", programme="Coffee 11:30", host="Babbage"),
        make(1, title=LONG, speakers=both, also_in=[priml], join_url=ZOOM, join_access="timed"),
        make(2, title="", state=State.TENTATIVE),
        make(3, title="Cancelled $x$", state=State.CANCELLED, notice="Snow"),
        make(4, title="Postponed", state=State.POSTPONED),
        make(5, title="Moved", moved_from=now, moved_at=now),
        make(6, title="עברית", language="he", room=None, join_url=ZOOM, moved_online_at=now, join_access="members"),
        make(7, title="", speakers=[]),
        make(-700, title="Years ago", recording_url="https://example.org/r"),
        make(-30, title="Past", slides_url="https://example.org/s", recording_url="https://example.org/r"),
    ]


def private_pages(talk):
    """The pages of a subscriber, and of somebody who asked for mail."""
    choice = {"wants_digest": True, "wants_changes": True, "is_for_all": False}
    subscriber = Subscriber.objects.create(email="ada@example.org", suspended_at=timezone.now(), **choice)
    asked = SubscriptionRequest.objects.create(email="ada@example.org", **choice)
    subscriber.series.add(talk.series)
    asked.topics.set(talk.topics.all())
    return urlsplit(subscriber.address).path, urlsplit(asked.address).path


@pytest.fixture
def addresses(talks):
    first = talks[0]
    this_year = AcademicYear.of(today(), 8)
    subjects = [first.series, first.room, first.speakers[0].speaker, first.topics.get()]
    return [
        "/", "/?series=asset&mode=hybrid", "/?mode=online&room=room-414", "/archive/", "/nothing-here/",
        f"/archive/{this_year.slug}/", f"/archive/{this_year.before().slug}/", "/recordings/",
        f"/calendar/{today():%Y-%m}/", f"/calendar/{today():%G-W%V}/", "/recordings/?has=slides",
        "/embed/demo/", "/screen/", f"/talks/{first.pk}/poster/", f"{first.series.get_absolute_url()}poster/",
        "/search/?q=engines&series=asset", "/search/?q=engnes", "/speakers/?q=nobody",
        f"/talks/{talks[1].pk}/invitation/", f"/talks/{first.pk}/join/",
        "/subscribe/", "/subscribe/?series=asset&topic=engines",
        "/subscribe/mail/?series=asset", "/subscribe/mail/sent/", "/private/nobody/", *private_pages(first),
        "/api/", "/series/", "/rooms/", "/speakers/", "/topics/", "/sign-in/?next=/archive/", "/password/forgotten/",
        *(thing.get_absolute_url() for thing in [*talks, *subjects]),
    ]  # fmt: skip


def looking(new_context, complaints, **options):
    """A page in a new context that collects the errors of the browser."""
    page = new_context(**options).new_page()
    page.on("console", lambda message: message.type in ("error", "warning") and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_is_accessible_fits_and_keeps_the_policy(live_server, new_context, addresses, width):
    complaints, faults = [], {}
    page = looking(new_context, complaints, viewport={"width": width, "height": 800})

    for address in addresses:
        page.goto(live_server.url + address)
        for menu in page.locator("details.add > summary").all():
            menu.click()
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found = violations_in_both_themes(page, GUIDELINES)
        found = [f"{rule}: {elements[0][:150]}" for rule, elements in found]
        if found or too_wide:
            faults[address] = [*found, f"{too_wide} px too wide"]

    assert faults == {}
    # A browser reports every 404, even the one that was asked for.
    assert [complaint for complaint in complaints if "404 (Not Found)" not in complaint] == []


@pytest.mark.parametrize("width", [320, 1280])
def test_the_links_to_the_forms_are_accessible_and_fit(desk, talks, width):
    subjects = [talks[1], talks[1].series, talks[1].room, talks[1].speakers[0].speaker, talks[1].topics.get()]
    sign_in(desk, make_administrator())
    desk.set_viewport_size({"width": width, "height": 800})

    for subject in subjects:
        desk.visit(subject.get_absolute_url())
        desk.get_by_role("link", name="Edit").wait_for()
        assert violations_in_both_themes(desk, GUIDELINES) == []
        assert desk.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("language", "words"), [("de", "de"), ("ja", "en")])
def test_longer_words_and_other_dates_fit_a_phone_too(live_server, new_context, addresses, settings, language, words):
    settings.LANGUAGE_CODE = language
    complaints = []
    page = looking(new_context, complaints, viewport={"width": 320, "height": 800}, locale="fr-FR")

    too_wide = {}
    for address in addresses:
        page.goto(live_server.url + address)
        assert page.evaluate("document.documentElement.lang") == words
        too_wide[address] = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    assert {address: pixels for address, pixels in too_wide.items() if pixels} == {}
    assert [complaint for complaint in complaints if "404 (Not Found)" not in complaint] == []


def test_filters_and_pages_work_without_script(live_server, new_context, talks):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(live_server.url)
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Series").select_option("Priml")
    page.get_by_role("button", name="Apply").click()

    expect(page.locator(".found")).to_have_text("1 upcoming talk")
    page.get_by_role("link", name="Remove filter Series: Priml").click()
    expect(page.locator("h1")).to_have_text("Upcoming talks")
    page.go_back()
    page.locator(".talk-title a").click()
    expect(page.locator("h1")).to_have_text(talks[1].title)
    expect(page.locator(".your-time")).to_be_hidden()


def test_a_reader_in_another_zone_sees_their_own_time_too(live_server, new_context, talks):
    page = new_context(timezone_id="Europe/Berlin").new_page()
    page.goto(live_server.url + talks[5].get_absolute_url())

    assert "New\N{NO-BREAK SPACE}York\N{NO-BREAK SPACE}time" in page.locator("dd > time").inner_text()
    assert page.locator(".your-time").inner_text().startswith("Your time: ")


def test_a_reader_in_the_departments_zone_sees_each_time_once(live_server, new_context, talks):
    page = new_context(timezone_id="America/Toronto").new_page()
    page.goto(live_server.url + talks[5].get_absolute_url())

    expect(page.locator(".your-time")).to_be_hidden()


def test_the_keyboard_reaches_the_content_first_and_then_each_talk_once(live_server, page, talks):
    page.goto(live_server.url + "/series/asset/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"
    links = page.locator(".talk a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    pages = [link for link in links if link == talks[1].get_absolute_url()]
    assert len(pages) == 1


def test_a_date_block_reads_as_a_full_date(live_server, page, talks):
    page.goto(live_server.url + "/series/asset/")
    start = talks[5].starts_at.astimezone(timezone.get_default_timezone())

    block = page.locator(".talk", has_text="Previously").locator("time.date")

    assert f"time: {start:%A}, {start.day} {start:%B %Y}" in block.aria_snapshot()


def test_ticked_boxes_become_an_address_without_javascript(live_server, new_context, talks):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/subscribe/")
    page.get_by_role("checkbox", name="Asset").check()
    page.locator("summary", has_text="Topic").click()
    page.get_by_role("checkbox", name="Engines").check()
    page.get_by_role("button", name="Get my calendar link").click()

    address = page.get_by_role("textbox", name="Your calendar link").input_value()
    assert address.endswith("/calendar.ics?series=asset&topic=engines")
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()
    expect(page.get_by_role("checkbox", name="Asset")).to_be_checked()


def test_a_ticked_box_changes_the_calendar_link_at_once_and_keeps_the_focus(live_server, new_context, talks):
    page = looking(new_context, complaints := [], permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{live_server.url}/subscribe/")
    page.get_by_role("checkbox", name="Asset").focus()
    page.keyboard.press("Space")
    page.get_by_role("link", name="Remove filter Series: Asset").wait_for()

    link = page.locator("#address")
    assert link.input_value().endswith("/series/asset/calendar.ics")
    assert page.get_by_role("checkbox", name="Asset").evaluate("box => box === document.activeElement")
    expect(page.locator("#followed")).to_have_text("This link follows: ASSET: Asset")
    assert page.url.endswith("/subscribe/?series=asset")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Link copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == link.input_value()
    page.get_by_role("link", name="Remove filter Series: Asset").click()
    page.wait_for_url("**/subscribe/")
    expect(page.get_by_role("checkbox", name="Asset")).not_to_be_checked()
    assert complaints == []


def test_a_button_copies_the_address(live_server, new_context):
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{live_server.url}/subscribe/")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Link copied").wait_for()

    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#address").input_value()


SHEET = "navigator.share = shared => { window.shared = shared; return Promise.reject(new DOMException('closed')); };"


def test_sharing_a_talk_copies_its_permanent_address(live_server, new_context, talks):
    complaints = []
    page = looking(new_context, complaints, permissions=["clipboard-read", "clipboard-write"])
    page.add_init_script(SHEET)  # this Chromium has no sheet to share with; a reader may close it
    page.goto(live_server.url + talks[5].get_absolute_url())
    lasting = f"{live_server.url}/talks/{talks[5].pk}/"

    page.locator(".share summary").click()
    page.get_by_role("button", name="Share with an app").click()
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Link copied").wait_for()

    assert page.evaluate("window.shared") == {"title": "Moved", "url": lasting}
    assert page.evaluate("navigator.clipboard.readText()") == lasting
    assert complaints == []


def test_a_passcode_is_copied_at_the_press_of_a_button(live_server, new_context):
    complaints = []
    page = looking(new_context, complaints, permissions=["clipboard-read", "clipboard-write"])
    talk = make_talk(join_url="https://example.org/meet", passcode="open sesame")
    page.goto(live_server.url + talk.join_path)

    page.get_by_role("button", name="Copy the passcode").click()
    page.get_by_role("button", name="Passcode copied").wait_for()

    assert page.evaluate("navigator.clipboard.readText()") == "open sesame"
    assert page.locator("main [role=status]").text_content() == "Passcode copied"
    assert complaints == []


def test_on_a_phone_the_way_to_a_room_opens_in_a_map_app(live_server, new_context):
    talk = make_talk(room=make_room(latitude="39.952600", longitude="-75.165200"))
    seen = []

    for device in ({}, {"has_touch": True, "is_mobile": True}):
        page = new_context(viewport={"width": 375, "height": 800}, **device).new_page()
        page.goto(live_server.url + talk.get_absolute_url())
        names = ("Open in a map app", "Directions")
        seen.append([page.get_by_role("link", name=name).is_visible() for name in names])

    assert seen == [[False, True], [True, True]]


def test_without_script_the_address_of_a_talk_is_a_link(live_server, new_context, talks):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(live_server.url + talks[5].get_absolute_url())

    page.locator(".share summary").click()

    link = page.get_by_role("link", name="Permalink")
    assert link.get_attribute("href") == f"/talks/{talks[5].pk}/"
    expect(page.get_by_role("link", name="Send by mail")).to_be_visible()
    expect(page.get_by_role("link", name="Share on WhatsApp")).to_be_visible()
    expect(page.get_by_role("button", name="Share")).to_have_count(0)


def test_the_menu_of_a_talk_opens_without_script_and_names_the_talk(live_server, new_context, talks):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(live_server.url + talks[5].get_absolute_url())
    page.get_by_text("Add to calendar").click()

    link = page.get_by_role("link", name=re.compile("Google Calendar ?: add “Moved”"))
    assert link.get_attribute("href").startswith("https://calendar.google.com/calendar/render?action=TEMPLATE&")
    expect(page.get_by_role("link", name=re.compile(r"File for any calendar \(\.ics\) ?: Moved"))).to_be_visible()


def test_printed_pages_show_no_buttons_and_spell_out_addresses(live_server, new_context, talks):
    page = new_context(color_scheme="dark").new_page()
    page.emulate_media(media="print")
    for address in ("/", "/?series=asset", "/search/?q=engines", "/speakers/", talks[0].get_absolute_url()):
        page.goto(live_server.url + address)
        expect(page.locator("button:visible, input:visible, select:visible, summary:visible"), address).to_have_count(0)

    page.goto(live_server.url + talks[8].get_absolute_url())
    recording = page.get_by_role("link", name="Recording")
    said = recording.evaluate("link => [getComputedStyle(link, '::after').content, getComputedStyle(link).color]")
    assert said[0].replace('" "', "") == '" (https://example.org/r)"'
    assert said[1] == page.locator("h1").evaluate("title => getComputedStyle(title).color")
