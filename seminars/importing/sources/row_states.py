"""What a row of a spreadsheet says of the state of its talk, in a column of its own or among speakers and title."""

import re
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars.importing.reading.headline_holds import state_held
from seminars.importing.reading.headline_notices import CONFIRMED
from seminars.importing.reading.summaries import state_in
from seminars.importing.sources.cells import read_choice, read_yes_or_no
from seminars.models import State
from seminars.models.states import UNSETTLED
from seminars.text import fold

# What a row says at once: the first of these counts.
_FIRST = (State.CANCELLED, State.POSTPONED, State.DRAFT, State.TENTATIVE, State.CONFIRMED)
# Words of people who look for speakers.
_NOT_YET = re.compile(
    r"(?:to be )?(?:invited|asked|contacted|decided)|pending.*|waiting.*|in progress|planned|proposed|option(?:al)?"
    r"|idea|maybe|unclear|open|free|\?+|eingeladen|angefragt|offen|frei|geplant|vielleicht|option|warte.*"
    r"|invitée?|contactée?|en attente|prévue?|invitad[oa]|contactad[oa]|pendiente.*|en espera|previst[oa]|tal vez",
    re.IGNORECASE,
)
_AGREED = re.compile(
    r"ok(?:ay)?|accepted|agreed|fixed|settled|scheduled|done|given|held|firm|final|fix|✓|✔|fest|erledigt|gehalten|fixé|accepté|fait"
    r"|aceptad[oa]|acordad[oa]|hecho",
    re.IGNORECASE,
)


def states_said(cells: dict[str, str], *, is_exported: bool) -> tuple[list[str], dict[str, str]]:
    """Return the states that a row tells, and its cells without the words that tell them.

    Raise ValidationError if its column of states has something else.
    """
    if is_exported:
        cell = cells.get("state", "")
        return ([read_choice(cell, State)] if cell else []), cells
    states, left = list(_of_columns(cells)), dict(cells)
    for name in ("title", "speakers"):
        cell = cells.get(name, "")
        state, rest = state_in("; ".join(filter(None, cell.split("\n"))) if name == "speakers" else cell)
        if state:
            states.append(state)
            left[name] = rest
    return states, left


def settled(states: list[str]) -> str:
    """Return the one of several states that a row tells which counts."""
    return min(states, key=_FIRST.index)


def _of_columns(cells: dict[str, str]) -> Iterator[str]:
    if cell := cells.get("state"):
        yield _of_word(cell)
    if "confirmed" in cells:
        yield _if_so(cells["confirmed"], State.CONFIRMED, State.DRAFT)
    if cells.get("cancelled"):
        yield _if_so(cells["cancelled"], State.CANCELLED, State.CONFIRMED)


def _if_so(cell: str, yes: State, no: State) -> str:
    """Return the state for "yes" or "no"; any other word may tell one itself."""
    try:
        return yes if read_yes_or_no(cell) else no
    except ValidationError:
        return _of_word(cell)


def _of_word(cell: str) -> str:
    """Return the state that a word means, in the words of this site or of people who plan a term."""
    try:
        return read_choice(cell, State)
    except ValidationError:
        words = " ".join(cell.split())
        if CONFIRMED.fullmatch(words) or _AGREED.fullmatch(words):
            return State.CONFIRMED
        if state := state_held(words) or (State.DRAFT if _NOT_YET.fullmatch(words) else state_in(words)[0]):
            return state
        raise


def remark_on(states: list[str], cells: dict[str, str]) -> str:
    """Say why a talk is not confirmed, "" if its column of states says just that."""
    state = settled(states)
    if state not in UNSETTLED or fold(cells.get("state", "")) in {state, fold(State(state).label)}:
        return ""
    return _("its row says that it is not certain, so it is %(state)s") % {"state": State(state).label}
