"""Who hosts a talk: a person whom the site surely knows by the typed name, or else the words that were typed."""

from collections.abc import Iterable
from functools import partial
from itertools import chain

from seminars.models import Appearance, Role, Speaker, Talk
from seminars.models.name_matching import surely_meant
from seminars.text import fold
from seminars.typed_names.people import Person, people_in


class Hosts:
    """The hosts that were typed in one save: one query finds those who are known."""

    def __init__(self, typed: Iterable[str]) -> None:
        self._read = {words: (Person(" ".join(words.split())), *people_in(words)) for words in set(typed) - {""}}
        names = {person.name for person in chain.from_iterable(self._read.values())}
        self._known = Speaker.objects.called_any(names) if names else {}

    def meant_by(self, typed: str) -> list[Speaker]:
        """Return the known people whom these words surely mean; nobody, unless that is so of each name in them."""
        whole, *several = self._read.get(typed, [Person("")])
        if one := self._meant(whole):
            return [one]
        found = [self._meant(person) for person in several]
        return list(dict.fromkeys(found)) if found and all(found) else []

    def _meant(self, person: Person) -> Speaker | None:
        return surely_meant(self._known.get(fold(person.name), ()), person.affiliation)

    def settle(self, talk: Talk, there: Iterable[Appearance]) -> list[Appearance]:
        """Return the rows, unsaved, of the people whom `talk.host` means and who do not host it yet; clear it then.

        `there` are all rows of the talk. Without such people, the words stay.
        """
        there = list(there)
        people = self.meant_by(talk.host)
        if not people:
            return []
        talk.host = ""
        hosts = {row.speaker_id for row in there if row.role == Role.HOST}
        order = max((row.order for row in there), default=-1) + 1
        new = (person for person in people if person.pk not in hosts)
        row = partial(Appearance, role=Role.HOST)
        return [
            row(speaker=person, affiliation=person.affiliation, order=place) for place, person in enumerate(new, order)
        ]
