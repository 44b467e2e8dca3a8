"""Wait until a page of the site has been reached."""

from urllib.parse import urlsplit


def arrive_at(page, address):
    """Wait for this path, with this query if it has one. An address that only names it, as in `?next=`, is not there.

    A test that goes on too early breaks off the request that it made, which then runs beside the next one.
    """
    path, has_query, query = address.partition("?")
    page.wait_for_url(lambda url: urlsplit(url).path == path and (not has_query or urlsplit(url).query == query))
