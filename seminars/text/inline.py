"""What the rules for LaTeX share: saying text, finding arguments, reading a part of a text again."""

from markdown_it.rules_inline import StateInline

from .groups import closing_braces


def say(state: StateInline, said: str, silent: bool) -> None:
    if not silent and said:
        state.append_pending(said)


def argument(state: StateInline, at: int) -> tuple[int, int]:
    """Return where the text of an argument in braces begins and ends; (0, 0) where there is none."""
    while at < state.posMax and state.src[at] == " ":
        at += 1
    end = closing_braces(state.src).get(at, 0)
    return (at + 1, end) if 0 < end < state.posMax else (0, 0)


def within(state: StateInline, start: int, end: int, tag: str, silent: bool) -> None:
    """Read a part of the text as tokens of their own, within a tag or without."""
    if silent:
        return
    after = state.posMax
    if tag:
        state.push(f"{tag}_open", tag, 1)
    else:
        state.level += 1  # so that the parser's bound on nesting holds here too
    state.pos, state.posMax = start, end
    state.md.inline.tokenize(state)
    state.posMax = after
    if tag:
        state.push(f"{tag}_close", tag, -1)
    else:
        state.level -= 1


def after_switch(state: StateInline, at: int) -> int:
    """Return where the text after a command begins that prints nothing: one blank only ends its name."""
    return at + 2 if state.src.startswith("{}", at) else at + state.src.startswith(" ", at)


def broken(state: StateInline, end: int, silent: bool) -> int:
    if not silent:
        state.pending = state.pending.rstrip(" ")
        state.push("hardbreak", "br", 0)
    return end
