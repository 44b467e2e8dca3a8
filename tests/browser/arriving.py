"""Open a page of the site, and wait until a page has been reached."""

import time
from urllib.parse import urlsplit

PATIENCE = 30  # seconds until everything that a page asks for must be there
# Scripts that wait for an answer go on before this is done.
SCRIPTS_HAVE_GONE_ON = "() => new Promise((done) => setTimeout(done))"


def visits(page, site):
    """Give the page of a browser `visit`, which opens an address of this site. Return the page.

    `visit` waits until all is there that the page and its scripts ask for: what is asked for later would run beside
    the next request, and all threads of the tests share one connection.
    """
    asked = set()
    page.on("request", lambda request: asked.add(request))
    page.on("requestfinished", lambda request: asked.discard(request))
    page.on("requestfailed", lambda request: asked.discard(request))

    def visit(address):
        asked.clear()
        page.goto(site + address)
        page.evaluate(SCRIPTS_HAVE_GONE_ON)
        deadline = time.monotonic() + PATIENCE
        while asked:
            assert time.monotonic() < deadline, f"no answer to {[request.url for request in asked]}"
            page.wait_for_timeout(5)
            page.evaluate(SCRIPTS_HAVE_GONE_ON)

    page.site, page.visit = site, visit
    return page


def arrive_at(page, address):
    """Wait for this path, with this query if it has one. An address that only names it, as in `?next=`, is not there.

    A test that goes on too early breaks off the request that it made, which then runs beside the next one.
    """
    path, has_query, query = address.partition("?")
    page.wait_for_url(lambda url: urlsplit(url).path == path and (not has_query or urlsplit(url).query == query))
