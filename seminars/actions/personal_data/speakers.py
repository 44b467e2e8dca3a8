"""Anonymises a speaker: talks and their dates stay, with "Former speaker" instead of the name."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from seminars.actions import shared_rows, stamping, talk_news
from seminars.actions.personal_data import addresses, anonymised_keys
from seminars.actions.personal_data.names import Eraser, is_found_in_texts, names_of
from seminars.models import (
    Change,
    FormerAddress,
    ImportedTalk,
    Photo,
    SearchWord,
    SharedChange,
    Speaker,
    SpeakerAnswer,
    SpeakerInvitation,
    SpeakerLetter,
    SpeakerRequest,
    Talk,
    TalkNews,
    ToldTalk,
    User,
    publishing,
    recording,
    search_index,
)
from seminars.models.anonymised_person import AnonymisedPerson, Subject
from seminars.models.department_language import in_department_language

BLANK = ("other_names", "affiliation", "homepage", "orcid", "biography", "pronouns", "email")
TEXTS = ("title", "abstract", "host", "audience", "programme", "notice", "notes")
DELETED = (SpeakerRequest, SpeakerAnswer, SpeakerLetter, SpeakerInvitation)
# What becomes of the rows that refer to a speaker. A test finds relations that are missing here.
RELATIONS = {
    "appearance.speaker": "the affiliation is removed",
    "series.default_moderator": "the reference is removed",
    "formeraddress.speaker": "deleted",
    "speakername.speaker": "made from the new name",
    "speakerinvitation.speaker": "deleted",
    "speakerrequest.speaker": "deleted",
    "speakeranswer.speaker": "deleted",
    "speakerletter.speaker": "deleted",
}


@dataclass(frozen=True)
class Traces:
    """Where a person is found: rows of speakers that they have or had, talks, and earlier states of the rows."""

    rows: set[int]
    talks: list[int]
    notes: list[SharedChange]

    @classmethod
    def of(cls, speaker: Speaker) -> "Traces":
        rows = _rows_of(speaker)
        talks = list(_talks_of(rows).values_list("pk", flat=True))
        return cls(rows, talks, list(_notes_about(rows)))

    def names_of_rows(self, speaker: Speaker) -> dict[int, set[str]]:
        """Return by the key of each row the names that it has or had."""
        found = defaultdict(set, {speaker.pk: {speaker.name}})
        for note in self.notes:
            found[note.key] |= {values["name"] for values in (note.before, note.after) if values}
        return found

    def photos(self, speaker: Speaker) -> set[str]:
        """Return the keys of the photos that the rows show or showed."""
        states = [values for note in self.notes for values in (note.before, note.after) if values]
        return {key for key in (speaker.photo_id, *(values.get("photo_id") for values in states)) if key}


def anonymise(speaker: Speaker, *, by: User | None) -> dict[str, int]:
    """Remove everything that tells who a speaker was; return what was changed and deleted, by kind and number.

    Subscribers' calendars get the changed entries under the same UIDs; nobody gets an email. It cannot be undone.
    """
    with publishing(), in_department_language():
        traces = Traces.of(speaker)
        former = _("Former speaker")
        full, single = names_of(speaker, traces.notes)
        eraser, own = Eraser(full, former), Eraser(full, former, exactly=single)
        with talk_news.without_news(traces.talks):
            found = _clean(speaker, traces, own, by)
            found[_("sentences about changes")] = _clean_sentences(traces, eraser, own)
            stamping.stamp(Talk.objects.filter(pk__in=traces.talks))  # also those that name the person no longer
        own.rows(ToldTalk.objects.filter(talk__in=traces.talks), "facts")
        SearchWord.objects.rebuild()
        transaction.on_commit(partial(search_index.optimise, connection.alias))
        transaction.on_commit(anonymised_keys.write)
    return {what: number for what, number in found.items() if number}


def _clean(speaker: Speaker, traces: Traces, own: Eraser, by: User | None) -> dict[str, int]:
    former, email = own.instead, speaker.email
    names, photos = traces.names_of_rows(speaker), traces.photos(speaker)
    found = {_("talks that show the person"): len(traces.talks)}
    found[_("texts of talks and their history")] = _clean_texts(traces.talks, own)
    found[_("answers, letters and invitations")] = sum(
        model.objects.filter(speaker=speaker).delete()[0] for model in DELETED
    )
    with recording(_("A person was anonymised"), by=by):
        _clean_row(speaker, traces, former)
    found[_("earlier states of the person")] = _clean_history(speaker, traces, former)
    found[_("photos")] = Photo.objects.filter(pk__in=photos).unused().delete()[0]
    for key, known in names.items():
        AnonymisedPerson.objects.note(Subject.SPEAKER, key, known)
    return found | addresses.remove(email)


def sources_naming(speaker: Speaker) -> list[str]:
    """Return the names of the series whose source may write the name again: the talk came from an import."""
    imported = Talk.objects.filter(pk__in=_talks_of(_rows_of(speaker)).values("pk"), imported__isnull=False)
    return sorted(set(imported.values_list("series__name", flat=True)))


def short_names_of(speaker: Speaker) -> list[str]:
    """Return the names that are so short that texts keep them: they might be any word."""
    _full, single = names_of(speaker, _notes_about(_rows_of(speaker)))
    return [name for name in single if not is_found_in_texts(name)]


def _talks_of(rows: set[int]) -> QuerySet[Talk]:
    """Return the talks that name one of these rows, or have done so."""
    history = Talk.people.through.history.model.objects.filter(speaker_id__in=rows).order_by().values("talk_id")
    return Talk.objects.filter(Q(appearances__speaker__in=rows) | Q(pk__in=history)).order_by("pk").distinct()


def _rows_of(speaker: Speaker) -> set[int]:
    """Return the keys of the row and of all that were merged into it, one after the other."""
    rows, notes = {speaker.pk}, SharedChange.objects.filter(kind="speaker")
    while True:
        own = notes.filter(key__in=rows)
        changes, (full, _single) = own.altered().values("change"), names_of(speaker, own)
        merged = notes.deleted().filter(Q(change__in=changes) | Q(before__name__in=full)).exclude(key__in=rows)
        keys = set(merged.values_list("key", flat=True))
        keys -= set(Speaker.objects.filter(pk__in=keys).values_list("pk", flat=True))  # which an undo has put back
        if not keys:
            return rows
        rows |= keys


def _notes_about(rows: set[int]) -> QuerySet[SharedChange]:
    """Return the earlier states of these rows."""
    return SharedChange.objects.filter(kind="speaker", key__in=rows)


def _clean_texts(keys: list[int], eraser: Eraser) -> int:
    talks = Talk.objects.filter(pk__in=keys)
    number = eraser.rows(talks, *TEXTS) + eraser.rows(Talk.history.model.objects.filter(id__in=keys), *TEXTS)
    number += eraser.rows(ImportedTalk.objects.filter(talk__in=keys), "said", "held", "earlier")
    number += eraser.rows(TalkNews.objects.filter(talk__in=keys), "before")
    return number


def _clean_row(speaker: Speaker, traces: Traces, former: str) -> None:
    for field in BLANK:
        setattr(speaker, field, "")
    speaker.name, speaker.sort_name, speaker.slug = former, former, f"former-speaker-{speaker.pk}"
    speaker.photo = None
    speaker.appearances.update(affiliation="")
    Talk.people.through.history.model.objects.filter(speaker_id__in=traces.rows).update(affiliation="")
    speaker.default_of.update(default_moderator=None)
    shared_rows.save(speaker, checked=True)
    FormerAddress.objects.filter(speaker=speaker).delete()


def _clean_history(speaker: Speaker, traces: Traces, former: str) -> int:
    """Leave of each earlier state that there was one."""
    nothing = dict.fromkeys(BLANK, "") | {"name": former, "sort_name": former, "slug": speaker.slug, "photo_id": None}
    rows = list(_notes_about(traces.rows))
    for note in rows:
        note.before = note.before and note.before | {name: nothing[name] for name in nothing if name in note.before}
        note.after = note.after and note.after | {name: nothing[name] for name in nothing if name in note.after}
    SharedChange.objects.bulk_update(rows, ["before", "after"], batch_size=200)
    SharedChange.objects.filter(pk__in=[note.pk for note in rows if note.before == note.after]).delete()
    log = _log_of(Speaker, traces.rows)
    return len(rows) + log.update(object_repr=former, change_message="")


def _clean_sentences(traces: Traces, eraser: Eraser, own: Eraser) -> int:
    """Replace full names in all sentences and entries of the log, single words in those about the person."""
    sentences = Change.objects.exclude(sentence="")
    of_talks = Talk.history.model.objects.filter(id__in=traces.talks).order_by().values("change")
    about = sentences.filter(Q(pk__in=of_talks) | Q(pk__in={note.change_id for note in traces.notes}))
    number = own.rows(about, "sentence") + own.log(_log_of(Talk, traces.talks))
    return number + eraser.rows(sentences, "sentence") + eraser.log(LogEntry.objects.all())


def _log_of(model: type[Model], keys: Iterable[int]) -> QuerySet[LogEntry]:
    about = ContentType.objects.get_for_model(model)
    return LogEntry.objects.filter(content_type=about, object_id__in=[str(key) for key in keys])
