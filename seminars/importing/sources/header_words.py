"""Words around the header of a column that say little: "Working title", "Date of the seminar", "Host (if known)"."""

import re

_LONGEST = 60  # characters of a header
_BRACKETS = re.compile(r" ?[(\[][^()\[\]]{0,40}[)\]]")
_OF_A_PERSON = re.compile(
    r"[(\[](?:.*\b)?(?:dr|prof|mr|mrs|ms|herr|frau|m|mme)\b", re.IGNORECASE
)  # "Title (Prof./Dr.)"
# Folded words, of which some may stand before and after what a column means.
_BEFORE = re.compile(
    r"(?:(?:the|our|your|working|final|full|exact|actual|scheduled|planned|proposed|preliminary|provisional|tentative"
    r"|suggested|invited|guest(?! title)|external|main|home|current|speaker(?:['’]s|s)?(?! title)|talk|seminar|event"
    r"|meeting|local"
    r"|der|die|das|geplanter?|geplantes|vorlaufiger?|voraussichtlicher?|eingeladene[rs]?|genauer?"
    r"|le|la|les|el|los|il|lo|de|het) )+"
)
_AFTER = re.compile(
    r"(?: (?:(?:of|for) (?:the |each |your )?(?:talk|seminar|speakers?|event|presentation|presenter|lecture|session"
    r"|meeting|colloquium|guest|visitor)|(?:des|der) (?:vortrags|seminars|vortragenden|referenten|referentin|gastes"
    r"|veranstaltung|kolloquiums)|(?:du|de la|de l['’] ?|des) ?(?:seminaire|expose|orateur|oratrice|intervenant|seance"
    r"|conference|conferencier)|(?:del|de la|de el) (?:seminario|charla|ponencia|ponente|evento|conferencia|coloquio)"
    r"|(?:del|della|dello) (?:seminario|conferenza|relatore|oratore)|(?:do|da) (?:seminario|palestra|palestrante)"
    r"|de origen|d['’]origine|di provenienza|invite|invitee|invitado|invitada|invitato|convidado"
    r"|provisoire|provisional|provisorio|previsto|prevista|prevu|prevue|definitif|definitivo|tentativo"
    r"|if known|optional|required|info|details))+$"
)
_JOINED = re.compile(r" ?(?:/|&|\+|[–—-]| (?:and|or|und|oder|et|ou|y|o|e|of|en) ) ?")


def likely_headers(header: str) -> list[list[str]]:
    """Return what a folded header may stand for, the likeliest first: each a list of headers that it joins.

    "date of the seminar" is ["date"], "orateur ou oratrice" is ["orateur", "oratrice"].
    """
    if len(header) > _LONGEST or _OF_A_PERSON.search(header):
        return []
    bare = " ".join(_BRACKETS.sub("", header).split())
    names = [bare, _AFTER.sub("", bare), _BEFORE.sub("", bare), _BEFORE.sub("", _AFTER.sub("", bare))]
    names = list(dict.fromkeys(names))
    pairs = ([part.strip() for part in _JOINED.split(name)] for name in names)
    return [*([name] for name in names), *(pair for pair in pairs if len(pair) == 2)]
