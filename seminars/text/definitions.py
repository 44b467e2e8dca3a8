r"""Commands that a text defines for itself: `\newcommand`, `\def` and their like, expanded within bounds."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from .groups import closing_braces

MOST = 60  # definitions of one text
LONGEST = 2000  # characters of a definition once those within it are expanded
MOST_GROWTH = 20_000  # characters by which all expansions of a text may make it longer
DEEPEST = 10  # commands in arguments of commands

_BEGIN = re.compile(
    r"\\(?:(?P<command>(?:re|provide)?newcommand|providecommand|DeclareRobustCommand|DeclareMathOperator)\*?"
    r"|(?P<def>[gex]?def))(?![A-Za-z])\s*"
)
_NAME = re.compile(r"\\([A-Za-z]+)\s*|\{\s*\\([A-Za-z]+)\s*\}\s*")
_NUMBER = re.compile(r"\[([1-9])\]\s*")
_PARAMETERS = re.compile(r"((?:#[1-9])*)\s*")
_COMMAND = re.compile(r"\\([A-Za-z]+)|\\.", re.DOTALL)
_REST_OF_LINE = re.compile(r"[^\S\n]*\n?")
_PARAMETER = re.compile(r"#([1-9])")


class Definition(NamedTuple):
    """What a command of an author stands for."""

    body: str  # `#1` is the first argument
    arguments: int


class _RefusedError(Exception):
    """This definition refers to itself or becomes too long."""


def expand(source: str) -> str:
    """Return a text without its definitions and with their commands expanded.

    A definition that refers to itself, or that becomes too long, stays as typed with its commands. Where everything
    together becomes too long, the whole text stays as typed.
    """
    if not _BEGIN.search(source):
        return source
    rest, definitions = _taken_out(source)
    if not definitions:
        return source
    try:
        return _expanded_outside_definitions(rest, definitions)
    except _RefusedError:
        return source


def _expanded_outside_definitions(rest: str, definitions: Mapping[str, "Definition"]) -> str:
    """Expand all but the definitions that stay as typed."""
    parts, at, longest = [], 0, len(rest) + MOST_GROWTH
    for begin in _BEGIN.finditer(rest):
        end = end_of_definition(rest, begin.start(), len(rest)) if begin.start() >= at else 0
        if end:
            parts += [_expanded(rest[at : begin.start()], definitions, longest), rest[begin.start() : end]]
            at = end
    whole = "".join([*parts, _expanded(rest[at:], definitions, longest)])
    if len(whole) > longest:
        raise _RefusedError
    return whole


def end_of_definition(source: str, at: int, most: int) -> int:
    """Return where a definition that begins at `at` ends, 0 where none does."""
    begin = _BEGIN.match(source, at, most)
    read = _read(source, begin, closing_braces(source)) if begin else None
    return read[2] if read and read[2] <= most else 0


def _taken_out(source: str) -> tuple[str, dict[str, Definition]]:
    """Return the text without definitions that can be expanded, and those definitions by name."""
    closing = closing_braces(source)
    places: dict[str, list[tuple[int, int]]] = {}
    found: dict[str, Definition] = {}
    read_to = 0
    for begin in _BEGIN.finditer(source):
        read = _read(source, begin, closing) if begin.start() >= read_to else None
        if not read or len(found) == MOST:
            continue
        name, definition, read_to = read
        if not _BEGIN.search(definition.body):  # a definition within a definition stays as typed
            places.setdefault(name, []).append((begin.start(), read_to))
            found[name] = definition
    resolved = _resolved(found)
    parts, at = [], 0
    for start, end in sorted(span for name in resolved for span in places[name]):
        parts.append(source[at:start])
        is_line = source[source.rfind("\n", 0, start) + 1 : start].isspace() or source[start - 1 : start] in ("", "\n")
        at = _REST_OF_LINE.match(source, end).end() if is_line else end
    return "".join([*parts, source[at:]]), resolved


def _read(source: str, begin: re.Match[str], closing: Mapping[int, int]) -> tuple[str, Definition, int] | None:
    name = _NAME.match(source, begin.end())
    if not name or (begin["def"] and not name[1]):
        return None
    at, arguments = name.end(), 0
    if begin["def"]:
        parameters = _PARAMETERS.match(source, at)
        arguments, at = len(parameters[1]) // 2, parameters.end()
    elif number := _NUMBER.match(source, at):
        arguments, at = int(number[1]), number.end()
    end = closing.get(at)
    if end is None:
        return None
    body = source[at + 1 : end].strip()
    if begin["command"] == "DeclareMathOperator":
        body = rf"\operatorname{{{body}}}"
    if re.fullmatch(r"\$[^$]*\$", body):
        body = rf"\ensuremath{{{body[1:-1]}}}"
    return name[1] or name[2], Definition(body, arguments), end + 1


def _resolved(found: Mapping[str, Definition]) -> dict[str, Definition]:
    """Return those that come to an end, each with the others in its body expanded."""
    resolved: dict[str, Definition] = {}
    pending, refused = dict(found), set()
    # A definition can be expanded once all that it refers to are, so a circle is never reached.
    while ready := [
        name for name, one in pending.items() if name not in refused and not _names_in(one.body) & pending.keys()
    ]:
        for name in ready:
            try:
                resolved[name] = pending[name]._replace(body=_expanded(pending[name].body, resolved, LONGEST))
                del pending[name]
            except _RefusedError:
                refused.add(name)
    return resolved


def _names_in(body: str) -> set[str]:
    return {command[1] for command in _COMMAND.finditer(body) if command[1]}


def _expanded(source: str, definitions: Mapping[str, Definition], longest: int, depth: int = 0) -> str:
    """Return `source` with its commands replaced; bodies hold none of them, so arguments alone are read again."""
    if depth > DEEPEST:
        raise _RefusedError
    closing = closing_braces(source)
    parts, at, size = [], 0, len(source)
    for command in _COMMAND.finditer(source):
        definition = definitions.get(command[1] or "")
        if definition is None or command.start() < at:
            continue
        arguments, end = _arguments(source, command.end(), definition.arguments, closing)
        if arguments is None:
            continue
        inner = [_expanded(argument, definitions, longest, depth + 1) for argument in arguments]
        new = _PARAMETER.sub(lambda found, given=inner: _argument(given, int(found[1])), definition.body)
        if new[-1:].isalpha() and source[end : end + 1].isalpha() and "\\" in new[-24:]:
            new += " "
        size += len(new)
        if size > longest:
            raise _RefusedError
        parts += [source[at : command.start()], new]
        at = end
    return "".join([*parts, source[at:]])


def _argument(given: list[str], number: int) -> str:
    return given[number - 1] if number <= len(given) else f"#{number}"


def _arguments(source: str, at: int, number: int, closing: Mapping[int, int]) -> tuple[list[str] | None, int]:
    """Return as many arguments as a command takes, None where some are missing, and where they end."""
    if not number:
        return [], at + 2 if source.startswith("{}", at) else at
    found: list[str] = []
    for _argument_number in range(number):
        while source[at : at + 1].isspace():
            at += 1
        end = closing.get(at)
        if end is not None:
            found.append(source[at + 1 : end])
            at = end + 1
        elif source[at : at + 1].isalnum():
            found.append(source[at])
            at += 1
        else:
            return None, at
    return found, at
