"""Tell the greeting, the signature and the mails quoted below from what a mail itself says."""

import re
from itertools import islice

from seminars.importing.reading.labels import end_of_last_label, is_label_of_title, sections_of

_MOST_QUOTINGS = 20  # in a thread
_QUOTED = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_GREETED = re.compile(
    r"(?:dear|hi|hello|hey|good (?:morning|afternoon)|liebe[rs]?|hallo|sehr geehrte[rs]?|guten (?:tag|morgen)"
    r"|ch[eè]re?s?|bonjour|bonsoir|salut|madame|monsieur|estimad[oa]s?|querid[oa]s?|apreciad[oa]s?|hola"
    r"|buen(?:os|as) (?:días|tardes)|gentile|car[oi]|buongiorno|ciao|beste|geachte|prezad[oa]s?|olá)\b"
    r"(?P<whom>.{0,80})",
    re.IGNORECASE,
)
# Whom a greeting without a comma names: a few names, or "all", "à tous", "Kolleginnen und Kollegen".
_WHOM = re.compile(
    r"(?: (?:(?-i:[A-ZÀ-ÖØ-ÞŁŚŽŠČ])\S{0,40}|all|everyone|everybody|folks|colleagues|friends|team|both|there|and|again"
    r"|zusammen|alle|allen|miteinander|und|an|à|tous|toutes|et|a|todos|todas|y|tutti|colleghi|e)){0,5}",
    re.IGNORECASE,
)
_ENGLISH = (
    r"(?:with )?(?:my )?(?:very )?(?:best|kind(?:est)?|warm(?:est)?|many|all good)(?: (?:regards|wishes|thanks))?"
    r"|regards|cheers|(?:many )?(?:thanks|thank you)(?: (?:again|in advance|a lot|so much|very much))?"
    r"|(?:most )?sincerely(?: yours)?|yours(?: (?:sincerely|truly|faithfully|ever))?|all (?:(?:the|my) )?best"
    r"|respectfully|warmly|thx|ta|cordially|take care|see you (?:soon|then|there)|talk (?:to you )?soon"
)
_GRUSS = r"gr(?:ü|ue)(?:ß|ss)(?:en?)?|gru(?:ß|ss)"
_GERMAN = (
    rf"(?:mit )?(?:freundlich|best|herzlich|viel|lieb|sch[öo]n|sonnig|kollegial)e[mnr]? (?:{_GRUSS})"
    rf"(?: (?:aus|und|von) .{{1,40}})?|(?:{_GRUSS})|herzlich(?:st)?"
    r"|schöne[ns]? (?:tag|woche|wochenende|abend)(?: noch)?|mit besten|lg|vg|mfg|bg|hochachtungsvoll"
    r"|(?:vielen|besten|herzlichen|lieben) dank(?: (?:im voraus|vorab))?(?: und .{1,40})?|danke(?: und .{1,40})?"
    r"|bis (?:bald|dann|demnächst)"
)
_FRENCH = (
    r"(?:bien |très )?(?:cordialement|respectueusement|amicalement|sincèrement)|cdl?t|bonne réception"
    r"|bien à (?:vous|toi)|à (?:très )?bientôt|amitiés"
    r"|(?:avec )?(?:mes |nos )?(?:meilleures |sincères |cordiales )?salutations(?: distinguées| cordiales)?"
    r"|(?:un grand )?merci(?: (?:beaucoup|d['’]avance|encore))?(?: et .{1,40})?|bonne (?:journée|soirée|fin de journée)"
    r"|(?:veuillez (?:agréer|recevoir)|je vous prie d['’]agréer|dans l['’]attente|au plaisir de)\b.{0,120}"
)
_SPANISH = (
    r"(?:reciba )?(?:un |muchos |cordiales |afectuosos )?(?:cordial )?saludos?(?: cordial(?:es)?| afectuosos?)?"
    r"|saludos y .{1,40}|atentamente|atte"
    r"|cordialmente|(?:un (?:fuerte )?)?abrazos?|besos|hasta (?:pronto|entonces|luego)"
    r"|(?:muchas |mil )?gracias(?: (?:de antemano|por adelantado|por todo))?(?: y .{1,40})?"
    r"|quedo a (?:su|tu) disposición.{0,40}"
)
_OTHERS = (
    r"(?:cordiali |distinti |cari |un caro )?salut[io]|a presto|grazie(?: mille)?"
    r"|(?:met )?(?:vriendelijke |hartelijke )?groet(?:en|jes)?|mvg|bedankt"
    r"|(?:com os )?(?:melhores )?cumprimentos|atenciosamente|abraços?|obrigad[oa]|pozdrawiam|pozdrowienia"
)
# A closing stands alone on its line, or with the name of who writes.
_NAME = r"(?:(?-i:[A-ZÀ-ÖØ-ÞŁŚŽŠČ])\S{0,40} ?){0,3}"
_SIGNED = re.compile(
    rf"^(?:--|(?:{_ENGLISH}|{_GERMAN}|{_FRENCH}|{_SPANISH}|{_OTHERS})(?P<mark>[,.! –-]*)(?P<name>{_NAME})"
    r"|(?:(?:i(?: am|['’]m)|we(?: are|['’]re)) )?looking forward(?: to (?:it|seeing|meeting|visiting|the talk|my visit)"
    r"\b.{0,60})?[,.!]*"
    r"|(?:please |do )?let me know (?:if|whether|what|when|should).{0,120}|please (?:tell me|get in touch).{0,120}"
    r"|(?:i )?hope (?:this|that|it) (?:helps|works|is (?:fine|ok|okay|enough|useful)).{0,60}"
    r"|ich freue mich auf .{0,60}|(?:bitte )?(?:sag|sagen sie|gib|geben sie) (?:mir )?bescheid.{0,80}"
    r"|je reste à (?:ta|votre) disposition.{0,60}|n['’]hésitez? pas à .{0,100}|dites?-moi si .{0,80}"
    r"|d[ií]game si .{0,80}|av[ií]s(?:a|e)me si .{0,80}"
    r"|(?:sent|gesendet|envoyé|enviado|inviato) (?:from|von|depuis|de|desde|da) "
    r"(?:my|meinem|mon|mi|mio)? ?.{0,40})$",
    re.IGNORECASE | re.MULTILINE,
)
# What stands above a mail that is quoted or forwarded: Gmail, Apple Mail, Thunderbird, then Outlook.
_QUOTES = (
    r"^(?:-{3,} ?(?:original message|forwarded message|(?:ursprüngliche|weitergeleitete) nachricht"
    r"|message (?:d['’]origine|original|transféré)|mensaje (?:original|reenviado)|messaggio (?:originale|inoltrato)"
    r"|oorspronkelijk bericht|doorgestuurd bericht|mensagem (?:original|encaminhada)) ?-{0,12}"
    r"|(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)"
    r"|début du message (?:réexpédié|transféré)|inicio del mensaje reenviado|inizio messaggio inoltrato) ?:"
    r"|(?:on|am|le|el|il|op|em) (?:.{6,150}\n)?.{0,150}(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu)"
    r".{0,150}:"
    r"|(?:[_-]{8,}\n+)?\*?(?:from|von|de|da|van)(?:\*? ?:|:\*).{3,200}\n+\*?(?:sent|date|gesendet|datum|envoyé|enviado"
    r"|fecha|inviato|data|verzonden)(?: (?:el|le))?(?:\*? ?:|:\*).{3,100})$"
)
_QUOTING = re.compile(_QUOTES, re.IGNORECASE | re.MULTILINE)
_HEADERS = re.compile(
    rf"{_QUOTES}(?:\n+\*?(?:from|to|cc|subject|date|sent|reply-to|von|an|betreff|datum|gesendet|antwort an|de|à|objet"
    r"|envoyé|répondre à|para|asunto|fecha|enviado|responder a|da|a|oggetto|data|inviato|van|aan|onderwerp|verzonden)"
    r"(?: (?:el|le))?(?:\*? ?:|:\*).{0,300}$)*",
    re.IGNORECASE | re.MULTILINE,
)


def without_quotation_signs(text: str) -> str:
    """Return the text of quoted mails as it was before ">" was put before each line."""
    return _QUOTED.sub("", text)


def without_greeting(text: str) -> tuple[str, str]:
    """Return the greeting, "" if the first line is none, and the rest.

    A greeting ends with a comma or the like, or stands in a paragraph of its own: a title may begin with its words.
    """
    first, _newline, after = text.lstrip().partition("\n")
    match = _GREETED.fullmatch(first.strip())
    if match is None:
        return "", text
    whom = match["whom"].strip()
    is_alone = after.startswith("\n") and _WHOM.fullmatch(f" {whom}") is not None and ":" not in whom
    return (first, after) if not whom or whom[-1] in ",!:" or is_alone else ("", text)


def without_signature(text: str) -> tuple[str, str]:
    """Return what a mail says of a talk, and its signature with all that follows: the mail that it answers.

    Where only a mail that is quoted or forwarded tells of the talk, that one counts.
    """
    quotings = (match.start() for match in islice(_QUOTING.finditer(text), _MOST_QUOTINGS))
    end = next((start for start in quotings if _tells_of_a_talk(text[:start])), None)
    own = text[:end]
    begin = end_of_last_label(own)
    signed = (match.start() for match in _SIGNED.finditer(own, begin) if not _is_title(match, begin))
    end = next(signed, end)
    return text[:end], text[len(text[:end]) :]


def own_signature(ending: str) -> str:
    """Return a signature without its closing ("Best wishes") and without a mail quoted below it."""
    quoting = _QUOTING.search(ending)
    lines = (ending[: quoting.start()] if quoting else ending).split("\n")
    return "\n".join(line for line in lines if not _SIGNED.fullmatch(line.strip()))


def _is_title(signed: re.Match[str], begin: int) -> bool:
    """Tell whether it is rather the title below its label at `begin`: "Best Arm Identification"."""
    is_below = is_label_of_title(signed.string[begin : signed.start()].strip())
    return is_below and bool(signed["name"]) and not (signed["mark"] or "").strip()


def without_headers(text: str) -> tuple[str, str]:
    """Return the headers of forwarded mails ("From: …", "Subject: …"), and the text without them."""
    headers, kept, begun = [], [], 0
    for match in islice(_HEADERS.finditer(text), _MOST_QUOTINGS):
        headers.append(match[0])
        kept.append(text[begun : match.start()])
        begun = match.end()
    return "\n".join(headers), "".join([*kept, text[begun:]])


def _tells_of_a_talk(text: str) -> bool:
    sections = sections_of(text)
    return bool(sections["title"] or sections["abstract"])
