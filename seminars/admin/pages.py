"""What the pages of the desk share: Django's generic views within the desk, and a form that is previewed first."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise, cached_property
from django.views.generic import FormView, TemplateView

from seminars import access
from seminars.admin.talk_initial import chosen_series
from seminars.forms import parameters
from seminars.models import Department, Series, taking_turns
from seminars.models.terms import Term
from seminars.times import today


class DeskPage(TemplateView):
    """A page of the desk that Django's admin does not have."""

    title: Promise | str = ""

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        return admin.site.each_context(self.request) | super().get_context_data(**{"title": self.title} | words)

    def show(self, **words: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(**words))


class SeriesPage(DeskPage):
    """A page about one of the user's series; if the address names none, it asks which one."""

    series: Series | None

    def dispatch(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        self.series = self.find_series()
        if self.series:
            return super().dispatch(request, *args, **options)
        self.refuse_series()
        own = access.series_of(request.user).in_order()
        context = super().get_context_data(all_series=own)  # not the page's own, which is about one series
        return TemplateResponse(request, "admin/series_choice.html", context)

    def find_series(self) -> Series | None:
        return chosen_series(self.request)

    def refuse_series(self) -> None:
        """Raise Http404 where a series is named that is not theirs."""
        if parameters.words(self.request.GET, "series"):
            raise Http404


class TermPage(SeriesPage):
    """A page about one series in one term, which the address names as 2026-08; otherwise in the present one."""

    @cached_property
    def term(self) -> Term:
        month, slug = Department.objects.current().year_begins_in, parameters.words(self.request.GET, "term")
        try:
            return Term.from_slug(slug, month) if slug else Term.of(today(), month)
        except ValueError as unknown:
            raise Http404(slug) from unknown


class PreviewedFormPage(DeskPage, FormView):
    """A form, a preview of what it asks for, and one save of exactly what was previewed.

    A page finds out what a valid form would do with `preview(form)`, tells by `mark_of(form, found)` whether that is
    still what was previewed, and does it in `save(form, found)`; a ValidationError in any of them is shown in the form.
    """

    has_changed: Promise  # shown if saving would do something else than what was previewed

    @property
    def is_save(self) -> bool:
        return "_save" in self.request.POST

    def form_valid(self, form: Form) -> HttpResponse:
        found = None
        try:
            if not self.is_save:
                return self.show(form=form, found=self.preview(form))
            with taking_turns():  # so that nothing changes between what was seen and what is done
                found = self.preview(form)
                if self.request.POST.get("seen") == self.mark_of(form, found):
                    return self.save(form, found)
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return self.show(form=form, found=found)
        return self.show_again(form, found)

    def show_again(self, form: Form, found: Any) -> HttpResponse:
        messages.warning(self.request, self.has_changed)
        return self.show(form=form, found=found)

    def get_context_data(self, *, found: Any = None, **words: Any) -> dict[str, Any]:
        context = super().get_context_data(found=found, **words)
        return context | {"mark": self.mark_of(context["form"], found) if found else ""}
