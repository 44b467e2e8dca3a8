"""Anonymises a speaker: talks and their dates stay, with "Former speaker" instead of the name."""

from collections.abc import Iterable

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from seminars.actions import shared_rows, stamping, talk_news
from seminars.actions.personal_data import addresses, anonymised_keys
from seminars.actions.personal_data.names import Eraser, names_of
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


def anonymise(speaker: Speaker, *, by: User | None) -> dict[str, int]:
    """Remove everything that tells who a speaker was; return what was changed and deleted, by kind and number.

    Subscribers' calendars get the changed entries under the same UIDs; nobody gets an email. It cannot be undone.
    """
    talks = _talks_of(speaker)
    keys = list(talks.values_list("pk", flat=True))
    with publishing(), in_department_language():
        notes = list(_notes_about(speaker))
        eraser = Eraser(names_of(speaker, notes), _("Former speaker"))
        with talk_news.without_news(keys):
            found = _clean(speaker, keys, notes, eraser, by)
        eraser.rows(ToldTalk.objects.filter(talk__in=keys), "facts")
        SearchWord.objects.rebuild()
        transaction.on_commit(anonymised_keys.write)
    return {what: number for what, number in found.items() if number}


def _clean(
    speaker: Speaker, keys: list[int], notes: list[SharedChange], eraser: Eraser, by: User | None
) -> dict[str, int]:
    former, name, email, photo = eraser.instead, speaker.name, speaker.email, speaker.photo
    found = {_("talks that show the person"): len(keys)}
    found[_("texts of talks and their history")] = _clean_texts(keys, eraser)
    found[_("answers, letters and invitations")] = sum(
        model.objects.filter(speaker=speaker).delete()[0] for model in DELETED
    )
    with recording(_("A person was anonymised"), by=by):
        _clean_row(speaker, former)
    found[_("earlier states of the person")] = _clean_history(speaker, notes, former)
    found[_("sentences about changes")] = _clean_sentences(eraser)
    if photo and Photo.objects.filter(pk=photo.pk).unused().exists():
        found[_("photos")] = Photo.objects.filter(pk=photo.pk).delete()[0]
    AnonymisedPerson.objects.note(Subject.SPEAKER, speaker.pk, name)
    return found | addresses.remove(email)


def sources_naming(speaker: Speaker) -> list[str]:
    """Return the names of the series whose source may write the name again: the talk came from an import."""
    imported = Talk.objects.filter(pk__in=_talks_of(speaker).values("pk"), imported__isnull=False)
    return sorted(set(imported.values_list("series__name", flat=True)))


def _talks_of(speaker: Speaker) -> QuerySet[Talk]:
    """Return the talks that name the person, or have done so."""
    history = Talk.people.through.history.model.objects.filter(speaker_id=speaker.pk).order_by().values("talk_id")
    return Talk.objects.filter(Q(appearances__speaker=speaker) | Q(pk__in=history)).order_by("pk").distinct()


def _notes_about(speaker: Speaker) -> QuerySet[SharedChange]:
    """Return the earlier states of the row, and of rows that were merged into it."""
    notes = SharedChange.objects.filter(kind="speaker")
    own = notes.filter(key=speaker.pk)
    merged = notes.deleted().filter(
        Q(change__in=own.altered().values("change")) | Q(before__name__in=names_of(speaker, own))
    )
    keys = set(merged.values_list("key", flat=True))
    keys -= set(Speaker.objects.filter(pk__in=keys).values_list("pk", flat=True))  # which an undo has put back
    return notes.filter(key__in={speaker.pk, *keys})


def _clean_texts(keys: list[int], eraser: Eraser) -> int:
    talks = Talk.objects.filter(pk__in=keys)
    number = eraser.rows(talks, *TEXTS) + eraser.rows(Talk.history.model.objects.filter(id__in=keys), *TEXTS)
    number += eraser.rows(ImportedTalk.objects.filter(talk__in=keys), "said", "held", "earlier")
    number += eraser.rows(TalkNews.objects.filter(talk__in=keys), "before")
    return number


def _clean_row(speaker: Speaker, former: str) -> None:
    for field in BLANK:
        setattr(speaker, field, "")
    speaker.name, speaker.sort_name, speaker.slug = former, former, f"former-speaker-{speaker.pk}"
    speaker.photo = None
    speaker.appearances.update(affiliation="")
    Talk.people.through.history.model.objects.filter(speaker_id=speaker.pk).update(affiliation="")
    speaker.default_of.update(default_moderator=None)
    shared_rows.save(speaker, checked=True)
    FormerAddress.objects.filter(speaker=speaker).delete()
    stamping.stamp(Talk.objects.showing(speaker))


def _clean_history(speaker: Speaker, notes: Iterable[SharedChange], former: str) -> int:
    """Leave of each earlier state that there was one."""
    nothing = dict.fromkeys(BLANK, "") | {"name": former, "sort_name": former, "slug": speaker.slug, "photo_id": None}
    keys = {note.pk for note in notes} | set(_notes_about(speaker).values_list("pk", flat=True))
    rows = list(SharedChange.objects.filter(pk__in=keys))
    for note in rows:
        note.before = note.before and note.before | {name: nothing[name] for name in nothing if name in note.before}
        note.after = note.after and note.after | {name: nothing[name] for name in nothing if name in note.after}
    SharedChange.objects.bulk_update(rows, ["before", "after"], batch_size=200)
    SharedChange.objects.filter(pk__in=[note.pk for note in rows if note.before == note.after]).delete()
    log = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Speaker), object_id=str(speaker.pk))
    return len(rows) + log.update(object_repr=former, change_message="")


def _clean_sentences(eraser: Eraser) -> int:
    return eraser.rows(Change.objects.exclude(sentence=""), "sentence") + eraser.rows(
        LogEntry.objects.all(), "object_repr", "change_message"
    )
