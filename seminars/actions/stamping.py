"""Stamp changed talks with SEQUENCE and LAST-MODIFIED, so that subscribers' calendars update them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Length
from django.utils import timezone

from seminars.formats.ics_facts import facts_of, former_digest
from seminars.models import GoneTalk, SearchWord, Talk, TalkQuerySet, publishing, search_index
from seminars.models.many_rows import update_rows
from seminars.models.search_words import words_to_keep
from seminars.models.searching import FORM, search_text_of

BATCH = 500
FORMER_LENGTH = 64  # of digests that earlier releases wrote
KEPT = ("entry_digest", "sequence", "changed_at", "search_text", "is_shown")


def stamp(
    talks: TalkQuerySet | Iterable[Talk], *, loaded: Iterable[Talk] | None = None, has_words: bool = False
) -> int:
    """Raise SEQUENCE and LAST-MODIFIED of each talk whose calendar facts changed; return how many did.

    RFC 5545 §3.8.7.4. A talk without a change is left alone. Of one that was never public only LAST-MODIFIED is set,
    for the private calendars of its organisers; SEQUENCE counts what subscribers may have seen. The last line of every
    action, in its transaction; the words that the search finds a talk by are brought up to date along with it, and
    talks that left the lists of visitors are noted.
    `loaded` has the talks, read `for_entries`, if the caller has just read them; `has_words` says that they have these
    words already.
    """
    talks = talks if isinstance(talks, TalkQuerySet) else list(talks)
    keys = talks.values("pk") if isinstance(talks, TalkQuerySet) else [talk.pk for talk in talks]
    with publishing(savepoint=False):
        asked = loaded or Talk.objects.filter(pk__in=keys).for_entries().iterator(BATCH)
        words: set[str] = set()
        turned: list[Talk] = []
        renewed = ((talk, _renewed(talk, words, turned, has_words=has_words)) for talk in asked)
        changed = {talk: is_stamped for talk, is_stamped in renewed if is_stamped is not None}
        if changed:
            update_rows(list(changed), KEPT)
        GoneTalk.objects.follow(turned)
        SearchWord.objects.add(words)
        _tell(talks, changed)
        return sum(changed.values())


def renew_former() -> int:
    """Convert digests and search words of earlier releases, which does not count as a change; return how many."""
    of_earlier_release = Q(length=FORMER_LENGTH) | ~Q(search_text__contains=FORM)
    keys = Talk.objects.annotate(length=Length("entry_digest")).filter(of_earlier_release).primary_keys()
    for start in range(0, len(keys), BATCH):
        stamp(Talk.objects.filter(pk__in=keys[start : start + BATCH]))
    return len(keys)


def rebuild_search() -> None:
    """Index all talks anew, where the database does not do so itself, for example after a file was repaired."""
    with publishing():
        search_index.rebuild(connection.alias)


def _renewed(talk: Talk, words: set[str], turned: list[Talk], *, has_words: bool) -> bool | None:
    """Set the new stamps and search words on `talk`; tell whether its facts changed, None where nothing is to write.

    Add to `words` what visitors may be shown of it, and to `turned` a talk that enters or leaves their lists.
    """
    before = [getattr(talk, name) for name in KEPT]
    was_shown, talk.is_shown = talk.is_shown, talk.is_public and talk.is_listed
    if talk.is_shown != was_shown:
        turned.append(talk)
    is_stamped = _stamped(talk, is_of_earlier_release=FORM not in talk.search_text)
    if not has_words:
        talk.search_text = search_text_of(talk)
    if talk.is_shown:
        words |= words_to_keep(talk.search_text)
    return None if before == [getattr(talk, name) for name in KEPT] else is_stamped


def _stamped(talk: Talk, *, is_of_earlier_release: bool) -> bool:
    """Set the new stamps on `talk` and tell whether its facts changed; the first public stamp keeps SEQUENCE."""
    facts = facts_of(talk)
    digest = facts.digest
    if digest == talk.entry_digest:
        return False
    is_former = len(talk.entry_digest) == FORMER_LENGTH and former_digest(talk, facts) == talk.entry_digest
    if is_former or (is_of_earlier_release and facts.digest_without_host == talk.entry_digest):
        talk.entry_digest = digest
        return False
    talk.sequence += bool(talk.entry_digest) and talk.published_at is not None
    talk.entry_digest = digest
    talk.changed_at = later_than(talk.changed_at or talk.created_at)
    return True


def later_than(earlier: datetime) -> datetime:
    """Return this moment, or one second after `earlier`: stamps are in whole seconds and never go back."""
    return max(timezone.now(), earlier + timedelta(seconds=1)).replace(microsecond=0)


def _tell(talks: TalkQuerySet | Iterable[Talk], changed: Iterable[Talk]) -> None:
    """Set the new stamps on the caller's objects too, so that saving them later does not undo any."""
    if isinstance(talks, TalkQuerySet):
        return
    stamped = {talk.pk: talk for talk in changed}
    for talk in talks:
        if new := stamped.get(talk.pk):
            for name in KEPT:
                setattr(talk, name, getattr(new, name))
