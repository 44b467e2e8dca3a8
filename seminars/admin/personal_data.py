"""The page of the desk on which an administrator exports or anonymises a person."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import UserPassesTestMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars.actions.personal_data import accounts, exporting, speakers
from seminars.admin.pages import DeskPage
from seminars.admin.rights import rights
from seminars.forms import parameters
from seminars.models import Speaker, User
from seminars.models.edition import rolled_back


class PersonalDataPage(UserPassesTestMixin, DeskPage):
    """`?speaker=` or `?account=` is the person; `format=json` downloads what is stored."""

    template_name = "admin/personal_data.html"
    title = gettext_lazy("Export or anonymise a person")

    def test_func(self) -> bool:
        return rights(self.request).is_administrator

    @cached_property
    def person(self) -> Speaker | User:
        asked = self.request.GET
        found = parameters.row(asked, "speaker", Speaker.objects.all())
        found = found or parameters.row(asked, "account", User.objects.all())
        if found is None:
            raise Http404
        return found

    @property
    def is_speaker(self) -> bool:
        return isinstance(self.person, Speaker)

    @property
    def name(self) -> str:
        return self.person.name if self.is_speaker else self.person.username

    def get(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if request.GET.get("format") != "json":
            return self.show()
        found = exporting.of_speaker(self.person) if self.is_speaker else exporting.of_account(self.person)
        headers = {"Content-Disposition": 'attachment; filename="personal-data.json"', "Cache-Control": "no-store"}
        return JsonResponse(found, encoder=exporting.encoder, headers=headers, json_dumps_params={"indent": 1})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Anonymise the person whose name was typed again."""
        typed = parameters.words(request.POST, "name").strip()
        if typed != self.name:
            return self.show(problem=_("That is not the name. Type “%(name)s”.") % {"name": self.name}, typed=typed)
        try:
            self._anonymise()
        except ValidationError as refused:
            return self.show(problem=" ".join(refused.messages), typed=typed)
        messages.success(request, _("The person is anonymous now."))
        return redirect(f"admin:seminars_{self.person._meta.model_name}_changelist")

    def _anonymise(self) -> dict[str, int]:
        room = speakers if self.is_speaker else accounts
        return room.anonymise(type(self.person).objects.get(pk=self.person.pk), by=self.request.user)

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        found, refusal = {}, ""
        try:
            with rolled_back():
                found = self._anonymise()
        except ValidationError as refused:
            refusal = " ".join(refused.messages)
        sources = speakers.sources_naming(self.person) if self.is_speaker else []
        short = speakers.short_names_of(self.person) if self.is_speaker else []
        words = {"person": self.person, "name": self.name, "is_speaker": self.is_speaker} | words
        return super().get_context_data(found=found, refusal=refusal, sources=sources, short=short, **words)
