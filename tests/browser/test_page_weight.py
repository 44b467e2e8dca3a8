"""What a visit costs in a browser: the bytes that Chromium receives, headers too, first and on the next page."""

import pytest

pytestmark = pytest.mark.browser
FIRST_VISIT, NEXT_PAGE = 120_000, 25_000  # bytes; at some times of the year the first page shows 40 faces


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


@pytest.mark.parametrize(("width", "asked_by"), [(412, "css"), (1280, "page")])
def test_two_style_sheets_hold_up_a_page_and_on_a_phone_no_font_does(site, new_context, width, asked_by):
    page, fonts = new_context(viewport={"width": width, "height": 800}).new_page(), []
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on(
        "Network.requestWillBeSent",
        lambda event: event["type"] == "Font" and fonts.append(".css" in event["initiator"].get("url", "")),
    )

    page.goto(f"http://127.0.0.1:{site.port}/", wait_until="networkidle")

    sheets = page.evaluate("[...document.styleSheets].map(sheet => new URL(sheet.href).pathname.split('.')[0])")
    assert sheets == ["/static/css/site", "/colours"]
    assert fonts == [asked_by == "css"] * 2
