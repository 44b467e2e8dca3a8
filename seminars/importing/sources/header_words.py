"""Words around the header of a column that say little: "Working title", "Date of the seminar", "Host (if known)"."""

import re

_LONGEST = 60  # characters of a header
_BRACKETS = re.compile(r" ?[(\[][^()\[\]]{0,40}[)\]]")
_OF_A_PERSON = re.compile(
    r"[(\[](?:.*\b)?(?:dr|prof|mr|mrs|ms|herr|frau|m|mme)\b", re.IGNORECASE
)  # "Title (Prof./Dr.)"
# Words, folded, that a header may have before or after the words that say what the column means.
_BEFORE = re.compile(
    r"^(?:nom de l['’]|(?:the|our|your|working|final|full|exact|actual|scheduled|planned|proposed"
    r"|preliminary|provisional|tentative|suggested|invited|guest(?! title)|external|main|home|current"
    r"|speaker(?:['’]s|s)?(?! title)|talk|seminar|event"
    r"|meeting|presentation|lecture|colloquium|local|hosting"
    r"|(?:(?:full )?names?|nom|nombre|nome|naam) (?:of|du|de|de la|des|del|do|da|der)(?: the| el)?"
    r"|der|die|das|geplanter?|geplantes|vorlaufiger?|voraussichtlicher?|eingeladene[rs]?|genauer?"
    r"|le|la|les|el|los|il|lo|de|het) )+"
)
_THINGS = (
    r"(?:talk|seminar|speakers?|event|presentation|presenter|lecture|session|meeting|colloquium|guest|visitor"
    r"|vortrags?|seminars|vortragenden|referenten|referentin|gast(?:es)?|veranstaltung|kolloquiums|termins"
    r"|seminaire|expose|orateurs?|oratrice|intervenante?|seance|conference|conferencier|colloque|reunion"
    r"|seminario|charla|ponencia|ponente|evento|conferencia|coloquio|sesion|clase|jornada|encuentro"
    r"|conferenza|relatore|oratore|incontro|palestra|palestrante)"
)
_AFTER = re.compile(
    rf"(?: (?:(?:of|for|des|der|du|de|de la|de los|de l['’]|de el|del|della|dello|do|da)"
    rf" ?(?:the |each |your |l['’])?{_THINGS}"
    r"|de origen|d['’]origine|di provenienza|invitee?|invitad[oa]|invitato|convidado"
    r"|provisoire|provisional|provisorio|previst[oa]|prevue?|definitif|definitivo|tentativo|names?"
    r"|if known|optional|required|info|details|by (?:the )?speaker))+$"
)
_COMPOUND = re.compile(r"[a-z]{4,}(titel|thema|datum|raum)")  # "Arbeitstitel"
_JOINED = re.compile(r" ?(?:/|,|&|\+|[–—-]| (?:and|or|und|oder|et|ou|y|o|e|of|en) ) ?")


def likely_headers(header: str) -> list[list[str]]:
    """Return what a folded header may stand for, the likeliest first: each a list of headers that it joins.

    "date of the seminar" is ["date"], "orateur ou oratrice" is ["orateur", "oratrice"].
    """
    if len(header) > _LONGEST or _OF_A_PERSON.search(header):
        return []
    bare = " ".join(_BRACKETS.sub("", header).split())
    if match := _COMPOUND.fullmatch(bare):
        return [[match[1]]]
    names = [bare, _BEFORE.sub("", bare), _AFTER.sub("", bare), _BEFORE.sub("", _AFTER.sub("", bare))]
    names = list(dict.fromkeys(names))
    pairs = ([part.strip() for part in _JOINED.split(name)] for name in names)
    return [*([name] for name in names), *(pair for pair in pairs if len(pair) == 2)]
