"""The words by which rooms, buildings, floors, online talks and missing places are known in a location."""

import re

from seminars.importing.reading.headline_notices import HEED, MOVED

ROOM_WORDS = (
    r"rooms?|rm\.?|raum|zimmer|h[öo]rsaal|seminarraum|konferenzraum|sitzungssaal|festsaal|saal|salle"
    r"|amphi(?:th[eé][aâ]tre)?|"
    r"aula|sala|sal[oó]n|suite|lecture (?:hall|room|theat(?:re|er))|theat(?:re|er)|auditorium|studio|zaal|lokale?"
    r"|sal|"
    r"seminar (?:room|hall)|conference room|board ?room|common room|lounge|lab(?:oratory)?|classroom|atrium|foyer"
    r"|hs|sr|lt|教室|会议室|报告厅"
)
ROOM = re.compile(
    rf"(?:(?:{ROOM_WORDS})\b.*|.*\b(?:{ROOM_WORDS})(?:\s+\w{{0,3}}\d\w*|\s+[A-Z])?|.*(?:h[öo]rsaal|raum|saal|教室|会议室"
    rf"|报告厅)(?:\s+\w{{1,6}})?"
    r"|#?\s?[A-Z]{0,4}[ .#-]{0,2}\d+(?:[./-]\w+)*[A-Z]?|\d+[./-]\w+(?:[./-]\w+)*)",
    re.IGNORECASE,
)
BUILDING = re.compile(
    r".*(?:\b(?:hall|building|bldg\.?|tower|cent(?:re|er)|house|library|campus|universit\w+|institut\w*|college"
    r"|school|department|"
    r"faculty|pavilion|annex|wing|complex|museum|b[aâ]timent|edificio|pr[eé]dio|gebouw|palazzo|bygning"
    r"|fakult[aä]t\w*|"
    r"hauptgeb[aä]ude|geb[aä]ude|haus|zentrum|centrum|block|quad(?:rangle)?)\b|geb[aä]ude|haus\b|institut\b"
    r"|zentrum\b|楼|大厦).*",
    re.IGNORECASE,
)
FLOOR = re.compile(
    r"(?:.*\b\d{1,2}(?:st|nd|rd|th)|ground|first|second|third|fourth|fifth|top|lower|upper)\s+(?:floor|level)"
    r"|(?:floor|level|etage|stock)\s+\w{1,3}"
    r"|\d{1,2}\.\s?(?:og|ug|stock|etage|obergeschoss)|eg|erdgeschoss|(?:rez-de-chauss[eé]e"
    r"|\d{1,2}e[rm]?e? [eé]tage)|\d{1,2}\.?[ºª°]?\s?(?:piano|planta|piso)",
    re.IGNORECASE,
)
CODE = re.compile(r"[A-Z]{3,8}\d{0,3}|[A-Z]{2}\d{1,3}")
NUMBERED_BUILDING = re.compile(
    r".*\b(?:building|bldg\.?|edificio|b[aâ]timent|geb[aä]ude|block|haus|tower)\s+\S+", re.IGNORECASE
)

_SERVICES = (
    r"zoom(?: (?:meeting|webinar|link|call|room|id))?|(?:microsoft |ms )?teams(?:[- ](?:meeting|besprechung|webinar"
    r"|call|link))?"
    r"|besprechung in microsoft teams|r[eé]union (?:microsoft )?(?:teams|zoom)|google (?:meet|hangouts?)"
    r"|webex(?: meeting)?|skype|bigbluebutton|bbb|jitsi|gotomeeting|"
    r"tencent(?: meeting)?|腾讯会议|youtube(?: live)?"
)
ON_LINE = (
    rf"(?:online|on-line|virtual(?:ly)?|remote(?:ly)?(?: (?:access|participation))?|live ?stream(?:ed|ing)?"
    rf"|web(?:inar|cast)|video ?(?:conference|call|konferenz)|hybrid(?:e)?"
    rf"|en ligne|en l[ií]nea|in linea|da remoto|a distance|à distance|visioconf[eé]rence|virtuell|线上|線上|オンライン"
    rf"|{_SERVICES})"
)
_BESIDE_ON_LINE = (
    r"(?:(?:only|event|meeting|talk|seminar|lecture|session|link|format|veranstaltung|vortrag|participation|option"
    r"|via|on|by|over|per|"
    r"through|using|at|in|the|a|and|or|und|oder|et|ou|mode|available|also|auch|aussi|nur|see|below|description"
    r"|abstract|"
    r"invitation|link to follow|tba|tbd|tbc|required|registration)(?!\w)|[&/+–—:-])"
)
ONLINE = re.compile(
    rf"[(\[]?\s*(?:(?>{_BESIDE_ON_LINE})\s*)*+(?>{ON_LINE}(?!\w))"
    rf"(?:[\s,;:()/&+|–—-]*+(?<!\w)(?>{ON_LINE}(?!\w)|{_BESIDE_ON_LINE}))*+[\s)\]:.,;!-]*"
    r"(?:[\s,;:(–—-]+(?:the\s+)?(?:zoom\s+)?(?:links?|details|login|please|see|contact|register|rsvp|request|ask|write"
    r"|e-?mail|will|to be|is|can)\b.*)?",
    re.IGNORECASE,
)
_JOINER = (
    r"(?:\s*(?:\band\b(?:\s+also)?|\bor\b|\bund\b|\boder\b|\bet\b|\bou\b|\by\b|\be\b"
    r"|\bplus\b|&|\+|/|\||;|,|–|—|:|\s-(?=\s))\s*(?:(?:on|via|per|by|over|also)\s+)?)"
)
ONLINE_AFTER = re.compile(rf"(?P<rest>.*?\S)(?:{_JOINER}|\s+(?=[(\[])){ONLINE.pattern}", re.IGNORECASE)
ONLINE_BEFORE = re.compile(
    rf"{ON_LINE}(?:\s+(?:meeting|event|seminar|talk))?{_JOINER}(?:(?:in[- ]person)\s*(?:in|at|:)?\s*|(?:in"
    rf"|at)\s+)?(?P<rest>\S.*)",
    re.IGNORECASE,
)
ONLINE_AROUND = re.compile(rf"(?:{ON_LINE})\s*\((?P<rest>[^()]+)\)", re.IGNORECASE)
# "Zoom 991 1122 3344 PW looms": in that line the passcode may follow without a sign.
MEETING_AND_ALL_AFTER = re.compile(
    r"\b(?P<service>zoom|teams|webex)\b[^\d\n,;|/]{0,30}(?:\d[ -]?){9,12}(?!\d)[^\n,;|/]*"
    r"(?:,\s*(?:pw|pwd|pass\w*|code|pin|kenn\w*)\b[^\n,;|/]*)?",
    re.IGNORECASE,
)
LONG_NUMBER = re.compile(r"(?:\d\s?){9,12}")
MAILBOX = re.compile(r'(?:"(?P<name>[^"\n]{1,200})"\s{0,3})?[<(]?[\w.+-]{1,64}@[\w.-]{1,255}[>)]?')
SIGNS = " -–—:&+/|,;"
LONE = re.compile(r"\s+(?:and|or|und|oder|et|ou|in)$", re.IGNORECASE)
NOWHERE = re.compile(
    r"(?:(?:room|location|venue|place|raum|ort|salle|lieu|lugar|sala|aula|luogo|zaal"
    r"|to)\s*:?\s*(?:is\s+)?(?:still\s+)?)?(?:t\.?\s?b\.?\s?[acd]\.?|to be (?:announced|determined|confirmed"
    r"|decided|defined)"
    r"|n\.?/?\s?a\.?|n\.\s?n\.|none|unknown|various|(?:not )?(?:yet )?(?:announced|specified|decided|known)"
    r"|not yet \w+|tbd?|coming soon"
    r"|wird (?:noch )?bekannt ?gegeben|noch (?:offen|unbekannt|nicht bekannt)|wird noch .*|[àa] (?:pr[eé]ciser"
    r"|d[eé]finir|confirmer|venir)|por (?:confirmar|definir|determinar|anunciar)"
    r"|da (?:definire|confermare|stabilire)|no (?:location|room|venue)|see|siehe|voir"
    r"|(?:the |our )?(?:usual|same|normal|regular)(?: (?:time|day) and)? (?:place|room|venue|location)(?: as .{1,40})?"
    r"|the usual|wie gehabt"
    r"|as (?:usual|always|before)|(?:am )?(?:[üu]blich\w*|gewohnt\w*) (?:ort|raum)|wie (?:immer|[üu]blich|gewohnt)"
    r"|(?:lieu|salle|endroit) habituel(?:le)?|comme d['’]habitude|(?:lugar|sala|aula) (?:habitual|de siempre)"
    r"|(?:luogo|aula) (?:solit[oa]|consuet[oa])"
    r"|(?:please )?(?:ask|contact|e-?mail|write to) (?:the |an |your )?(?:organi[sz]ers?|speaker|host|office)\b.{0,40}"
    r"|(?:please )?(?:ask|contact|e-?mail|write)\b.{0,60}\b(?:link|details|location|room|place|address)\b.{0,20}"
    r"|(?:the )?(?:zoom )?link\b.{0,60}|待定|未定|待通知|[-–—?.*_/\s]+)[.!]?"
    r"|(?:please )?(?:see|check|cf\.?|siehe|s\.|voir|ver|vedi)\s+(?:the\s+|our\s+|in\s+|e-?)*(?:abstract"
    r"|description|below|above|website|web ?page|e-?mails?|details|announcement|calendar|link|notes|"
    r"schedule|beschreibung|unten|webseite|text|ci-dessous|description below|event page|.{0,20}page)\b.{0,40}",
    re.IGNORECASE,
)
# "Room 12 (NEW ROOM!)", "Note unusual room: Room 12": what is said of the room, not its name.
_OF_ROOMS = rf"{HEED}(?:{MOVED}|moved(?: (?:to|in))?|new|changed|updated|now)"
NOTICE_FIRST = re.compile(
    rf"\A(?:[*!\s]*{_OF_ROOMS}\s*(?:[:–—*!]|-\s)[\s*!]*"
    r"|(?:(?:room|location|venue|talk)\s)?(?:has\s|is\s)?(?:moved|relocated|changed)\sto\s)(?=\S)",
    re.IGNORECASE,
)
NOTICE_IN_BRACKETS = re.compile(rf"\s*[(\[]\s*[*!]*{_OF_ROOMS}[*!. ]*[)\]]", re.IGNORECASE)
NOTICE_LAST = re.compile(rf"\s*(?:[–—!*]|\s-)[\s*!]*{HEED}(?:{MOVED})[*!. ]*$", re.IGNORECASE)
# Behind a room: how many people it seats.
SEATS = re.compile(
    r"(?:(?:cap(?:acity|\.)?|max(?:imum|\.)?|seats|plätze|places|plazas):? ?\d{1,4}|\d{1,4}"
    r"(?: ?(?:seats?|people|persons?|pax|plätze|personen|pers\.?|places|personnes|plazas|personas|posti))?)",
    re.IGNORECASE,
)
HYBRID = re.compile(r"\bhybrid", re.IGNORECASE)
LABEL = re.compile(
    r"(?:location|venue|place|where|address|ort|wo|adresse|lieu|lugar|luogo|地点|地點|building|geb[aä]ude|b[aâ]timent"
    r"|street|city|campus"
    r"|in[- ]person(?: (?:at|in))?|in pr[aä]senz|pr[eé]sentiel|hybrid)\s*[:：]\s*|lecture held in (?:the )?(?=\S)",
    re.IGNORECASE,
)
IN_PERSON = re.compile(
    r"(?:in[- ]person|live|on[- ]site|vor ort|in pr[aä]senz)(?: only| nur)?\s*(?:\bin\b|\bat\b|:|,|-"
    r"|\()\s*(?:the\s+)?",
    re.IGNORECASE,
)
IN_PERSON_ALONE = re.compile(r"\s*\(\s*(?:in[- ]person|on[- ]site|vor ort|in pr[aä]senz|\W*)\s*\)", re.IGNORECASE)
ROOM_LABEL = re.compile(r"(room|raum|salle|sala|aula|rm)\s*[:：#]\s*(?=\w)", re.IGNORECASE)
AT = re.compile(
    rf"(?P<room>(?:{ROOM_WORDS})\.?\s+#?\w{{0,4}}[\d.]\S{{0,8}}|(?:{ROOM_WORDS})\s+[A-Z0-9]{{1,4}})\s*(?:,?\s+(?:at"
    rf"|in|of|im|in der|am|du|de la|del|dell.|der)|,?\s*@)\s+(?:the\s+)?(?P<building>\S.*)",
    re.IGNORECASE,
)
DASHED = re.compile(r"(?P<first>.*?\S)\s+[-–—|]+\s+(?P<second>\S.*)")
IN_BRACKETS = re.compile(r"(?P<name>[^()]{1,120}?)\s*\((?P<inside>[^()]{1,120})\)\s*(?P<after>[^()]{0,120})")
TRAILING_NUMBER = re.compile(r"(?P<building>[^\W\d]{2}[^\d,]*?)[ ,]+(?:#\s?)?(?P<number>[A-Z]{0,2}\d[\w./-]{0,8})")
FILLERS = frozenset({
    "room", "rm", "raum", "zimmer", "salle", "sala", "the", "at", "in", "of", "no", "nr", "hall", "building",
})  # fmt: skip
