"""What the columns of a spreadsheet mean: by their headers, or as an organiser has chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from seminars.formats.spreadsheet_columns import CHECK, COLUMNS
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
    "given_name": _("Speaker’s given name"),
    "family_name": _("Speaker’s family name"),
    "biography": _("Biography of the speaker"),
    "building": _("Building"),
    "old_page": _("Address of the old page"),
}
# By what a column means, its headers in English, German, French and Spanish, folded: no accents, no capitals.
_HEADERS = {
    "date": "date|day|datum|tag|termin|jour|fecha|dia|talk date|seminar date|date du seminaire",
    "when": "when|date and time|date & time|date/time|datetime|wann|datum und uhrzeit|datum/uhrzeit|quand|"
    "date et heure|cuando|fecha y hora|start date|starts at|starts",
    "start": "start|start time|starting time|time|from|begin|begins|beginn|uhrzeit|zeit|von|startzeit|heure|debut|"
    "heure de debut|hora|inicio|hora de inicio",
    "end": "end|end time|ends|ends at|until|to|ende|bis|endzeit|fin|heure de fin|hora de fin|hora final",
    "end_date": "end date|end_date|enddatum|date de fin|fecha de fin",
    "minutes": "duration|length|minutes|duration (min)|duration (minutes)|dauer|dauer (min)|duree|duracion",
    "zone": "zone|time zone|timezone|tz|zeitzone|fuseau horaire|zona horaria",
    "series": "series|seminar|seminar series|reihe|vortragsreihe|seminarreihe|serie|seminaire|seminario|ciclo",
    "also_in": "also in|further series|auch in|weitere reihen",
    "kind": "kind|type|event type|art|veranstaltungsart|typ|type d'evenement|tipo",
    "title": "title|talk title|title of talk|title of the talk|talk|topic of talk|titel|vortragstitel|vortrag|thema|"
    "titre|titre de l'expose|expose|titulo|charla",
    "speakers": "speaker|speakers|speaker(s)|speaker name|name|names|presenter|presenters|lecturer|guest|"
    "vortragende|vortragender|vortragende(r)|vortragende:r|referent|referentin|referent/in|referent*in|referenten|"
    "sprecher|sprecherin|redner|rednerin|gast|orateur|oratrice|orateurs|intervenant|intervenante|intervenants|"
    "conferencier|ponente|ponentes|orador|oradora|conferenciante|nombre",
    "given_name": "first name|given name|vorname|prenom|nombre de pila",
    "family_name": "last name|family name|surname|nachname|familienname|nom|nom de famille|apellido|apellidos",
    "affiliations": "affiliation|affiliations|institution|university|organisation|organization|company|"
    "zugehorigkeit|institution/universitat|universitat|hochschule|einrichtung|etablissement|universite|"
    "institucion|universidad|afiliacion|filiacion",
    "moderators": "moderator|moderators|chair|session chair|moderation|leitung|president|moderador",
    "committee": "committee|examiners|kommission|prufungskommission|jury|comite|tribunal",
    "room": "room|location|place|venue|where|raum|ort|horsaal|seminarraum|wo|veranstaltungsort|salle|lieu|sala|"
    "aula|lugar",
    "building": "building|gebaude|batiment|edificio",
    "state": "state|status|zustand|etat|statut|estado",
    "notice": "notice|hinweis|avis|aviso",
    "abstract": "abstract|summary|description|talk abstract|zusammenfassung|kurzfassung|beschreibung|inhalt|resume|"
    "resumen",
    "biography": "bio|biography|speaker bio|short bio|biografie|biographie|kurzbiografie|lebenslauf|vita|biografia",
    "topics": "topics|tags|keywords|categories|themen|stichworte|schlagworte|schlagworter|kategorien|mots-cles|"
    "mots cles|palabras clave|temas",
    "language": "language|sprache|vortragssprache|langue|idioma|lengua",
    "host": "host|hosts|hosted by|organiser|organizer|invited by|gastgeber|gastgeberin|einladende|eingeladen von|"
    "hote|invite par|anfitrion|anfitriona|invitado por",
    "audience": "audience|zielgruppe|publikum|public|publico",
    "programme": "programme|program|programm|ablauf|programa",
    "join_url": "zoom|zoom link|link|meeting link|join link|online link|video link|online|videokonferenz|"
    "lien|lien zoom|enlace|enlace zoom",
    "passcode": "passcode|password|kenncode|kennwort|passwort|code|mot de passe|contrasena|clave",
    "recording_url": "recording|video|recording link|aufzeichnung|enregistrement|grabacion",
    "slides_url": "slides|presentation|folien|prasentation|diapositives|transparents|diapositivas",
    "paper_url": "paper|article|preprint|publikation|artikel|article lie|articulo",
    "notes": "notes|private notes|internal notes|comments|remarks|notizen|bemerkungen|anmerkungen|kommentar|"
    "remarques|commentaires|notas|comentarios|observaciones",
    "uid": "uid",
    "old_page": "url|permalink|page url|web page|webseite|seite|adresse url",
}  # fmt: skip


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
    found, taken = [], set()
    is_own = is_exported(headers)
    for header in headers:
        key = " ".join(fold(header).rstrip(":*").split())
        means = _own_headers().get(key) if is_own else _own_headers().get(key) or _known_headers().get(key)
        means = chosen.get(header, means or LEFT_OUT)
        kind = "date" if means in DATES else means
        found.append(LEFT_OUT if kind in taken else means)
        taken.add(kind)
    return [means if means in _possible() else LEFT_OUT for means in found]


def is_exported(headers: list[str]) -> bool:
    """Tell whether this is a file that we have exported: only those have a check beside the UID."""
    own = [_own_headers().get(" ".join(fold(header).split())) for header in headers]
    return CHECK in own and "uid" in own


def _possible() -> set[str]:
    return {*(column.name for column in COLUMNS), *FURTHER, LEFT_OUT}


@cache
def _own_headers() -> dict[str, str]:
    """Return the headers of our own export in every language of the site, folded."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {fold(str(column.header)): column.name for column in COLUMNS}
    return found


@cache
def _known_headers() -> dict[str, str]:
    return {header: means for means, headers in _HEADERS.items() for header in headers.split("|")}
