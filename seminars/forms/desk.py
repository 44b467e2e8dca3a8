"""What every form of the desk does: it repeats in its own words why an action refused what it had let pass."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.translation import gettext as _


class LinesField(forms.CharField):
    """Text of several lines; a browser ends each with CRLF (HTML §4.10.21.4), which is no change of anything."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.to_python(initial), data)


class DeskForm(forms.ModelForm):
    """A form that is shown again, everything typed kept, when the action behind it refuses."""

    refusal: ValidationError | None = None  # what the action said when these very words were saved

    def clean(self) -> dict[str, Any]:
        for field, errors in self._refused().items():
            self.add_error(field if field in self.fields else None, errors)
        return self.cleaned_data

    def _refused(self) -> dict[str, list[ValidationError]]:
        if self.refusal is None:
            return {}
        return getattr(self.refusal, "error_dict", None) or {NON_FIELD_ERRORS: self.refusal.error_list}


class DeskFormSet(forms.BaseInlineFormSet):
    """Rows in a table, whose boxes for deleting are named to those who do not see the head of the column."""

    def add_fields(self, form: forms.BaseForm, index: int | None) -> None:
        super().add_fields(form, index)
        if delete := form.fields.get(DELETION_FIELD_NAME):
            words = {"what": form.instance} if form.instance.pk else {"what": ""}
            delete.widget.attrs["aria-label"] = _("Delete %(what)s") % words
