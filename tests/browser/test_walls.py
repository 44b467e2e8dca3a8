"""Screens and posters in a real browser: screens work offline, a poster fits one sheet, axe finds nothing."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from seminars import listings
from seminars.actions import example, photos
from seminars.models import Department, Series, State, Talk, publishing
from tests.browser.axe import GUIDELINES, violations
from tests.factories import in_new_york, make_room, make_series, make_speaker, make_talk

pytestmark = pytest.mark.django_db(transaction=True)

FAR = "Institute for the Very Long Names of Universities and Their Many Departments, Upper Lower Town"
LONG = "Antidisestablishmentarianism " * 4


@pytest.fixture
def talks():
    """A current talk, and one in every other state."""
    Department.objects.create(pk=1, name="Statistics", notice="The lift is out of order.", is_example=True)
    common = {
        "series": make_series(slug="asset", colour="#ffd500"),
        "room": make_room(slug="r414"),
        "shares_room": True,
        "speakers": ["Ada Lovelace", "Emmy Noether"],
        "abstract": "We weave $x^2$. " * 60,
    }
    now = timezone.now()

    def make(days, **fields):
        start = now + timedelta(days=days)
        return make_talk(starts_at=start, ends_at=start + timedelta(hours=1), **common | fields)

    return [
        make(-0.01, title="On engines", join_url="https://example.org/"),
        make(1, title=LONG, notice="Bring a pencil."),
        make(2, title="", state=State.TENTATIVE),
        make(3, title="Off", state=State.CANCELLED, notice="Snow"),
        make(4, title="Moved", moved_from=now, moved_at=now),
        make(5, title="עברית", language="he", state=State.POSTPONED),
    ]


def portrait():
    file = BytesIO()
    Image.new("RGB", (192, 192), "peru").save(file, "PNG")
    return file


def looking(new_context, complaints, **options):
    """A page in a new context that collects the errors of the browser."""
    page = new_context(**options).new_page()
    page.on("console", lambda message: message.type in ("error", "warning") and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


@pytest.mark.parametrize(("width", "theme"), [(320, "light"), (1280, "dark")])
def test_screens_and_posters_are_accessible_fit_and_keep_the_policy(live_server, new_context, talks, width, theme):
    complaints, faults = [], {}
    page = looking(new_context, complaints, viewport={"width": width, "height": 720}, color_scheme=theme)
    posters = [f"/talks/{talk.pk}/poster/" for talk in talks]

    for address in ["/screen/", "/rooms/r414/screen/", "/series/asset/poster/", *posters]:
        page.goto(live_server.url + address)
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found = violations(page, GUIDELINES)
        found = [f"{rule}: {elements[0][:150]}" for rule, elements in found]
        if found or too_wide:
            faults[address] = [*found, f"{too_wide} px too wide"]

    assert faults == {}
    assert complaints == []


PAPERS = {"a4": (595, 842), "letter": (612, 792)}  # points
# The abstract shows as many lines as fit. Nothing else may be cut.
CUT = """() => [...document.querySelectorAll(".poster-body, .poster")]
  .filter((part) => part.scrollHeight > part.clientHeight + 1)
  .map((part) => `${part.className}: ${part.scrollHeight} > ${part.clientHeight}`)"""


def misprinted(live_server, page, addresses, paper):
    """The posters that do not fit on one sheet, or are cut."""
    page.set_viewport_size({"width": 1280, "height": 900})
    faults = {}
    for address in addresses:
        page.goto(f"{live_server.url}{address}?paper={paper}")
        printed = page.pdf(prefer_css_page_size=True, print_background=True).decode("latin-1")
        boxes = re.findall(r"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
        sheets, cut = [(round(float(w)), round(float(h))) for w, h in boxes], page.evaluate(CUT)
        if sheets != [PAPERS[paper]] or cut:
            faults[address] = [*sheets, *cut]
    return faults


@pytest.mark.parametrize("paper", PAPERS)
def test_a_poster_is_printed_on_one_sheet_of_its_paper(live_server, page, talks, paper):
    face = photos.keep(portrait())
    crowd = [make_speaker(name=f"Ada Lovelace {number}", affiliation=FAR, photo=face) for number in range(8)]
    talks += [
        make_talk(
            title="A long title indeed. " * 14, speakers=crowd, notice=LONG, abstract="We weave. " * 200,
            programme="Coffee 15:30; reception 17:15, Atrium", room=make_room(street="1 Street", city="Philadelphia"),
            join_url="https://example.org/",
        )
    ]  # fmt: skip

    assert misprinted(live_server, page, [f"/talks/{talk.pk}/poster/" for talk in talks], paper) == {}


@pytest.mark.parametrize("paper", PAPERS)
def test_every_poster_of_the_example_is_printed_on_one_sheet(live_server, page, paper):
    with time_machine.travel(in_new_york(2026, 11, 28, 12)):  # a whole term's programme may take a second sheet
        example.load()
        upcoming = [f"/talks/{talk.pk}/poster/" for talk in listings.everything().talks.upcoming()]
        programmes = [f"{series.get_absolute_url()}poster/" for series in Series.objects.listed()]
        assert (len(upcoming) > 5, len(programmes) > 2) == (True, True)

        assert misprinted(live_server, page, programmes + upcoming, paper) == {}


def test_a_screen_shows_what_changed_within_a_minute(live_server, page, talks):
    page.clock.install(time=timezone.now())
    page.goto(live_server.url + "/screen/")
    expect(page.locator(".screen-main .screen-title")).to_have_text("On engines")

    Talk.objects.only_talk(talks[0]).update(title="On looms")
    page.clock.run_for(61_000)

    page.get_by_text("On looms").wait_for()


def test_a_screen_shows_a_changed_accent_and_that_of_a_new_series_within_a_minute(live_server, page, talks):
    page.clock.install(time=timezone.now())
    page.goto(live_server.url + "/screen/")
    shown = page.locator(".screen-main").evaluate("one => getComputedStyle(one).borderInlineStartColor")
    assert shown == "rgb(255, 213, 0)"

    with publishing():
        Series.objects.filter(slug="asset").update(colour="#78aeed")
        make_talk(series=make_series(short_name="NEW", colour="#7ad5a0"), title="On looms")
    page.clock.run_for(61_000)

    expect(page.locator(".screen-main")).to_have_css("border-inline-start-color", "rgb(120, 174, 237)")
    expect(page.locator("li", has_text="On looms")).to_have_css("border-inline-start-color", "rgb(122, 213, 160)")


def test_a_screen_without_a_network_keeps_its_content_and_shows_its_time(live_server, page, talks):
    page.clock.install(time=timezone.now())
    page.goto(live_server.url + "/screen/")
    page.context.set_offline(True)
    page.clock.run_for(61_000)

    page.get_by_text(re.compile(r"^As of \d+:\d\d [ap]m$")).wait_for()
    expect(page.locator(".screen-main .screen-title")).to_have_text("On engines")

    page.context.set_offline(False)
    page.clock.run_for(61_000)
    page.locator(".as-of").wait_for(state="hidden")


def test_without_a_network_a_screen_still_shows_which_talks_began_or_ended(live_server, page, talks):
    page.clock.install(time=timezone.now())
    page.goto(live_server.url + "/screen/")
    now, following = (
        page.locator(".screen-main h2"),
        page.locator("section", has=page.locator(".is-next")).locator("h2"),
    )
    page.context.set_offline(True)

    page.clock.fast_forward("00:50:00")
    expect(now).to_have_text("Finished")
    expect(page.locator(".screen-main")).to_have_css("opacity", "0.6")
    expect(following).to_have_text("Next")

    page.clock.fast_forward("23:15:00")
    expect(following).to_have_text("Now")
    there = timezone.localtime() + timedelta(hours=24)
    expect(page.locator(".screen-today")).to_have_text(f"{there:%A}, {there.day} {there:%B}")
    expect(page.locator(".is-next time")).to_contain_text(f"{there:%A}, {there.day} {there:%B}")

    page.context.set_offline(False)
    page.clock.run_for(61_000)
    expect(now).to_have_text("Now")


def test_a_screen_keeps_its_content_while_the_server_fails(live_server, page, talks):
    page.clock.install(time=timezone.now())
    page.goto(live_server.url + "/screen/")
    page.route("**/screen/", lambda route: route.fulfill(status=503, body="<main class='screen'>Sorry</main>"))
    page.clock.run_for(61_000)

    page.locator(".as-of").wait_for()
    expect(page.locator(".screen-main .screen-title")).to_have_text("On engines")


def test_a_screen_shows_the_departments_time_in_every_zone(live_server, new_context, talks):
    page = new_context(timezone_id="Asia/Tokyo").new_page()
    page.goto(live_server.url + "/screen/")
    there = timezone.localtime()

    assert page.locator("[data-clock]").inner_text() in {
        f"{(moment.hour % 12) or 12}:{moment:%M} {'am' if moment.hour < 12 else 'pm'}"
        for moment in (there, there + timedelta(minutes=1))
    }


WALLS = [(1920, 1080), (1280, 720), (1080, 1920), (768, 1024)]  # pixels, across and down
# An element that is not at its own position is outside the screen, cut off, or covered.
HIDDEN = """() => [...document.querySelectorAll(".screen-main, .is-next")].flatMap((card) => {
  const all = document.createRange();
  const lines = (part) => (all.selectNodeContents(part), [...all.getClientRects()]);
  const isSeen = (part, { left, right, top, bottom }) =>
    [[left + 2, 0.5], [right - 2, 0.5], [(left + right) / 2, 0.3], [(left + right) / 2, 0.7]].every(([x, share]) =>
      part.contains(document.elementFromPoint(x, top + share * (bottom - top))));
  const first = (found) => [...card.querySelectorAll(found)].slice(0, 1).map((part) => [part, lines(part)[0]]);
  const whole = (found) => [...card.querySelectorAll(found)].flatMap((part) => lines(part).map((line) => [part, line]));
  return [...first(".screen-title"), ...first(".person"), ...whole("h2"), ...whole("time, .label, .where")]
    .filter(([part, line]) => !isSeen(part, line)).map(([part]) => part.textContent);
})"""


def now_and_next(at_once, *, on=None, **fields):
    """A department with its notice and talks that are on, one after them, and some in the days to come.

    Those that are on last from the first to the second moment of `on`, or for an hour that began a quarter ago.
    """
    Department.objects.create(
        pk=1, name="Department of Statistics", notice="The lift is out of order.", is_example=True
    )
    common = {"series": make_series(short_name="ASSET"), "title": "On engines", "speakers": ["Ada Lovelace"]}
    common |= {"room": make_room(name="Room 414"), "shares_room": True}
    now = timezone.now()
    later = [(start := now + timedelta(days=days), start + timedelta(hours=1)) for days in (0.05, 1, 2, 3)]
    on = on or (now - timedelta(minutes=15), now + timedelta(minutes=45))
    for start, end in [on] * at_once + later:
        make_talk(starts_at=start, ends_at=end, **common | fields)


def from_far_away(count):
    return [make_speaker(name=f"Speaker Number {number}", affiliation=FAR) for number in range(1, count + 1)]


KINDS = {
    "short": dict,
    "hebrew": lambda: {"title": "על מנועים", "language": "he"},
    "long": lambda: {"title": "A long title indeed. " * 6, "speakers": from_far_away(2), "notice": LONG},
    "extreme": lambda: {"title": "A long title indeed. " * 14, "speakers": from_far_away(8), "notice": LONG},
}


def hidden_on_walls(live_server, page):
    """The hidden text of the cards of a screen, by screen size."""
    page.goto(live_server.url + "/screen/")
    hidden = {}
    for width, height in WALLS:
        page.set_viewport_size({"width": width, "height": height})
        hidden[width, height] = page.evaluate(HIDDEN)
    return {wall: words for wall, words in hidden.items() if words}


@pytest.mark.parametrize("at_once", [1, 2, 4])
@pytest.mark.parametrize("kind", KINDS)
def test_the_current_and_the_next_talk_fit_on_the_screen(live_server, page, at_once, kind):
    now_and_next(at_once, **KINDS[kind]())

    assert hidden_on_walls(live_server, page) == {}
    expect(page.locator(".screen-main")).to_have_count(min(at_once, 3))


FROM_YESTERDAY = in_new_york(2027, 2, 10, 23, 45), in_new_york(2027, 2, 11, 0, 45)
PAST_MIDNIGHT = in_new_york(2027, 2, 11, 23, 45), in_new_york(2027, 2, 12, 0, 45)
THREE_DAYS = in_new_york(2027, 2, 11, 9), in_new_york(2027, 2, 13, 17)


@pytest.mark.parametrize("at_once", [2, 4])
@pytest.mark.parametrize("kind", ["short", "extreme"])
@pytest.mark.parametrize(
    ("now", "on", "said"),
    [
        (in_new_york(2027, 2, 11, 0, 5), FROM_YESTERDAY, "until 12:45 am"),
        (in_new_york(2027, 2, 11, 23, 50), PAST_MIDNIGHT, "Today, 11:45 pm–12:45 am the next day"),
        (in_new_york(2027, 2, 11, 10), THREE_DAYS, "Today, 9 am – Saturday, 13 February, 5 pm"),
        (in_new_york(2027, 2, 12, 10), THREE_DAYS, "until Saturday, 13 February, 5 pm"),
        (in_new_york(2027, 2, 13, 10), THREE_DAYS, "until 5 pm"),
    ],
    ids=["from yesterday", "past midnight", "first day", "second day", "third day"],
)
def test_a_talk_of_several_days_fits_on_the_screen(live_server, page, at_once, kind, now, on, said):
    with time_machine.travel(now):
        now_and_next(at_once, on=on, **KINDS[kind]())

        assert hidden_on_walls(live_server, page) == {}
        times = page.locator(".screen-main time").all_inner_texts()
        assert [words.replace("\N{NO-BREAK SPACE}", " ") for words in times] == [said] * min(at_once, 3)
