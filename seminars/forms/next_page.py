"""The parameter `next` of an address: the page that led to a form, and that its buttons lead back to."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

NEXT = "next"
LONGEST = 1500  # characters; a longer one leaves out where it leads back to itself


def with_next(address: str, page: str) -> str:
    """Return an address of a form whose buttons lead back to `page`; the address as it is where no page is named."""
    if not page:
        return address
    if len(page) > LONGEST:
        page = _with_query(page, [(name, value) for name, value in _query(page) if name != NEXT])
    return _with_query(address, [*((name, value) for name, value in _query(address) if name != NEXT), (NEXT, page)])


def next_of(address: str) -> str:
    """Return the page that an address leads back to, "" where it names none."""
    return dict(_query(address)).get(NEXT, "")


def _query(address: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(address).query, keep_blank_values=True)


def _with_query(address: str, query: list[tuple[str, str]]) -> str:
    return urlunsplit(urlsplit(address)._replace(query=urlencode(query)))
