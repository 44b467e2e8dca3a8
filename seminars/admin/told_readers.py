"""How many subscribers get a letter about a change, and the box by which an organiser emails none of them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import ngettext

from seminars import mail
from seminars.actions.talk_news import without_news
from seminars.models import State, SubscriberQuerySet, Talk
from seminars.models.states import GOING_AHEAD
from seminars.models.talk_news import NewsKind, readers
from seminars.phrases.talk_news import differences, facts_of, has_joined

BOX = "no_mail"


@dataclass(frozen=True)
class ToldReaders:
    """What a page says of them, and whether the box is ticked that leaves them out."""

    sentence: str
    is_ticked: bool


def told_of_change(request: HttpRequest, talks: Iterable[Talk]) -> ToldReaders | None:
    """Return who gets a letter about a change of talks, None if nobody does; talks are read `for_entries`."""
    number = number_told(changed=talks)
    sentence = ngettext(
        "%(number)d person gets an email about this change.",
        "%(number)d people get an email about this change.",
        number,
    )
    return _told(request, sentence, number)


def told_of_form(request: HttpRequest, talk: Talk) -> ToldReaders | None:
    """Return the same for a form where subscribers are told about some fields only."""
    number = number_told(changed=[talk])
    sentence = ngettext(
        "%(number)d person gets an email if you change time, place, link, title or speakers.",
        "%(number)d people get an email if you change time, place, link, title or speakers.",
        number,
    )
    return _told(request, sentence, number)


def told_of_new(request: HttpRequest, talks: Iterable[Talk]) -> ToldReaders | None:
    """Return the same for talks that are announced."""
    talks = list(talks)
    number = number_told(new=talks)
    if len(talks) == 1:
        sentence = ngettext(
            "%(number)d person gets an email about this new talk.",
            "%(number)d people get an email about this new talk.",
            number,
        )
    else:
        sentence = ngettext(
            "%(number)d person gets an email about these new talks.",
            "%(number)d people get an email about these new talks.",
            number,
        )
    return _told(request, sentence, number)


def told_of_several(
    request: HttpRequest, *, new: Iterable[Talk] = (), changed: Iterable[Talk] = ()
) -> ToldReaders | None:
    """Return the same for several talks, some of which may stay as they are."""
    number = number_told(new=new, changed=changed)
    sentence = ngettext(
        "Up to %(number)d person gets an email about these changes.",
        "Up to %(number)d people get an email about these changes.",
        number,
    )
    return _told(request, sentence, number)


def told_of_preview(request: HttpRequest, previewed: Iterable[tuple[Talk | None, Talk]]) -> ToldReaders | None:
    """Return the same for talks as they are, None if they are new, and as they would be; both with all their parts."""
    new, changed = [], []
    for before, after in previewed:
        if before is None or not before.is_public:
            new += [after] if after.state in GOING_AHEAD else []
            continue
        known, now = facts_of(before), facts_of(after)
        changed += [after] if differences(known, now) else []
        new += [after] if has_joined(known, now) else []
    return told_of_several(request, new=new, changed=changed)


def number_told(*, new: Iterable[Talk] = (), changed: Iterable[Talk] = ()) -> int:
    """Return how many people get a letter if these drafts are announced and these public talks changed: one query."""
    now = timezone.now()
    concerned = {
        NewsKind.NEW: [talk for talk in new if talk.ends_at > now],
        NewsKind.CHANGED: [
            talk for talk in changed if talk.is_public and (talk.ends_at > now or talk.state == State.POSTPONED)
        ],
    }
    found: SubscriberQuerySet | None = None
    for kind, talks in concerned.items():
        if talks and mail.is_set_up():
            theirs = readers(kind, talks)
            found = theirs if found is None else found | theirs
    return found.count() if found is not None else 0


def _told(request: HttpRequest, sentence: str, number: int) -> ToldReaders | None:
    return ToldReaders(sentence % {"number": number}, is_silent(request)) if number else None


def is_silent(request: HttpRequest) -> bool:
    """Tell whether the box is ticked, so that nobody gets an email."""
    return BOX in request.POST


@contextmanager
def telling_as_asked(request: HttpRequest, talks: Iterable[Talk]) -> Iterator[None]:
    """Change these talks within; if the box was ticked, subscribers get no letter about that."""
    if not is_silent(request):
        yield
        return
    with without_news([talk.pk for talk in talks]):
        yield
