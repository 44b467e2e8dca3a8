"""Widgets of the desk that Django lacks."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


class PreviewedText(AdminTextareaWidget):
    """Markdown with TeX, and how it will look as one types; without script there is none."""

    class Media:
        css = {"all": ["css/desk-forms.css"]}
        js = [forms.Script("js/text-preview.js", type="module")]

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        box = super().render(name, value, attrs, renderer)
        return render_to_string("admin/previewed_text.html", {"box": box, "key": (attrs or {}).get("id", "")})
