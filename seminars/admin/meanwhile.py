"""Two editors of one talk: whoever saves second is stopped, reads what the other did, and keeps what they typed."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from seminars.forms import parameters
from seminars.forms.meanwhile import Rows, merged, sent_by
from seminars.models import Change, Talk
from seminars.models.snapshots import Snapshot, after, last_change_of, present
from seminars.phrases.talk_differences import Difference, Differences

VERSION = "version"  # of the talk that a form shows: the number of its latest change


@dataclass(frozen=True)
class Meanwhile:
    """What others did to a talk while its form was open, the latest first, and what differs by it."""

    changes: list[Change]
    differences: list[Difference]

    @property
    def refusal(self) -> ValidationError:
        words = {"who": ", ".join(dict.fromkeys(change.who for change in self.changes))}
        sentence = _("%(who)s changed this talk while you had it open. Nothing is saved yet; what you typed is kept.")
        return ValidationError(sentence % words, code="meanwhile")


class TwoEditors:
    """Lets the form of a talk be saved only upon what it showed, or upon what is told to whoever saves again.

    The page is asked for within the turn in which it saves, so of two who save at once exactly one is stopped.
    """

    def get_form(
        self, request: HttpRequest, obj: Talk | None = None, change: bool = False, **options: Any
    ) -> type[ModelForm]:
        form = super().get_form(request, obj, change=change, **options)
        if change and obj and request.method == "POST" and not hasattr(request, "meanwhile"):
            request.meanwhile = None
            request.meanwhile = self._meanwhile(request, obj, form)
        if meanwhile := getattr(request, "meanwhile", None):
            form.refusal = meanwhile.refusal
        return form

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **options: Any) -> HttpResponse:
        talk: Talk | None = context["original"]
        if talk:
            context["version"] = parameters.key(request.POST, VERSION) or last_change_of(talk.pk)
            context["meanwhile"] = getattr(request, "meanwhile", None)
        return super().render_change_form(request, context, *args, **options)

    def _meanwhile(self, request: HttpRequest, talk: Talk, form: type[ModelForm]) -> Meanwhile | None:
        """Return what was done since the form was opened, and let the form stand upon it; None where nothing was."""
        sent, last = parameters.key(request.POST, VERSION), last_change_of(talk.pk)
        if sent is None or sent >= last:
            return None
        seen, now = after(sent, [talk.pk])[talk.pk], present([talk.pk])[talk.pk]
        differences = Differences([seen, now]).between(seen, now) if seen.exists else []
        if not differences:
            return None
        self._bring_on(request, talk, form, seen, now)
        return Meanwhile(list(Change.objects.since(sent, talk)), differences)

    def _bring_on(self, request: HttpRequest, talk: Talk, form: type[ModelForm], seen: Snapshot, now: Snapshot) -> None:
        """Let everything that was not typed be as it is now."""
        data = request.POST.copy()
        before, today = (sent_by(form(instance=Talk(**one.fields))) for one in (seen, now))
        typed = {name: data[name] for name in {*before, *today} if name in data}
        for name in typed:
            del data[name]
        for name, value in merged(typed, before, today).items():
            data[name] = value
        for formset, inline in self.get_formsets_with_inlines(request, talk):
            rows = Rows(data, formset.get_default_prefix())
            model, shown = inline.model, formset.form
            rows.merge(
                seen.parts[model],
                now.parts[model],
                lambda row, model=model, shown=shown: sent_by(shown(instance=model(**row))),
            )
        data[VERSION] = str(last_change_of(talk.pk))
        request.POST = data
