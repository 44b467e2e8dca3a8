"""The beginning of a parsed text, which ends where a block or a sentence does."""

import re
from collections.abc import Sequence
from copy import copy
from itertools import accumulate

from markdown_it.token import Token

from . import tex

OF_A_BLOCK = 40  # letters that the space after a paragraph or an item counts for
OF_A_DISPLAY = 120  # letters that a displayed formula counts for

# A sign that ends a sentence where a capital letter, a digit or a bracket follows, or nothing.
_MAY_END = re.compile(r"[.!?…]+[\"”’“»)\]]*(?=\s+[^\W_a-zß-öø-ÿ]|\s+[\[(“„«‘\"$]|\s*$)|[。！？]")
_ABBREVIATION = re.compile(r"\b(?:(?i:e\.g|i\.e|cf|resp|vs|prof|dr|st|no|fig|eq|thm|al|z\.b|bzw|ca)|[A-Z])\.$")


def cut(tokens: Sequence[Token], length: int) -> list[Token]:
    """Return as many blocks, the last perhaps cut after a sentence, as about `length` letters allow.

    There is nothing where not even the first sentence is that short.
    """
    kept: list[Token] = []
    left = length
    for token in tokens:
        size = _size(token)
        if size > left:
            kept += _within(token, left)
            return _closed(_tidied(kept, leads_on=token.type == "tex_block" or token.content[:1].islower()))
        kept.append(token)
        left -= size
    return kept


def _size(token: Token) -> int:
    if token.type == "tex_block":
        return OF_A_DISPLAY
    if token.type == "inline":
        return len("".join(map(_read, token.children or []))) + OF_A_BLOCK
    return len(token.content)


def _within(token: Token, left: int) -> list[Token]:
    """Return a paragraph cut after its last sentence that fits."""
    if token.type != "inline":
        return []
    children = token.children or []
    ends = [0, *accumulate(len(_read(child)) for child in children)]
    levels = [0, *accumulate(child.nesting for child in children)]
    whole = "".join(map(_read, children))
    for end in reversed(_sentence_ends(whole)):
        number = next(number for number, at in enumerate(ends[1:]) if end <= at)
        if end <= left and levels[number] == 0 and children[number].type == "text":
            last, part = copy(children[number]), copy(token)
            last.content = last.content[: end - ends[number]]
            part.children = [*children[:number], last]
            return [part]
    return []


def _sentence_ends(text: str) -> list[int]:
    ends = [found.end() for found in _MAY_END.finditer(text)]
    return [end for end in ends if not _ABBREVIATION.search(text[max(end - 12, 0) : end])]


def _read(token: Token) -> str:
    if token.type == "tex":
        return tex.to_plain(token.content)
    return {"softbreak": " ", "hardbreak": " "}.get(token.type, token.content)


def _tidied(kept: list[Token], *, leads_on: bool) -> list[Token]:
    """Leave out what leads to something that is not there: open tags, a heading, "We show:", half a sentence."""
    while kept:
        last = kept[-1]
        if last.nesting > 0 or (last.type == "tex_block" and leads_on):
            kept.pop()
        elif last.type == "paragraph_close" and not _is_whole(kept[-2], leads_on=leads_on):
            shorter = _within(kept[-2], len(kept[-2].content))
            if shorter:
                return [*kept[:-2], *shorter, last]
            del kept[-2:]
        elif last.type == "heading_close":
            del kept[-3:]
        else:
            return kept
    return kept


def _is_whole(paragraph: Token, *, leads_on: bool) -> bool:
    whole = "".join(map(_read, paragraph.children or [])).rstrip()
    return _sentence_ends(whole)[-1:] == [len(whole)] if leads_on else not whole.endswith((":", ","))


def _closed(kept: list[Token]) -> list[Token]:
    """Return the tokens with what is still open closed."""
    opened: list[Token] = []
    for token in kept:
        if token.nesting > 0:
            opened.append(token)
        elif token.nesting < 0:
            opened.pop()
    return [*kept, *(_closing(token) for token in reversed(opened))]


def _closing(token: Token) -> Token:
    return Token(token.type.replace("_open", "_close"), token.tag, -1, block=True, hidden=token.hidden)
