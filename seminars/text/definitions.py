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
        return _expanded(rest, definitions, len(rest) + MOST_GROWTH)
    except _RefusedError:
        return source


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
        at = end
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
    after = re.compile(r"[ \t]*\n?").match(source, end + 1)
    is_line = source[: begin.start()].rpartition("\n")[2].strip() == ""
    return name[1] or name[2], Definition(body, arguments), after.end() if is_line else end + 1


def _resolved(found: Mapping[str, Definition]) -> dict[str, Definition]:
    """Return those that come to an end, each with the others in its body expanded."""
    resolved: dict[str, Definition] = {}
    pending = dict(found)
    # A definition can be expanded once all that it refers to are, so a circle is never reached.
    while ready := [name for name, one in pending.items() if not _names_in(one.body) & pending.keys()]:
        for name in ready:
            one = pending.pop(name)
            try:
                resolved[name] = Definition(_expanded(one.body, resolved, LONGEST), one.arguments)
            except _RefusedError:
                continue
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
