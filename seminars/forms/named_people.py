"""People who are typed as lines, such as a committee: one person on each, with affiliation and role."""

from collections.abc import Iterable, Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars.actions.chosen_people import ChosenPeople, ChosenPerson
from seminars.forms.desk import LinesField
from seminars.forms.people import (
    NameQuestion,
    Recognition,
    answered_as,
    answers_in,
    asked_as,
    new_person,
)
from seminars.models import Appearance, Role, Speaker, publishing
from seminars.text import fold
from seminars.typed_names.people import Person
from seminars.typed_names.roles import read_role_line

FIELD = "several_people"
MOST_LINES = 40


def several_people_field() -> LinesField:
    return LinesField(
        label=gettext_lazy("Several people, one on each line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "For example “Emmy Noether (Göttingen), chair”. Roles: chair, committee, supervisor, moderator, panelist, "
            "host. Without a role, the person is on the committee."
        ),
    )


class NamedPeople:
    """The people of some lines: what is wrong with a line, whom a name may mean, and the rows that they make."""

    def __init__(self, typed: str, sent: Mapping[str, str]) -> None:
        self._answers = answers_in(sent, FIELD)
        self._errors: list[str] = []
        self._questions: list[NameQuestion] = []
        self._chosen: list[tuple[ChosenPerson, Role]] = []
        self._read(typed)

    def tell(self, form: forms.Form) -> None:
        """Add what is wrong, and what is asked, to a form."""
        sentence = _("%(question)s Choose below, and save again.")
        asked = [sentence % {"question": question.sentence} for question in self._questions]
        if found := [*self._errors, *asked]:
            form.add_error(FIELD, found)

    @property
    def asked(self) -> list[tuple[str, NameQuestion]]:
        """The questions, each with the name of its answer."""
        return asked_as(FIELD, self._questions, self._answers)

    @property
    def answered(self) -> list[tuple[str, str]]:
        """The answers that were given already, as the page sends them."""
        return answered_as(FIELD, self._answers)

    def rows_beside(self, rows: Iterable[Appearance]) -> list[Appearance]:
        """Return the rows of these people behind `rows`, unsaved, and save those of them who are new.

        Nobody is added twice in one role.
        """
        rows = list(rows)
        there = {(row.speaker_id, row.role) for row in rows}
        order = max((row.order for row in rows), default=-1)
        added: list[Appearance] = []
        for speaker, affiliation, role in self._saved():
            if (speaker.pk, role) not in there:
                there.add((speaker.pk, role))
                order += 1
                added.append(Appearance(speaker=speaker, role=role, affiliation=affiliation, order=order))
        return added

    def _saved(self) -> list[tuple[Speaker, str, Role]]:
        """Save those who are new; return all of them, each with the affiliation and the role that were typed."""
        with publishing():
            people = ChosenPeople(person for person, _role in self._chosen)
            found = [(people.speaker_of(person), person.affiliation, role) for person, role in self._chosen]
            people.add_new()
        return found

    def _read(self, typed: str) -> None:
        lines = [(number, line) for number, line in enumerate(typed.split("\n"), 1) if line.strip()]
        if len(lines) > MOST_LINES:
            self._errors.append(_("Type at most %(number)d people at once.") % {"number": MOST_LINES})
            return
        whole = Speaker.objects.called_any({line.strip() for _number, line in lines})
        named: list[tuple[int, Person, Role]] = []
        for number, line in lines:
            if whole[fold(line.strip())]:  # "Châtelet, Émilie du" is one person
                named.append((number, Person(line.strip()), Role.COMMITTEE))
            elif found := self._person_of(number, line):
                named.append((number, *found))
        recognition = Recognition(person for _number, person, _role in named)
        for number, person, role in named:
            self._settle(number, recognition.settle(person, self._answers), role)

    def _person_of(self, number: int, line: str) -> tuple[Person, Role] | None:
        """Return person and role, or note what is wrong with the line and return None."""
        found = read_role_line(line)
        if found.unknown_role:
            sentence = _(
                "Line %(number)d: “%(words)s” is no role. Write chair, committee, supervisor, moderator, panelist or "
                "host, or leave it out."
            )
            self._errors.append(sentence % {"number": number, "words": found.unknown_role})
        elif not found.people:
            sentence = _("Line %(number)d: “%(words)s” names nobody. Type a name, or delete the line.")
            self._errors.append(sentence % {"number": number, "words": line.strip()})
        elif len(found.people) > 1:
            names = _(" and ").join(one.name for one in found.people)
            sentence = _("Line %(number)d names several people: %(names)s. Put each of them on a line of their own.")
            self._errors.append(sentence % {"number": number, "names": names})
        else:
            return found.people[0], found.role or Role.COMMITTEE
        return None

    def _settle(self, number: int, settled: ChosenPerson | NameQuestion, role: Role) -> None:
        if isinstance(settled, NameQuestion):
            if settled.folded not in {one.folded for one in self._questions}:
                self._questions.append(settled)
            return
        try:
            if not settled.speaker:
                new_person(settled.name, settled.affiliation)
        except ValidationError as refusal:
            words = {"number": number, "reason": " ".join(refusal.messages)}
            self._errors.append(_("Line %(number)d: %(reason)s") % words)
        else:
            self._chosen.append((settled, role))
