"""Ask speakers: their private addresses, to copy or to send, for one talk or for a term; what was sent to whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seminars import mail
from seminars.actions import speaker_requests
from seminars.admin.pages import DeskPage, SeriesPage
from seminars.admin.rights import own_talks, rights
from seminars.formats.letters import speakers as letters
from seminars.formats.letters.mailing import LetterText
from seminars.forms import parameters
from seminars.forms.speaking import LetterForm
from seminars.models import Appearance, Department, Series, Speaker, SpeakerAnswer, SpeakerLetter, SpeakerRequest, Talk
from seminars.models.terms import Term
from seminars.times import local, today

MOST_TALKS = 300  # of a term


@dataclass(frozen=True)
class AskedSpeaker:
    """A speaker of a talk as the pages show them: their address, the letter with it, and what they have answered."""

    talk: Talk
    appearance: Appearance
    request: SpeakerRequest | None
    answer: SpeakerAnswer | None
    letters: tuple[SpeakerLetter, ...]
    letter: LetterText | None = None
    form: LetterForm | None = None

    @property
    def speaker(self) -> Speaker:
        return self.appearance.speaker

    @property
    def key(self) -> str:
        """What a box of the page calls them."""
        return f"{self.talk.pk}-{self.speaker.pk}"

    @property
    def mailto(self) -> str:
        """The address that opens the letter in a mail program."""
        return letters.mailto(self.request, self.letter) if self.request and self.letter else ""

    @property
    def missing(self) -> str:
        return ", ".join(str(gap.label) for gap in letters.lacks(self.talk, self.speaker))

    @property
    def waits(self) -> bool:
        """Whether they have sent something that no organiser has dealt with."""
        return self.answer is not None and self.answer.waits_since is not None


def asked_speakers(talks: list[Talk]) -> list[AskedSpeaker]:
    """Return the speakers of talks, which were read `for_lists`: three queries, however many there are."""
    requests = {(row.talk_id, row.speaker_id): row for row in SpeakerRequest.objects.good().of(talks)}
    answers = {(row.talk_id, row.speaker_id): row for row in SpeakerAnswer.objects.about(talks)}
    sent: dict[tuple[int, int], list[SpeakerLetter]] = {}
    for row in SpeakerLetter.objects.of(talks):
        sent.setdefault((row.talk_id, row.speaker_id), []).append(row)
    found = []
    for talk in talks:
        for appearance in talk.speakers:
            key = (talk.pk, appearance.speaker_id)
            if request := requests.get(key):
                request.talk, request.speaker = talk, appearance.speaker
            found.append(AskedSpeaker(talk, appearance, request, answers.get(key), tuple(sent.get(key, ()))))
    return found


class AskSpeakerPage(DeskPage):
    """The speakers of one talk: make, replace and revoke their addresses, and send the letter."""

    template_name = "admin/ask_speaker.html"
    title = gettext_lazy("Ask the speaker")

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        self.talk = parameters.row(request.GET, "talk", own_talks(request).for_lists())
        if self.talk is None:
            raise Http404
        self.speakers = asked_speakers([self.talk])
        return super().dispatch(request, *args, **named)

    def post(self, request: HttpRequest) -> HttpResponse:
        number = parameters.key(request.POST, "person")
        asked = next((one for one in self.speakers if one.speaker.pk == number), None)
        if asked is None:
            messages.error(request, _("This person is no longer a speaker of this talk."))
            return redirect(request.get_full_path())
        if "_send" in request.POST:
            form = LetterForm(request.POST)
            if not form.is_valid():
                return self.show(typed={asked.key: form})
            self._send(asked, form.cleaned_data["email"])
        else:
            self._change(asked)
        return redirect(request.get_full_path())

    def _change(self, asked: AskedSpeaker) -> None:
        if "_revoke" in self.request.POST and asked.request:
            speaker_requests.revoke(asked.request)
            messages.success(self.request, _("The address no longer works. What was typed is kept."))
        elif "_replace" in self.request.POST and asked.request:
            speaker_requests.replace(asked.request, by=self.request.user)
            messages.success(
                self.request, _("Here is a new address. The earlier one no longer works; what was typed stays.")
            )
        elif "_make" in self.request.POST:
            speaker_requests.make(self.talk, asked.speaker, by=self.request.user)
            messages.success(self.request, _("Here is the address. Nothing is sent yet."))

    def _send(self, asked: AskedSpeaker, email: str) -> None:
        if not mail.is_set_up():
            raise PermissionDenied
        by = self.request.user
        made = speaker_requests.make(self.talk, asked.speaker, by=by)
        if not made.address:
            made = speaker_requests.replace(made, by=by)
        speaker_requests.send({made: email}, by=by)
        messages.success(self.request, _("The letter is being sent to %(email)s.") % {"email": email})

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        typed = words.pop("typed", {})
        words["term"] = Term.of(local(self.talk.starts_at).date(), Department.objects.current().year_begins_in)
        shown = [self._shown(one, typed) for one in self.speakers]
        return super().get_context_data(talk=self.talk, can_send=mail.is_set_up(), speakers=shown, **words)

    def _shown(self, one: AskedSpeaker, typed: dict[str, LetterForm]) -> AskedSpeaker:
        letter = letters.written(one.request, self.request.user) if one.request and one.request.address else None
        form = typed.get(one.key) or LetterForm(initial={"email": one.speaker.email}, auto_id=f"id_%s_{one.speaker.pk}")
        return AskedSpeaker(one.talk, one.appearance, one.request, one.answer, one.letters, letter, form)


class AskSpeakersPage(SeriesPage):
    """All speakers of a term whose talk lacks something that they can give."""

    template_name = "admin/ask_speakers.html"
    title = gettext_lazy("Ask the speakers of a term")

    @cached_property
    def term(self) -> Term:
        month = Department.objects.current().year_begins_in
        try:
            slug = parameters.words(self.request.GET, "term")
            return Term.from_slug(slug, month) if slug else Term.of(today(), month)
        except ValueError as unknown:
            raise Http404 from unknown

    @cached_property
    def rows(self) -> list[AskedSpeaker]:
        """The speakers of talks to come who can give something that is missing."""
        talks = own_talks(self.request).in_series(self.series).starting_in(self.term.span).ahead().for_lists()
        asked = asked_speakers(list(talks.soonest_first()[:MOST_TALKS]))
        return [one for one in asked if letters.lacks(one.talk, one.speaker)]

    def post(self, request: HttpRequest) -> HttpResponse:
        if not rights(request).may("change", Series, self.series):
            raise PermissionDenied
        ticked = set(request.POST.getlist("ask"))
        chosen = [one for one in self.rows if one.key in ticked]
        if not chosen:
            messages.error(request, _("Tick at least one person to ask."))
            return self.show()
        made = speaker_requests.make_all([(one.talk, one.speaker) for one in chosen], by=request.user)
        sent = {one: one.speaker.email for one in made if one.speaker.email and one.address}
        if mail.is_set_up() and sent:
            speaker_requests.send(sent, by=request.user)
            told = ngettext("%(number)d letter is being sent.", "%(number)d letters are being sent.", len(sent))
            messages.success(request, told % {"number": len(sent)})
        for sentence in self._left(made, sent):
            messages.info(request, sentence)
        return redirect(request.get_full_path())

    def _left(self, made: list[SpeakerRequest], sent: dict[SpeakerRequest, str]) -> Iterator[str]:
        """Say for how many the site sends no letter."""
        number = len(made) - (len(sent) if mail.is_set_up() else 0)
        if number:
            told = ngettext(
                "%(number)d address is ready below: copy it, or open the letter in your mail program.",
                "%(number)d addresses are ready below: copy them, or open the letters in your mail program.",
                number,
            )
            yield told % {"number": number}

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        ticked = {one.key for one in self.rows if self._is_due(one)}
        if self.request.method == "POST":
            ticked = set(self.request.POST.getlist("ask"))
        words |= {"series": self.series, "term": self.term, "can_send": mail.is_set_up()}
        words["rows"] = [(one, one.key in ticked, self._mailto(one)) for one in self.rows]
        return super().get_context_data(**words)

    def _is_due(self, one: AskedSpeaker) -> bool:
        """Ticked from the start are those who were not asked yet."""
        return not one.letters and not one.waits

    def _mailto(self, one: AskedSpeaker) -> str:
        if not one.request or not one.request.address:
            return ""
        return letters.mailto(one.request, letters.written(one.request, self.request.user))
