"""Tokens of a parsed text as readable lines without markup."""

from collections.abc import Sequence
from urllib.parse import urljoin

from django.conf import settings
from markdown_it.token import Token

from . import tex


def blocks(tokens: Sequence[Token]) -> str:
    """Paragraphs with a blank line between, items as "- item", links as "label (address)"."""
    return _Plain().read(tokens)


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
                self.add(words(token.children or []))
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


def words(tokens: Sequence[Token]) -> str:
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
