"""What helps with a talk's form: it begins with something, leads on to the next talk, and says what looks odd."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from seminars.admin.talk_beginnings import Pasted, beginning, rest_of
from seminars.forms.talks import TalkForm
from seminars.models import Talk
from seminars.models.preview_address import PreviewAddress
from seminars.selectors.talk_warnings import warnings_of


class HelpfulTalks:
    """Lets the form begin with a copy, with the next free slot or with a mail, and say what looks odd."""

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_changeform_initial_data(request) | beginning(request, None).fields

    def get_form(
        self, request: HttpRequest, obj: Talk | None = None, change: bool = False, **options: Any
    ) -> type[ModelForm]:
        """Let the mail that was pasted stand in the form of a talk that is there already."""
        form = super().get_form(request, obj, change=change, **options)
        form.begins_with = beginning(request, obj).fields if change and obj else {}
        return form

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **options: Any) -> HttpResponse:
        talk: Talk | None = context["original"]
        is_mine = talk is not None and self.has_change_permission(request, talk)
        context |= {
            "rest": rest_of(request, talk),
            "oddities": warnings_of(talk) if is_mine and request.method == "GET" else [],
            "shown_to_guests": PreviewAddress.of(talk.pk) if is_mine and not talk.is_public else None,
            "may_copy": is_mine,
        }
        return super().render_change_form(request, context, *args, **options)

    def save_related(self, request: HttpRequest, form: TalkForm, formsets: Any, change: bool) -> None:
        """Say what looks odd; it keeps nobody from saving."""
        super().save_related(request, form, formsets, change)
        if form.has_changed() or any(formset.has_changed() for formset in formsets):
            saved = Talk.objects.with_all_that_is_printed().get(pk=form.instance.pk)
            for sentence in warnings_of(saved):
                self.message_user(request, sentence, messages.WARNING)

    def response_add(self, request: HttpRequest, obj: Talk, post_url_continue: str | None = None) -> HttpResponse:
        Pasted.forget(request)
        return self._on_to_next(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Talk) -> HttpResponse:
        Pasted.forget(request)
        return self._on_to_next(request, obj) or super().response_change(request, obj)

    def _on_to_next(self, request: HttpRequest, talk: Talk) -> HttpResponse | None:
        """Lead from "Save and plan the next" to a new talk in the next free slot."""
        if "_next" not in request.POST:
            return None
        self.message_user(request, _("“%(talk)s” is saved. This is the next free slot.") % {"talk": talk})
        return redirect(f"{reverse('admin:seminars_talk_add')}?{urlencode({'after': talk.pk})}")
