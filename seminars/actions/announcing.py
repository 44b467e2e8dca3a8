"""Announcements: plan one, withdraw it, send a test, and put the letters of those that are due into the outbox."""

import secrets
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from seminars.actions import outbox
from seminars.formats.announcement import listing_of
from seminars.models import Announcement, Letter, Subscriber, User
from seminars.models.announcement import AnnouncementState
from seminars.models.letter import LetterKind

AT_ONCE = 250  # subscribers in a transaction, during which others who save wait


class Addressees(NamedTuple):
    """Who gets an announcement at the moment: the address of a mailing list, "" for none, and how many subscribers."""

    mailing_list: str
    subscribers: int

    def __bool__(self) -> bool:
        return bool(self.mailing_list or self.subscribers)


def addressees(announcement: Announcement) -> Addressees:
    """Return who would get it if it were sent now."""
    readers = announcement.readers(list(listing_of(announcement).talks.upcoming()))
    return Addressees(announcement.list_address, readers.count())


def plan(announcement: Announcement) -> bool:
    """Save a new announcement, which the worker sends when it is due; return False if it was saved before."""
    try:
        with transaction.atomic():
            announcement.save()
    except IntegrityError:
        if Announcement.objects.filter(key=announcement.key).exists():
            return False
        raise
    return True


def withdraw(announcement: Announcement) -> None:
    """Let nobody get it from now on; raise ValidationError if its letters are all in the outbox."""
    with transaction.atomic():
        current = Announcement.objects.hold(announcement.pk)
        if current is None:
            raise ValidationError(_("This announcement is no longer planned: it was sent or withdrawn."))
        current.note(AnnouncementState.WITHDRAWN)


def send_test(announcement: Announcement, person: User) -> None:
    """Send the announcement to one organiser, as it is now; raise ValidationError if they have no address."""
    if not person.email:
        raise ValidationError(_("Your account has no email address. Ask an administrator to add one."))
    week = announcement.week.isoformat() if announcement.week else None
    about = {"series": announcement.series_id, "talk": announcement.talk_id, "week": week, "person": person.pk}
    outbox.put(LetterKind.ANNOUNCEMENT, person.email, key=f"test:{secrets.token_urlsafe(12)}", **about)


def put_due(now: datetime | None = None) -> int:
    """Put the letters of all announcements that are due into the outbox; return how many.

    A worker that is killed in between leaves the rest to the next one: how far an announcement is, is written with its
    letters.
    """
    now, put = now or timezone.now(), 0
    for number in list(Announcement.objects.due(now).values_list("pk", flat=True)):
        while (letters := _put_some(number, now)) is not None:
            put += letters
    return put


def _put_some(number: int, now: datetime) -> int | None:
    """Put the letters of up to AT_ONCE subscribers into the outbox; return how many, None if all are there."""
    with transaction.atomic():
        announcement = Announcement.objects.hold(number)
        if announcement is None:
            return None
        talks = list(listing_of(announcement).talks.upcoming(now))
        readers = list(announcement.readers(talks).after(announcement.last_reader)[:AT_ONCE]) if talks else []
        letters = [_letter(announcement, one.email, one) for one in readers]
        if talks and announcement.list_address and not announcement.mailing_list:
            announcement.mailing_list = announcement.list_address
            letters.append(_letter(announcement, announcement.mailing_list, None))
        _note_progress(announcement, readers)
        outbox.put_all(letters)
    return len(letters)


def _note_progress(announcement: Announcement, readers: list[Subscriber]) -> None:
    """Note up to whom its letters exist, and once there are all of them, what became of it."""
    announcement.number += len(readers)
    if readers:
        announcement.last_reader = readers[-1].pk
    if len(readers) == AT_ONCE:
        announcement.save(update_fields=["mailing_list", "number", "last_reader"])
    else:
        is_sent = announcement.mailing_list or announcement.number
        announcement.note(AnnouncementState.SENT if is_sent else AnnouncementState.DROPPED)


def _letter(announcement: Announcement, to: str, reader: Subscriber | None) -> Letter:
    about = {"announcement": announcement.pk} | ({"subscriber": reader.pk} if reader else {})
    key = f"announcement:{announcement.pk}:{reader.pk if reader else 'list'}"
    return Letter(kind=LetterKind.ANNOUNCEMENT, key=key, to=to, about=about)
