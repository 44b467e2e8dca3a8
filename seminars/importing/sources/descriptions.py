"""What the description of an event says, by the labels in it."""

from dataclasses import dataclass

from seminars.importing.events import Person


@dataclass(frozen=True)
class Described:
    """The parts of a description; `rest` is what belongs to none of them."""

    title: str = ""
    people: tuple[Person, ...] = ()
    abstract: str = ""
    biography: str = ""
    kind: str = ""
    rest: str = ""


def read_description(text: str) -> Described:
    """Return the text as the abstract."""
    return Described(abstract=text)
