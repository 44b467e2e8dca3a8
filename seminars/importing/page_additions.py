"""What the page of a talk adds to the talk: it fills in blank fields, and says where the two differ."""

from copy import copy

from django.utils.translation import gettext as _

from seminars.actions import bulk_changes
from seminars.importing.events import Person
from seminars.importing.field_values import FieldValue, Speaking, set_values
from seminars.importing.known_rows import KnownRows
from seminars.importing.match import Match
from seminars.importing.planned import PlannedTalk
from seminars.models import Appearance, Speaker
from seminars.text import fold
from seminars.typed_names.people import in_full


def addition(match: Match, known: KnownRows) -> PlannedTalk:
    """Return what the page adds; values of talk and people are set but not saved."""
    planned = PlannedTalk(match, match.talk, match.talk.title, before=copy(match.talk))
    differences: list[str] = []
    _add_people(planned, known, differences)
    _add_abstract(planned, differences)
    _add_meeting(planned, differences)
    set_values(planned.talk, planned.taken.values())
    bulk_changes.prepare(planned.talk, planned.before)
    planned.remarks += differences
    return planned


def _take(planned: PlannedTalk, name: str, value: str) -> None:
    planned.taken[name] = FieldValue(name, value)


def _add_people(planned: PlannedTalk, known: KnownRows, differences: list[str]) -> None:
    event = planned.event
    there = {fold(one.speaker.name): one for one in planned.talk.speakers}
    missing = [person for person in event.people if fold(person.name) not in there]
    if there and missing:
        words = {"page": ", ".join(person.name for person in missing), "here": planned.talk.speaker_names}
        sentence = _("The page names %(page)s as the speaker, but this site has %(here)s. The talk was not changed.")
        differences.append(sentence % words)
    people: list[Speaking] = []
    for person in event.people:
        if appearance := there.get(fold(person.name)):
            _add_to_appearance(person, appearance, planned)
            speaker = appearance.speaker
        elif not there:
            speaker = known.speaker(person, event.name)
            planned.remarks.append(_("speaker: %(name)s") % {"name": in_full(person)})
            people.append(Speaking(speaker, person.affiliation or speaker.affiliation))
        else:
            continue
        _add_to_speaker(person, event.biography if len(event.people) == 1 else "", speaker, planned, differences)
    if people:
        planned.taken["people"] = FieldValue("people", people)
    if event.biography and len(event.people) != 1:
        differences.append(_("The page doesn’t say who the biography is about, so it was not imported."))


def _add_to_appearance(person: Person, appearance: Appearance, planned: PlannedTalk) -> None:
    if person.affiliation and not appearance.affiliation:
        appearance.affiliation = person.affiliation
        planned.appearances.append(appearance)
        planned.remarks.append(_("affiliation: %(affiliation)s") % {"affiliation": person.affiliation})


def _add_to_speaker(
    person: Person, biography: str, speaker: Speaker, planned: PlannedTalk, differences: list[str]
) -> None:
    """Fill in blank fields; report differences and never replace anything."""
    is_new = is_filled = speaker.pk is None
    if person.affiliation and not speaker.affiliation:
        speaker.affiliation, is_filled = person.affiliation, True
        planned.remarks += [] if is_new else [_("affiliation of %(name)s today") % {"name": speaker.name}]
    if biography and not speaker.biography:
        speaker.biography, is_filled = biography, True
        planned.remarks.append(_("biography of %(name)s") % {"name": speaker.name})
    elif biography and fold(biography) != fold(speaker.biography):
        sentence = _("The page has a different biography of %(name)s. This site’s biography was not changed.")
        differences.append(sentence % {"name": speaker.name})
    if is_filled:
        planned.speakers.append(speaker)


def _add_abstract(planned: PlannedTalk, differences: list[str]) -> None:
    talk, event = planned.talk, planned.event
    if event.abstract and not talk.abstract:
        _take(planned, "abstract", event.abstract)
        planned.remarks.append(_("abstract"))
    elif event.abstract and fold(event.abstract) != fold(talk.abstract):
        differences.append(_("The page has a different abstract. This site’s abstract was not changed."))


def _add_meeting(planned: PlannedTalk, differences: list[str]) -> None:
    talk, meeting = planned.talk, planned.event.meeting
    if not meeting.url:
        return
    if not talk.join_url:
        _take(planned, "join_url", meeting.url)
        _take(planned, "passcode", meeting.passcode)
        planned.remarks.append(_("join link: %(url)s") % {"url": meeting.url})
    elif not meeting.is_the_same_room_as(talk.join_url):
        sentence = _(
            "The page has a different link (%(page)s) from this site (%(here)s). This site’s link was kept. "
            "Ask the host which is right, and change it on the desk if needed."
        )
        differences.append(sentence % {"here": talk.join_url, "page": meeting.url})
