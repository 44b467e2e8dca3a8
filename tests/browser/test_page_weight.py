"""What a visit costs in a browser: the bytes that Chromium receives, headers too, first and on the next page."""

import re

import pytest

pytestmark = pytest.mark.browser
FIRST_VISIT, NEXT_PAGE = 120_000, 25_000  # bytes; at some times of the year the first page shows 40 faces
WITH_FORMULA = "/talks/1/"  # of the example


def opened(page, address):
    """Open a page, read it to its end, and return how many bytes came over the network."""
    received = []
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(address, wait_until="load")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_load_state("networkidle")
    network.detach()
    return sum(received)


def test_a_first_visit_and_the_next_page_stay_light(site, new_context):
    first, following = {}, {}
    for address in ["/", site.talk_on_now, "/calendar/", "/search/?q=graph"]:
        page = new_context().new_page()
        first[address] = opened(page, f"http://127.0.0.1:{site.port}{address}")
        other = "/subscribe/" if address == "/" else "/"
        opened(page, f"http://127.0.0.1:{site.port}{other}")
        following[address] = opened(page, f"http://127.0.0.1:{site.port}{address}")

    assert {address: size for address, size in first.items() if not 20_000 < size <= FIRST_VISIT} == {}
    assert {address: size for address, size in following.items() if not 0 < size <= NEXT_PAGE} == {}


@pytest.mark.parametrize(("width", "preloaded"), [(412, []), (1280, [True, True])])
def test_two_style_sheets_hold_up_a_page_and_a_phone_loads_no_font(site, new_context, width, preloaded):
    page, fonts = new_context(viewport={"width": width, "height": 800}).new_page(), []
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on(
        "Network.requestWillBeSent",
        lambda event: event["type"] == "Font" and fonts.append(".css" not in event["initiator"].get("url", "")),
    )

    page.goto(f"http://127.0.0.1:{site.port}/", wait_until="networkidle")

    sheets = page.evaluate("[...document.styleSheets].map(sheet => new URL(sheet.href).pathname.split('.')[0])")
    assert sheets == ["/static/css/site", "/colours"]
    assert fonts == preloaded


@pytest.mark.parametrize(
    ("options", "held", "shown"),
    [
        ({"viewport": {"width": 412, "height": 800}}, [], ["math-signs"]),
        ({"viewport": {"width": 412, "height": 800}, "java_script_enabled": False}, ["math-signs"], ["math-signs"]),
        ({"viewport": {"width": 1280, "height": 800}}, ["math-signs"], ["math-signs"]),
    ],
)
def test_a_phone_that_runs_scripts_asks_for_the_font_of_formulas_once_the_words_are_shown(
    site, new_context, options, held, shown
):
    page, asked = new_context(**options).new_page(), []
    page.on("request", lambda request: asked.extend(re.findall(r"/fonts/(math-\w+)", request.url)))
    address = f"http://127.0.0.1:{site.port}{WITH_FORMULA}"

    page.route("**/shown.*", lambda route: route.abort())
    page.goto(address, wait_until="networkidle")
    assert asked == held

    asked.clear()
    page.unroute_all()
    page.goto(address, wait_until="networkidle")
    assert asked == shown
