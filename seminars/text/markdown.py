"""Markdown with formulas: one parser, and its tokens as HTML or as plain text."""

from collections.abc import Iterator, Sequence
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from . import tex
from .safety import SCHEMES

# Lists in lists and quotes in quotes; what is deeper is left out, which keeps the time linear.
DEEPEST = 20

_CLOSING = {"$$": "$$", "\\[": "\\]"}


def to_html(source: str) -> str:
    """HTML that still has to pass `safety.clean`."""
    tokens = _parser.parse(source)
    tex.convert(_formulas(tokens))
    return _parser.renderer.render(tokens, _parser.options, {})


def to_plain(source: str) -> str:
    """Paragraphs with a blank line between, items as "- item", links as "label (address)"."""
    tokens = _parser.parse(source)
    tex.convert((formula, False) for formula, _is_display in _formulas(tokens))
    return _Plain().read(tokens)


def _formulas(tokens: Sequence[Token]) -> Iterator[tuple[str, bool]]:
    """Yield every formula, with whether it is a display."""
    for token in tokens:
        if token.type == "tex_block":
            yield token.content, True
        yield from ((child.content, child.meta["display"]) for child in token.children or () if child.type == "tex")


def _formula(state: StateInline, silent: bool) -> bool:
    found = tex.FORMULA.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        token = state.push("tex", "", 0)
        token.content = found[found.lastgroup or 0]
        token.meta = {"display": found.lastgroup in ("dollars", "brackets")}
    state.pos = found.end()
    return True


def _displayed(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    r"""A formula on lines of its own, from `$$` or `\[` to its partner, no blank line between."""
    start = state.bMarks[first] + state.tShift[first]
    opening = state.src[start : start + 2]
    if opening not in _CLOSING:
        return False
    lines = list(_lines(state, first, last, opening))
    text = "\n".join(lines).strip()
    found = tex.DISPLAY.match(text)
    # A full stop may follow, a sentence makes it part of a paragraph.
    if not found or text[found.end() :].strip() not in {"", ".", ",", ";", ":"}:
        return False
    if not silent:
        state.line = first + len(lines)
        token = state.push("tex_block", "", 0)
        token.content, token.info = found[found.lastgroup or 0], text[found.end() :].strip()
        token.map = [first, state.line]
    return True


def _lines(state: StateBlock, first: int, last: int, opening: str) -> Iterator[str]:
    """The lines up to the one that closes the formula, or that opens the next, or that ends the paragraph."""
    for number in range(first, last):
        text = state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]
        is_first = number == first
        if not text.strip() or (not is_first and state.sCount[number] < state.blkIndent):
            return
        yield text
        if _CLOSING[opening] in text[2 if is_first else 0 :] or (text.startswith(opening) and not is_first):
            return


def _tidy(state: StateCore) -> None:
    """Headings go below those of the page, images become links, and links that leave the site say so."""
    for token in state.tokens:
        if token.type.startswith("heading_"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
        if token.children:
            token.children = list(_without_images(token.children))


def _without_images(tokens: Sequence[Token]) -> Iterator[Token]:
    in_link = False
    for token in tokens:
        if token.type in ("link_open", "link_close"):
            in_link = token.type == "link_open"
            yield _outward(token)
        elif token.type != "image":
            yield token
        else:
            address = str(token.attrGet("src") or "")
            label = Token("text", "", 0, content=token.content or address)
            opened = Token("link_open", "a", 1, attrs={"href": address})
            yield from [label] if in_link else [_outward(opened), label, Token("link_close", "a", -1)]


def _outward(token: Token) -> Token:
    address = str(token.attrGet("href") or "")
    if token.type == "link_open" and (urlsplit(address).netloc or ":" in address):
        token.attrSet("rel", "nofollow noopener")
    return token


def _is_wanted(address: str) -> bool:
    """Web and mail addresses and places on this site; whatever else is written as a link stays as typed."""
    try:
        return urlsplit(address).scheme in SCHEMES | {""}
    except ValueError:
        return False


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST})
    # Pasted text is often indented, and "[1]: Smith" is a footnote: neither is to vanish or to become code.
    parser.disable(["html_block", "html_inline", "code", "reference"])
    parser.validateLink = _is_wanted
    parser.inline.ruler.before("escape", "tex", _formula)
    parser.block.ruler.before("fence", "tex_block", _displayed, {"alt": ["paragraph", "blockquote", "list"]})
    parser.core.ruler.push("tidy", _tidy)
    parser.add_render_rule("tex", _render_formula)
    parser.add_render_rule("tex_block", _render_displayed)
    return parser


def _render_formula(renderer: object, tokens: Sequence[Token], index: int, options: object, env: object) -> str:
    token = tokens[index]
    rendered = tex.to_html(token.content, display=token.meta["display"])
    return f'<span class="tex-display">{rendered}</span>' if token.meta["display"] else rendered


def _render_displayed(renderer: object, tokens: Sequence[Token], index: int, options: object, env: object) -> str:
    token = tokens[index]
    return f'<div class="tex-display">{tex.to_html(token.content, display=True)}{token.info}</div>\n'


_parser = _make_parser()


class _Plain:
    """Reads block tokens in turn; `numbers` has one entry for each list around the present block."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.numbers: list[int | None] = []
        self.bullet = ""
        self.is_after_item = False

    def read(self, tokens: Sequence[Token]) -> str:
        for token in tokens:
            if token.type in ("bullet_list_open", "ordered_list_open"):
                self.open_list(token)
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                self.numbers.pop()
            elif token.type == "list_item_open":
                self.open_item()
            elif token.type == "list_item_close" and self.bullet:
                self.add("")
            elif token.type == "inline":
                self.add(_words(token.children or []))
            elif token.type == "fence":
                self.add(token.content.rstrip("\n"))
            elif token.type == "tex_block":
                self.add(tex.to_plain(token.content) + token.info)
        return "".join(self.parts).strip("\n")

    def open_list(self, token: Token) -> None:
        if self.bullet:
            self.add("")
        self.numbers.append(_first_number(token) if token.tag == "ol" else None)

    def open_item(self) -> None:
        number = self.numbers[-1]
        self.bullet = "- " if number is None else f"{number}. "
        self.numbers[-1] = None if number is None else number + 1

    def add(self, block: str) -> None:
        depth = len(self.numbers)
        margin = "  " * depth
        first = "  " * (depth - 1) + self.bullet if self.bullet else margin
        between = "\n" if self.bullet and self.is_after_item else "\n\n"
        self.parts.append(between + (first + block.replace("\n", f"\n{margin}")).rstrip())
        self.bullet, self.is_after_item = "", depth > 0


def _first_number(token: Token) -> int:
    start = token.attrGet("start")
    return 1 if start is None else int(start)


def _words(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    link_from, address = 0, ""
    for token in tokens:
        if token.type == "link_open":
            link_from, address = len(parts), "" if token.info == "auto" else str(token.attrGet("href"))
        elif token.type == "link_close":
            parts[link_from:] = [_linked("".join(parts[link_from:]), address)]
        elif token.type == "tex":
            parts.append(tex.to_plain(token.content))
        else:
            parts.append({"softbreak": " ", "hardbreak": "\n"}.get(token.type, token.content))
    return "".join(parts).strip()


def _linked(label: str, address: str) -> str:
    """ "label (address)", the address whole, since this text is read away from the site."""
    if not address or address.startswith("#"):
        return label
    whole = urljoin(f"{settings.SITE_URL}/", address).removeprefix("mailto:")
    return whole if label in ("", whole) else f"{label} ({whole})"
