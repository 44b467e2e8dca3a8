"""The page that closes a day: choose it, preview what happens to every talk, and save once."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from seminars.actions import closing
from seminars.actions.closing import Closing, ClosingPreview
from seminars.admin import formulas
from seminars.admin.history import recorded
from seminars.admin.pages import PreviewedFormPage
from seminars.admin.rights import own_talks
from seminars.admin.told_readers import telling_as_asked, told_of_several
from seminars.forms import parameters
from seminars.forms.closing import ClosingForm
from seminars.times import today


class ClosingPage(PreviewedFormPage):
    """Ask for a day, preview what happens to its talks, and save."""

    template_name = "admin/closing.html"
    title = gettext_lazy("Close a day")
    form_class = ClosingForm
    has_changed = gettext_lazy("Nothing is saved yet, because something has changed. Check the talks again.")

    def get_initial(self) -> dict[str, Any]:
        return {"day": today()}

    def preview(self, form: ClosingForm) -> list[ClosingPreview]:
        return closing.preview(form.closing, form.closing.talks(own_talks(self.request)))

    def mark_of(self, form: ClosingForm, found: list[ClosingPreview]) -> str:
        return closing.mark_of(form.closing, found)

    @property
    def _ticked(self) -> list[int]:
        return parameters.keys(self.request.POST, "talk")

    def _chosen(self, found: list[ClosingPreview]) -> list[ClosingPreview]:
        return [one for one in found if one.talk.pk in self._ticked and not one.why_not]

    def save(self, form: ClosingForm, found: list[ClosingPreview]) -> HttpResponse:
        """Save and redirect to the front desk."""
        talks = [one.talk for one in self._chosen(found)]
        if not talks:
            raise ValidationError(_("No talk is ticked. Tick the talks to change."))
        try:
            with recorded(self.request), telling_as_asked(self.request, talks):
                changed = closing.close(form.closing, talks=talks, by=self.request.user)
        except ValidationError as refusal:
            raise ValidationError([_("Nothing was saved."), *refusal.messages]) from refusal
        said = _said(form.closing, len(changed))
        LogEntry.objects.log_actions(self.request.user.pk, changed, CHANGE, said)
        messages.success(self.request, said)
        formulas.warn(self.request, [("notice", form.closing.reason)])
        return redirect("admin:index")

    def show_again(self, form: ClosingForm, found: list[ClosingPreview]) -> HttpResponse:
        if self._ticked and not self._chosen(found):
            messages.info(self.request, _("Nothing was changed. None of these talks is still scheduled."))
            return redirect("admin:index")
        return super().show_again(form, found)

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        """Tick the talks that are proposed, or those that were ticked when this was to be saved."""
        context = super().get_context_data(**words)
        found = context["found"] or []
        ticked = self._chosen(found) if self.is_save else [one for one in found if one.is_proposed]
        told = told_of_several(self.request, changed=[one.talk for one in found if not one.why_not])
        return context | {"rows": [(one, one in ticked) for one in found], "told": told}


def _said(asked: Closing, number: int) -> str:
    said = {
        closing.Action.CANCEL: ngettext("%(number)d talk was cancelled.", "%(number)d talks were cancelled.", number),
        closing.Action.POSTPONE: ngettext("%(number)d talk was postponed.", "%(number)d talks were postponed.", number),
        closing.Action.ONLINE: ngettext(
            "%(number)d talk is now online only.", "%(number)d talks are now online only.", number
        ),
    }
    return said[asked.action] % {"number": number}
