"""Addresses that somebody typed without any marks, and numbers of arXiv and DOIs, as links."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

_WEB = re.compile(r"://[\w.-]+\w(?::\d+)?(?:[/?#][^\s<>\"“”‘’`|\\^{}]{0,2000})?")
_ARXIV = re.compile(r":\s?(\d{4}\.\d{4,5}(?:v\d{1,2})?|[a-z-]{2,10}(?:\.[A-Z]{2})?/\d{7}(?:v\d{1,2})?)(?![\w/])")
_DOI = re.compile(r":\s?(10\.\d{4,9}/[^\s<>\"“”‘’`|\\^{}]{1,200})")
# What comes before the colon, and where such an address leads.
_KINDS = (
    (re.compile(r"(?<![A-Za-z0-9])https?\Z", re.I), _WEB, ""),
    (re.compile(r"(?<![A-Za-z0-9])arxiv\Z", re.I), _ARXIV, "https://arxiv.org/abs/"),
    (re.compile(r"(?<![A-Za-z0-9])doi\Z", re.I), _DOI, "https://doi.org/"),
)
_LONGEST_KIND = 6  # characters before the colon
_ENDS_SENTENCE = ".,;:!?'*_~"


def add_rules(parser: MarkdownIt) -> None:
    """Teach a parser to find addresses."""
    parser.inline.ruler.before("escape", "bare_address", bare_address)


def bare_address(state: StateInline, silent: bool) -> bool:
    """Read `https://…`, `arXiv:2401.00001` and `doi:10.1000/1` from the colon on, where the rule for text stops."""
    if state.src[state.pos] != ":":
        return False
    before = state.pending[-_LONGEST_KIND - 1 :]
    for kind, rest, leads_to in _KINDS:
        name, found = kind.search(before), rest.match(state.src, state.pos, state.posMax)
        if name and found:
            typed = _without_end(found[0])
            if not silent:
                _push(state, name[0], typed, leads_to and leads_to + _without_end(found[1]))
            state.pos += len(typed)
            return True
    return False


def _push(state: StateInline, name: str, typed: str, address: str) -> None:
    whole = address or name + typed
    if state.linkLevel or not state.md.validateLink(whole):
        state.append_pending(typed)
        return
    state.pending = state.pending[: -len(name)]
    open_link(state, whole, is_shown=not address)
    state.append_pending(name + typed)
    state.push("link_close", "a", -1)


def open_link(state: StateInline, address: str, *, is_shown: bool) -> None:
    """Begin a link; plain text repeats no address that is also what the page shows."""
    token = state.push("link_open", "a", 1)
    token.attrs = {"href": state.md.normalizeLink(address)}
    token.info = "auto" if is_shown else ""


def _without_end(typed: str) -> str:
    """Return an address without the signs of the sentence around it; a bracket belongs to it where it has both."""
    opening = {")": "(", "]": "["}
    while typed[-1] in _ENDS_SENTENCE or typed.count(opening.get(typed[-1], typed[-1])) < typed.count(typed[-1]):
        typed = typed[:-1]
    return typed
