"""Markdown with formulas: one parser, and its tokens as HTML or as plain text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from django.utils.html import escape
from markdown_it import MarkdownIt
from markdown_it.rules_block import blockquote, heading, list_block
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, backtick
from markdown_it.token import Token

from . import beginning, blocks, definitions, latex, links, paragraphs, plain, tex
from .safety import SCHEMES

# Lists in lists and quotes in quotes; what is deeper is left out, which keeps the time linear.
DEEPEST = 20

_SIGNS = re.compile(r"[*_]+")
_IS_LETTER = re.compile(r"[A-Za-z0-9]")
_BACKTICKS = re.compile("`+")
_STYLE = re.compile(r"\\(?:math[a-z]+|text[a-z]*|operatorname|mbox|boldsymbol|bm)(?![A-Za-z])")
_SIGN_ALONE = re.compile(r"\\[A-Za-z]+")


def to_html(source: str, *, is_for_feeds: bool = False) -> str:
    """HTML that still has to pass `safety.clean`; feed readers get formulas as text where they have such a form."""
    tokens = parsed(source)
    return rendered(tokens, is_for_feeds=is_for_feeds)


def rendered(tokens: Sequence[Token], *, is_for_feeds: bool = False) -> str:
    """Render tokens of `parsed` as HTML that still has to pass `safety.clean`."""
    tex.convert(_formulas(tokens))
    return _parser.renderer.render(tokens, _parser.options, {"is_for_feeds": is_for_feeds})


def beginning_to_html(source: str, length: int) -> str:
    """Render the blocks and sentences at the beginning of a text, of about `length` letters, or ""."""
    tokens = parsed(source)
    tex.convert(_formulas(tokens))
    tex.convert((formula, False) for formula, _is_display in _formulas(tokens))
    return rendered(beginning.cut(tokens, length))


def to_plain(source: str) -> str:
    """Paragraphs with a blank line between, items as "- item", links as "label (address)"."""
    tokens = parsed(source)
    tex.convert((formula, False) for formula, _is_display in _formulas(tokens))
    return plain.blocks(tokens)


def line_to_html(source: str) -> str:
    """One line, such as a title, as HTML that still has to pass `safety.clean`: LaTeX is read, Markdown is not."""
    tokens = _parsed_line(source)
    tex.convert(_formulas(tokens))
    return _line_parser.renderer.render(tokens, _line_parser.options, {})


def line_to_plain(source: str) -> str:
    """The same line as text."""
    tokens = _parsed_line(source)
    tex.convert((formula, False) for formula, _is_display in _formulas(tokens))
    return plain.words(tokens[0].children or [])


def line_for_address(source: str) -> str:
    """Return the same line with formulas as their source without styles: an address may not depend on the worker."""
    said = {"softbreak": " ", "hardbreak": " "}
    return "".join(
        _STYLE.sub("", token.content) if token.type == "tex" else said.get(token.type, token.content)
        for token in _parsed_line(source)[0].children or []
    )


def parsed(source: str) -> list[Token]:
    """Return the tokens of a text."""
    return _parser.parse(paragraphs.as_markdown(source))


def _parsed_line(source: str) -> list[Token]:
    return _line_parser.parseInline(definitions.expand(source))


def _formulas(tokens: Sequence[Token]) -> Iterator[tuple[str, bool]]:
    """Yield every formula, with whether it is a display."""
    for token in tokens:
        if token.type == "tex_block":
            yield token.content, True
        yield from ((child.content, child.meta["display"]) for child in token.children or () if child.type == "tex")


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


def _is_sign(state: StateInline, silent: bool) -> bool:
    """Read `*` and `_` between letters or digits as themselves: `a*b`, `here_and_there`."""
    signs = _SIGNS.match(state.src, state.pos, state.posMax)
    if not signs or not _IS_LETTER.match(state.src[state.pos - 1 : state.pos]):
        return False
    if not _IS_LETTER.match(state.src, signs.end(), state.posMax):
        return False
    if not silent:
        state.append_pending(signs[0])
    state.pos = signs.end()
    return True


def _code_within(state: StateInline, silent: bool) -> bool:
    """Read code, unless it ends beyond the argument of LaTeX that is being read."""
    marks = _BACKTICKS.match(state.src, state.pos, state.posMax)
    if not marks:
        return False
    start = state.pos
    backtick(state, True)  # noqa: FBT003  the signature of the library
    end, state.pos = state.pos, start
    if end <= state.posMax:
        return backtick(state, silent)
    if not silent:
        state.append_pending(marks[0])
    state.pos = marks.end()
    return True


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST})
    # Pasted text is often indented, and "[1]: Smith" is a footnote: neither is to vanish or to become code.
    parser.disable(["html_block", "html_inline", "code", "reference"])
    parser.validateLink = _is_wanted
    latex.add_rules(parser)
    links.add_rules(parser)
    parser.inline.ruler.at("backticks", _code_within)
    parser.inline.ruler.before("emphasis", "sign", _is_sign)
    parser.block.ruler.before("fence", "tex_block", blocks.displayed, {"alt": ["paragraph", "blockquote", "list"]})
    for name, rule in (("list", list_block), ("heading", heading)):
        parser.block.ruler.at(name, blocks.on_its_own(rule), {"alt": ["paragraph", "reference", "blockquote"]})
    parser.block.ruler.at(
        "blockquote", blocks.on_its_own(blockquote), {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    parser.core.ruler.push("tidy", _tidy)
    _add_renderers(parser)
    return parser


def _make_line_parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"maxNesting": DEEPEST})
    parser.validateLink = lambda address: False  # a title is often a link itself
    links.add_rules(parser)
    latex.add_rules(parser)
    _add_renderers(parser)
    parser.add_render_rule("hardbreak", lambda *_: " ")
    return parser


def _add_renderers(parser: MarkdownIt) -> None:
    parser.add_render_rule("tex", _render_formula)
    parser.add_render_rule("tex_block", _render_displayed)
    parser.add_render_rule(latex.UNKNOWN, _render_unknown)


def _render_formula(
    renderer: object, tokens: Sequence[Token], index: int, options: object, env: Mapping[str, bool]
) -> str:
    token = tokens[index]
    rendered = _as_text(token, env) or tex.to_html(token.content, display=token.meta["display"])
    return f'<span class="tex-display">{rendered}</span>' if token.meta["display"] else rendered


def _render_displayed(
    renderer: object, tokens: Sequence[Token], index: int, options: object, env: Mapping[str, bool]
) -> str:
    token = tokens[index]
    rendered = _as_text(token, env) or tex.to_html(token.content, display=True)
    return f'<div class="tex-display">{rendered}{token.info}</div>\n'


def _as_text(token: Token, env: Mapping[str, bool]) -> str:
    """Return the formula as escaped text where it is shown so: in feeds, and as a mere sign among words."""
    is_sign = token.meta.get("bare") and _SIGN_ALONE.fullmatch(token.content)
    if not is_sign and not env.get("is_for_feeds"):
        return ""
    found = tex.readable_text(token.content) or ""
    return escape(found) if env.get("is_for_feeds") or len(found) == 1 else ""


def _render_unknown(
    renderer: object, tokens: Sequence[Token], index: int, options: object, env: Mapping[str, bool]
) -> str:
    return f'<span class="tex-unknown">{escape(tokens[index].content)}</span>'


_parser = _make_parser()
_line_parser = _make_line_parser()
