"""Tell what only keeps a date, or is not certain yet, from a talk: "Hold: seminar", "Bo Reed (tentative)"."""

import re
from dataclasses import dataclass

from seminars.importing.reading.headline_parts import parts_of
from seminars.models import State
from seminars.typed_names.names import Certainty
from seminars.typed_names.people import named_in

_SIGNS = " *_~=#!.-–—+<>★☆•"
# A date that is kept for somebody: there is no talk to announce yet.
_EVENTS = (
    r"(?:(?:seminar|speaker|talk|colloquium|lecture|visitor|guest|room|date|slot|time|kolloquium|vortrag|raum|termin"
    r"|séminaire|exposé|salle|créneau|date|seminario|charla|ponente|sala|fecha|hueco)s? ){0,3}"
)
_HELD = (
    rf"(?:{_EVENTS}(?:hold(?: the)?(?: date| slot| time)?|on hold|reserved|place-?holder|blocked(?: out)?"
    r"|pencil(?:l?ed) in|reserviert|vorgemerkt|geblockt|réservée?|bloquée?|reservad[oa]"
    r"|bloquead[oa]|riservat[oa]|gereserveerd|zarezerwowan[ey])|blocker"
    r"|(?:open|free|available|empty|unfilled|vacant) (?:slot|date|spot)|slot (?:open|free|available)"
    r"|platzhalter|freier (?:termin|slot|platz)|(?:slot|termin|platz) (?:noch )?(?:frei|offen)"
    r"|créneau (?:libre|disponible)|date libre|(?:hueco|fecha) (?:libre|disponible)|marcador de posición"
    r"|segnaposto|data libera|tijdelijke aanduiding)"
)
# Words of titles, unless they stand alone.
_FREE = (
    r"held|unassigned|nicht vergeben|non attribué|sin asignar|pending|open|free|available|vacant"
    r"|(?:noch )?(?:frei|offen)|en attente|pendiente|libre|libero|vrij"
)
_TENTATIVE = (
    r"tentative(?:ly)?|provisional(?:ly)?|unconfirmed|not (?:yet )?confirmed|pending(?: confirmation)?"
    r"|vorläufig|unbestätigt|(?:noch )?nicht bestätigt|unter vorbehalt|angefragt"
    r"|provisoire|sous réserve|non confirmée?|tentativ[oa]|sin confirmar|no confirmad[oa]"
    r"|provvisori[oa]|non confermat[oa]|voorlopig|onder voorbehoud|provisóri[oa]|wstępnie"
)
_EITHER = rf"(?:(?P<tentative>{_TENTATIVE})|{_HELD})"
# Only before a sign: elsewhere these are words of titles, or say that there is none yet.
_BEFORE_A_SIGN = (
    r"possibly|perhaps|probably|maybe|likely|planned|proposed|option|tbc|to be confirmed|zu bestätigen|geplant"
    r"|vielleicht|eventuell|evtl\.?|voraussichtlich|wahrscheinlich|optional|à confirmer|prévue?|peut-être|probablement"
    r"|por confirmar|previst[oa]|quizás?|tal vez|posiblemente|probable|da confermare|forse"
)
_TENTATIVE_FIRST = re.compile(rf"(?:{_BEFORE_A_SIGN}) ?[:!]+ ?(?=(?-i:[^a-zß-ÿ\s]))", re.IGNORECASE)
_TENTATIVE_LAST = re.compile(rf", (?:{_TENTATIVE})[.! ]*$", re.IGNORECASE)
_MAYBE = re.compile(
    r"(?:possibly|perhaps|probably|maybe|vielleicht|evtl\.?|peut-être|quizás?|tal vez|forse) (?=\S)", re.IGNORECASE
)
_AROUND = re.compile(rf"{_EITHER} ?[(\[](?P<rest>[^()\[\]]{{2,120}})[)\]]", re.IGNORECASE)
_FIRST = re.compile(
    rf"{_EITHER}(?:(?: ?[:|!]+ ?| ?[–—] ?| -{{1,3}} ?| \* ?)(?=\S)"
    r"| (?:for|für|pour|à|para|per|voor) (?=(?-i:[^a-zß-ÿ\s])"
    r"|[\w -]{0,30}\b(?:seminar|talk|speaker|visitor|colloquium|guest|candidate|vortrag|séminaire|exposé|charla)s?\b))",
    re.IGNORECASE,
)
_LAST = re.compile(rf"(?: ?[–—|] ?| -{{1,3}} ?){_EITHER}[.!? *]*$", re.IGNORECASE)
_ALONE = re.compile(rf"{_EITHER}(?: (?:date|slot|time|talk))?[.!? ]*", re.IGNORECASE)
_AS_A_WHOLE = re.compile(rf"(?:{_EITHER}|{_FREE})(?: (?:slot|date|termin|créneau))?[.!? ]*", re.IGNORECASE)


@dataclass(frozen=True)
class Hold:
    """A draft or a provisional talk, the words that say so, and the rest of the headline."""

    state: str
    words: str
    rest: str


def state_held(words: str) -> str:
    """Return the state that words such as "reserved" or "tentative" tell, "" for any others."""
    match = _ALONE.fullmatch(words)
    return _state_of(match) if match else ""


def hold_in(text: str) -> Hold | None:
    """Return what "Hold:", "Reserved for", "– tentative" or "Bo Reed?" say of a headline; None if it is as usual."""
    if match := _FIRST.match(text):
        return Hold(_state_of(match), match[0], text[match.end() :])
    if match := _LAST.search(text):
        return Hold(_state_of(match), match[0], text[: match.start()])
    if match := _AS_A_WHOLE.fullmatch(text.strip(_SIGNS)):
        return Hold(_state_of(match), text, "")
    if match := _AROUND.fullmatch(text):
        begin = match.start("rest") if _is_somebody(match["rest"].rstrip("? ")) else len(text)
        return Hold(_state_of(match), text[:begin], text[begin:].rstrip(")]"))
    return _doubt_in(text)


def _doubt_in(text: str) -> Hold | None:
    """Read "TBC:" before a name or title, "maybe" before a name, and a question mark behind one."""
    if match := _TENTATIVE_FIRST.match(text):
        return Hold(State.TENTATIVE, match[0], text[match.end() :])
    if (match := _MAYBE.match(text)) and any(_is_somebody(part.text) for part in parts_of(text[match.end() :])[:1]):
        return Hold(State.TENTATIVE, match[0], text[match.end() :])
    if match := _TENTATIVE_LAST.search(text):
        return Hold(State.TENTATIVE, match[0], text[: match.start()])
    asked = text.removesuffix("(?)").strip("? ")
    is_asked = text.startswith("?") or text.endswith(("?", "(?)"))
    return Hold(State.TENTATIVE, "?", asked) if is_asked and _is_somebody(asked) else None


def _is_somebody(words: str) -> bool:
    return named_in(words).certainty >= Certainty.LIKELY


def _state_of(match: re.Match[str]) -> str:
    return State.TENTATIVE if match["tentative"] else State.DRAFT
