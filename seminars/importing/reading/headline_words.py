"""Words that a headline has beside people and title: kinds of talks, "cancelled", "no seminar", "online", "Re:"."""

import re

from seminars.importing.reading.headline_notices import HEED, MOVED
from seminars.models import State


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


KINDS = (
    "Groupe de travail", "Grupo de trabajo", "Arbeitsgemeinschaft", "Lunch Talk",
    "Seminar Series", "Lecture Series", "Distinguished Lecture", "Reading Group", "Brown Bag", "Journal Club",
    "Seminar",
    "Colloquium", "Lecture", "Talk", "Workshop", "Symposium", "Tutorial", "Defense", "Defence", "Viva", "Webinar",
    "Keynote", "Minicourse", "Kolloquium", "Oberseminar", "Forschungsseminar", "Gastvortrag", "Festvortrag", "Vortrag",
    "Antrittsvorlesung", "Vorlesung", "Disputation", "Séminaire", "Colloque", "Exposé", "Conférence", "Soutenance",
    "Seminario", "Coloquio", "Charla", "Conferencia", "Ponencia", "Colloquio", "Conferenza", "Lezione", "Seminário",
    "Colóquio", "Palestra", "Lezing", "Voordracht", "Seminarium", "Kolokwium", "Wykład", "Referat",
    "Odczyt", "Föredrag", "Foredrag", "学术报告", "学术讲座", "讨论班", "研讨会", "讲座", "报告", "講演会", "講演",
    "セミナー", "コロキウム", "談話会", "세미나",
)  # fmt: skip
# Those that meet again and again: "Algebra Seminar" alone is a date without a title, "Lean Workshop" is a title.
MEETINGS = re.compile(
    r"(?:.*seminar|.*seminar series|lecture series|reading group|brown bag|journal club|.*kolloquium|colloquium"
    r"|s[eé]minaire|colloque|seminario|coloquio|colloquio|seminário|colóquio|seminarium|kolokwium|webinar|讨论班|セミナー"
    r"|コロキウム|談話会|세미나)",
    re.IGNORECASE,
)
# Words that make a kind of a kind: "Job talk", "PhD defense".
MODIFIERS = _words(
    """
    job phd ph.d. thesis dissertation master's masters master bachelor inaugural distinguished invited guest
    keynote lightning special plenary public evening departmental department internal external research visitor
    student students graduate postgraduate faculty weekly mini short general colloquium seminar online virtual
    joint lunch brown bag öffentlicher gast doktorand habilitation invité thèse de tesis doctoral
    """
)
# Such words behind the kind: "Charla invitada", "Séminaire doctorants".
MODIFIERS_AFTER = _words(
    """
    invitada invitado invité invitée invités especial spécial spéciale exceptionnel exceptionnelle inaugural
    inaugurale extraordinaria extraordinario doctoral doctorale doctorants doctorandos plenaria plénière général
    générale general intern public publique público pública conjunto commun straordinario dottorale
    """
)
# Little words that may stand within the name of a series: "Women in Logic Symposium".
OF_NAMES = _words(
    """
    and & of in on for und für der des de la le et y e di del della do da du the d' zur
    """
)

_CANCELLED = (
    r"cancell?ed|cancell?ation|called off|abgesagt|f[äa]llt(?: heute| leider)? aus"
    r"|f[äa]llt(?: leider)? weg|entf[äa]llt|ausgefallen|annulée?|supprimée?"
    r"|cancelad[oa]|suspendid[oa]|annullat[oa]|geannuleerd|afgelast|vervalt|gaat niet door|odwołan[eya]"
    r"|inställt|aflyst|avlyst"
    r"|取消|中止|休講|취소"
)
_POSTPONED = (
    r"postponed|deferred|verschoben|vertagt|reportée?|ajournée?|aplazad[oa]|pospuest[oa]|postergad[oa]|rinviat[oa]"
    r"|posticipat[oa]|adiad[oa]|uitgesteld|verplaatst|przełożon[eya]|推迟|延期|연기"
)
STATES = ((State.CANCELLED.value, _CANCELLED), (State.POSTPONED.value, _POSTPONED), ("", MOVED))
# What may follow one of them: "because of illness", "to 5 May".
_MORE = (
    r"(?:(?: (?:today|tomorrow|this|next|heute|to"
    r"|until|till|due to|because|as|owing to|on|for|and|auf|bis|wegen|à|au|para|al|a|naar|na|from"
    r"|into|by|this|until)\b|,|:| [–—-])[^\[\]()]{0,100})?"
)
STATE_ALONE = re.compile(
    rf"{HEED}(?:(?:is |has been |wurde |ist |est )?(?:{_CANCELLED}|{_POSTPONED}|{MOVED})){_MORE}", re.IGNORECASE
)
# What may stand before it where a sign follows: "Meeting cancelled: On engines".
_EVENT = (
    r"(?:(?:(?:mtg|meeting|event|talk|seminar|class|lecture|session|colloquium|veranstaltung|vortrag|sitzung|termin"
    r"|kolloquium|séance|séminaire|exposé|réunion|charla|seminario|sesión|evento) )?"
    r"(?:is |has been |was |wurde |ist |est )?)"
)
STATE_FIRST = re.compile(
    rf"{HEED}{_EVENT}(?P<state>{_CANCELLED}|{_POSTPONED}|{MOVED})(?:(?: (?:to|auf|until|bis|naar|au|al) [^:–—"
    rf"|]{{1,40}}?)?(?: ?[:：!|]+ ?| ?[–—] ?| -{{1,3}} ?|- | \* ?)(?=\S)"
    r"|\. (?=(?-i:[^a-zß-ÿ\s])))",
    re.IGNORECASE,
)
STATE_WORD = re.compile(rf"(?:{_CANCELLED}|{_POSTPONED}|{MOVED})\b", re.IGNORECASE)
STATE_LAST = re.compile(
    rf"(?: ?[–—:,;|!*] ?| -{{1,3}} ?)(?P<state>{HEED}(?:is |has been |wurde |ist )?(?:{_CANCELLED}|{_POSTPONED}"
    rf"|{MOVED}){_MORE})[.! *]*$",
    re.IGNORECASE,
)
STATE_AFTER_LABEL = re.compile(
    rf" (?P<state>(?:is |has been |was |wurde |ist |a été |est )?(?:{_CANCELLED}|{_POSTPONED}){_MORE})[.! *]*$",
    re.IGNORECASE,
)

STATE_BECAUSE = re.compile(
    rf"(?<!\bwas)(?<!\bwere)(?<!\bgot) (?P<state>(?:{_CANCELLED}|{_POSTPONED})"
    rf" (?:because of|due to|owing to|wegen|until)\b.*)$",
    re.IGNORECASE,
)

# "[HYBRID]", "(online)", "(via Zoom)": how one attends.
FORMAT = re.compile(
    r"(?:now )?(?:hybrid|hybride|híbrid[oa]|ibrid[oa]|online|on[ -]?line|en línea|en ligne|virtual"
    r"|virtuell|virtuel|remote|in[ -]person|in presence|"
    r"in präsenz|präsenz|présentiel|presencial|zoom|teams|webex|livestream(?:ed)?|线上|線上|在线|オンライン"
    r"|ハイブリッド)(?: ?(?:only|event|talk|"
    r"meeting|seminar|format|veranstaltung))?(?: ?(?:via|on|by|über|per|on|sur|por) (?:zoom|teams|webex"
    r"|google meet|bbb))?"
    r"|(?:via|on|by|über|per|sur|por|su) (?:zoom|teams|webex|google meet|bbb)(?: only)?|(?:online"
    r"|in[ -]person|hybrid) ?(?:&|and|\+|/) ?(?:online|in[ -]person|zoom)",
    re.IGNORECASE,
)
FORMAT_FIRST = re.compile(rf"(?:{FORMAT.pattern})(?: ?[:|] ?| [–—-]+ )(?=\S)", re.IGNORECASE)
FORMAT_LAST = re.compile(rf"(?: [–—-]+ | ?\| ?)(?:{FORMAT.pattern})$", re.IGNORECASE)
REPLY = re.compile(
    r"(?:re|fwd?|fw|aw|wg|tr|rif|rv|enc|odp|antw|sv|vs|invitation|einladung|reminder|erinnerung"
    r"|save the date|updated?|new)(?:\[\d+\])?: ?(?=\S)",
    re.IGNORECASE,
)
LOUD = re.compile(r"[!*~]{2,} ?(?=[^!*~\s])|[!~] (?=\S)")  # "!! New date !!"
CLOCK_WITHIN = re.compile(r" @ ?\d{1,2}(?:[:.]\d{2})? ?(?:[ap]\.?m\.?|uhr|h)?(?= ?(?:[:–—|,]|-\s|$))", re.IGNORECASE)
CLOCK = re.compile(
    r"(?:(?:starts?|starting|begins?|beginn|ab|début|inicio|empieza)(?: at| um| à| a las| @)? )?"
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? )?(?:\d{1,2}[:.]\d{2}(?: ?[ap]\.?m\.?)?"
    r"|\d{1,2} ?[ap]m)(?: ?[–-] ?(?:\d{1,2}[:.]\d{2}(?: ?[ap]\.?m\.?)?|\d{1,2} ?[ap]m))?"
    r"(?: uhr)?(?: ?[:|] | [–—-]+ | )(?=\S)|\d{4}-\d{2}-\d{2}(?: ?[:|] | [–—-]+ | )(?=\S)",
    re.IGNORECASE,
)
NUMBER = re.compile(
    r"(?:(?:week|session|day|woche|sitzung|termin|semaine|séance|semana|sessão"
    r"|settimana|seduta) |#|n[or]\.? ?|n° ?|№ ?)\d{1,4}(?: ?[:.|] | [–—-]+ | )(?=\S)",
    re.IGNORECASE,
)
NUMBER_LAST = re.compile(
    r"[ ,]*(?:(?:#|n[or]\.|n°|№|vol\.?|week|session|part|wise|sose|ws|ss|spring|fall|autumn|winter|summer"
    r"|第)? ?\d{1,4}(?:/\d{2,4})?(?:期|回|讲|講)?)$",
    re.IGNORECASE,
)

_MEETING = (
    r"(?:[\w-]* )?(?:seminars?|talks?|meetings?|colloquium|colloquia|lectures?|classes|class|workshop"
    r"|reading group|[\w-]*seminar|[\w-]*kolloquium|vortrag|veranstaltung|sitzung|treffen)"
)
_WHEN = (
    r"(?: (?:today|this week|this month|this term|next week|tonight|heute|diese woche|cette semaine"
    r"|esta semana|questa settimana|deze week|in dieser woche))?"
)
NO_MEETING = re.compile(
    rf"(?:(?:there is |there will be |we have )?no {_MEETING}{_WHEN}|(?:heute "
    rf"|diese woche )?keine? {_MEETING}{_WHEN}|{_MEETING} (?:fällt|fallen) aus{_WHEN}"
    rf"|pas (?:de|d') ?(?:séminaire|exposé|réunion|colloque){_WHEN}|(?:no hay|sin) (?:seminario|charla"
    rf"|coloquio|reunión)s?{_WHEN}"
    rf"|(?:nessun|niente|non c'è(?: il)?) (?:seminario|incontro|colloquio){_WHEN}|(?:sem|não há"
    rf"|não haverá) (?:seminário|palestra|colóquio){_WHEN}"
    rf"|geen (?:seminar|lezing|colloquium|bijeenkomst|seminarium){_WHEN}|(?:brak|nie ma|bez) (?:seminarium"
    rf"|wykładu|spotkania){_WHEN}"
    r"|(?:本周|今天|今日)?(?:无|無|没有)(?:讨论班|讲座|报告|研讨会)|(?:本日|今週)?(?:セミナー)?(?:は)?(?:休み|お休み|休会|休講)|(?:セミナー)?なし)(?!\w)",
    re.IGNORECASE,
)
BREAK = re.compile(
    r"(?:no (?:seminar|talk|meeting)[ :–—-]+)?(?:(?:spring|fall|autumn|winter|summer|easter|christmas|xmas"
    r"|thanksgiving|semester|term|mid-?term|reading week|exam|exams|holiday|"
    r"carnival|lunar new year|chinese new year|university|public|bank|national|federal|the"
    r"|reading) )*(?:break|holidays?|recess|vacations?|thanksgiving|reading week|exam week|"
    r"half[- ]term|labou?r day|memorial day|independence day|martin luther king day|mlk day|juneteenth"
    r"|good friday|easter(?: monday)?|"
    r"christmas(?: eve| day)?|new year(?:'s)?(?: day| eve)?|closed)"
    r"|(?:sommer|winter|semester|oster|weihnachts|herbst|pfingst|schul)?(?:ferien|pause)|feiertag"
    r"|vorlesungsfrei(?:e zeit)?|ostern|ostermontag|karfreitag|pfingsten|"
    r"pfingstmontag|(?:christi )?himmelfahrt|fronleichnam|tag der (?:arbeit|deutschen einheit)|weihnachten"
    r"|brückentag|betriebsausflug"
    r"|vacances(?: (?:de|d'|scolaires)[ \w']*)?|jour férié|férié|relâche|pâques|vacaciones(?: de [ \w]+)?"
    r"|(?:día )?festivo|semana santa|feriado|puente|vacanze(?: [ \w]+)?|festività|"
    r"pausa(?: [ \w]+)?|férias(?: [ \w]+)?|recesso|carnaval|(?:zomer|kerst|herfst|voorjaars"
    r"|mei)?(?:vakantie|reces)|feestdag|pasen|wakacje|ferie(?: [ \w]+)?|przerwa(?: [ \w]+)?|święto|"
    r"święta|wielkanoc|放假|假期|寒假|暑假|春节|国庆节|国庆|祝日|休日|夏休み|冬休み|春休み|ゴールデンウィーク|휴일|방학",
    re.IGNORECASE,
)
