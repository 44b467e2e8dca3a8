"""The words of the invitations that meeting programs write, in several languages."""

import re

# What a passcode and a number of a meeting are called.
_CODE_NAMES = (
    r"pass\s?codes?|pass\s?words?|pwd|pw|(?:access|entry|participant|attendee|event|meeting|session) (?:code|pin)|"
    r"kenn(?:wort|code|ung)|pass(?:wort|kode)|zugangscode|zugriffscode|einwahlcode|"
    r"code (?:secret|d.acc[eè]s|de la r[eé]union)|mot de passe|"
    r"c[oó]digo de acceso|contrase[nñ]a|clave(?: de acceso)?|codice (?:d.accesso|di accesso)|"
    r"senha(?: de acesso)?|c[oó]digo de acesso|wachtwoord|toegangscode|has[lł]o|l[oö]senord|adgangskode|salasana|"
    r"(?:会议|會議|入会|入會)?\s?(?:密码|密碼|口令|暗証番号)|パスコード|パスワード|비밀번호|암호"
)
CODE_STEMS = (
    "pass", "pw", "code", "kenn", "pin", "contra", "clave", "senha", "digo", "codice", "wacht", "hasł", "hasl",
    "senord", "salasana", "kod", "密", "口令", "暗証", "パス", "비밀", "암호",
)  # fmt: skip
_NUMBER_NAMES = (
    r"(?:(?:zoom|webex|teams|google|video|phone|audio|telephone)[ -]?){0,3}"
    r"(?:(?:meeting|webinar|conference|conferencing|vtc)[ -]?(?:id|number|no\.?|nr\.?|#)|(?:video|participant"
    r"|session)[ -]?id)"
    r"|(?:zoom|teams|webex|meet)[ -]?id|host (?:key|pin)|tenant key|pin|"
    r"(?:besprechungs|meeting|webinar|konferenz|telefonkonferenz|videokonferenz)-?\s?(?:id|nummer|kennnummer"
    r"|kennung|nr\.?)|mandantenschl[uü]ssel|"
    r"(?:id\.?|num[eé]ro|n[uú]mero|num[eé]ro d.identification) (?:de |du |della? |da |do |de la |di |d.)?(?:la )?"
    r"(?:r[eé]union|reuni[oó]n|riunione|reuni[aã]o|webinaire|webinar|seminario web|conf[eé]rence|"
    r"conferencia(?: telef[oó]nica)?|conferenza(?: telefonica)?|t[eé]l[eé]conf[eé]rence"
    r"|conf[eé]rence t[eé]l[eé]phonique)|"
    r"id riunione|id webinar|vergadering-?id|identyfikator spotkania|m[oö]tes-?id|"
    r"(?:会议|會議|网络研讨会|腾讯会议|zoom|ミーティング|会議)\s?(?:号码?|號碼?|id|番号)|회의 id|#?腾讯会议"
)
_QUOTES = "\"'“”„«»‘’「」"
_VALUE = rf"[{_QUOTES}]?(?P<code>[^\s{_QUOTES}()\[\]<>，。；]{{1,60}})[{_QUOTES}]?"
_SIGN = (
    r"[*_]{0,2}\s{0,3}(?:[:：=]|\bis\b|\blautet\b|\bist\b|\best\b|\bes\b|\bè\b|[-–—](?=\s)|(?=\s\S*\d))"
    r"[*_]{0,2}[:：]?\s{0,3}[*_]{0,2}"
)
PASSCODE = re.compile(
    rf"(?<![\w-])(?:(?:zoom|meeting|webinar|webex|teams|numeric|numerischer|sitzungs|besprechungs)[ -]?){{0,2}}"
    rf"(?:{_CODE_NAMES}){_SIGN}{_VALUE}",
    re.IGNORECASE,
)
NO_CODES = frozenset({
    "required", "needed", "not", "none", "no", "sent", "available", "the", "a", "an", "same", "below", "above",
    "in", "on", "by", "see", "will", "to", "tba", "tbd", "protected", "provided", "shared", "given", "ask",
    "contact", "request", "n/a", "via", "from", "upon", "email", "e-mail", "and", "or", "for", "of", "is", "it",
})  # fmt: skip
NUMBER = re.compile(
    rf"(?<![\w-])(?:{_NUMBER_NAMES})(?:\s?\([^()\n]{{0,40}}\))?[*_]{{0,2}}\s{{0,3}}"
    r"(?:[:：#=]|\bis\b|(?=\s?\d))[*_]{0,2}[:：]?\s{0,3}[*_\u202a\u202d]{0,2}"
    r"(?P<number>\+?\d[\d \u00a0-]{1,24}\d#?|[\da-z]{3}-[\da-z]{3,4}-[\da-z]{3,4}\b|\d{3,}@[\w.-]{3,60})",
    re.IGNORECASE,
)
TAPPED = re.compile(
    r"(?<!\w)\+?\d[\d ()./-]{5,24},,[\d,*# ]{3,60}|(?<!\w)\+?\d[\d ()./-]{6,24}\s?x\s?\d{5,}#"
    r"|\bzoom\s?[:：#]?\s?\d{3}[ -]?\d{3,4}[ -]?\d{3,4}(?!\w)",
    re.IGNORECASE,
)
PHONE = re.compile(r"(?<![\w.])(?:\+|00|\()?\d[\d ().\u00a0/-]{6,24}\d(?:,{1,2}[\d,*# ]{2,60})?#?(?!\w)")
IP = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?:##?\d[\d#]*)?(?![\w.])")
SIP = re.compile(
    r"(?<![\w.])(?:sips?:[\w.+-]{1,64}@[\w.-]{3,100}|\d{9,}(?:\.[\w.]{1,30})?@[\w.-]{3,100}"
    r"|[\w.+-]{1,64}@(?:[\w-]{1,60}\.){0,3}(?:zoomcrc\.com|webex\.com|plcm\.vc|pexip\.me))",
    re.IGNORECASE,
)
DIAL = re.compile(
    r"\b(?:dial(?:[- ]?in|ling|s)?|call[- ]?in|one[- ]tap|conference line|einwahl\w*|einw[aä]hlen|composez|marcar"
    r"|discar)\b|拨号|撥號|拨入|ダイヤル|ダイアル",
    re.IGNORECASE,
)

# Lines that nothing but an invitation has, as a whole.
SENTENCES = re.compile(
    r".{0,100}(?:\bis inviting you to (?:a|join)\b.{0,80}(?:meeting|webinar)|\binvited you to (?:a"
    r"|join)\b.{0,60}meeting"
    r"|you are invited to a zoom .{0,40}|l[aä]dt sie zu (?:einem|einer)\b.{0,60}|vous invite [aà] une? .{0,60}"
    r"|(?:le|te) est[aá] invitando a .{0,80}|ti sta invitando a .{0,80}|est[aá] convidando voc[eê] para .{0,60}"
    r"|邀请您参加.{0,60}|邀請您參加.{0,60}|招待しています.{0,20}).{0,40}"
    r"|(?:please )?(?:click|use|follow|hit|tap) (?:on )?(?:the|this) (?:link|url|button) (?:below"
    r"|above)?.{0,20}\bto (?:join|connect|attend)\b.{0,40}"
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
    r"|(?:加入|進入|进入) ?(?:zoom|microsoft teams|腾讯)? ?(?:会议|會議|meeting)"
    r"|查找本地号码.{0,4}|通过 ?(?:sip|h\.323) ?加入"
    r"|zoom ?ミーティングに参加する|ワンタップモバイル.{0,8}|所在地でダイアル|市内番号を検索.{0,4}"
    r"|(?:sip|h\.323) ?で参加",
    re.IGNORECASE,
)
RULER = re.compile(r"[\s>]{0,9}(?:[_\-=*~─—–·•.]{10,}|[-:~]{20,}|-{3}|_{3,}|\*{3})\s{0,9}")
HEAD = re.compile(
    r"(?:topic|when|time|thema|zeit|uhrzeit|sujet|heure|tema|hora|argomento|ora|主题|主題|时间|時間|时区|会议主题|会议时间|トピック|時刻)"
    r"\s?[:：].{1,200}",
    re.IGNORECASE,
)

# Words that such lines are made of: those that speak of meetings, and those that any text has.
TELLING = frozenset({
    "one-tap", "registration", "register", "registrieren", "anmelden", "anmeldung", "video-conferencing",
    "videoconferencing", "dialing", "telefonnummern", "teilzunehmen", "zoom", "zoom-meeting", "zoom-link",
    "zoomlink", "teams", "webex", "meet", "skype", "bigbluebutton", "bbb", "jitsi", "gotomeeting", "goto",
    "bluejeans", "hangouts", "hangout", "join", "joining", "joined", "meeting", "meetings", "webinar", "online",
    "virtual", "virtually", "remote", "remotely", "interactive", "livestream", "stream", "streaming", "hybrid",
    "link", "url",
    "passcode", "password", "id", "dial", "dialin", "dial-in", "call", "call-in", "phone", "telephone", "toll",
    "toll-free", "audio", "video", "videoconference", "conference", "conferencing", "sip", "h.323", "h323", "vtc",
    "tap", "mobile", "computer", "app", "device", "browser", "insights", "companion", "pin", "reset",
    "organizers", "organizer", "organizers:", "options", "download", "attend", "attendees", "participant",
    "participants", "connect", "connection", "beitreten", "teilnehmen", "teilnahme", "besprechung",
    "meeting-link", "teams-besprechung", "videokonferenz", "einwahl", "einwahl-pin", "einwahlnummer",
    "einwahllink", "einwahldaten", "ortseinwahl", "schnelleinwahl", "besprechungsoptionen", "videokonferenzgerat",
    "herunterladen", "zurucksetzen", "kennung", "kenncode", "kennwort", "passwort", "telefonisch", "einwahlen",
    "raumgerat", "beitritt", "zugangsdaten", "zugangslink", "onlinemeeting", "online-meeting", "reunion",
    "reunions", "rejoindre", "participer", "connecter", "visioconference", "visio", "audioconference", "lien",
    "identifiant", "webinaire", "telecharger", "reinitialiser", "videoconferencia", "unirse", "unase", "unete",
    "enlace", "llame", "marcar", "movil", "contrasena", "telefonica", "conectarse", "descargar", "restablecer",
    "riunione", "partecipa", "partecipare", "collegamento", "collegarsi", "videoconferenza", "entra", "scarica",
    "reimposta", "chiama", "ingressar", "entrar", "reuniao", "chamada", "discar", "convite", "deelnemen",
    "vergadering", "zoom-vergadering", "spotkanie", "dolacz", "mote", "anslut", "会议", "會議", "加入", "链接", "鏈接",
    "连结", "ミーティング", "参加", "密码",
})  # fmt: skip
OTHERS = frozenset({
    "fonction", "con", "ti", "tua", "componi", "nella", "movel", "llamar", "telefono", "reference", "stanza",
    "confidentiel", "code", "zu", "avec", "see", "looking", "different", "aan", "forgot", "when", "not", "a",
    "an", "the", "this", "that", "to", "at", "by", "on", "in", "of", "or", "and", "for", "from", "via", "with",
    "us", "here", "now", "your", "you", "we", "it", "is", "are", "be", "will", "can", "may", "please", "note",
    "click", "go", "use", "using", "following", "below", "above", "need", "help", "more", "info", "information",
    "learn", "about", "find", "local", "number", "numbers", "room", "system", "rooms", "location", "based",
    "current", "higher", "quality", "available", "international", "global", "site", "sites", "link:", "as",
    "well", "also", "only", "out", "all", "any", "time", "other", "ways", "way", "details", "detail", "access",
    "how", "open", "main", "web", "desktop", "tablet", "smartphone", "pc", "mac", "windows", "linux", "ios",
    "android", "or:", "iphone", "one", "alternate", "instructions", "united", "states", "kingdom", "room:",
    "free", "us:", "new", "york", "enter", "key", "your:", "another", "through", "listen", "it's", "over",
    "seminar", "talk", "talks", "event", "lecture", "address", "hier", "klicken", "um", "der", "die", "das",
    "dem", "den", "des", "auf", "im", "am", "oder", "und", "uber", "mit", "per", "fur", "jetzt", "sie", "ihr",
    "ihren", "benotigen", "hilfe", "weitere", "infos", "informationen", "mobil", "mobilen", "computer", "app",
    "nach", "aktuellem", "standort", "suchen", "lokale", "nummer", "rufen", "nur", "veranstaltung", "vortrag",
    "telefon", "bei", "zum", "zur", "ist", "lautet", "teil", "nehmen", "von", "einem", "organisatoren", "cliquez",
    "ici", "pour", "la", "le", "les", "sur", "votre", "ordinateur", "application", "appareil", "salle", "besoin",
    "d'aide", "aide", "en", "savoir", "plus", "options", "de", "du", "ou", "et", "appelez", "uniquement",
    "maintenant", "par", "trouver", "trouvez", "numero", "selon", "emplacement", "composez", "une", "seule",
    "touche", "l'appareil", "organisateurs", "pour:", "d", "l", "haga", "clic", "aqui", "para", "el", "los",
    "las", "su", "desde", "equipo", "aplicacion", "dispositivo", "sala", "o", "y", "solo", "buscar", "encuentre",
    "ayuda", "necesita", "obtener", "mas", "informacion", "opciones", "ahora", "un", "toque", "segun",
    "ubicacion", "por", "mediante", "acceso", "telefonico", "organizadores", "fai", "qui", "alla", "della", "di",
    "da", "il", "dispositivi", "mobili", "oppure", "trova", "altre", "informazioni", "opzioni", "serve", "aiuto",
    "ora", "tuo", "locale", "tocco", "singolo", "base", "posizione", "tramite", "gli", "organizzatori", "al",
    "sul", "e", "na", "no", "do", "em", "localizar", "seu", "seus", "pelo", "microsoft", "google", "cisco",
    "business", "skype", "cloud", "hd", "webapp", "standard", "secure",
})  # fmt: skip
