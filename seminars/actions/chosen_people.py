"""The people whom somebody typed: known ones are found, and new ones are added once for all rows of a save."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars.actions import shared_rows
from seminars.models import Speaker
from seminars.models.name_matching import surely_meant
from seminars.text import fold


@dataclass(frozen=True)
class ChosenPerson:
    """A person that was typed: the name, the affiliation, and who it is if that is known."""

    name: str
    affiliation: str = ""
    speaker: Speaker | None = None
    is_new: bool = False  # somebody said so: no namesake is meant


class ChosenPeople:
    """All that were typed in one save: one query finds those who are known by now."""

    def __init__(self, typed: Iterable[ChosenPerson]) -> None:
        self._known = Speaker.objects.called_any({person.name for person in typed if not person.speaker})
        self._new: dict[tuple[str, str], Speaker] = {}

    def speaker_of(self, person: ChosenPerson) -> Speaker:
        """Return whom `person` means, unsaved if they are new; raise ValidationError if several people may be meant."""
        if person.speaker:
            return person.speaker
        namesakes = [] if person.is_new else self._known[fold(person.name)]
        if meant := surely_meant(namesakes, person.affiliation):  # somebody else has made them since they were typed
            return meant
        if namesakes:
            sentence = _("There are %(number)d people called “%(name)s”. Choose one in the talk’s own form.")
            raise ValidationError({"speaker": sentence % {"number": len(namesakes), "name": person.name}})
        key = fold(person.name), fold(person.affiliation) if person.is_new else ""
        return self._new.setdefault(key, Speaker(name=person.name, affiliation=person.affiliation))

    def add_new(self) -> None:
        """Write those who are new."""
        shared_rows.add(self._new.values())
