"""Sort a text about one talk by the labels before its lines: "Speaker:", "Title:", "Abstract:", in many languages.

Pages, mails and the descriptions of calendars share these labels.
"""

import re
from collections.abc import Iterator

from seminars.importing.reading.texts import tidy

# Who does something else than speak. Discussants have no field of their own.
_HOST = (
    r"hosts?(?:\(s\))?|hosted by|invited by|gastgeber(?:in|innen)?|eingeladen von|hôtes?|invitée? par"
    r"|anfitri(?:ón|ona|ão)|invitad[oa] por|invitato da|gastheer|gastvrouw|邀请人"
)
_MODERATOR = (
    r"(?:session )?(?:chairs?|chairperson|chair(?:wo)?man)|chaired by|moderators?(?:\(s\))?|moderated by"
    r"|moderator(?:in|en)|moderation|moderiert von|vorsitz|modérat(?:eur|rice)s?|modéré par"
    r"|moderador(?:a|es|as)?|moderator[ei]|主持人"
)
_OTHER_ROLES = r"discussants?(?:\(s\))?|respondents?|panell?ists?|introduced by|convenors?|diskutant(?:in|en)?"
# A label stands alone on its line or has a colon behind it. English and German come first, then French, Spanish,
# Italian, Portuguese, Dutch, Polish, Chinese, Japanese and Korean.
_LABELS = {
    "title": r"(?:(?:talk|seminar|lecture|presentation) )?title(?: of (?:the|my|your) talk)?"
    r"|(?:vortrags)?titel(?: (?:des|meines|ihres) vortrags)?|vortrag|thema|titre(?: de l['’]exposé)?"
    r"|título(?: de la (?:charla|ponencia)| da palestra)?|titolo(?: del seminario)?|titel van de lezing|onderwerp"
    r"|tytuł(?: (?:wykładu|referatu))?|(?:报告|讲座|演讲|講演|演講)?(?:题目|題目|标题|タイトル)|演題|제목",
    "speaker": r"(?:(?:guest|invited|keynote|our) )?speaker(?:s|['’]s)?(?:\(s\))?(?: names?| \d)?"
    r"|presenters?(?:\(s\))?|name|lecturers?"
    r"|(?:referent|sprecher)(?:in|innen|en)?|vortragende[rn]?|orateurs?|oratrices?|intervenante?s?"
    r"|conférenci(?:er|ère)s?|ponentes?|conferenciantes?|orador(?:a|es|as)?|expositor(?:a|es)?|relator[ei]|relatric[ei]"
    r"|palestrantes?|sprekers?|prelegent(?:ka|ci)?|(?:主讲|报告|演讲|主講|講演|演講)(?:人|者|嘉宾)|讲者|講者|講師|発表者|登壇者"
    r"|嘉宾|연사|발표자",
    "affiliation": r"(?:speaker'?s? )?(?:affiliations?(?:\(s\))?|institutions?|university|company)|zugehörigkeit"
    r"|universität|institut|établissement|université|afiliación|institución|universidad|affiliazione|istituzione"
    r"|università|afiliação|instituição|universidade|affiliatie|universiteit|instelling|afiliacja|instytucja|uczelnia"
    r"|(?:主讲人|报告人|工作|所在)?单位|機關|所属(?:機関)?|소속",
    "abstract": r"(?:talk )?(?:abstract|summary|description)|zusammenfassung|kurzfassung|inhalt|résumé"
    r"|resumen|riassunto"
    r"|sommario|resumo|samenvatting|streszczenie|abstrakt|(?:报告|内容|讲座)?(?:摘要|简介)|報告摘要|(?:講演)?(?:概要|要旨)|초록",
    "biography": r"(?:(?:short|speaker'?s?|brief|kurze) )?(?:bios?|biograph(?:y|ies)|biographical (?:note|sketch)"
    r"|bio[- ]?sketch)|about (?:the (?:speaker|presenter)s?|me)|(?:kurz)?biogra(?:ph|f)ie|kurzvita|vita|zur person"
    r"|(?:kurz)?lebenslauf|über (?:(?:die|den) (?:vortragenden?|referent(?:in|en)|sprecher(?:in)?)|mich)"
    r"|biografía|semblanza|biografia|biogram|(?:主讲人|报告人|演讲人|讲者|嘉宾|个人|講者)(?:简介|介绍|簡介)|略歴|講師紹介",
    "join": r"(?:zoom|(?:microsoft )?teams|webex|google meet|(?:virtual )?meeting|online|video|join|remote)"
    r"(?: (?:link|meeting|url|address|us|online|via|on|zoom|teams|webex))*|link",
    "passcode": r"(?:meeting[- ]?|zoom[- ]?)?(?:pass\s?code|password|kenncode|kennwort|passwort)|pwd",
    "other": r"date(?: and time)?|time|when|where|location|room|venue|place|series|seminar|homepage"
    r"|website|e-?mail|recording|photo|foto|headshot|topic|(?:meeting|webinar)[- ]id|from|to|cc|sent"
    r"|subject|datum|uhrzeit|zeit|wann|wo|ort|raum|kind|type|event type|category|organi[sz]ers?|contact"
    r"|language|sprache"
    r"|von|an|betreff|gesendet|meeting-kennnummer|.{0,80} is inviting you to a scheduled zoom \w+"
    r"|heure|lieu|salle|quand|organisat(?:eur|rice)s?|fecha|hora|lugar|cuándo|dónde|organizador(?:a|es)?|ora|luogo|aula"
    r"|quando|dove|tijd|plaats|zaal|locatie|godzina|miejsce|gdzie|kiedy|时间|地点|日期|联系人|日時|場所|会場"
    rf"|{_HOST}|{_MODERATOR}|{_OTHER_ROLES}",
}
LABELS = tuple(_LABELS)
_LABEL = re.compile(
    r"[\s#*_>]{0,20}(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items())
    + r")[\s*_]*(?:[:：][\s*_]*(?P<rest>.*)|[.–—-]?\s*)",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(
    r"^[\s#*_]{0,20}(?P<label>abstract|zusammenfassung|résumé|resumen|bios?|biography|title|titel|speaker|affiliation"
    r"|referent(?:in)?)[*_]{0,3}[ \t]?[.–—-][*_]{0,3}[ \t]+(?=\S)",
    re.IGNORECASE | re.MULTILINE,
)
_KIND = re.compile(
    r"^[\s*_]{0,20}(?:kind|type|event type|art|category)[\s*_]{0,9}[:：][\s*_]*(?P<kind>\S.*)", re.I | re.M
)
_ROLES = re.compile(
    rf"^[\s#*_]{{0,20}}(?:(?P<host>{_HOST})|(?P<moderator>{_MODERATOR}))[\s*_]{{0,9}}[:：][\s*_]{{0,9}}"
    r"(?P<who>\S[^\n]{0,300}?)[\s*_]*$",
    re.IGNORECASE | re.MULTILINE,
)
_ROLE_IN_LINE = re.compile(rf"\s*[,;|.–—-]?\s+(?=(?:{_HOST}|{_MODERATOR}|{_OTHER_ROLES}) ?[:：])", re.IGNORECASE)
# Labels within one line: "Speaker: Bo Reed, Title: On engines".
_IN_LINE = re.compile(
    r"(?:^|[,;|.–—-] ?|(?<=\s))(?:"
    + "|".join(f"(?P<{name}>{_LABELS[name].replace('|name|', '|')})" for name in ("title", "speaker", "affiliation"))
    + r") ?[:：] ?",
    re.IGNORECASE,
)
_ALSO_SHORT = {"join", "passcode", "other"}
_OF_ONE_PARAGRAPH = {"title", "speaker", "affiliation"}


def sections_of(text: str, *, is_description: bool = False) -> dict[str, str]:
    """Return what stands under each of LABELS; lines before the first label are under "head".

    Text under a label that fits no field, such as "When:", keeps its label. In the description of an event only one
    line of it is meant, and the link of a meeting ends with its paragraph: the abstract may follow without a label.
    """
    found: dict[str, list[str]] = {name: [] for name in ("head", *LABELS)}
    current, short = "head", _OF_ONE_PARAGRAPH | (_ALSO_SHORT if is_description else set())
    lines = text.split("\n")[::-1]
    while lines:
        line = lines.pop()
        if match := _LABEL.fullmatch(line):
            current = _label_of(match)
            if current in {"speaker", "other"} and (role := _ROLE_IN_LINE.search(line, match.end(current))):
                lines.append(line[role.end() :])
                line = line[: role.start()]
                match = _LABEL.fullmatch(line)
            line = line if current == "other" else match["rest"] or ""
            if is_description and current == "other" and (match["rest"] or "").strip():
                found["other"].append(line)
                current = "head"
                continue
        elif not line and current in short and any(found[current]):
            current = "head"
        found[current].append(line)
    return {name: tidy("\n".join(lines)) for name, lines in found.items()}


def with_colons(text: str) -> str:
    """Return text with a colon behind a label that begins a line: "Abstract. We show" becomes "Abstract: We show"."""
    return _INTRODUCED.sub(r"\g<label>: ", text)


def kind_in(text: str) -> str:
    """Return what stands behind "Type:" or "Kind:", "" if nothing does."""
    match = _KIND.search(text)
    return match["kind"].strip() if match else ""


def roles_in(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield who hosts or moderates: "host" or "moderator", the names, and the line that says so."""
    for match in _ROLES.finditer(text):
        yield "host" if match["host"] else "moderator", match["who"], match[0]


def fields_in_line(line: str) -> dict[str, str]:
    """Return the fields of a line such as "Speaker: Bo Reed, Title: On engines"; none unless it names a speaker."""
    found = list(_IN_LINE.finditer(line))
    if not any(match["speaker"] for match in found) or (found[0].start() and found[0][0][0] not in ",;|.–—-"):
        return {}
    ends = [*(match.start() for match in found[1:]), len(line)]
    before = {"title": line[: found[0].start()].strip()} if found[0].start() else {}
    return before | {
        str(match.lastgroup): line[match.end() : end].strip(" ,;|–—-") for match, end in zip(found, ends, strict=True)
    }


def end_of_last_label(text: str) -> int:
    """Return where the last line labelled as title, abstract or biography begins; 0 if there is none."""
    last = position = 0
    for line in text.split("\n"):
        if (match := _LABEL.fullmatch(line)) and _label_of(match) in {"title", "abstract", "biography"}:
            last = position
        position += len(line) + 1
    return last


def is_label_of_title(line: str) -> bool:
    """Tell whether a line is the label of a title and nothing else: the title stands below."""
    match = _LABEL.fullmatch(line)
    return match is not None and _label_of(match) == "title" and not (match["rest"] or "").strip()


def _label_of(match: re.Match[str]) -> str:
    return next(name for name in LABELS if match[name] is not None)
