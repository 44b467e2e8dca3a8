"""Our talks on a page of another site: the custom element and the frame, in every state."""

import html
import re
import threading
from datetime import time, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from seminars.models import Department, State
from seminars.times import at, today
from tests.browser.axe import violations
from tests.factories import make_room, make_series, make_talk

pytestmark = pytest.mark.django_db(transaction=True)

EVIL = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"
PAGE = (
    '<!doctype html><html lang="en"><head><title>Elsewhere</title></head><body><main><h1>Elsewhere</h1>{}</main></body>'
)
ELEMENT = (
    '<script src="{home}/embed.js" async></script><seminar-list {asked}><a href="{home}/">Talks</a></seminar-list>'
)


class Foreign(BaseHTTPRequestHandler):
    """Another site: one page, with a policy that allows no inline style or script."""

    def __init__(self, site, *args):
        self.site = site
        super().__init__(*args)

    def do_GET(self):
        body = PAGE.format(self.site.body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        home = self.site.home
        self.send_header(
            "Content-Security-Policy", f"default-src 'none'; script-src {home}; connect-src {home}; frame-src {home}"
        )
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def elsewhere(live_server, page):
    """Open a page of another site with this body. `page.complaints` collects the errors of the browser."""
    site = type("Site", (), {"home": live_server.url, "body": ""})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Foreign, site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page.complaints = []
    page.on(
        "console",
        lambda message: page.complaints.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("dialog", lambda dialog: (page.complaints.append(dialog.message), dialog.dismiss()))

    def show(body):
        site.body = body
        page.goto(f"http://127.0.0.1:{server.server_port}/", wait_until="networkidle")
        return page

    yield show
    server.shutdown()
    server.server_close()


@pytest.fixture
def element(live_server, elsewhere):
    """Open a page of another site with the custom element."""

    def show(asked=""):
        page = elsewhere(ELEMENT.format(home=live_server.url, asked=asked))
        page.locator("seminar-list li, seminar-list .empty").first.wait_for()
        return page

    return show


def in_days(days, title="On engines", **fields):
    start = timezone.now() + timedelta(days=days)
    return make_talk(**{"title": title, "starts_at": start, "ends_at": start + timedelta(hours=1)} | fields)


def said(page):
    """The text of each talk in the element, on one line."""
    return [" ".join(text.split()) for text in page.locator("seminar-list li").all_inner_texts()]


def test_another_site_shows_upcoming_talks_in_the_departments_time(element):
    noon = at(today() + timedelta(days=2), time(12))
    place = {"room": make_room(name="Room 414"), "join_url": "https://x.org/"}
    what = {"title": "On engines", "series": make_series(short_name="ASSET"), "speakers": ["Ada Lovelace"]}
    talk = make_talk(starts_at=noon, ends_at=noon + timedelta(minutes=75), **place, **what)
    in_days(-1, "Gone")
    in_days(3, "Hidden", state=State.DRAFT)

    page = element()

    [line] = said(page)
    day = f"{noon:%A}, {noon.day} {noon:%B}" + (f" {noon:%Y}" if noon.year != today().year else "")
    assert line == (f"{day}, 12–1:15 pm On engines Ada Lovelace ASSET · Gutmann Hall, Room 414 and online")
    assert page.locator("seminar-list h3 a").get_attribute("href").endswith(talk.get_absolute_url())
    assert page.complaints == []


# Some browsers write the dates of a locale in another order than Chromium does.
DAY_FIRST = """
  const { get } = Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, "format");
  const turned = (said) => said.replace(/^(\\d{4})-(\\d\\d)-(\\d\\d)$/, "$3/$2/$1");
  const format = { get() { return (at) => turned(get.call(this)(at)); } };
  Object.defineProperty(Intl.DateTimeFormat.prototype, "format", format);
"""


@pytest.mark.parametrize("script", ["", DAY_FIRST], ids=["as Chromium writes dates", "day first"])
def test_the_element_shows_that_a_talk_runs_past_midnight(page, element, script):
    page.add_init_script(script)
    start = at(today() + timedelta(days=2), time(23))
    for title, end in [("Late", time(1)), ("Until midnight", time(0)), ("School", time(17))]:
        days = 2 if title == "School" else 1
        make_talk(title=title, starts_at=start, ends_at=at(start.date() + timedelta(days=days), end))

    hours = [line.partition("11 pm")[2] for line in said(element())]

    assert [hours[0].startswith("–1 am the next day Late"), hours[1].startswith("–12 midnight Until")] == [True, True]
    assert re.match(r" – \w+day, \d+ \w+( \d{4})?, 5 pm School", hours[2])


def test_the_element_takes_series_limit_level_and_theme(element):
    a, b, c = make_series(slug="a"), make_series(slug="b"), make_series(slug="c")
    for number, series in enumerate((a, b, c, a, b), 1):
        in_days(number, f"Talk {number}", series=series)

    page = element('series="a b" limit="3" heading-level="2" theme="dark"')

    assert page.locator("seminar-list h2").all_inner_texts() == ["Talk 1", "Talk 2", "Talk 4"]
    assert page.locator("seminar-list").evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(21, 23, 27)"
    page.locator("seminar-list").evaluate("one => one.setAttribute('series', 'c')")
    page.get_by_role("heading", name="Talk 3").wait_for()
    assert page.locator("seminar-list h2").all_inner_texts() == ["Talk 3"]


def test_the_element_fetches_no_more_talks_than_it_shows(page, element):
    series = make_series(slug="a")
    for number in range(1, 7):
        in_days(number, f"Talk {number}", series=series)
        in_days(-number, f"Old {number}", series=series, state=State.CANCELLED)
    fetched = []
    page.on("response", lambda answer: fetched.append(answer) if "feed.json" in answer.url else None)

    element('series="a" limit="2"')

    [answer] = fetched
    assert [item["_seminars"]["title"] for item in answer.json()["items"]] == ["Talk 1", "Talk 2"]
    assert answer.all_headers()["content-encoding"] == "gzip"
    assert page.locator("seminar-list h3").all_inner_texts() == ["Talk 1", "Talk 2"]


def test_the_element_shows_every_state_as_a_word(element):
    now = timezone.now()
    in_days(-0.01, "Now", join_url="https://x.org/")
    in_days(1, "", speakers=["Ada Lovelace"])
    in_days(2, "Nobody")
    in_days(3, "Perhaps", state=State.TENTATIVE)
    in_days(4, "Shifted", moved_from=now, moved_at=now)
    in_days(5, "Shifted long ago", moved_from=now, moved_at=now - timedelta(days=15))
    in_days(6, "Online", join_url="https://x.org/", moved_online_at=now)
    in_days(7, "Room", notice="Room changed from 307 to 414")
    in_days(8, "Later", state=State.POSTPONED, notice="Ill")
    in_days(9, "Off", state=State.CANCELLED, notice="Snow", room=make_room())

    page = element('limit="20"')
    lines = said(page)

    assert page.locator("seminar-list .badge").all_inner_texts() == [
        "Happening now", "Provisional", "Moved", "Online only", "Postponed", "Cancelled",
    ]  # fmt: skip
    assert lines[0].endswith("Join now")
    assert re.search("Ada Lovelace Title to be announced", lines[1])
    assert re.search("Nobody Speaker to be announced", lines[2])
    assert re.search(r"Previously \w+day, \d", lines[4])
    assert lines[7].endswith("Room changed from 307 to 414")
    assert [line.endswith(reason) for line, reason in zip(lines[8:], ("Ill", "Snow"), strict=True)] == [True, True]
    assert page.locator("seminar-list s").all_inner_texts() == ["Off"]
    assert "Gutmann" not in lines[9]


def test_the_element_says_that_talks_are_examples_and_shows_the_old_name_of_a_room(element):
    in_days(1, room=make_room(name="Room 414", formerly="Room 307"), join_url="https://x.org/")
    Department.objects.create(pk=1, name="Statistics", is_example=True)

    page = element()

    expect(page.locator("seminar-list .notice")).to_have_text("Example data. These talks are made up.")
    assert "Room 414 (formerly Room 307) and online" in said(page)[0]


def test_typed_text_stays_text_in_the_element(element):
    talk = in_days(
        1, EVIL, speakers=[EVIL], notice=EVIL, room=make_room(name=EVIL), series=make_series(short_name=EVIL[:40])
    )

    page = element()

    expect(page.locator("seminar-list h3")).to_have_text(talk.title)
    assert page.locator("seminar-list").evaluate("one => one.shadowRoot.querySelectorAll('img, script').length") == 0
    assert page.complaints == []


@pytest.mark.parametrize("access", ["timed", "members"])
def test_another_site_does_not_show_a_link_that_is_not_open(element, access):
    in_days(-0.01, join_url="https://secret.example/", passcode="472119", join_access=access)

    page = element()

    shown = page.locator("seminar-list").evaluate("one => one.shadowRoot.innerHTML")
    assert ("secret" in shown, "472119" in shown, "/join/" in shown) == (False, False, True)


def test_the_element_shows_a_message_without_talks_and_a_link_without_an_answer(element, elsewhere, live_server):
    assert element().locator("seminar-list .empty").inner_text() == "No talks have been announced yet."

    page = elsewhere(ELEMENT.format(home=live_server.url, asked='series="nothing"'))
    expect(page.get_by_role("link", name="Talks")).to_be_visible()


def test_the_element_is_accessible(element):
    in_days(1, speakers=["Ada Lovelace"], notice="Snow", state=State.CANCELLED)
    page = element('theme="light" heading-level="2"')

    found = violations(page, {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found == []


def test_another_site_can_frame_the_list_and_nothing_else(elsewhere, live_server):
    in_days(1, series=make_series(slug="asset"), speakers=["Ada Lovelace"])

    page = elsewhere(f'<iframe src="{live_server.url}/series/asset/embed/" title="Talks"></iframe>')
    expect(page.frame_locator("iframe").get_by_role("heading", name="On engines")).to_be_visible()
    assert page.complaints == []

    page = elsewhere(f'<iframe src="{live_server.url}/series/asset/" title="Talks"></iframe>')
    assert any("frame" in complaint for complaint in page.complaints)


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1280, "light")])
def test_list_and_demo_are_accessible_fit_and_keep_the_policy(live_server, new_context, width, theme):
    in_days(
        1, "Antidisestablishmentarianism" * 4, series=make_series(slug="asset"), state=State.CANCELLED, notice="Snow"
    )
    page = new_context(viewport={"width": width, "height": 720}, color_scheme=theme).new_page()
    complaints, faults = [], {}
    page.on("console", lambda message: complaints.append(message.text))
    site = "http://talks.example.edu"  # the pages say where they will live

    # Frame and element of the demo load together, but all threads of the tests share one connection: render first.
    for address in ("/feed.json?series=asset", "/series/asset/embed/?limit=5&theme=light"):
        page.request.get(live_server.url + address)

    for address in ("/embed/", "/series/asset/embed/?theme=dark", "/embed/demo/?series=asset&level=3"):
        page.goto(live_server.url + address, wait_until="networkidle")
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found = [rule for rule, _elements in violations(page)]
        if found or too_wide:
            faults[address] = [*found, f"{too_wide} px too wide"]

    assert (faults, complaints) == ({}, [])
    expect(page.locator("seminar-list s")).to_have_count(1)
    assert f'<script src="{site}/embed.js" async></script>' in page.get_by_label("Copy this code").first.input_value()
    assert html.unescape(page.locator("#frame-code").input_value()).startswith(
        f'<iframe src="{site}/series/asset/embed/?limit=5&theme=light"'
    )
