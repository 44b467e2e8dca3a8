"""Preview text while somebody types it, rendered as visitors will see it."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from seminars.admin import formulas
from seminars.admin.pages import DeskPage


class TextPreviewPage(DeskPage):
    """Typeset the field that `_text` names: a page of its own, or with `_part` the text alone; nothing is kept."""

    http_method_names = ["post"]
    title = _("Preview")

    def get_template_names(self) -> list[str]:
        return ["admin/_text_preview.html" if "_part" in self.request.POST else "admin/text_preview.html"]

    def post(self, request: HttpRequest) -> HttpResponse:
        language = request.POST.get("language", "").strip()  # ignored if it is not a valid tag
        is_tag = language.replace("-", "").isalnum() and len(language) <= 35
        source = request.POST.get(request.POST.get("_text", ""), "")
        warnings = formulas.warnings(source, is_line=False)
        return self.show(source=source, language=language if is_tag else "", warnings=warnings)
