"""Checks the department, and what is tried out in the preview of its looks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from seminars.forms.photos import PictureForm, upload_field
from seminars.models import Department


class DepartmentForm(PictureForm):
    """The department."""

    PICTURES = {"": "logo", "_dark": "logo_dark", "_mark": "mark"}

    upload = upload_field(_("New logo"))
    is_without_picture = forms.BooleanField(label=_("Remove the logo"), required=False)
    upload_dark = upload_field(_("New logo for dark backgrounds"))
    is_without_picture_dark = forms.BooleanField(label=_("Remove the logo for dark backgrounds"), required=False)
    upload_mark = upload_field(_("New square mark"))
    is_without_picture_mark = forms.BooleanField(label=_("Remove the square mark"), required=False)

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
