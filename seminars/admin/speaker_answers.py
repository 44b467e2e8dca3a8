"""What speakers have sent: old beside new, field by field; accept all or some of it, edit it, or ask back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seminars import mail
from seminars.actions import speaker_answers, speaker_requests
from seminars.actions.speaker_answers import Decision
from seminars.admin.history import recorded
from seminars.admin.pages import DeskPage
from seminars.admin.rights import own_talks
from seminars.admin.told_readers import telling_as_asked, told_of_form
from seminars.forms import parameters
from seminars.models import Appearance, Speaker, SpeakerAnswer, SpeakerRequest, Talk
from seminars.models.speaker_request import OF_APPEARANCE, OF_TALK, PHOTO, PRIVATE, PROPOSED, Values
from seminars.models.states import Recording

SALT = "seminars.answer-page"
LINES = frozenset({"abstract", "biography"})  # which have several


@dataclass(frozen=True)
class ProposedField:
    """One field: what the site said when the speaker began, what it says now, what they propose, and what was typed."""

    name: str
    label: str
    then: str
    now: str
    proposed: str
    typed: str
    is_ticked: bool
    is_conflict: bool

    @property
    def is_long(self) -> bool:
        return self.name in LINES

    @property
    def choices(self) -> list[tuple[str, str]]:
        return Recording.choices if self.name == "recording" else []


def waiting_answers(request: HttpRequest, most: int = 10) -> list[SpeakerAnswer]:
    """Return the answers that wait for the user, the oldest first."""
    return list(SpeakerAnswer.objects.waiting(own_talks(request)).for_lists()[:most])


class SpeakerAnswerPage(DeskPage):
    """The answer of one speaker about one talk."""

    template_name = "admin/speaker_answer.html"
    title = gettext_lazy("Answer of the speaker")

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        number = parameters.key(request.GET, "answer")
        self.answer = SpeakerAnswer.objects.of_one(number, own_talks(request)) if number is not None else None
        if self.answer is None:
            raise Http404
        self.asked = SpeakerRequest(talk=self.answer.talk, speaker=self.answer.speaker).with_talk()
        return super().dispatch(request, *args, **named)

    @property
    def back(self) -> str:
        return reverse("admin:seminars_talk_change", args=[self.answer.talk_id])

    # --- deciding ---

    def post(self, request: HttpRequest) -> HttpResponse:
        if "_ask_back" in request.POST:
            return self._ask_back()
        try:
            with recorded(request), telling_as_asked(request, [self.asked.talk]):
                speaker_answers.decide(self.asked, self.answer, self._decision(), by=request.user)
        except ValidationError as refusal:
            return self._refused(refusal)
        messages.success(request, self._told())
        return redirect(self.back)

    def _told(self) -> str:
        """Say whether something of the answer still waits."""
        if number := len(self.answer.proposed):
            sentence = ngettext(
                "%(number)d proposal of %(speaker)s still waits for you.",
                "%(number)d proposals of %(speaker)s still wait for you.",
                number,
            )
            return sentence % {"number": number, "speaker": self.asked.speaker}
        return _("The answer of %(speaker)s is dealt with.") % {"speaker": self.asked.speaker}

    def _decision(self) -> Decision:
        sent = self.request.POST
        ticked = [name for name in sent.getlist("take") if name in PROPOSED]
        whole = {name: parameters.words(sent, f"value-{name}") for name in ticked}
        typed = {name: value.replace("\r\n", "\n") for name, value in whole.items()}
        if PHOTO in ticked:
            typed[PHOTO] = self.answer.proposed.get(PHOTO, "")
        rejected = [name for name in self.answer.proposed if name not in ticked] if "_reject_rest" in sent else []
        return Decision(typed, rejected, *self._seen())

    def _seen(self) -> tuple[Values, datetime | None]:
        """Return what the page said when it was opened, and when the answer on it was sent."""
        try:
            seen, sent_at = signing.loads(self.request.POST.get("seen", ""), salt=SALT)
        except (signing.BadSignature, ValueError):
            return {}, None
        return seen, sent_at and datetime.fromisoformat(sent_at)

    def _refused(self, refusal: ValidationError) -> HttpResponse:
        self.answer.refresh_from_db()
        self.asked.with_talk()
        return self.show(problems=self._named(refusal))

    def _ask_back(self) -> HttpResponse:
        question = parameters.words(self.request.POST, "question")
        if not question:
            return self.show(problems=[_("Type the question first.")])
        if self.asked.appearance is None:
            return self.show(problems=[_("This person is no longer a speaker of this talk.")])
        try:
            speaker_answers.ask_back(self.answer, question, sent_at=self._seen()[1])
        except ValidationError as refusal:
            return self._refused(refusal)
        good = speaker_requests.make(self.asked.talk, self.asked.speaker, by=self.request.user)
        if mail.is_set_up() and self.asked.speaker.email and good.address:
            speaker_requests.send({good: self.asked.speaker.email}, by=self.request.user, question=question)
            said = _("The question is being sent to %(email)s.") % {"email": self.asked.speaker.email}
        else:
            said = _("The speaker’s page shows the question. The site sends no letter, so tell the speaker.")
        messages.success(self.request, said)
        return redirect(f"{reverse('admin:ask-speaker')}?talk={self.answer.talk_id}")

    @staticmethod
    def _named(refusal: ValidationError) -> list[str]:
        """Return the sentences of a refusal, with the names of their fields."""
        if not hasattr(refusal, "error_dict"):
            return refusal.messages
        labels = {name: _label(name) for name in PROPOSED}
        told = refusal.message_dict.items()
        return [f"{labels[name]}: {said}" if name in labels else said for name, lines in told for said in lines]

    # --- showing it ---

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        answer, present = self.answer, self.asked.present_values()
        doubtful = speaker_answers.conflicts(self.asked, answer)
        sent, to_decide = self.request.POST, answer.to_decide
        ticked = set(sent.getlist("take")) if sent else set(to_decide) - doubtful
        fields = [
            ProposedField(
                name, _label(name), answer.seen.get(name, ""), present[name], to_decide[name],
                typed=sent.get(f"value-{name}", to_decide[name]),
                is_ticked=name in ticked, is_conflict=name in doubtful,
            )
            for name in PROPOSED if name in to_decide
        ]  # fmt: skip
        sent_at = answer.sent_at.isoformat() if answer.sent_at else None
        words |= {"talk": self.asked.talk, "speaker": self.asked.speaker, "answer": answer, "proposed": fields}
        words["seen"] = signing.dumps([present, sent_at], salt=SALT, compress=True)
        words["private"] = [(_label(name), answer.private[name]) for name in PRIVATE if answer.private.get(name)]
        words["decided"] = [(_label(name), _OUTCOMES[what]) for name, what in answer.decided.items()]
        lost = [name for name in PROPOSED if name in ticked and name not in to_decide]
        words["lost"] = [(_label(name), sent[f"value-{name}"]) for name in lost if f"value-{name}" in sent]
        words["told"] = told_of_form(self.request, _for_readers(self.asked.talk))
        return super().get_context_data(**words)


_OUTCOMES = {
    "accepted": gettext_lazy("accepted"),
    "edited": gettext_lazy("accepted after an edit"),
    "rejected": gettext_lazy("not accepted"),
}


_PRIVATE_LABELS = {
    "arrival": gettext_lazy("Arrival and departure"),
    "equipment": gettext_lazy("Equipment"),
    "access_needs": gettext_lazy("Access needs"),
    "diet": gettext_lazy("Diet"),
}


def _label(name: str) -> str:
    """Return the name of a field as organisers know it; the form of the speaker asks in other words."""
    if name in _PRIVATE_LABELS:
        return str(_PRIVATE_LABELS[name])
    model = Talk if name in OF_TALK else Appearance if name in OF_APPEARANCE else Speaker
    return capfirst(model._meta.get_field(name).verbose_name)


def _for_readers(talk: Talk) -> Talk:
    """Return the talk with all that tells which readers it concerns."""
    return Talk.objects.for_entries().get(pk=talk.pk)
