"""The parts of a talk's form that are folded: what each holds, and when it stands open."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.helpers import AdminForm, Fieldset, InlineAdminFormSet
from django.forms import BooleanField, ModelForm
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

FOLD, WHEN = "fold", "when"  # the classes of such a fieldset, and of the one with day and time
UNUSUAL = {"shares_room", "zone", "notice"}  # what nobody should overlook
UNTOLD = {"passcode"}  # whose value the summary leaves out
LONGEST = 40  # characters of one value


@dataclass(frozen=True)
class Fold:
    """One part: its fieldset or the table of its rows, what the summary says, and whether it is open."""

    title: str
    holds: list[str]
    is_open: bool
    fieldset: Fieldset | None = None
    rows: InlineAdminFormSet | None = None


def folds_of(form: AdminForm, tables: list[InlineAdminFormSet]) -> list[Fold]:
    """Return the folded parts of a form: those tables of rows, then the fieldsets of the class FOLD."""
    return [*map(_of_table, tables), *(_of_fieldset(one) for one in form if FOLD in one.classes.split())]


def _of_fieldset(fieldset: Fieldset) -> Fold:
    form, names = fieldset.form, [name for line in fieldset.fields for name in _names(line)]
    is_open = any(name in form.errors for name in names) or any(_value(form, name) for name in UNUSUAL & {*names})
    is_typed = form.is_bound and any(name in form.changed_data for name in names)
    holds = [told for name in names if (told := _told(form, name))]
    return Fold(str(fieldset.name), holds, is_open or is_typed, fieldset=fieldset)


def _of_table(table: InlineAdminFormSet) -> Fold:
    formset = table.formset
    is_open = bool(formset.total_error_count()) or (formset.is_bound and formset.has_changed())
    return Fold(capfirst(table.opts.verbose_name_plural), list(_rows(table)), is_open, rows=table)


def _rows(table: InlineAdminFormSet) -> Iterator[str]:
    """Return the names of what the rows choose, as far as they were read."""
    (name,) = table.opts.fields
    for form in table.formset.forms:
        chosen = getattr(form.instance, name) if form.instance.pk else form.initial.get(name)
        if chosen:
            yield str(chosen)


def _names(line: str | tuple[str, ...]) -> tuple[str, ...]:
    return (line,) if isinstance(line, str) else tuple(line)


def _value(form: ModelForm, name: str) -> Any:
    return form[name].value() if name in form.fields else getattr(form.instance, name)


def _told(form: ModelForm, name: str) -> str:
    """Return label and value of a field that differs from what it is in most talks; "" for others."""
    column, value = form._meta.model._meta.get_field(name), _value(form, name)
    if value in (None, "", False) or value == column.get_default():
        return ""
    label = capfirst(column.verbose_name)
    if name in UNTOLD or isinstance(form.fields.get(name), BooleanField):
        return label
    words = dict(column.flatchoices).get(value, value)
    return _("%(field)s: %(value)s") % {"field": label, "value": Truncator(str(words)).chars(LONGEST)}
