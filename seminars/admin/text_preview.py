"""How a text that somebody is typing will look, by the same door through which visitors see it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST


@require_POST
def text_preview(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Typeset the field that `_text` names: a page of its own, or with `_part` the text alone; nothing is kept."""
    name = request.POST.get("_text", "")
    words = {"title": _("How it will look"), "source": request.POST.get(name, ""), "language": _language(request)}
    template = "admin/_text_preview.html" if "_part" in request.POST else "admin/text_preview.html"
    return TemplateResponse(request, template, context | words)


def _language(request: HttpRequest) -> str:
    """Return the language tag that is typed beside the text, if it can be one."""
    typed = request.POST.get("language", "").strip()
    return typed if typed.replace("-", "").isalnum() and len(typed) <= 35 else ""
