"""People of all roles and further series that a row of a spreadsheet names: who is meant, and how they are written."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars.actions import talk_changes
from seminars.formats.spreadsheet_columns import BETWEEN, OTHER_ROLES
from seminars.importing.events import Person, SourceEvent
from seminars.importing.field_values import PARTS, FieldValue, Speaking
from seminars.importing.known_rows import KnownRows
from seminars.importing.series_found import SeriesFound
from seminars.models import Appearance, Role, Series, Talk
from seminars.typed_names.people import people_in


def others_named(event: SourceEvent) -> list[str]:
    """Return the names of people who do not speak."""
    return [person.name for field in OTHER_ROLES for person in _others(event, field)]


def edited_speakers(event: SourceEvent, talk: Talk, known: KnownRows) -> list[Speaking]:
    """Return the speakers that an edited row names; without a column of affiliations, those at the talk keep theirs."""
    here = _here(talk, Role.SPEAKER)
    people = _people(event.people, here, known, example=event.name)
    if "affiliations" not in event.available_fields:
        return people
    people_named = _each_once(event.people)
    return [one._replace(affiliation=person.affiliation) for one, person in zip(people, people_named, strict=True)]


def others_of(event: SourceEvent, field: str, talk: Talk | None, known: KnownRows) -> list[Speaking]:
    """Return the people in the role of that field; those who are at the talk keep their affiliation."""
    here = _here(talk, OTHER_ROLES[field]) if talk else {}
    return _people(_others(event, field), here, known, example=event.name)


def further_series(event: SourceEvent, talk: Talk | None, home: Series, known: SeriesFound) -> list[Series]:
    """Return the further series that an event names; raise ValidationError where the talk may not be in one of them."""
    here = talk.all_series[1:] if talk else []
    named = [known.called(name) for name in _names(event, "also_in")]
    for series in named:
        if series == home:
            raise ValidationError(_("This is already the talk’s home series. Choose another one or leave it out."))
        if series not in here and not known.allows(series):
            sentence = _("Ask the organisers of %(series)s to add this talk: open it on the desk.")
            raise ValidationError(sentence % {"series": series.short_name})
    return list(dict.fromkeys(named))


def write_parts(planned: Iterable[tuple[Talk, dict[str, FieldValue]]]) -> list[Talk]:
    """Write the other people and the further series that saved talks take over; return these talks, parts read anew."""
    changed = [(talk, taken) for talk, taken in planned if PARTS & taken.keys()]
    for talk, _taken in changed:
        talk.__dict__.pop("_prefetched_objects_cache", None)
    for field, role in OTHER_ROLES.items():
        _write_people({talk: taken[field].value for talk, taken in changed if field in taken}, role)
    for talk, taken in changed:
        if "also_in" in taken:
            talk_changes.set_series(talk, taken["also_in"].value, by=None)  # who may was asked by `further_series`
    talks = [talk for talk, _taken in changed]
    Talk.objects.fetch_parts(talks)
    return talks


def _write_people(people: dict[Talk, list[Speaking]], role: Role) -> None:
    if not people:
        return
    there = Appearance.objects.filter(talk__in=people, role=role)
    external = {(one.talk_id, one.speaker_id): one.is_external for one in there}
    there.delete()
    Appearance.objects.bulk_create(
        Appearance(
            talk=talk, speaker=one.speaker, role=role, order=order, affiliation=one.affiliation,
            is_external=external.get((talk.pk, one.speaker.pk)),
        )
        for talk, named in people.items()
        for order, one in enumerate(named)
    )  # fmt: skip


def _people(named: Iterable[Person], here: dict[str, Speaking], known: KnownRows, *, example: str) -> list[Speaking]:
    return [
        here.get(person.name) or Speaking(known.speaker(person, example), person.affiliation)
        for person in _each_once(named)
    ]


def _each_once(named: Iterable[Person]) -> list[Person]:
    found: dict[str, Person] = {}
    for person in named:
        found.setdefault(person.name, person)
    return list(found.values())


def _here(talk: Talk, role: Role) -> dict[str, Speaking]:
    return {one.speaker.name: Speaking(one.speaker, one.affiliation) for one in talk.people_as(role)}


def _others(event: SourceEvent, field: str) -> list[Person]:
    """Return the people of a field; other sources than an edited export may say where they are from."""
    names = _names(event, field)
    if event.edited is not None:
        return [Person(name) for name in names]
    return [person for name in names for person in people_in(name) or (Person(name),)]


def _names(event: SourceEvent, field: str) -> list[str]:
    return [name for name in event.fields.get(field, "").split(BETWEEN) if name]
