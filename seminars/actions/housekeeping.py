"""Remove data that is no longer needed, in small steps so that the site keeps working; keep the history of talks."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars import limits
from seminars.models import (
    Announcement,
    ApiToken,
    CalendarInvitation,
    ImportRun,
    KeptAnswer,
    Letter,
    Photo,
    SpeakerAnswer,
    SpeakerLetter,
    SpeakerRequest,
    Subscriber,
    SubscriptionRequest,
    TalkNews,
    Throttle,
)
from seminars.models.account_invitation import Invitation
from seminars.models.speaker_request import KEPT, VALID_FOR

BATCH = 500  # rows in a transaction: a few milliseconds, during which other changes wait

KEEP_DESK_LOG = timedelta(days=730)  # talks, speakers, rooms and topics have a history of their own, which stays
KEEP_PHOTOS = timedelta(days=365)  # after nothing shows them: a change that removed one may be undone
KEEP_INVITATIONS = timedelta(days=90)  # after they were sent, so that the desk shows what became of them
KEEP_ANNOUNCEMENTS = timedelta(days=365)  # after they were sent, so that the desk shows when to whom
KEEP_LETTERS = timedelta(days=30)  # after they were sent or given up: whom the site wrote to is nobody's business
KEEP_UNREACHABLE = timedelta(days=90)  # subscribers whose mail came back: a full mailbox may be emptied
KEEP_FILES_OF_IMPORTS = timedelta(days=30)  # of unfinished ones, which can still be undone afterwards

KEEP_STATIC_FILES = timedelta(days=1)
KEEP_ERRORS = timedelta(days=30)  # when an error was mailed, and how many emails were left out since


def tidy() -> dict[str, int]:
    """Remove all expired data; return how many rows or files of each kind."""
    now = timezone.now()
    return {
        _("expired sessions"): _remove(Session.objects.filter(expire_date__lt=now)),
        _("expired failed sign-ins"): _remove(limits.forgotten_failures()),
        _("expired rate-limit counters"): _remove(Throttle.objects.over(now)),
        _("expired API tokens"): _remove(ApiToken.objects.over(now)),
        _("answers to programs"): _remove(KeptAnswer.objects.over(now)),
        _("old entries of the desk log"): _remove(LogEntry.objects.filter(action_time__lt=now - KEEP_DESK_LOG)),
        _("invitations older than three months"): _remove(
            Invitation.objects.filter(sent_at__lt=now - KEEP_INVITATIONS)
        ),
        _("subscriptions that nobody confirmed"): _remove(SubscriptionRequest.objects.over(now)),
        _("invitations to past talks"): _remove(CalendarInvitation.objects.over(now)),
        _("subscribers who have not been reached for three months"): _remove(
            Subscriber.objects.filter(suspended_at__lt=now - KEEP_UNREACHABLE)
        ),
        _("announcements sent a year ago"): _remove(Announcement.objects.done_before(now - KEEP_ANNOUNCEMENTS)),
        _("messages sent a month ago"): _remove(Letter.objects.done_before(now - KEEP_LETTERS)),
        _("news of talks told a month ago"): _remove(TalkNews.objects.made_before(now - KEEP_LETTERS)),
        _("private details of speakers a month after their talk"): SpeakerAnswer.objects.forget_private(
            now - VALID_FOR
        ),
        _("answers of speakers a year after their talk"): sum(
            _remove(model.objects.about_talks_before(now - KEPT))
            for model in (SpeakerLetter, SpeakerAnswer, SpeakerRequest)
        ),
        _("photos that have not been used for a year"): _remove_photos(now),
        _("files of imports that stopped a month ago"): ImportRun.objects.forget_files(now - KEEP_FILES_OF_IMPORTS),
        _("static files of earlier releases"): _remove_static_files(now),
        _("errors last emailed a month ago"): _remove_files(
            path for path in settings.ERRORS_DIR.glob("*") if path.stat().st_mtime < (now - KEEP_ERRORS).timestamp()
        ),
    }


def _remove_photos(now: datetime) -> int:
    Photo.objects.note_use(now)
    return _remove(Photo.objects.unused().filter(unused_since__lt=now - KEEP_PHOTOS))


def _remove_static_files(now: datetime) -> int:
    """Remove what the manifest of the last `manage.py prepare` does not name, once both are a day old.

    Until then workers of the earlier release may still answer with its pages. A newer file may be one that another
    `prepare` is collecting at this moment: its manifest comes last.
    """
    folder = Path(settings.STATIC_ROOT)
    manifest = folder / "staticfiles.json"
    newest = (now - KEEP_STATIC_FILES).timestamp()
    if not manifest.exists() or manifest.stat().st_mtime > newest:
        return 0
    named = {manifest.name, *json.loads(manifest.read_text())["paths"].values()}
    files = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_mtime <= newest]
    return _remove_files(path for path in files if path.relative_to(folder).as_posix().removesuffix(".gz") not in named)


def _remove_files(paths: Iterable[Path]) -> int:
    old = list(paths)
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _remove(rows: QuerySet) -> int:
    removed = 0
    while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
        # Filter again: somebody may have just used their session.
        removed += rows.filter(pk__in=keys).delete()[1].get(rows.model._meta.label, 0)
    return removed
