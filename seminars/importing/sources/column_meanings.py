"""What the columns of a spreadsheet mean: by their headers, or as an organiser has chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from seminars.formats.spreadsheet_columns import CHECK, COLUMNS
from seminars.importing.sources.header_words import likely_headers
from seminars.text import fold

LEFT_OUT = ""  # what a column that is not imported means
DAY_FIRST, MONTH_FIRST = "date-day-first", "date-month-first"
DATES = ("date", DAY_FIRST, MONTH_FIRST, "when")

# What other people's spreadsheets have beside the columns of our own.
FURTHER: dict[str, Promise] = {
    DAY_FIRST: _("Date, day before month (05/11 is 5 November)"),
    MONTH_FIRST: _("Date, month before day (05/11 is 11 May)"),
    "when": _("Date and time"),
    "minutes": _("Length in minutes"),
    "confirmed": _("Confirmed (yes or no)"),
    "cancelled": _("Cancelled (yes or no)"),
    "given_name": _("Speaker’s given name"),
    "family_name": _("Speaker’s family name"),
    "biography": _("Biography of the speaker"),
    "building": _("Building"),
    "old_page": _("Address of the old page"),
}
# By what a column means, its headers in English, German, French, Spanish, Italian, Dutch and Portuguese, folded:
# no accents, no capitals.
_HEADERS = {
    "date": "date|day|datum|tag|termin|jour|fecha|dia|talk date|seminar date|date of talk|event date"
    "|date du seminaire|date de l'expose|vortragsdatum|data|giorno|data del seminario|dag|data da palestra"
    "|fecha de la charla",
    "when": "when|date and time|date & time|date/time|date time|datetime|time and date|wann|datum und uhrzeit"
    "|datum/uhrzeit|datum und zeit|datum & uhrzeit|quand|date et heure|cuando|fecha y hora|quando|data e ora"
    "|data/ora|wanneer|datum en tijd|data e hora|start date|start date/time|starts at|starts|startdatum"
    "|date de debut|fecha de inicio|data di inizio|data de inicio",
    "start": "start|start time|starting time|time|from|begin|begins|beginn|uhrzeit|zeit|von|startzeit|anfang"
    "|uhrzeit von|zeit von|heure|debut|heure de debut|horaire"
    "|hora|inicio|hora de inicio|hora inicial|ora|orario|inizio|ora di inizio"
    "|tijd|aanvang|begintijd|starttijd|horario",
    "end": "end|end time|ends|ends at|until|to|ende|bis|uhrzeit bis|zeit bis|endzeit"
    "|fin|heure de fin|hora de fin|hora final|fine"
    "|ora di fine|einde|eindtijd|fim|hora de fim|termino",
    "end_date": "end date|end_date|enddatum|date de fin|fecha de fin|data di fine|einddatum|data de fim",
    "minutes": "duration|length|minutes|duration (min)|duration (minutes)|dauer|dauer (min)|duree|duracion|durata"
    "|duur|duracao",
    "zone": "zone|time zone|timezone|tz|zeitzone|fuseau horaire|zona horaria|fuso orario|tijdzone|fuso horario",
    "series": "series|seminar|seminar series|reihe|vortragsreihe|seminarreihe|serie|seminaire|seminario|ciclo"
    "|reeks|ciclo di seminari|serie di seminari",
    "also_in": "also in|further series|auch in|weitere reihen",
    "kind": "kind|type|event type|type of talk|talk type|category|art|veranstaltungsart|kategorie|typ"
    "|type d'evenement|tipo|tipologia|soort|categorie|categoria",
    "title": "what|title|event|event title|veranstaltung|evento|evenement|topic|talk title|title of talk"
    "|title of the talk|talk|topic of talk|presentation title"
    "|seminar title|lecture|lecture title|subject|was|titel|titel des vortrags|vortragstitel|vortrag|thema|quoi"
    "|titre|titre de l'expose|expose|sujet|que|titulo|titulo de la charla|charla|tema|cosa|che cosa|titolo"
    "|titolo del seminario|argomento|wat|onderwerp|titel van de lezing|lezing|o que|titulo da palestra|palestra"
    "|assunto",
    "speakers": "who|speaker|speakers|speaker(s)|speaker name|name of speaker|name of the speaker|speaker names"
    "|name|names|presenter|presenters|presenter(s)|lecturer|lecturers|guest|guest speaker|invited speaker"
    "|presented by|wer|vortragende|vortragender|vortragende(r)|vortragende:r|vortragende*r|vortragende/r|dozent"
    "|dozentin|referent|referentin"
    "|referent/in|referent*in|referent:in|referent(in)|referenten|referierende|sprecher|sprecherin|sprecher:in"
    "|sprecher*in|sprecher/in|redner|rednerin|gast|qui|orateur|oratrice|orateurs|orateur(s)|orateur/oratrice"
    "|intervenant|intervenante|intervenants|intervenant(e)|intervenant(s)|conferencier|conferenciere|quien"
    "|ponente|ponentes|orador|oradora|oradores|conferenciante|conferencista|expositor|nombre|chi|relatore"
    "|relatrice|relatori|speaker/relatore|oratore|wie|spreker|sprekers|naam|quem|palestrante|palestrantes"
    "|orador(a)|nome",
    "given_name": "first name|given name|first names|vorname|prenom|nombre de pila|voornaam|nome proprio"
    "|speaker first name",
    "family_name": "last name|family name|surname|nachname|familienname|nom|nom de famille|apellido|apellidos"
    "|cognome|achternaam|apelido|sobrenome|speaker last name",
    "affiliations": "affiliation|affiliations|affiliation(s)|speaker affiliation|speaker's affiliation"
    "|institution|institutions|institute|university|organisation|organization|company|employer|from (institution)"
    "|procedencia|provenance|provenienza|herkunft|laboratory|laboratoire|labo|laboratorio|abteilung"
    "|zugehorigkeit|institut|institution/universitat|universitat|hochschule|einrichtung"
    "|affiliation du conferencier|etablissement|universite|institucion|universidad|afiliacion|filiacion"
    "|affiliazione|istituzione|universita|ente|affiliatie|instelling|universiteit|organisatie|afiliacao"
    "|instituicao|universidade|filiacao",
    "moderators": "moderator|moderators|chair|chairs|session chair|moderation|moderiert von|leitung|vorsitz"
    "|president|moderateur|moderatrice|animateur|moderador|moderadora|presidente|moderatore|voorzitter",
    "panelists": "panelists|panelist|panellists|panel|panel members|podium|podiumsgaste|panelistes|participants"
    "|panelistas",
    "chairs": "committee chair|chair of committee|chair of the committee|vorsitz der kommission|kommissionsvorsitz"
    "|president du jury|presidente du jury|presidente del tribunal|presidenta del tribunal",
    "supervisors": "supervisor|supervisors|supervised by|advisor|advisors|adviser|thesis advisor|betreuer|betreuerin"
    "|betreuung|betreut von|encadrant|encadrante|encadrants|directeur de these|directrice de these|director de tesis"
    "|directora de tesis|tutor|tutora",
    "committee": "committee|examiners|kommission|prufungskommission|jury|comite|tribunal|commissione|commissie"
    "|banca|comissao",
    "room": "room|location|place|venue|where|address|raum|ort|horsaal|seminarraum|wo|veranstaltungsort|salle|lieu"
    "|ou|sala|aula|lugar|donde|luogo|dove|zaal|locatie|plaats|lokaal|waar|local|onde",
    "building": "building|gebaude|batiment|edificio|gebouw",
    "state": "state|status|stand|zustand|etat|statut|estado|stato",
    "confirmed": "confirmed|is confirmed|confirmed (y/n)|confirmed (yes/no)|accepted|agreed|bestatigt|zugesagt|zusage"
    "|confirmation|bestatigung|confirmacion|conferma|accepte|acceptee|aceptado|aceptada|accettato"
    "|confirme|confirmee|confirmado|confirmada|confermato|confermata|bevestigd",
    "cancelled": "cancelled|canceled|abgesagt|annule|annulee|cancelado|cancelada|annullato|geannuleerd",
    "notice": "notice|hinweis|avis|aviso|avviso",
    "abstract": "abstract|summary|description|talk abstract|abstract of talk|details|zusammenfassung|kurzfassung"
    "|beschreibung|inhalt|resume|resume de l'expose|descriptif|resumen|descripcion|riassunto|sommario|descrizione"
    "|samenvatting|beschrijving|omschrijving|resumo|descricao",
    "biography": "bio|biography|speaker bio|speaker biography|short bio|about the speaker|biografie|biographie"
    "|kurzbiografie|lebenslauf|vita|zur person|biografia|biographie de l'orateur|nota biografica",
    "topics": "topics|tags|keywords|categories|themen|stichworte|schlagworte|schlagworter|kategorien|mots-cles"
    "|mots cles|palabras clave|temas|parole chiave|argomenti|trefwoorden|onderwerpen|palavras-chave",
    "language": "language|talk language|sprache|vortragssprache|langue|idioma|lengua|lingua|taal",
    "host": "host|hosts|hosted by|host name|local host|organiser|organizer|invited by|gastgeber|gastgeberin"
    "|gastgeber:in|einladender|einladende:r"
    "|einladende|eingeladen von|organisator|hote|invite par|organisateur|anfitrion|anfitriona"
    "|invitado por|organizador|invitato da|organizzatore|referente|gastheer|gastvrouw|uitgenodigd door|anfitriao"
    "|convidado por",
    "audience": "audience|zielgruppe|publikum|public|publico|pubblico|doelgroep",
    "programme": "programme|program|programm|ablauf|programa|programma",
    "join_url": "zoom|zoom link|zoom url|link|meeting link|meeting url|join link|join url|online link|video link"
    "|online|webex|teams|teams link|videokonferenz|meeting-link|zoom-link|einwahl|lien|lien zoom|lien visio|visio"
    "|enlace|enlace zoom|collegamento|link zoom|videoconferenza|videolink|ligacao",
    "passcode": "passcode|password|zoom passcode|zoom password|kenncode|kennwort|passwort|code|mot de passe"
    "|contrasena|clave|codice|wachtwoord|senha",
    "recording_url": "recording|video|recording link|recording url|aufzeichnung|enregistrement|grabacion"
    "|registrazione|opname|gravacao",
    "slides_url": "slides|presentation|slides link|folien|prasentation|diapositives|transparents|diapositivas"
    "|diapositive|dia's|presentazione|apresentacao",
    "paper_url": "paper|article|preprint|paper link|publikation|artikel|article lie|articulo|articolo|artigo",
    "notes": "notes|private notes|internal notes|note|comment|comments|remark|remarks|notizen|notiz|bemerkung"
    "|bemerkungen|anmerkung|anmerkungen|kommentar|kommentare|remarque|remarques|commentaire|commentaires|notas"
    "|comentarios|observaciones|osservazioni|commenti|opmerkingen|notities|observacoes",
    "uid": "uid",
    "old_page": "url|permalink|page url|page|web page|website|webseite|seite|adresse url|page web|pagina web"
    "|pagina|site",
}  # fmt: skip
_DECORATION = " ?!:*.#\u00bf\u00a1"  # signs around a header that change nothing: "When?", "*Date:"


# What a header with further words may mean: "Presentation link" could be anything, and may be private.
_LIKELY = frozenset(
    {
        *DATES, "start", "end", "end_date", "minutes", "series", "kind", "title", "speakers", "given_name",
        "family_name", "affiliations", "moderators", "room", "building", "state", "confirmed", "cancelled", "abstract",
        "biography", "language", "host",
    }
)  # fmt: skip
# Pairs of meanings that one cell may hold. Such a column is read as the first of the two.
_PARTS_OF_NAMES = frozenset({"given_name", "family_name"})
_TOGETHER = ({"speakers", "affiliations"}, {"start", "end"}, _PARTS_OF_NAMES, {"speakers", "given_name"})


@dataclass(frozen=True)
class FoundColumn:
    """A column of a spreadsheet: its header, what it means ("" if that is not known), and some of its values."""

    header: str
    means: str
    samples: tuple[str, ...] = ()


def meanings() -> list[tuple[str, Promise]]:
    """Return what a column can mean, for people to choose from."""
    return [
        *((column.name, column.header) for column in COLUMNS if column.name not in {"page", CHECK}),
        *FURTHER.items(),
    ]


def meanings_of(headers: list[str], chosen: Mapping[str, str]) -> list[str]:
    """Return what each column means, LEFT_OUT where that is not known; of two equal ones the first counts.

    `chosen` is what an organiser has said, by header. The headers of our own export come first, in any language.
    """
    is_own = is_exported(headers)
    found = [chosen.get(header, _exactly(header, is_own=is_own)) for header in headers]
    taken = {_topic(means) for means in found if means}
    if not is_own:
        for at, header in enumerate(headers):  # what is likely comes second: "Title" counts before "Working title"
            if header not in chosen and not found[at] and _topic(means := _likely(header)) not in taken:
                found[at] = means
                taken.add(_topic(means))
    firsts = {_topic(means): at for at, means in reversed(list(enumerate(found)))}
    return [
        means if means in _possible() and firsts[_topic(means)] == at else LEFT_OUT for at, means in enumerate(found)
    ]


def _topic(means: str) -> str:
    """Return what only one column can tell: there are several forms of dates."""
    return "date" if means in DATES else means


def _exactly(header: str, *, is_own: bool) -> str:
    key = _plain(header)
    return _own_headers().get(key) or ("" if is_own else _known_headers().get(key)) or LEFT_OUT


def _likely(header: str) -> str:
    """Return what a header means that has further words: "Date of the seminar", "Speaker and affiliation"."""
    for names in likely_headers(_plain(header)):
        means = [_own_headers().get(name) or _known_headers().get(name, "") for name in names]
        topics = {*map(_topic, means)}
        if _LIKELY.issuperset(means) and (len(topics) == 1 or topics in _TOGETHER):
            return "speakers" if len(names) > 1 and topics & _PARTS_OF_NAMES else means[0]
    return LEFT_OUT


def _plain(header: str) -> str:
    """Return a header folded, without the signs around it."""
    return " ".join(fold(header).replace("_", " ").strip(_DECORATION).split())


def is_exported(headers: list[str]) -> bool:
    """Tell whether this is a file that we have exported: only those have a check beside the UID."""
    own = [_own_headers().get(_plain(header)) for header in headers]
    return CHECK in own and "uid" in own


def _possible() -> set[str]:
    return {*(column.name for column in COLUMNS), *FURTHER, LEFT_OUT}


@cache
def _own_headers() -> dict[str, str]:
    """Return the headers of our own export in every language of the site, folded."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {_plain(str(column.header)): column.name for column in COLUMNS}
    return found


@cache
def _known_headers() -> dict[str, str]:
    return {_plain(header): means for means, headers in _HEADERS.items() for header in headers.split("|")}
