"""Tell which lines belong to the invitation that a meeting program writes, by the words that such invitations use."""

import re

from seminars.importing.links import LINK, is_beside_a_meeting, is_meeting, with_links_as
from seminars.text import fold

_BULLETS = "*•·→>#|- \t"
_LONGEST_BETWEEN = 100  # characters
_LONGEST_LINE = 1_000  # characters; no line of an invitation is longer

# What a passcode and a number of a meeting are called.
_CODE_NAMES = (
    r"pass\s?codes?|pass\s?words?|pwd|pw|(?:access|entry|participant|attendee|event|meeting|session) (?:code|pin)|"
    r"kenn(?:wort|code|ung)|pass(?:wort|kode)|zugangscode|zugriffscode|einwahlcode|"
    r"code (?:secret|d.acc[eè]s|de la r[eé]union)|mot de passe|"
    r"c[oó]digo de acceso|contrase[nñ]a|clave(?: de acceso)?|codice (?:d.accesso|di accesso)|"
    r"senha(?: de acesso)?|c[oó]digo de acesso|wachtwoord|toegangscode|has[lł]o|l[oö]senord|adgangskode|salasana|"
    r"(?:会议|會議|入会|入會)?\s?(?:密码|密碼|口令|暗証番号)|パスコード|パスワード|비밀번호|암호"
)
_NUMBER_NAMES = (
    r"(?:(?:zoom|webex|teams|google|video|phone|audio|telephone)[ -]?)*"
    r"(?:(?:meeting|webinar|conference|conferencing|vtc)[ -]?(?:id|number|no\.?|nr\.?|#)|(?:video|participant|session)[ -]?id)"
    r"|(?:zoom|teams|webex|meet)[ -]?id|host (?:key|pin)|tenant key|pin|"
    r"(?:besprechungs|meeting|webinar|konferenz|telefonkonferenz|videokonferenz)-?\s?(?:id|nummer|kennnummer|kennung|nr\.?)|mandantenschl[uü]ssel|"
    r"(?:id\.?|num[eé]ro|n[uú]mero|num[eé]ro d.identification) (?:de |du |della? |da |do |de la |di |d.)?(?:la )?"
    r"(?:r[eé]union|reuni[oó]n|riunione|reuni[aã]o|webinaire|webinar|seminario web|conf[eé]rence|"
    r"conferencia(?: telef[oó]nica)?|conferenza(?: telefonica)?|t[eé]l[eé]conf[eé]rence|conf[eé]rence t[eé]l[eé]phonique)|"
    r"id riunione|id webinar|vergadering-?id|identyfikator spotkania|m[oö]tes-?id|"
    r"(?:会议|會議|网络研讨会|腾讯会议|zoom|ミーティング|会議)\s?(?:号码?|號碼?|id|番号)|회의 id|#?腾讯会议"
)
_QUOTES = "\"'“”„«»‘’「」"
_VALUE = rf"[{_QUOTES}]?(?P<code>[^\s{_QUOTES}()\[\]<>，。；]{{1,60}})[{_QUOTES}]?"
_SIGN = r"[*_]{0,2}\s{0,3}(?:[:：=]|\bis\b|\blautet\b|\bist\b|\best\b|\bes\b|\bè\b|[-–—](?=\s)|(?=\s\S*\d))[*_]{0,2}[:：]?\s{0,3}[*_]{0,2}"
PASSCODE = re.compile(
    rf"(?<![\w-])(?:(?:zoom|meeting|webinar|webex|teams|numeric|numerischer|sitzungs|besprechungs)[ -]?){{0,2}}"
    rf"(?:{_CODE_NAMES}){_SIGN}{_VALUE}",
    re.IGNORECASE,
)
_NO_CODES = frozenset(
    {
        *("required", "needed", "not", "none", "no", "sent", "available", "the", "a", "an", "same", "below", "above", "in"),
        *("on", "by", "see", "will", "to", "tba", "tbd", "protected", "provided", "shared", "given", "ask", "contact"),
        *("request", "available", "n/a", "via", "from", "upon", "email", "e-mail", "and", "or", "for", "of", "is", "it"),
    }
)
NUMBER = re.compile(
    rf"(?<![\w-])(?:{_NUMBER_NAMES})(?:\s?\([^()\n]{{0,40}}\))?[*_]{{0,2}}\s{{0,3}}"
    r"(?:[:：#=]|\bis\b|(?=\s?\d))[*_]{0,2}[:：]?\s{0,3}[*_\u202a\u202d]{0,2}"
    r"(?P<number>\+?\d[\d \u00a0-]{1,24}\d#?|[\da-z]{3}-[\da-z]{3,4}-[\da-z]{3,4}\b|\d{3,}@[\w.-]{3,60})",
    re.IGNORECASE,
)
TAPPED = re.compile(r"(?<!\w)\+?\d[\d ()./-]{5,24},,[\d,*# ]{3,60}|(?<!\w)\+?\d[\d ()./-]{6,24}\s?x\s?\d{5,}#")
_PHONE = re.compile(r"(?<![\w.])(?:\+|00|\()?\d[\d ().\u00a0/-]{6,24}\d(?:,{1,2}[\d,*# ]{2,60})?#?(?!\w)")
_IP = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?:##?\d[\d#]*)?(?![\w.])")
SIP = re.compile(
    r"(?<![\w.])(?:sips?:[\w.+-]{1,64}@[\w.-]{3,100}|\d{9,}(?:\.[\w.]{1,30})?@[\w.-]{3,100}"
    r"|[\w.+-]{1,64}@(?:[\w-]{1,60}\.){0,3}(?:zoomcrc\.com|webex\.com|plcm\.vc|pexip\.me))",
    re.IGNORECASE,
)
_DIAL = re.compile(
    r"\b(?:dial(?:[- ]?in|ling|s)?|call[- ]?in|one[- ]tap|conference line|einwahl\w*|einw[aä]hlen|composez|marcar|discar)\b|拨号|撥號|拨入|ダイヤル|ダイアル",
    re.IGNORECASE,
)

# Lines that nothing but an invitation has, as a whole.
_SENTENCES = re.compile(
    r".{0,100}(?:\bis inviting you to (?:a|join)\b.{0,80}(?:meeting|webinar)|\binvited you to (?:a|join)\b.{0,60}meeting"
    r"|you are invited to a zoom .{0,40}|l[aä]dt sie zu (?:einem|einer)\b.{0,60}|vous invite [aà] une? .{0,60}"
    r"|(?:le|te) est[aá] invitando a .{0,80}|ti sta invitando a .{0,80}|est[aá] convidando voc[eê] para .{0,60}"
    r"|邀请您参加.{0,60}|邀請您參加.{0,60}|招待しています.{0,20}).{0,40}"
    r"|(?:please )?(?:click|use|follow|hit|tap) (?:on )?(?:the|this) (?:link|url|button) (?:below|above)?.{0,20}\bto (?:join|connect|attend)\b.{0,40}"
    r"|please (?:do not|don.t) edit this section.?|do not delete or change any of the following text.{0,8}"
    r"|(?:bitte )?(?:diesen abschnitt nicht bearbeiten|bearbeiten sie diesen abschnitt nicht).?"
    r"|(?:veuillez )?ne (?:pas modifier|modifiez pas) cette section.?|no (?:edites?|modifiques?) esta secci[oó]n.?"
    r"|non modificare (?:questa|la) sezione.?|请勿编辑此部分.?|(?:please )?join my meeting from your computer.{0,40}"
    r"|please download and import the following icalendar.{0,60}"
    r"|if you are (?:a|the) host,? .{0,60}|when it.s time,? join (?:your|the) .{0,60}|you can also dial .{0,80}"
    r"|to join (?:this meeting |the meeting )?by phone,? dial:?.{0,120}|then enter \S+ as the conference pin.{0,60}"
    r"|just want to dial in on your phone.{0,80}|to (?:view|see) .{0,30}phone numbers .{0,60}"
    r"|(?:click|use) this link to see the dial-?in .{0,60}|if also dialing-in through .{0,80}"
    r"|new to (?:gotomeeting|webex|zoom|teams)\?.{0,120}|get the app now.{0,80}|trouble joining\?.{0,60}"
    r"|view meeting insights with .{0,60}|every (?:week|month) on .{0,60}occurrence.{0,10}|\[?!oc\(.{0,20}"
    r"|点击(?:以下)?链接(?:直接)?(?:入会|加入会议).{0,30}|复制该信息.{0,40}|.{0,30}手机一键拨号.{0,10}|根据[你您]的位置拨号.{0,4}"
    r"|(?:加入|進入|进入) ?(?:zoom|microsoft teams|腾讯)? ?(?:会议|會議|meeting)|查找本地号码.{0,4}|通过 ?(?:sip|h\.323) ?加入"
    r"|zoom ?ミーティングに参加する|ワンタップモバイル.{0,8}|所在地でダイアル|市内番号を検索.{0,4}|(?:sip|h\.323) ?で参加",
    re.IGNORECASE,
)
_RULER = re.compile(r"[\s>]{0,9}(?:[_\-=*~─—–·•.]{10,}|[-:~]{20,}|-{3}|_{3,}|\*{3})\s{0,9}")
_HEAD = re.compile(
    r"(?:topic|when|time|thema|zeit|uhrzeit|sujet|heure|tema|hora|argomento|ora|主题|主題|时间|時間|时区|会议主题|会议时间|トピック|時刻)"
    r"\s?[:：].{1,200}",
    re.IGNORECASE,
)

# Words that such lines are made of: those that speak of meetings, and those that any text has.
_TELLING = frozenset(
    """
    one-tap registration register registrieren anmelden anmeldung video-conferencing videoconferencing dialing telefonnummern teilzunehmen
    zoom zoom-meeting zoom-link zoomlink teams webex meet skype bigbluebutton bbb jitsi gotomeeting goto bluejeans hangouts hangout
    join joining joined meeting meetings webinar online virtual virtually remote remotely livestream stream streaming hybrid
    link url passcode password id dial dialin dial-in call call-in phone telephone toll toll-free audio video videoconference
    videoconferencing conference conferencing sip h.323 h323 vtc tap mobile computer app device browser insights companion
    pin reset organizers organizer organizers: options download attend attendees participant participants connect connection
    beitreten teilnehmen teilnahme besprechung meeting-link teams-besprechung zoom-meeting zoomlink videokonferenz einwahl
    einwahl-pin einwahlnummer einwahllink einwahldaten ortseinwahl schnelleinwahl besprechungsoptionen videokonferenzgerat herunterladen zurucksetzen
    kennung kenncode kennwort passwort telefonisch einwahlen raumgerat beitritt zugangsdaten zugangslink onlinemeeting online-meeting
    reunion reunions rejoindre participer connecter visioconference visio telephone audioconference lien identifiant webinaire telecharger reinitialiser
    videoconferencia unirse unase unete enlace reunion llame marcar movil contrasena telefonica conectarse descargar restablecer
    riunione partecipa partecipare collegamento collegarsi videoconferenza entra scarica reimposta chiama telefonica
    ingressar entrar reuniao chamada discar convite deelnemen vergadering zoom-vergadering spotkanie dolacz mote anslut
    会议 會議 加入 链接 鏈接 连结 ミーティング 参加 密码
    """.split()
)
_OTHERS = frozenset(
    """
    fonction con ti tua componi nella movel llamar telefono reference stanza confidentiel code zu avec see looking different aan forgot when not
    a an the this that to at by on in of or and for from via with us here now your you we it is are be will can may please note click
    go use using following below above need help more info information learn about find local number numbers room system rooms location based
    current higher quality available international global site sites link: as well also only out all any time other ways way details detail
    access how open main web desktop tablet smartphone pc mac windows linux ios android or: iphone one alternate instructions
    united states kingdom room: free us: new york enter key your: another through listen it's over seminar talk talks event lecture address
    hier klicken um an der die das dem den des auf im in am oder und uber mit per fur jetzt sie ihr ihren benotigen hilfe weitere infos informationen mobil
    mobilen computer app nach aktuellem standort suchen lokale nummer rufen nur veranstaltung vortrag telefon bei zum zur ist lautet teil nehmen von einem organisatoren
    cliquez ici pour a la le les sur votre ordinateur application appareil salle besoin d'aide aide en savoir plus options de du des ou et appelez uniquement maintenant par
    trouver trouvez numero local selon votre emplacement composez une seule touche l'appareil organisateurs pour: d aide l
    haga clic aqui para el la los las su desde equipo aplicacion dispositivo sala o y solo buscar encuentre ayuda necesita obtener mas informacion opciones ahora un toque segun ubicacion por mediante acceso telefonico organizadores
    fai clic qui per alla della di da il computer dispositivi mobili dispositivo oppure solo trova altre informazioni opzioni serve aiuto ora tuo numero locale tocco singolo base posizione tramite gli organizzatori al sul in e
    na no do da em um local localizar seu seus pelo toque
    microsoft google cisco business skype cloud hd webapp standard secure
    """.split()
)
_WORD = re.compile(r"[^\W\d_]+(?:[.'’-][^\W_]+)*")


def passcodes_in(line: str) -> list[re.Match[str]]:
    return [match for match in PASSCODE.finditer(line) if _is_passcode(match)]


def _is_passcode(match: re.Match[str]) -> bool:
    """Tell whether what follows the word "passcode" is one: "Password is required" has none."""
    return fold(match["code"].rstrip(".,;:!?")) not in _NO_CODES and any(letter.isalnum() for letter in match["code"])


def without_codes(line: str) -> str:
    """Return a line without links to and beside meetings, passcodes, numbers, phone numbers and SIP addresses."""
    line = with_links_as(" link ", line, only=lambda link: is_meeting(link) or is_beside_a_meeting(link))
    line = PASSCODE.sub(lambda match: " passcode " if _is_passcode(match) else match[0], line)
    for rule in (NUMBER, TAPPED, SIP, _IP, _PHONE):
        line = rule.sub(" id ", line)
    return line


def is_of_invitation(line: str) -> bool:
    """Tell whether a line says nothing but how to join a meeting."""
    if len(line) > _LONGEST_LINE:
        return False
    left = without_codes(line.strip(_BULLETS))
    if is_invitation_sentence(line) or is_invitation_sentence(left.replace(" link ", "")):
        return True
    if LINK.search(left):
        return False
    words = _words(left)
    if " id " in left and not words[0:1] == ["passcode"]:
        before, _id, after = left.partition(" id ")
        names = _unknown(_words(before))  # of a country, before its number
        return (not names or (before.rstrip()[-1:] in {":", ")"} and len(names) < 4)) and len(_unknown(_words(after))) < 7
    return any(word in _TELLING for word in words) and not _unknown(words)


def _words(line: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(line)]


def _unknown(words: list[str]) -> list[str]:
    return [word for word in words if word not in _TELLING and word not in _OTHERS]


def is_ruler(line: str) -> bool:
    return bool(_RULER.fullmatch(line)) if len(line) <= _LONGEST_LINE else False


def is_head(line: str) -> bool:
    """Tell whether a line may be the subject or time that stands between the first line and the link."""
    return bool(_HEAD.fullmatch(line.strip())) if len(line) <= _LONGEST_LINE else False


def is_invitation_sentence(line: str) -> bool:
    return len(line) <= _LONGEST_LINE and bool(_SENTENCES.fullmatch(line.strip(_BULLETS)))


def says_little(line: str) -> bool:
    """Tell whether a line has hardly a word that invitations do not use; such a line may stand within one."""
    left = without_codes(line) if len(line) <= _LONGEST_LINE else line
    if len(left) > _LONGEST_BETWEEN or LINK.search(left):
        return False
    words = _words(left)
    unknown = _unknown(words)
    return not unknown or (len(unknown) <= 2 and any(word in _TELLING for word in words))


def is_dial_in(line: str) -> re.Match[str] | None:
    """Return the phone number of a line that is about dialling in."""
    return _PHONE.search(line) if len(line) <= _LONGEST_LINE and _DIAL.search(line) else None
