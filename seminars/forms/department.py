"""Checks the department, and what is tried out in the preview of its looks."""

from django import forms
from django.conf import settings
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seminars import date_formats, languages
from seminars.forms.photos import PictureForm, upload_field
from seminars.models import Department


def language_choices() -> list[tuple[str, str]]:
    """Return the languages that the site can be in, each with a date in it; the first is that of LANGUAGE_CODE."""
    usual = format_html(gettext("The server’s setting: {language}"), language=_sample_of(settings.LANGUAGE_CODE))
    return [("", usual), *((code, _sample_of(code)) for code, _name in settings.LANGUAGES)]


def _sample_of(language: str) -> SafeString:
    """Return "Deutsch: Dienstag, 2. Dezember, 12:00 Uhr", marked as being in its language."""
    with translation.override(language):
        said = f"{languages.local_name(language)}: {date_formats.moment(timezone.now())}"
    sample = format_html('<span lang="{}">{}</span>', language, said)
    if language in settings.TRANSLATED_LANGUAGES:
        return sample
    return format_html(gettext("{language} (dates only, texts in English)"), language=sample)


class DepartmentForm(PictureForm):
    """The department."""

    PICTURES = {"": "logo", "_dark": "logo_dark", "_mark": "mark"}

    upload = upload_field(_("New logo"))
    is_without_picture = forms.BooleanField(label=_("Remove the logo"), required=False)
    upload_dark = upload_field(_("New logo for dark backgrounds"))
    is_without_picture_dark = forms.BooleanField(label=_("Remove the logo for dark backgrounds"), required=False)
    upload_mark = upload_field(_("New icon"))
    is_without_picture_mark = forms.BooleanField(label=_("Remove the icon"), required=False)

    language = forms.ChoiceField(
        label=capfirst(Department._meta.get_field("language").verbose_name),
        help_text=Department._meta.get_field("language").help_text,
        choices=language_choices,
        widget=forms.RadioSelect,
        required=False,
    )

    class Meta:
        widgets = {
            "accent": forms.TextInput(attrs={"type": "color"}),
            "masthead": forms.RadioSelect,
            "typeface": forms.RadioSelect,
        }

    class Media:
        css = {"all": ["css/desk-forms.css"]}
        js = [forms.Script("js/department-preview.js", type="module")]


class LooksForm(forms.ModelForm):
    """What the preview shows, in the address of its frame; nothing is saved."""

    class Meta:
        model = Department
        fields = ["name", "tagline", "notice", "accent", "masthead", "typeface"]

    def tried(self) -> Department:
        """Return the department as it would look; what was typed wrongly stays as it is."""
        self.full_clean()
        for name, value in self.cleaned_data.items():
            if name in self.data:
                setattr(self.instance, name, value)
        return self.instance
