"""The page of an announcement: send it now or at a time, or copy its text or open it in a mail program."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seminars import access, date_formats, mail
from seminars.actions import announcing
from seminars.actions.announcing import Addressees
from seminars.admin.pages import PreviewedFormPage, SeriesPage
from seminars.admin.rights import own_talks, rights
from seminars.admin.transitions import MOST_AT_ONCE, address_of
from seminars.formats import announcement
from seminars.formats.announcement import WEEK
from seminars.forms import parameters
from seminars.forms.announcing import AnnouncementForm
from seminars.listings import Listing
from seminars.models import Announcement, Department, Letter, Series, Talk
from seminars.models.announcement import AnnouncementState
from seminars.models.letter import LetterState
from seminars.models.talk_naming import speaker_and_title
from seminars.times import Span, local, start_of, today

MOST_BEFORE = 20  # announcements that were planned or sent before


class AnnouncementPreview(NamedTuple):
    """What a preview shows: who gets it at the moment, what stands above it, and when."""

    addressees: Addressees
    subject: str
    reply_to: str
    send_at: str  # "" for at once


class AnnouncedRow(NamedTuple):
    """An announcement that was planned or sent: what it is about, what became of it and of its letters."""

    announcement: Announcement
    name: str
    sentence: str
    waiting: int
    failed: int


class AnnouncementPage(SeriesPage, PreviewedFormPage):
    """The announcement of the talk that the address names, or of a week of a series: by default its next talk's."""

    template_name = "admin/announcement.html"
    title = gettext_lazy("Announcement")
    form_class = AnnouncementForm
    has_changed = gettext_lazy("Nothing is sent yet, because something has changed. Check the announcement again.")
    talk: Talk | None = None

    def find_series(self) -> Series | None:
        if not parameters.words(self.request.GET, "talk"):
            return super().find_series()
        talks = access.talks_on_the_desk_of(self.request.user).for_pages()
        self.talk = parameters.row(self.request.GET, "talk", talks)
        if self.talk is None:
            raise Http404
        return self.talk.series

    # --- what it is about ---

    @cached_property
    def about(self) -> Announcement:
        """The announcement as far as the address names it."""
        week = None if self.talk else self._monday()
        return Announcement(series=self.series, talk=self.talk, week=week, by=self.request.user)

    @cached_property
    def listing(self) -> Listing:
        """What is still to come of it, or all of it once it is over."""
        whole = announcement.listing_of(self.about)
        return announcement.still_to_come(whole) if self.upcoming else whole

    @cached_property
    def upcoming(self) -> list[Talk]:
        """The talks that there is still something to say about."""
        return list(announcement.still_to_come(announcement.listing_of(self.about)).talks)

    @property
    def address(self) -> str:
        """The address of this page, whichever week it found by itself."""
        asked = f"talk={self.talk.pk}" if self.talk else f"series={self.series.pk}&week={self.about.week.isoformat()}"
        return f"{reverse('admin:announcement')}?{asked}"

    @property
    def can_send(self) -> bool:
        """Whether the site sends it: there is a mail server, a talk to tell of, and it is the user's series."""
        return bool(self.series and self.is_theirs and mail.is_set_up() and self.upcoming)

    @property
    def is_theirs(self) -> bool:
        return rights(self.request).may("change", Series, self.series)

    # --- sending it ---

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if "withdraw" in request.POST:
            return self._withdraw()
        if not self.can_send:
            raise PermissionDenied
        if self.is_test:
            self._send_test()
        return super().post(request, *args, **options)

    @property
    def is_test(self) -> bool:
        return "_test" in self.request.POST

    def get_form(self, form_class: type[AnnouncementForm] | None = None) -> AnnouncementForm | None:
        return super().get_form(form_class) if self.can_send else None

    def get_form_kwargs(self) -> dict[str, Any]:
        everybody = Announcement(series=self.series, talk=self.talk, week=self.about.week, to_subscribers=True)
        readers = everybody.readers(self.upcoming).count()
        ends_at = max(talk.ends_at for talk in self.upcoming)
        asked = {"about": self.about, "readers": readers, "ends_at": ends_at, "is_test": self.is_test}
        return super().get_form_kwargs() | asked

    def form_valid(self, form: AnnouncementForm) -> HttpResponse:
        return super().form_valid(form) if form.has_addressees else self.show(form=form)

    def preview(self, form: AnnouncementForm) -> AnnouncementPreview:
        asked, moment = form.announcement, form.cleaned_data["send_at"]
        who = announcing.addressees(asked)
        if not who and not moment:
            raise ValidationError(_("No one would get this email. Tick another recipient, or send it yourself."))
        reply_to = self.series.contact_email or Department.objects.current().contact_email
        send_at = date_formats.moment(moment) if moment else ""
        return AnnouncementPreview(who, announcement.subject(self.listing), reply_to, send_at)

    def mark_of(self, form: AnnouncementForm, found: AnnouncementPreview) -> str:
        """Return the same while list, time and text are the same; people may subscribe and leave at any time."""
        text = announcement.render(self.listing)
        seen = (found.addressees.mailing_list, found.subject, found.reply_to, found.send_at, text)
        return sha256(repr(seen).encode()).hexdigest()[:16]

    def save(self, form: AnnouncementForm, found: AnnouncementPreview) -> HttpResponse:
        """Plan it and redirect to this page, which shows what was planned."""
        if not announcing.plan(form.announcement):
            messages.info(self.request, _("This announcement has already been saved. Nothing is sent twice."))
        elif found.send_at:
            said = _("The announcement will be sent on %(moment)s.") % {"moment": found.send_at}
            messages.success(self.request, said)
        else:
            said = _("The announcement is being sent to: %(whom)s.") % {"whom": _names_of(*found.addressees)}
            messages.success(self.request, said)
        return redirect(self.address)

    def _send_test(self) -> None:
        try:
            announcing.send_test(self.about, self.request.user)
        except ValidationError as refusal:
            messages.error(self.request, refusal.message)
        else:
            said = _("A test is being sent to %(email)s. Nobody else gets it.")
            messages.success(self.request, said % {"email": self.request.user.email})

    def _withdraw(self) -> HttpResponse:
        chosen = parameters.row(self.request.POST, "withdraw", access.announcements_of(self.request.user))
        if chosen is None:
            raise Http404
        try:
            announcing.withdraw(chosen)
        except ValidationError as refusal:
            messages.error(self.request, refusal.message)
        else:
            messages.success(self.request, _("The announcement was withdrawn and will not be sent."))
        return redirect(self.address)

    # --- showing it ---

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        if self.listing.talks.exists():
            words |= {
                "subject": announcement.subject(self.listing),
                "plain": announcement.render(self.listing).decode(),
                "html": announcement.html(self.listing),
                "mailto": announcement.mailto(self.series.mailing_list, self.listing),
            }
        if self.is_theirs:
            words["before_this"] = self._announced()
        about = {"talk": self.talk} if self.talk else self._week()
        about |= {"series": self.series, "listing": self.listing, "address": self.address}
        about |= {"can_send": self.can_send, "sender": settings.DEFAULT_FROM_EMAIL}
        return super().get_context_data(**about, **words)

    def _announced(self) -> list[AnnouncedRow]:
        before = list(Announcement.objects.beside(self.about)[:MOST_BEFORE])
        unsent = Letter.objects.open_of_announcements([one.pk for one in before]) if before else {}
        return [
            AnnouncedRow(
                one, _name_of(one), _sentence_of(one),
                waiting=unsent.get((one.pk, LetterState.WAITING), 0),
                failed=unsent.get((one.pk, LetterState.FAILED), 0),
            )
            for one in before
        ]  # fmt: skip

    def _week(self) -> dict[str, Any]:
        monday = self.about.week
        span = Span(start_of(monday), start_of(monday + WEEK))
        drafts = own_talks(self.request).in_series(self.series).starting_in(span).drafts().ahead()
        keys = list(drafts.soonest_first().values_list("pk", flat=True)[:MOST_AT_ONCE])
        return {
            "before": monday - WEEK,
            "after": monday + WEEK,
            "drafts": len(keys),
            "announce_drafts": address_of("announce", keys),
        }

    def _monday(self) -> date:
        is_asked = parameters.words(self.request.GET, "week")
        day = parameters.day(self.request.GET, "week") if is_asked else self._day_of_next_talk()
        if day is None:
            raise Http404
        return day - timedelta(days=day.weekday())

    def _day_of_next_talk(self) -> date:
        """Return the day of the next talk of the series, a draft too; today if none is planned."""
        mine = access.talks_on_the_desk_of(self.request.user).in_series(self.series)
        talk = mine.ahead().soonest_first().only("starts_at").first()
        return max(local(talk.starts_at).date(), today()) if talk else today()


def _name_of(row: Announcement) -> str:
    """Say what an announcement is about."""
    if row.talk:
        return speaker_and_title(row.talk)
    return _("Week of %(day)s") % {"day": date_formats.day(row.week, with_year=True)}


def _sentence_of(row: Announcement) -> str:
    """Say what became of an announcement, or will."""
    words = {"moment": date_formats.moment(row.done_at or row.send_at), "whom": _names_of(row.mailing_list, row.number)}
    if row.is_planned and row.send_at <= timezone.now():
        return _("It is being sent.")
    return {
        AnnouncementState.PLANNED: _("It will be sent on %(moment)s."),
        AnnouncementState.SENT: _("Sent on %(moment)s to: %(whom)s."),
        AnnouncementState.DROPPED: _(
            "Not sent on %(moment)s: there was no public talk to announce, or nobody to tell."
        ),
        AnnouncementState.WITHDRAWN: _("Withdrawn on %(moment)s."),
    }[row.state] % words


def _names_of(mailing_list: str, subscribers: int) -> str:
    number = ngettext("%(number)d subscriber", "%(number)d subscribers", subscribers) % {"number": subscribers}
    return ", ".join(filter(None, (mailing_list, number if subscribers else "")))
