"""Shared by the forms of the desk. Shows errors that the action raised after the form was valid."""

from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, QuerySet
from django.forms.formsets import DELETION_FIELD_NAME, TOTAL_FORM_COUNT
from django.forms.models import InlineForeignKeyField
from django.forms.utils import ErrorDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars.forms.edit_conflict import sent_by
from seminars.forms.moments import expect_days_near_initial
from seminars.forms.parameters import as_key

ROOM_GONE = gettext_lazy("This room has been deleted. Choose another one.")


class LinesField(forms.CharField):
    """Text of several lines; a browser ends each with CRLF (HTML §4.10.21.4), which does not count as a change."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.to_python(initial), data)


class RowField(forms.ModelChoiceField):
    """A choice of rows; the chosen one was already read with the row of the form."""

    known: Model | None = None

    def to_python(self, value: Any) -> Model | None:
        is_known = self.known is not None and str(self.known.pk) == str(value)
        return self.known if is_known else super().to_python(value)


class RowsField(forms.ModelMultipleChoiceField):
    """A choice of several rows; a key that no column can hold is refused like one of no row."""

    def clean(self, value: Any) -> QuerySet:
        if any(as_key(str(key)) is None for key in value or ()):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})
        return super().clean(value)


class RowForm(forms.ModelForm):
    """A form that does not read any row twice."""

    is_unchecked = False  # it is shown again with a further row, and everything that was typed

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        expect_days_near_initial(self)
        for name, field in self.fields.items():
            if isinstance(field, RowField):
                field.known = self._meta.model._meta.get_field(name).get_cached_value(self.instance, default=None)


class PartForm(RowForm):
    """A row within another row's form, which is checked only if something in it was changed."""

    def full_clean(self) -> None:
        is_checked = not self.is_bound or self.instance._state.adding or self.has_changed()
        if is_checked and not self.is_unchecked:
            super().full_clean()
            return
        self._errors = ErrorDict(renderer=self.renderer)
        self.cleaned_data = {name: self._stored(name, field) for name, field in self.fields.items()}

    def _stored(self, name: str, field: forms.Field) -> Any:
        return field.parent_instance if isinstance(field, InlineForeignKeyField) else getattr(self.instance, name, None)


class DeskForm(RowForm):
    """A form that is shown again, with everything that was typed, if the action refuses to save it."""

    refusal: ValidationError | None = None  # why the action refused these values

    def clean(self) -> dict[str, Any]:
        if self.refusal:
            told = getattr(self.refusal, "error_dict", None) or {NON_FIELD_ERRORS: self.refusal.error_list}
            for field, errors in told.items():
                self.add_error(field if field in self.fields else None, errors)
        return self.cleaned_data


class DeskFormSet(forms.BaseInlineFormSet):
    """Rows in a table; each delete box has a label for screen readers."""

    def add_fields(self, form: forms.BaseForm, index: int | None) -> None:
        super().add_fields(form, index)
        if delete := form.fields.get(DELETION_FIELD_NAME):
            words = {"what": form.instance} if form.instance.pk else {"what": ""}
            delete.widget.attrs["aria-label"] = _("Delete %(what)s") % words


def with_another_row(data: MultiValueDict, formset: type[forms.BaseInlineFormSet]) -> MultiValueDict:
    """Return what was sent with one more row, which has the values that a new one begins with."""
    prefix = formset.get_default_prefix()
    number = as_key(data.get(f"{prefix}-{TOTAL_FORM_COUNT}", "")) or 0
    more = copy(data)
    more[f"{prefix}-{TOTAL_FORM_COUNT}"] = str(number + 1)
    for name, value in sent_by(formset.form()).items():
        more[f"{prefix}-{number}-{name}"] = value
    return more


class KnownRowsFormSet(forms.BaseInlineFormSet):
    """Rows that were read together with the row that they belong to, and are not read again."""

    def get_queryset(self) -> Any:
        known = getattr(self.instance, "_prefetched_objects_cache", {}).get(self.fk.remote_field.get_accessor_name())
        if known is not None and not hasattr(self, "_queryset"):
            self._queryset = [_own_copy(row) for row in known]  # where Django keeps them
        return super().get_queryset()


def _own_copy(row: Model) -> Model:
    """Return a row that a form can change while the row it belongs to still has the one that was read."""
    own = copy(row)
    for name, known in row._state.fields_cache.items():
        own._state.fields_cache[name] = copy(known)
    return own
