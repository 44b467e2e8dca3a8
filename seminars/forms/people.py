"""Typed names of people: whom each means, asked in place where nobody can tell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from seminars.actions.chosen_people import ChosenPerson
from seminars.models import Speaker
from seminars.models.name_matching import is_alike, is_nearly, surely_meant
from seminars.text import fold
from seminars.typed_names.people import Person, in_full

NEW_PERSON = "new"
MOST_ASKED = 20  # questions about the names in one field


@dataclass(frozen=True)
class NameQuestion:
    """Whom a typed name means; `options` are the answers, each with its label."""

    name: str
    options: tuple[tuple[str, str], ...]

    @property
    def folded(self) -> str:
        return fold(self.name)

    @property
    def sentence(self) -> str:
        return _("Who is %(name)s?") % {"name": self.name}


def answers_in(sent: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Return the answers to questions about names: "bo li|new" in "talk-7-who-0" means a new Bo Li."""
    answers = {}
    for number in range(MOST_ASKED):
        name, _bar, answer = sent.get(f"{prefix}-who-{number}", "").partition("|")
        if answer:
            answers[name] = answer
    return answers


def answered_as(prefix: str, answers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the answers that were given already, as the page sends them."""
    return [(f"{prefix}-who-{place}", f"{name}|{one}") for place, (name, one) in enumerate(answers.items())]


def asked_as(
    prefix: str, questions: Iterable[NameQuestion], answers: Mapping[str, str]
) -> list[tuple[str, NameQuestion]]:
    """Return further questions, each with the name of its answer."""
    return [(f"{prefix}-who-{len(answers) + place}", one) for place, one in enumerate(questions)]


class Recognition:
    """Finds whom the names of one save mean, with a few queries however many there are."""

    def __init__(self, typed: Iterable[Person]) -> None:
        people = list(typed)
        names = {one.name for one in people}
        self._known = Speaker.objects.called_any(names)
        unknown = sorted(name for name in names if not self._known[fold(name)])
        self._alike = Speaker.objects.resembling_any(unknown)
        self._first: dict[str, Person] = {}  # new people of this save, by folded name
        for one in people:
            if not self._known[fold(one.name)]:
                self._first.setdefault(fold(one.name), one)

    def settle(self, person: Person, answers: Mapping[str, str]) -> ChosenPerson | NameQuestion:
        """Return who is meant, or the question; `answers` are by folded name."""
        known = self._known[fold(person.name)]
        if meant := surely_meant(known, person.affiliation):
            return ChosenPerson(person.name, person.affiliation, meant)
        options = {str(one.pk): one for one in known or self._alike.get(person.name, [])}
        twin = None if known else self._nearly_the_same(person)
        answer = answers.get(fold(person.name), "")
        if answer in options:
            return ChosenPerson(options[answer].name, person.affiliation, options[answer])
        if twin and answer == _key_of(twin):
            return ChosenPerson(twin.name, person.affiliation or twin.affiliation)
        if answer == NEW_PERSON or not (options or twin):
            return ChosenPerson(person.name, person.affiliation, is_new=answer == NEW_PERSON)
        choices = [(key, in_full(one)) for key, one in options.items()]
        if twin:
            choices.append((_key_of(twin), _("%(name)s, as in another row") % {"name": in_full(twin)}))
        new = _("a new person called %(name)s") % {"name": person.name}
        return NameQuestion(person.name, (*choices, (NEW_PERSON, new)))

    def _nearly_the_same(self, person: Person) -> Person | None:
        """Return somebody new of this save, typed before, whose name is nearly this one, or who is from elsewhere."""
        for folded, one in self._first.items():
            if folded == fold(person.name):
                has_another = (
                    one.affiliation and person.affiliation and not is_alike(one.affiliation, person.affiliation)
                )
                return one if has_another else None
            if is_nearly(one.name, person.name):
                return one
        return None


def _key_of(person: Person) -> str:
    return f"as {fold(person.name)}"


def new_person(name: str, affiliation: str) -> Speaker:
    """Return a new person, unsaved; raise ValidationError if the name or the affiliation cannot be saved."""
    newcomer = Speaker(name=name, affiliation=affiliation)
    newcomer.clean_fields(exclude={"photo"})
    return newcomer
