"""What the page of one talk adds to the talk here that has its title: people, biography, abstract, meeting."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from seminars.actions import related_objects, stamping, talk_changes
from seminars.actions.importing.catalogue import Catalogue
from seminars.actions.importing.planning import Plan, Row, Verdict, Wish
from seminars.actions.importing.sources import Refused
from seminars.actions.importing.talk_text import Person, TalkText
from seminars.models import Appearance, Speaker, Talk, publishing, recording
from seminars.models.titles import comparable
from seminars.text import fold


@dataclass
class _Additions:
    """What is to be saved, and what there is to say about it."""

    talk: Talk
    speakers: list[Speaker] = field(default_factory=list)  # new or with new fields
    appearances: list[Appearance] = field(default_factory=list)  # likewise
    writes_talk: bool = False
    changes: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)


def plan_page(page: TalkText, wish: Wish) -> Plan:
    """Plan what the page adds; raise Refused where no talk, or more than one, has its title."""
    catalogue = Catalogue()
    talk = _talk_called(page.title, catalogue, wish)
    additions = _Additions(talk)
    _add_people(page, additions, catalogue)
    _add_abstract(page, additions)
    _add_meeting(page, additions)
    verdict = Verdict.CHANGED if additions.changes else Verdict.UNCHANGED
    row = Row(verdict, 1, talk.title, additions.changes + additions.differences)
    made = [_("speaker made: %(name)s") % {"name": one.name} for one in additions.speakers if one.pk is None]
    return Plan([row], made, lambda: _apply(additions))


def _talk_called(title: str, catalogue: Catalogue, wish: Wish) -> Talk:
    asked = catalogue.series_at(wish.series) if wish.series else None
    among = Talk.objects.in_series(asked) if asked else Talk.objects.all()
    if wish.homes is not None:
        among = among.filter(series__in=wish.homes)
    keys = [key for key, known in among.values_list("pk", "title") if known and comparable(known) == comparable(title)]
    if not keys:
        reason = _(
            "No talk here is called “%(title)s”. Import its calendar first, enter the talk, or correct its title; "
            "then import this page again."
        )
        raise Refused(reason % {"title": title})
    if len(keys) > 1:
        reason = _("%(count)d talks here are called “%(title)s”. Name the series: --series SLUG.")
        raise Refused(reason % {"count": len(keys), "title": title})
    return Talk.objects.filter(pk__in=keys).with_all_that_is_printed().get()


def _add_people(page: TalkText, additions: _Additions, catalogue: Catalogue) -> None:
    there = {fold(one.speaker.name): one for one in additions.talk.speakers}
    missing = [person for person in page.people if fold(person.name) not in there]
    if there and missing:
        words = {"page": ", ".join(person.name for person in missing), "here": additions.talk.speaker_names}
        additions.differences.append(
            _("The page names %(page)s as speaker, the talk here has %(here)s. The talk is left as it is.") % words
        )
    for order, person in enumerate(page.people):
        if appearance := there.get(fold(person.name)):
            _add_to_appearance(person, appearance, additions)
            speaker = appearance.speaker
        elif not there:
            speaker = _speaker(person, catalogue)
            additions.changes.append(_("speaker: %(name)s") % {"name": _in_full(person)})
            additions.appearances.append(
                Appearance(talk=additions.talk, speaker=speaker, order=order, affiliation=person.affiliation)
            )
        else:
            continue
        _add_to_speaker(person, page.biography if len(page.people) == 1 else "", speaker, additions)
    if page.biography and len(page.people) != 1:
        additions.differences.append(_("The page does not say whose biography it has. It is left out."))


def _in_full(person: Person) -> str:
    return f"{person.name} ({person.affiliation})" if person.affiliation else person.name


def _speaker(person: Person, catalogue: Catalogue) -> Speaker:
    """Return the one person of that name, else the one with that affiliation too, else a new one; raise Refused."""
    namesakes = catalogue.speakers_called(person.name)
    if len(namesakes) > 1:
        namesakes = [one for one in namesakes if fold(one.affiliation) == fold(person.affiliation)]
        if len(namesakes) != 1:
            reason = _("Several people here are called %(name)s. Choose the speaker of this talk at the desk.")
            raise Refused(reason % {"name": person.name})
    speaker = namesakes[0] if namesakes else Speaker(name=person.name)
    try:
        speaker.clean_fields(exclude={"photo"})
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    return speaker


def _add_to_appearance(person: Person, appearance: Appearance, additions: _Additions) -> None:
    if person.affiliation and not appearance.affiliation:
        appearance.affiliation = person.affiliation
        additions.appearances.append(appearance)
        additions.changes.append(_("affiliation: %(affiliation)s") % {"affiliation": person.affiliation})


def _add_to_speaker(person: Person, biography: str, speaker: Speaker, additions: _Additions) -> None:
    """Fill what is empty; what differs is reported, never replaced."""
    is_new = is_filled = speaker.pk is None
    if person.affiliation and not speaker.affiliation:
        speaker.affiliation, is_filled = person.affiliation, True
        additions.changes += [] if is_new else [_("affiliation of %(name)s today") % {"name": speaker.name}]
    if biography and not speaker.biography:
        speaker.biography, is_filled = biography, True
        additions.changes.append(_("biography of %(name)s") % {"name": speaker.name})
    elif biography and fold(biography) != fold(speaker.biography):
        additions.differences.append(
            _("The page has another biography of %(name)s than is kept here. That is left as it is.")
            % {"name": speaker.name}
        )
    if is_filled:
        additions.speakers.append(speaker)


def _add_abstract(page: TalkText, additions: _Additions) -> None:
    talk = additions.talk
    if page.abstract and not talk.abstract:
        talk.abstract, additions.writes_talk = page.abstract, True
        additions.changes.append(_("abstract"))
    elif page.abstract and fold(page.abstract) != fold(talk.abstract):
        additions.differences.append(_("The page has another abstract than the talk here. That is left as it is."))


def _add_meeting(page: TalkText, additions: _Additions) -> None:
    talk, meeting = additions.talk, page.meeting
    if not meeting.url:
        return
    if not talk.join_url:
        talk.join_url, talk.passcode, additions.writes_talk = meeting.url, meeting.passcode, True
        additions.changes.append(_("join link: %(url)s") % {"url": meeting.url})
    elif not meeting.is_the_same_room_as(talk.join_url):
        words = {"here": talk.join_url, "page": meeting.url, "service": _service(talk.join_url, meeting.url)}
        additions.differences.append(
            _(
                "The two sources give different %(service)s: the talk here has %(here)s, this page has %(page)s. "
                "The talk keeps its own; ask the host which is right, and change it at the desk if it is the other."
            )
            % words
        )


def _service(*urls: str) -> str:
    return _("Zoom meetings") if all("zoom" in url.lower() for url in urls) else _("online meetings")


def _apply(additions: _Additions) -> None:
    talk = additions.talk
    if not additions.changes:
        return
    try:
        with publishing(), recording(_("Imported")):
            for speaker in additions.speakers:
                related_objects.save(speaker)
            if additions.writes_talk:
                _refuse_a_changed_talk(talk)
                talk_changes.write(talk)
            for appearance in additions.appearances:
                appearance.speaker = appearance.speaker  # it has its key now
                appearance.save()
            stamping.stamp(Talk.objects.only_talk(talk))
    except (ValidationError, IntegrityError) as error:
        reason = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        raise Refused(_("Nothing was imported. %(reason)s") % {"reason": reason}) from error


def _refuse_a_changed_talk(talk: Talk) -> None:
    """Refuse to save over what somebody changed after the plan was made."""
    if not Talk.objects.filter(pk=talk.pk, updated_at=talk.updated_at).exists():
        raise ValidationError(_("Somebody changed the talk meanwhile. Look at the plan again and repeat the import."))
