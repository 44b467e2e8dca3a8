"""Read a line that names one person with a role: "Emmy Noether (Göttingen), chair"."""

import re
from dataclasses import dataclass

from seminars.models.states import Role
from seminars.text import fold
from seminars.typed_names.people import Person, typed_people

# What roles are called in the languages of the site.
_WORDS = {
    Role.SPEAKER: "speaker|candidate|vortragende|vortragender|kandidat|kandidatin|intervenant|intervenante|orateur"
    "|oratrice|candidat|candidate|ponente|candidato|candidata",
    Role.PANELIST: "panelist|panellist|panel|podium|podiumsgast|panelteilnehmer|panelteilnehmerin|diskutant|diskutantin"
    "|paneliste|participant|participante|panelista",
    Role.MODERATOR: "moderator|moderation|moderatorin|moderateur|moderatrice|animateur|animatrice|moderador|moderadora"
    "|moderacion",
    Role.CHAIR: "chair|chairs|co-chair|chairman|chairwoman|chairperson|committee chair|vorsitz|vorsitzende|vorsitzender"
    "|president|presidente|presidence|president du jury|presidente du jury|presidenta|presidencia"
    "|presidente del tribunal|presidenta del tribunal",
    Role.COMMITTEE: "committee|committee member|member|examiner|external examiner|reviewer|referee|reader|kommission"
    "|mitglied|kommissionsmitglied|prufer|pruferin|gutachter|gutachterin|erstgutachter|erstgutachterin|zweitgutachter"
    "|zweitgutachterin|beisitz|beisitzer|beisitzerin|jury|membre|membre du jury|comite|examinateur|examinatrice"
    "|rapporteur|rapporteure|rapportrice|tribunal|comision|miembro|miembro del tribunal|vocal|secretario|secretaria",
    Role.SUPERVISOR: "supervisor|advisor|adviser|co-supervisor|co-advisor|thesis advisor|betreuer|betreuerin|betreuung"
    "|doktorvater|doktormutter|encadrant|encadrante|directeur|directrice|directeur de these|directrice de these"
    "|codirecteur|codirectrice|director|directora|director de tesis|directora de tesis|codirector|codirectora|tutor"
    "|tutora",
    Role.HOST: "host|hosted by|gastgeber|gastgeberin|eingeladen von|einladende|einladender|hote|invite par|anfitrion"
    "|anfitriona|invitado por|invitada por",
}  # fmt: skip
_ROLES = {fold(word): role for role, words in _WORDS.items() for word in words.split("|")}
_MARK = re.compile(r"\A\s*(?:[-*•–—]|\d{1,2}[.)])\s+")  # of an item in a list
_BEFORE = re.compile(r"(?P<role>[^:：()]{1,40})[:：]\s*(?P<who>.+)")
_IN_BRACKETS = re.compile(r"(?P<who>.+?)\s*[(\[](?P<role>[^()\[\]]{1,40})[)\]]")
_BEHIND_BRACKETS = re.compile(r"(?P<who>.+[)\]])\s*[,;:|–—-]?\s*(?P<role>[^()\[\]]{1,60})")
_BEHIND = re.compile(r"(?P<who>.+?)\s*(?:[,;|]|\s[-–—:])\s*(?P<role>[^,;|()]{1,40})")


@dataclass(frozen=True)
class RoleLine:
    """What a line says: those whom it names, who are to be one person, and their role if it names one.

    `unknown_role` stands where a role should be, and is none.
    """

    people: tuple[Person, ...]
    role: Role | None = None
    unknown_role: str = ""


def read_role_line(line: str) -> RoleLine:
    """Read one line. The role stands behind the name, in brackets behind it, or before it with a colon."""
    line = _MARK.sub("", " ".join(line.split()), count=1)
    for form in (_BEFORE, _IN_BRACKETS, _BEHIND_BRACKETS, _BEHIND):
        match = form.fullmatch(line)
        if match and (role := _ROLES.get(fold(match["role"].strip(" .")))):
            return RoleLine(typed_people(match["who"]), role)
    match = _BEHIND_BRACKETS.fullmatch(line)
    if match and _is_no_name(match["role"]):
        return RoleLine(typed_people(match["who"]), unknown_role=match["role"])
    return RoleLine(typed_people(line))


def _is_no_name(words: str) -> bool:
    return " " not in words or words == words.lower()
