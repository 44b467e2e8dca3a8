"""What every form of the desk does: it repeats in its own words why an action refused what it had let pass."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


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

    def has_new(self, name: str) -> bool:
        """Tell whether the organiser changed a field, to something valid."""
        return name in self.changed_data and name in self.cleaned_data
