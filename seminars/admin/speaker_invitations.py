"""Whom a series invites: the dates of a term with first and further choices, and ideas that have no date yet."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seminars import access, date_formats, times
from seminars.actions import speaker_invitations
from seminars.actions.speaker_invitations import SavedInvitations
from seminars.admin.history import offer_to_undo
from seminars.admin.pages import TermPage
from seminars.admin.people_picker import names_to_offer
from seminars.forms import parameters
from seminars.forms.speaker_invitations import (
    NewPeopleForm,
    NewUndatedForm,
    SpeakerInvitationForm,
    UndatedForm,
    ask_about_names,
)
from seminars.models import Department, Series, SpeakerInvitation, Talk, TalkQuerySet, recording
from seminars.models.speaker_invitation import InvitationState
from seminars.models.terms import Term
from seminars.selectors.talks_given import talks_given

MOST_TALKS = 200
MOST_WAITING = 10


@dataclass
class InvitedTalk:
    """A date of the term: the talk, the people on its list, and the box for further ones."""

    talk: Talk
    box: NewPeopleForm
    rows: list[SpeakerInvitationForm] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Whether it is too late to invite anybody."""
        return self.talk.is_over()

    @property
    def has_speaker(self) -> bool:
        return bool(self.talk.speakers)

    @property
    def next_choice(self) -> SpeakerInvitation | None:
        """The first person on the list to invite, unless somebody has been invited or the talk has a speaker."""
        if self.has_speaker or self.talk.is_called_off or self.is_over:
            return None
        states = {row.invitation.state for row in self.rows}
        ideas = (row.invitation for row in self.rows if row.invitation.state == InvitationState.IDEA)
        return None if InvitationState.INVITED in states else next(ideas, None)


class TermOfInvitations:
    """The invitations of one series in one term, filled with what was sent."""

    def __init__(self, series: Series, term: Term, sent: QueryDict | None) -> None:
        self.series, self.term, self.sent = series, term, sent
        there = Talk.objects.filter(series=series).starting_in(term.span)
        talks = list(there.soonest_first().for_lists()[:MOST_TALKS])
        boxes = [NewPeopleForm(talk, self._sent_of(f"new-{talk.pk}")) for talk in talks]
        self.dates = {talk.pk: InvitedTalk(talk, box) for talk, box in zip(talks, boxes, strict=True)}
        for one in SpeakerInvitation.objects.for_talks(talks).with_people().in_order():
            self.dates[one.talk_id].rows.append(SpeakerInvitationForm(one, self._sent_of(f"invitation-{one.pk}")))
        by_key = {str(talk.pk): talk for talk in talks}
        without = SpeakerInvitation.objects.of_series(series).without_date().with_people().in_order()
        self.undated = [UndatedForm(one, by_key, self._sent_of(f"invitation-{one.pk}")) for one in without]
        self.new_undated = NewUndatedForm(None, self._sent_of("new-0"))

    def _sent_of(self, prefix: str) -> QueryDict | None:
        """Return what was sent if the page had this row when it was opened."""
        return self.sent if self.sent and any(name.startswith(f"{prefix}-") for name in self.sent) else None

    @property
    def shown_dates(self) -> list[InvitedTalk]:
        """The dates to come, and past ones whose invitations say something."""
        return [one for one in self.dates.values() if one.rows or not one.is_over]

    @property
    def rows(self) -> Iterator[SpeakerInvitationForm]:
        for one in self.dates.values():
            yield from one.rows
        yield from self.undated

    @property
    def boxes(self) -> Iterator[NewPeopleForm]:
        for one in self.dates.values():
            yield one.box
        yield self.new_undated

    @property
    def lost_names(self) -> list[str]:
        """Who was typed for talks that somebody has moved to another term or deleted."""
        boxes = {box.prefix for box in self.boxes}
        typed = {name.removesuffix("-names"): self.sent[name] for name in self.sent if name.endswith("-names")}
        return [names for prefix, names in typed.items() if names.strip() and prefix not in boxes]

    @property
    def lost(self) -> bool:
        """Whether something was typed for people whom somebody has removed from the list."""
        there = {row.prefix for row in self.rows}
        gone = [f"invitation-{key}" for key in parameters.keys(self.sent, "row") if f"invitation-{key}" not in there]
        return any(
            self.sent.get(f"{prefix}-{name}") != self.sent.get(f"initial-{prefix}-{name}")
            for prefix in gone
            for name in ("state", "choice", "note")
        )

    def read_talks_given(self, known: TalkQuerySet) -> None:
        """Let each row say when the person spoke here, as far as `known` talks tell."""
        rows = list(self.rows)
        given = talks_given([row.invitation.speaker for row in rows], known)
        for row in rows:
            theirs = given.get(row.invitation.speaker_id)
            row.talks_given = theirs.sentence if theirs else ""

    @property
    def numbers(self) -> dict[str, int]:
        """How many dates of the term have a speaker, wait for an answer, or are free."""
        ahead = [one for one in self.dates.values() if not (one.talk.is_called_off or one.talk.is_over())]
        found = [one for one in ahead if one.talk.speakers]
        waiting = [one for one in ahead if one not in found and any(_is_invited(row) for row in one.rows)]
        return {"found": len(found), "waiting": len(waiting), "free": len(ahead) - len(found) - len(waiting)}


def _is_invited(row: SpeakerInvitationForm) -> bool:
    return row.invitation.state == InvitationState.INVITED


def unanswered_for(request: HttpRequest) -> list[SpeakerInvitation]:
    """Return the people of the user's series who have not answered, the longest waiting first: one query."""
    rows = SpeakerInvitation.objects.of_series(access.series_of(request.user)).waiting().with_people()
    found = list(rows.order_by("invited_at", "pk")[:MOST_WAITING])
    for one in found:
        one.address = invitations_address(one.home, one.talk)
    return found


def invitations_address(series: int, talk: Talk | None = None) -> str:
    """Return the address of the page that invites people to a talk, or of the ideas of its series without a date."""
    query = {"series": series}
    if talk is None:
        return f"{reverse('admin:speaker-invitations')}?{urlencode(query)}#without-date"
    term = Term.of(times.local(talk.starts_at).date(), Department.objects.current().year_begins_in)
    return f"{reverse('admin:speaker-invitations')}?{urlencode(query | {'term': term.slug})}#talk-{talk.pk}"


class SpeakerInvitationsPage(TermPage):
    """Show the people to invite to a series in one term, and save changes to the list."""

    template_name = "admin/speaker_invitations.html"
    title = gettext_lazy("Speakers to invite")
    shown: TermOfInvitations

    def get(self, request: HttpRequest) -> HttpResponse:
        self._read()
        return self.show()

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            with recording(by=request.user) as change:  # nobody else writes between check and save
                self._read()
                saved = self._save()
        except ValidationError as refusal:
            self._tell_refusal(refusal)
            return self.show()
        self._tell(saved)
        if change.touched:  # an undo changes talks back, and their invitations follow
            offer_to_undo(request, change)
        return redirect(request.get_full_path())

    def _read(self) -> None:
        self.shown = TermOfInvitations(self.series, self.term, self.request.POST or None)

    def _save(self) -> SavedInvitations:
        shown = self.shown
        if shown.lost:
            sentence = _("Someone has removed a person whom you changed. Check the list and save again.")
            raise ValidationError(sentence)
        if names := shown.lost_names:
            sentence = _(
                "The date for which you typed “%(names)s” is no longer in this term. Add them to another date."
            )
            raise ValidationError([sentence % {"names": one} for one in names])
        rows, boxes = ([one for one in forms if one.is_bound] for forms in (shown.rows, shown.boxes))
        ask_about_names(boxes, _answers(self.request.POST))
        if any(one.errors for one in [*rows, *boxes]):
            raise ValidationError([])
        changes = [change for row in rows if (change := row.change)]
        added = [one for box in boxes for one in box.added]
        return speaker_invitations.save(self.series, changes, added, by=self.request.user)

    def _tell_refusal(self, refusal: ValidationError) -> None:
        told = refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
        forms = {one.prefix: one for one in (*self.shown.rows, *self.shown.boxes)}
        for prefix, sentences in told.items():
            for sentence in sentences:
                if form := forms.get(prefix):
                    form.add_error(None, sentence)
                else:
                    messages.error(self.request, sentence)
        messages.error(self.request, _("Nothing is saved yet. Correct the rows below; what you typed is still there."))

    def _tell(self, saved: SavedInvitations) -> None:
        if not saved:
            messages.info(self.request, _("There were no changes to save."))
            return
        messages.success(self.request, " ".join(_told(saved)))
        for one in saved.next_choices:
            day = date_formats.day(times.local(one.talk.starts_at, one.talk.zone_info))
            sentence = _("%(day)s is free again. The next choice is %(name)s.")
            messages.info(self.request, sentence % {"day": day, "name": one.speaker.name})

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        self.shown.read_talks_given(access.talks_known_to(self.request.user))
        named = {"series": self.series.short_name, "term": self.shown.term}
        title = _("Speakers to invite: %(series)s, %(term)s") % named
        return super().get_context_data(title=title, shown=self.shown, names=names_to_offer(self.request.user), **words)


def _told(saved: SavedInvitations) -> Iterator[str]:
    """Say how many people were changed, added and removed."""
    if number := len(saved.changed):
        yield ngettext("%(number)d person was changed.", "%(number)d people were changed.", number) % {"number": number}
    if number := len(saved.added):
        yield ngettext("%(number)d person was added.", "%(number)d people were added.", number) % {"number": number}
    if number := len(saved.removed):
        yield ngettext("%(number)d person was removed.", "%(number)d people were removed.", number) % {"number": number}


def _answers(sent: QueryDict) -> dict[str, str]:
    """Return the answers to questions about names, by folded name."""
    pairs = (sent[name].partition("|") for name in sent if name.startswith("new-") and "-who-" in name)
    return {name: answer for name, _bar, answer in pairs if answer}
