"""Words of a headline about the event itself: "New room", "FYI", and "Hold" or "Tentative" where nothing is certain."""

import re

# What a change is about.
_WHAT = r"(?:day|date|(?:start(?:ing)? )?time|room|venue|location)"
_WHAT_ELSE = rf"{_WHAT}(?:(?: and | & | \+ |/|, ){_WHAT})*"
MOVED = (
    r"moved(?: online)?|rescheduled|relocated"
    rf"|(?:special|unusual|different|new|changed|exceptional|non-?standard|alternat(?:e|ive)|earlier|later|updated"
    rf"|revised) {_WHAT_ELSE}|{_WHAT_ELSE} chang(?:e[ds]?|ing)|change of {_WHAT_ELSE}"
    r"|verlegt|(?:neue|andere|geänderte|ungewöhnliche|ungewohnte|abweichende|besondere)[rs]? (?:raum|termin|uhrzeit"
    r"|anfangszeit|zeit|ort|datum|tag)|(?:raum|termin|zeit|orts|datums)-?(?:änderung|wechsel)"
    r"|déplacée?|(?:changement|modification) (?:de |d['’] ?)(?:salle|date|horaire|heure|lieu|jour)s?"
    r"|nouvel(?:le)? (?:salle|date|horaire|heure)|nouveau (?:lieu|jour)"
    r"|(?:salle|date|horaire|heure|jour|lieu) (?:inhabituel(?:le)?|exceptionnel(?:le)?|modifiée?|différente?)"
    r"|trasladad[oa]|cambio de (?:sala|aula|fecha|hora|horario|lugar|día)"
    r"|nuev[oa] (?:sala|aula|fecha|hora|horario|lugar|día)"
    r"|(?:sala|aula|fecha|hora|horario|lugar|día) (?:especial|inusual|distint[oa]|modificad[oa])"
    r"|spostat[oa]|cambio (?:di )?(?:aula|sala|data|orario)|nuov[oa] (?:aula|sala|data|orario)"
    r"|nieuwe (?:zaal|datum|tijd|locatie)|(?:zaal|tijd|datum)wijziging"
    r"|mudança de (?:sala|data|horário)|nov[oa] (?:sala|data|horário)"
)
# What may stand before that: "Note unusual time", "Achtung, neuer Raum".
HEED = (
    r"(?:(?:(?:please )?note(?: the)?|nb|n\.b\.|attention|important|warning|heads[ -]up|achtung|wichtig|hinweis"
    r"|bitte beachten|atención|aviso|ojo|importante|attenzione|let op|atenção)(?: ?[:!,–—-]+ ?| ))?"
)
# What is no part of a title if a sign and a capital letter follow: "CHANGED: On engines", "Today: Bo Reed".
NOTICE = re.compile(
    r"(?:fyi|please note|update[ds]?|changed|revised|corrected|last call|today|tomorrow|tonight|(?:this|next) week"
    r"|zur info|bitte beachten|heute|morgen|(?:diese|nächste) woche|geändert|aktualisiert|korrigiert"
    r"|pour info|rappel|aujourd['’]hui|cette semaine|modifiée?|mise à jour|mis à jour"
    r"|recordatorio|hoy|esta semana|modificad[oa]|actualizad[oa]|actualización"
    r"|promemoria|oggi|questa settimana|aggiornamento|aggiornat[oa]|herinnering|vandaag|deze week|gewijzigd"
    r"|lembrete|hoje|esta semana|atualização|przypomnienie|dzisiaj)"
    r"(?: ?[:!]+ ?| [–—] | -{1,3} )(?=(?-i:[^a-zß-ÿ\s]))",
    re.IGNORECASE,
)

# A date that is kept for somebody: there is no talk to announce yet.
_HELD = (
    r"hold|on hold|reserved|place-?holder|blocked(?: out)?|pencil(?:l?ed) in"
    r"|(?:open|free|available|empty|unfilled|vacant) (?:slot|date|spot)|slot (?:open|free|available)"
    r"|reserviert|vorgemerkt|platzhalter|geblockt|freier (?:termin|slot|platz)|termin (?:noch )?frei"
    r"|réservée?|créneau (?:libre|réservé|disponible)|date (?:libre|réservée)"
    r"|reservad[oa]|(?:hueco|fecha) (?:libre|disponible|reservad[oa])|marcador de posición"
    r"|riservat[oa]|segnaposto|data (?:libera|riservata)|gereserveerd|tijdelijke aanduiding|zarezerwowan[ey]"
)
_FREE = r"held|open|free|available|vacant|(?:noch )?frei|libre|libero|vrij"  # words of titles, unless they stand alone
_TENTATIVE = (
    r"tentative(?:ly)?|provisional(?:ly)?|unconfirmed|not (?:yet )?confirmed|pending(?: confirmation)?"
    r"|vorläufig|unbestätigt|(?:noch )?nicht bestätigt|unter vorbehalt|angefragt"
    r"|provisoire|sous réserve|non confirmée?|tentativ[oa]|sin confirmar|no confirmad[oa]"
    r"|provvisori[oa]|non confermat[oa]|voorlopig|onder voorbehoud|provisóri[oa]|wstępnie"
)
_EITHER = rf"(?:(?P<tentative>{_TENTATIVE})|{_HELD})"
HELD_FIRST = re.compile(
    rf"{_EITHER}(?:(?: ?[:|!]+ ?| ?[–—] ?| -{{1,3}} ?| \* ?)(?=\S)"
    r"| (?:for|für|pour|à|para|per|voor) (?=(?-i:[^a-zß-ÿ\s])|(?:the )?(?:seminar|talk|speaker|visitor)s?\b))",
    re.IGNORECASE,
)
HELD_LAST = re.compile(rf"(?: ?[–—|] ?| -{{1,3}} ?){_EITHER}[.!? *]*$", re.IGNORECASE)
HELD_ALONE = re.compile(rf"{_EITHER}[.!? ]*", re.IGNORECASE)
HELD_AS_A_WHOLE = re.compile(rf"(?:{_EITHER}|{_FREE})(?: (?:slot|date|termin|créneau))?[.!? ]*", re.IGNORECASE)
# "(confirmed)" says what is assumed of every talk.
CONFIRMED = re.compile(r"(?:is )?confirmed|bestätigt|zugesagt|confirmée?|confirmad[oa]|confermat[oa]", re.IGNORECASE)
