"""After the usual values of a series changed: the page that applies them to its coming talks, if its organiser asks."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seminars.actions import usual_values
from seminars.actions.several_talks import MOST_TALKS, Prospect
from seminars.actions.usual_values import Raw
from seminars.admin.returning import back
from seminars.admin.rights import own_talks
from seminars.admin.several_talks import SeveralTalksPage, sent
from seminars.admin.talk_initial import chosen_series
from seminars.forms.next_page import with_next
from seminars.forms.several_talks import SeveralTalksForm
from seminars.models import Series, Talk

KEPT = "usual_values_before"  # in the session: the earlier usual values, by the key of the series


def offer(request: HttpRequest, series: Series, was: Raw, *, then: str) -> HttpResponse | None:
    """Lead to the page, and then to another, if coming talks lack a usual value that has changed, else return None."""
    usual = usual_values.changed_since(was, series)
    talks = usual_values.coming_talks(series, own_talks(request)).for_entries()[:MOST_TALKS] if usual else []
    if all(usual_values.has_values(talk, usual) for talk in talks):
        return None
    request.session[KEPT] = request.session.get(KEPT, {}) | {str(series.pk): {name: was[name] for name in usual}}
    return redirect(with_next(f"{reverse('admin:carry-on')}?series={series.pk}", then))


class CarryingOnPage(SeveralTalksPage):
    """Show at once what the new usual values would do to each coming talk of the series; nothing is saved before."""

    series: Series
    was: Raw
    usual: Raw

    def find(self) -> list[Talk]:
        self.series = chosen_series(self.request)
        if self.series is None:
            raise Http404
        self.was = self.request.session.get(KEPT, {}).get(str(self.series.pk), {})
        self.usual = usual_values.changed_since(self.was, self.series)
        coming = usual_values.coming_talks(self.series, own_talks(self.request)).for_entries()[:MOST_TALKS]
        return [talk for talk in coming if not usual_values.has_values(talk, self.usual)]

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        response = super().dispatch(request, *args, **named)
        if not self.talks and request.method == "GET":
            messages.info(request, _("All upcoming talks have the usual values of the series."))
            return redirect(self.back)
        return response

    def get(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        form = SeveralTalksForm(sent(self.usual))
        return self.show(form=form, found=self.prospects(form) if form.is_valid() else None)

    @property
    def back(self) -> str:
        return back(self.request, reverse("admin:seminars_series_changelist"))

    def why_unticked(self, one: Prospect, form: SeveralTalksForm) -> str:
        """Also name the values that a talk has on purpose, instead of those that were usual."""
        reasons = [super().why_unticked(one, form)]
        if names := usual_values.names_of_other_values(one.talk, self.was, self.usual):
            labels = ", ".join(str(form.fields[name].label) for name in names)
            reasons.append(
                _("Not ticked, because it did not have the usual value before: %(what)s.") % {"what": labels}
            )
        return " ".join(filter(None, reasons))

    def sentence(self, form: SeveralTalksForm) -> str:
        words = {"series": self.series.short_name, "what": form.labels}
        return _("Usual values of %(series)s applied to upcoming talks: %(what)s") % words

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        number = len(self.talks)
        title = ngettext("Apply to %(number)d upcoming talk?", "Apply to %(number)d upcoming talks?", number)
        return super().get_context_data(title=title % {"number": number}, series=self.series, **words)
