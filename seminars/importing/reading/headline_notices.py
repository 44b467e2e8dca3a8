"""Words of a headline about the event itself: "New room", "FYI", "Today"."""

import re

# What a change is about.
_WHAT = r"(?:day|date|(?:start(?:ing)? )?time|start|room|venue|location)"
_WHAT_ELSE = rf"{_WHAT}(?:(?: and | & | \+ |/|, ){_WHAT})*"
MOVED = (
    r"moved(?: online)?|rescheduled|relocated"
    rf"|(?:special|unusual|different|new|changed|exceptional|non-?standard|alternat(?:e|ive)|earlier|later|updated"
    rf"|revised) {_WHAT_ELSE}|{_WHAT_ELSE} chang(?:e[ds]?|ing)|change of {_WHAT_ELSE}"
    r"|(?:exceptionally|ausnahmsweise|exceptionnellement|excepcionalmente)(?: [^\W\d_]+){1,3}"
    r"|verlegt|(?:neue|andere|geänderte|ungewöhnliche|ungewohnte|abweichende|besondere|verschobene)[rs]?"
    r" (?:raum|termin|uhrzeit|anfangszeit|zeit|ort|datum|tag)|(?:raum|termin|zeit|orts|datums)-?(?:änderung|wechsel)"
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
# "[provisional title]" after a title.
OF_TITLES = re.compile(
    r"(?:provisional|tentative|working|preliminary) title|title (?:tbc|to be confirmed|may change)"
    r"|(?:vorläufiger |arbeits)titel|titre provisoire|título provisional|titolo provvisorio",
    re.IGNORECASE,
)
# "(confirmed)" says what is assumed of every talk.
CONFIRMED = re.compile(r"(?:is )?confirmed|bestätigt|zugesagt|confirmée?|confirmad[oa]|confermat[oa]", re.IGNORECASE)
