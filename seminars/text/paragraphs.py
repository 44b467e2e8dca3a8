r"""LaTeX that shapes paragraphs, as Markdown: lists, statements, remarks, blank lines that only look blank."""

import re
from collections.abc import Callable, Iterator

from . import definitions
from .commands import FRAMES, LISTS, STATEMENTS

DEEPEST = 6  # lists in lists; deeper ones stay as typed

# Blocks and spans of code, which stay as typed.
_CODE = re.compile(
    r"(^ {0,3}(?P<fence>```++|~~~++)[^\n]*+\n.*?(?:^ {0,3}(?P=fence)[^\n]*$|\Z)|`[^`\n]+`)", re.MULTILINE | re.DOTALL
)
_BLANK_LINE = re.compile("^(?:[^\\S\n]|[\u200b\ufeff])++$", re.M)
_REMARK = re.compile(r"(?P<before>(?:^|\n)[^\S\n]*)(?:%[^\n]*(?:\n[^\S\n]*|$))+")
_LIST = "|".join(sorted(LISTS))
_LIST_PART = re.compile(
    rf"\\begin\s*\{{(?P<begin>{_LIST})\*?\}}(?:[^\S\n]*\[[^\]\n]{{0,200}}\])?|\\end\s*\{{(?P<end>{_LIST})\*?\}}"
    r"|\\item(?![A-Za-z])(?:[^\S\n]*\[(?P<label>[^\]\n]{0,200})\])?"
)
_STATEMENT = re.compile(
    rf"\\begin\s*\{{(?P<name>{'|'.join(sorted(STATEMENTS))})\*?\}}(?:[^\S\n]*\[(?P<title>[^\]\n]{{0,200}})\])?[^\S\n]*"
)
_FRAME = re.compile(
    rf"\\(?:begin\s*\{{(?:{'|'.join(sorted(FRAMES))})\*?\}}|end\s*\{{(?:{'|'.join(sorted(FRAMES | STATEMENTS))})\*?\}}"
    r"|par(?![A-Za-z]))"
)


def as_markdown(source: str) -> str:
    """Return Markdown in which only formulas and the commands within a paragraph are still LaTeX."""
    source = _BLANK_LINE.sub("", source)
    source = _outside_code(definitions.expand, source)
    if "%" in source:
        source = _outside_code(_without_remarks, source)
    if "\\" not in source:
        return source
    return _outside_code(lambda text: _with_lists(_framed(text)), source)


def _outside_code(change: Callable[[str], str], source: str) -> str:
    """Change a text but for its code. Code is set aside behind characters that nobody can type, which changes keep."""
    if "`" not in source and "~~~" not in source:
        return change(source)
    code: list[str] = []

    def aside(found: re.Match[str]) -> str:
        code.append(found[0])
        return f"\x00{len(code) - 1}\x00"

    changed = change(_CODE.sub(aside, source))
    return re.sub("\x00([0-9]+)\x00", lambda found: code[int(found[1])], changed)


def _without_remarks(source: str) -> str:
    """Leave out lines that begin with `%`, unless the line before ends with a number: "50\n% of all"."""

    def remark(found: re.Match[str]) -> str:
        is_percentage = source[: found.start()].rstrip(" \t")[-1:].isdigit()
        return found[0] if is_percentage else found["before"]

    return _REMARK.sub(remark, source)


def _framed(source: str) -> str:
    source = _STATEMENT.sub(_statement, source)
    return _FRAME.sub("\n\n", source)


def _statement(found: re.Match[str]) -> str:
    title = f" ({found['title']})" if found["title"] else ""
    return f"\n\n**{found['name'].capitalize()}{title}.** "


def _with_lists(source: str) -> str:
    """Return lists as Markdown lists. Where their beginnings and ends do not match, all stay as typed."""
    if not _is_balanced(source):
        return source
    parts, at = _Lists(), 0
    for part in _LIST_PART.finditer(source):
        parts.add(source[at : part.start()])
        at = part.end()
        if part["begin"]:
            parts.begin(part["begin"])
        elif part["end"]:
            parts.end()
        elif parts.numbers:
            parts.item(part["label"])
        else:
            parts.add(part[0])
    parts.add(source[at:])
    return "".join(parts.written)


def _is_balanced(source: str) -> bool:
    opened: list[str] = []
    for kind, is_begin in _ends(source):
        if is_begin:
            opened.append(kind)
        elif not opened or opened.pop() != kind:
            return False
        if len(opened) > DEEPEST:
            return False
    return not opened


def _ends(source: str) -> Iterator[tuple[str, bool]]:
    for part in _LIST_PART.finditer(source):
        if part["begin"] or part["end"]:
            yield part["begin"] or part["end"], bool(part["begin"])


class _Lists:
    """Writes lists as Markdown; `numbers` has one entry for each open list, None for one without numbers."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.numbers: list[int | None] = []
        self.margins: list[str] = []

    def add(self, text: str) -> None:
        if not self.numbers:
            self.written.append(text)
        elif text := text.strip():
            self.written.append(re.sub(r"\n[^\S\n]*", "\n" + self.margin, text))

    @property
    def margin(self) -> str:
        return "".join(self.margins)

    def begin(self, kind: str) -> None:
        self.numbers.append(1 if kind == "enumerate" else None)
        self.margins.append("")
        self.written.append("\n\n" + self.margin)

    def item(self, label: str | None) -> None:
        number = self.numbers[-1]
        marker = "- " if number is None or label else f"{number}. "
        self.numbers[-1] = None if number is None else number + 1
        self.margins[-1] = ""
        self.written.append(f"\n{self.margin}{marker}{label + ' ' if label else ''}")
        self.margins[-1] = " " * len(marker)

    def end(self) -> None:
        self.numbers.pop()
        self.margins.pop()
        self.written.append("\n\n" + self.margin)
