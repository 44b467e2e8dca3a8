"""Match each event of a file with rows on this site: the talk that it is, and the series, room, people and topics."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from seminars.formats.spreadsheet_columns import OTHER_ROLES
from seminars.importing.changed_uids import earlier_uids
from seminars.importing.choices import Choices, ImportOptions
from seminars.importing.events import Person, Refusal, SourceEvent, SourceFile
from seminars.importing.field_values import Kept, Speaking, changed_fields_of, source_values_of
from seminars.importing.known_rows import KnownRows
from seminars.importing.people_and_series import edited_speakers, further_series, others_named, others_of
from seminars.importing.reading.summaries import Headline, Reading, people_in, read_headline
from seminars.importing.series_found import SeriesFound, names_of
from seminars.importing.zones_asked import settle_zones
from seminars.models import ImportedTalk, Room, Series, Speaker, Talk, TalkQuerySet, Topic
from seminars.models.titles import comparable
from seminars.text import fold

_LONGEST_UID = Talk._meta.get_field("uid").max_length
_LONGEST_LINE = 300  # characters of a line that names people
_ORDERS = frozenset({"name - title", "title - name"})
_QUERY = 5000  # talks that one query asks for


@dataclass(slots=True)
class Match:
    """An event and what it means here. `changed_fields` are those that its source has changed since the last import.

    Rows are looked up for changed fields only: an unchanged event costs no more than a comparison.
    """

    event: SourceEvent
    uid: str = ""
    source_values: dict[str, Kept] = field(default_factory=dict)
    changed_fields: frozenset[str] = frozenset()
    talk: Talk | None = None
    note: ImportedTalk | None = None
    series: Series | None = None
    headline: Headline | None = None
    reading: Reading = field(default_factory=Reading)
    room: Room | None = None
    people: list[tuple[Speaker, str]] = field(default_factory=list)  # and their affiliations
    topics: list[Topic] = field(default_factory=list)
    parts: dict[str, list[Speaking] | list[Series]] = field(default_factory=dict)  # people of other roles, and series

    @property
    def is_edit(self) -> bool:
        """Whether it is a talk in a spreadsheet that we exported: then `changed_fields` are the edited fields."""
        return self.event.edited is not None


@dataclass
class Matched:
    """All events of a file that can be matched, and refusals of those that cannot."""

    matches: list[Match]
    refusals: list[Refusal]
    known: KnownRows
    series: Series | None  # into which all of them go


def identity_of(event: SourceEvent) -> str:
    """Return the UID of its talk: one date of a repeating event has one of its own, "" if the event has none."""
    return f"{event.uid}/{event.recurrence_id}"[:_LONGEST_UID] if event.recurrence_id else event.uid


def match_events(file: SourceFile, options: ImportOptions, choices: Choices) -> Matched:
    """Match the events of a file, in a few queries however many there are.

    Raise ValidationError if one without a UID is of no single talk.
    """
    series = SeriesFound(file, options, choices)
    settle_zones(file, choices, series.chosen)
    found = Matched([], list(file.refusals), KnownRows(choices), None)
    found.series = series.chosen
    found.matches = _with_talks(file.events, _among(series.chosen, options))
    for match in found.matches:
        if match.uid and match.changed_fields:
            _read_headline(match, series)
    _choose_readings(found.matches, choices, series)
    found.known.look_up([name for match in found.matches if match.changed_fields for name in _people_named(match)])
    found.matches = [match for match in found.matches if _is_matched(match, found, series, options)]
    return found


def _with_talks(events: list[SourceEvent], among: TalkQuerySet) -> list[Match]:
    """Find the talk of each event, and what its source said of it before."""
    matches = [Match(event, identity_of(event)) for event in events]
    uids = [match.uid for match in matches if match.uid]
    talks = _talks_under(uids)
    new = (match for match in matches if match.uid and match.uid not in talks and not match.is_edit)
    unknown = {match.uid: match.event for match in new}
    if earlier := earlier_uids(unknown, set(uids), among):
        talks |= _talks_under(list(earlier.values()))
        for match in matches:
            match.uid = earlier.get(match.uid, match.uid)
    notes: dict[int, ImportedTalk] = {}
    for some in _in_parts(list(talks.values())):
        notes |= ImportedTalk.objects.of_talks(some)
    for match in matches:
        match.talk = talks.get(match.uid)
        if match.talk:
            match.note = notes.get(match.talk.pk) or ImportedTalk(talk=match.talk)
        match.source_values = source_values_of(match.event)
        match.changed_fields = changed_fields_of(match.event, match.source_values, match.note)
    Talk.objects.fetch_parts([match.talk for match in matches if match.talk and match.changed_fields])
    return matches


def _talks_under(uids: list[str]) -> dict[str, Talk]:
    return {
        talk.uid: talk for some in _in_parts(uids) for talk in Talk.objects.filter(uid__in=some).with_series_and_room()
    }


def _in_parts(things: list[Any]) -> Iterator[list[Any]]:
    for first in range(0, len(things), _QUERY):
        yield things[first : first + _QUERY]


def _people_named(match: Match) -> list[str]:
    people = match.reading.people or match.event.people
    return [*(person.name for person in people), *others_named(match.event)]


def _read_headline(match: Match, series: SeriesFound) -> None:
    """Read it; the title of a row of a spreadsheet is read only to find days without a talk."""
    if match.is_edit:
        return
    names, kinds = series.names, series.kinds
    if match.talk:
        names, kinds = names_of(match.talk.series), (match.talk.series.kind,)
    headline = read_headline(match.event.summary, names=names, kinds=kinds)
    if match.event.is_private and headline.readings[0].is_break:
        headline = Headline("title", (Reading(title=match.event.summary),))  # a break is public
    is_break = headline.readings[0].is_break and not match.event.people
    if match.event.has_headline or is_break:
        match.headline = headline


def _choose_readings(matches: list[Match], choices: Choices, series: SeriesFound) -> None:
    """Choose for each headline how it is read, once for all headlines of one shape."""
    forms = _forms_of(matches)
    for match in matches:
        readings = match.headline.readings if match.headline else ()
        match.reading = next(iter(readings), match.reading)
        if len(readings) > 1:
            match.reading = _reading_that_agrees(match) or _chosen_reading(match, choices, forms)
        if match.reading.people and not match.event.people:
            match.reading = _with_affiliations(match.reading, match.event)
        if match.talk is None and match.uid and match.changed_fields:
            series.learn(match.event.series or match.reading.label)


def _forms_of(matches: list[Match]) -> Counter[str]:
    """Count in which order headlines have name and title, where that is clear: one feed keeps to one order."""
    shapes = (match.headline.shape.split(" or ") for match in matches if match.headline)
    return Counter(shape[0] for shape in shapes if not _ORDERS.issubset(shape))


def _reading_that_agrees(match: Match) -> Reading | None:
    """Return the reading that has the title or the people that the source names elsewhere, None if it names none."""
    event, people_named = match.event, {fold(person.name) for person in match.event.people}
    if not (event.title or people_named):
        people_named = {fold(person.name) for person in _named_first(event)}
        agreeing = (reading for reading in match.headline.readings if reading.people)
        return next((one for one in agreeing if {fold(person.name) for person in one.people} == people_named), None)
    for reading in match.headline.readings:
        people = {fold(person.name) for person in reading.people}
        if (people_named and people == people_named) or (
            event.title and comparable(reading.title) == comparable(event.title)
        ):
            return reading
    without_people = (reading for reading in match.headline.readings if not reading.people)
    return next(without_people, None) if people_named else None


def _named_first(event: SourceEvent) -> tuple[Person, ...]:
    """Return the people whom the first line of a description may name: "Bo Reed (Larkfield)" above the abstract."""
    return people_in(event.abstract.partition("\n")[0][:_LONGEST_LINE])


def _with_affiliations(reading: Reading, event: SourceEvent) -> Reading:
    """Add the affiliations of the people in a headline, where the first line of the description repeats their names."""
    if any(one.affiliation for one in reading.people):
        return reading
    named = _named_first(event)
    is_repeated = [fold(one.name) for one in named] == [fold(one.name) for one in reading.people]
    return replace(reading, people=named) if is_repeated else reading


def _chosen_reading(match: Match, choices: Choices, forms: Counter[str]) -> Reading:
    readings, key = match.headline.readings, f"reading:{match.headline.shape}"
    if chosen := choices.known(key, match.event.summary):
        return readings[min(int(chosen), len(readings) - 1)]
    options = [(str(number), _in_words(reading)) for number, reading in enumerate(readings)]
    if _ORDERS.issubset(shape := match.headline.shape.split(" or ")):
        usual = max(shape, key=lambda form: forms[form] if form in _ORDERS else -1)
        options.sort(key=lambda option: option[0] != str(shape.index(usual)))
    question = _("How should “%(headline)s” and similar titles be read?") % {"headline": match.event.summary}
    chosen = choices.choose(key, question, options, example=match.event.summary)
    return readings[min(int(chosen), len(readings) - 1)]


def _in_words(reading: Reading) -> str:
    if reading.is_break:
        return _("no talk: %(reason)s") % {"reason": reading.reason or _("break")}
    names = ", ".join(f"{one.name} ({one.affiliation})" if one.affiliation else one.name for one in reading.people)
    parts = [
        _("series or kind: %(label)s") % {"label": reading.label} if reading.label else "",
        _("speaker: %(name)s") % {"name": names or _("none")},
        _("title: %(title)s") % {"title": reading.title or _("to be announced")},
    ]
    return "; ".join(filter(None, parts))


def _is_matched(match: Match, found: Matched, series: SeriesFound, options: ImportOptions) -> bool:
    """Look up the rows that the event names; refuse it, and return False, if one of them is not possible."""
    try:
        if not match.uid:
            match.talk = talk_called(match.event.title, _among(series.chosen, options))
        else:
            _look_up(match, found.known, series, options)
    except ValidationError as error:
        if not match.uid:
            raise
        found.refusals.append(Refusal(match.event.line, match.event.name, " ".join(error.messages), match.uid))
        return False
    return True


def _look_up(match: Match, known: KnownRows, series: SeriesFound, options: ImportOptions) -> None:
    event, reading = match.event, match.reading
    if match.is_edit and match.talk is None:
        raise ValidationError(
            _("This talk is no longer on this site. To add it again, clear the cells “UID” and “Check” of its row.")
        )
    if match.is_edit and not match.changed_fields:
        return
    if match.talk and not options.allows(match.talk.series_id):
        raise ValidationError(
            _("This talk belongs to a series that you don’t organise. Ask an administrator to import it.")
        )
    label = event.series or reading.label
    match.series = match.talk.series if match.talk else series.series_of(event, label)
    if match.is_edit and "series" in match.changed_fields:
        match.series = series.home_called(event.series)
    if reading.is_break and not match.talk:
        return
    if "room" in match.changed_fields:
        match.room = known.room(event.location, event.name)
    if "topics" in match.changed_fields:
        own = {fold(name) for name in (match.series.kind, *names_of(match.series))} if event.has_headline else set()
        match.topics = [known.topic(name) for name in event.categories if fold(name) not in own]
    if "people" in match.changed_fields:
        match.people = edited_speakers(event, match.talk, known) if match.is_edit else _people_of(match, known)
    match.parts = {
        name: others_of(event, name, match.talk, known) for name in OTHER_ROLES if name in match.changed_fields
    }
    if "also_in" in match.changed_fields:
        match.parts["also_in"] = further_series(event, match.talk, match.series, series)


def _people_of(match: Match, known: KnownRows) -> list[tuple[Speaker, str]]:
    """Return the speakers, each once."""
    event = match.event
    found: dict[int, tuple[Speaker, str]] = {}
    for person in event.people or match.reading.people:
        speaker = known.speaker(person, event.name)
        found.setdefault(id(speaker), (speaker, person.affiliation or speaker.affiliation))
    people = list(found.values())
    if event.biography and len(people) == 1 and people[0][0].pk is None:
        people[0][0].biography = people[0][0].biography or event.biography
    return people


def _among(series: Series | None, options: ImportOptions) -> TalkQuerySet:
    among = Talk.objects.in_series(series) if series else Talk.objects.all()
    return among if options.homes is None else among.filter(series__in=options.homes)


def talk_called(title: str, among: TalkQuerySet) -> Talk:
    """Return the one talk among these that has that title, with all that is printed; raise ValidationError."""
    titles = among.values_list("pk", "title")
    keys = [key for key, known in titles if known and comparable(known) == comparable(title)]
    if not keys:
        reason = _(
            "No talk on this site is called “%(title)s”. Import its calendar first, add the talk, or correct its "
            "title. Then import this page again."
        )
        raise ValidationError(reason % {"title": title})
    if len(keys) > 1:
        reason = _("%(count)d talks on this site are called “%(title)s”. Choose the series, or use --series SLUG.")
        raise ValidationError(reason % {"count": len(keys), "title": title})
    return Talk.objects.filter(pk__in=keys).for_pages().get()
