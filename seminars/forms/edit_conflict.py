"""Two people edit one talk: the second to save is stopped, reads what the other did, and keeps what they typed.

Typed fields keep what was typed last; others take what is stored.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.forms.formsets import DEFAULT_MAX_NUM, DELETION_FIELD_NAME, INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from seminars.forms import parameters
from seminars.models import Change, Talk
from seminars.models.snapshots import Snapshot, after, last_change_of, present
from seminars.phrases.talk_differences import Difference, Differences

VERSION = "version"  # of the talk that a form shows: the number of its latest change
Sent = dict[str, str]  # by name of a control, what a browser would send; a box without a tick sends nothing


@dataclass(frozen=True)
class EditConflict:
    """What others did to a talk while its form was open, the latest first, and what differs by it."""

    changes: list[Change]
    differences: list[Difference]

    @property
    def refusal(self) -> ValidationError:
        words = {"who": ", ".join(dict.fromkeys(change.who for change in self.changes))}
        sentence = _("%(who)s changed this talk while you had it open. Nothing is saved yet; what you typed is kept.")
        return ValidationError(sentence % words, code="conflict")


def merged_with_others(
    data: MultiValueDict, talk: Talk, form: type[forms.ModelForm], inlines: Callable[[], Iterator[tuple]]
) -> tuple[EditConflict | None, MultiValueDict]:
    """Return what others did since the form was opened, None where they did nothing, and what the form then holds.

    Asked within the turn in which the form is saved, so of two who save at once exactly one is stopped.
    """
    sent = parameters.key(data, VERSION)
    seen, now = after(sent, [talk.pk])[talk.pk], present([talk.pk])[talk.pk]
    differences = Differences([seen, now]).between(seen, now) if seen.exists else []
    if not differences:
        return None, data
    data = data.copy()
    _merge_fields(data, form, seen, now)
    for formset, inline in inlines():
        _merge_rows(data, formset, inline.model, (seen, now))
    data[VERSION] = str(last_change_of(talk.pk))
    return EditConflict(list(Change.objects.since(sent, talk)), differences), data


def _merge_fields(data: MultiValueDict, form: type[forms.ModelForm], seen: Snapshot, now: Snapshot) -> None:
    """Let every field that was not typed be as it is now."""
    before, today = (sent_by(form(instance=Talk(**one.fields))) for one in (seen, now))
    typed = {name: data[name] for name in {*before, *today} if name in data}
    for name in typed:
        del data[name]
    data.update(merged(typed, before, today))


def _merge_rows(data: MultiValueDict, formset: type, model: type, states: tuple[Snapshot, Snapshot]) -> None:
    seen, now = (one.parts[model] for one in states)
    prefix = formset.get_default_prefix()
    merge_rows(data, prefix, seen, now, lambda row: sent_by(formset.form(instance=model(**row))))


def sent_by(form: forms.BaseForm) -> Sent:
    """Return what a browser would send for this form if nothing is typed."""
    sent = {}
    for field in form:
        widget = field.field.widget
        widget = widget.widget if isinstance(widget, RelatedFieldWidgetWrapper) else widget
        whole = widget.get_context(field.html_name, field.value(), {})["widget"]
        for part in whole.get("subwidgets") or [whole]:
            if isinstance(widget, forms.CheckboxInput):
                sent |= {part["name"]: "on"} if field.value() else {}
            else:
                value = part["value"]
                sent[part["name"]] = str((value[0] if value else "") if isinstance(value, list) else value or "")
    return sent


def merged(typed: Sent, seen: Sent, now: Sent) -> Sent:
    """Return the typed values that differ from those that were shown, and the stored values of all other fields."""
    names = {*typed, *seen, *now}
    chosen = {name: typed if _differs(typed, seen, name) else now for name in names}
    return {name: of[name] for name, of in chosen.items() if name in of}


def _differs(typed: Sent, seen: Sent, name: str) -> bool:
    return _plain(typed.get(name)) != _plain(seen.get(name))


def _plain(value: str | None) -> str | None:
    """A browser ends lines with CRLF (HTML §4.10.21.4)."""
    return value and value.replace("\r\n", "\n").strip()


def merge_rows(
    data: MultiValueDict, prefix: str, seen: dict[int, Any], now: dict[int, Any], show: Callable[[Any], Sent]
) -> None:
    """Merge typed rows with stored rows, for one table of a submitted form.

    `seen` and `now` are rows by key; `show` returns what a row sends. A deleted row comes back if something was typed
    into it. New rows are added.
    """
    there, more = {}, []
    for row in _rows(data, prefix):
        key = parameters.as_key(row.get("id"))
        before = show(seen[key]) if key in seen else {}
        typed = {name: value for name, value in row.items() if name not in ("id", "talk", DELETION_FIELD_NAME)}
        kept = {name: row[name] for name in row.keys() - typed.keys()}
        is_changed = any(_differs(typed, before, name) for name in typed) and DELETION_FIELD_NAME not in kept
        if key in now:
            there[key] = merged(typed, before, show(now[key])) | kept
        elif key is None or is_changed:
            more.append(typed | kept | {"id": ""})
    new = {key: show(now[key]) | {"id": str(key)} for key in now if key not in seen and key not in there}
    _write(data, prefix, [*there.values(), *new.values()], more)


def _rows(data: MultiValueDict, prefix: str) -> Iterator[Sent]:
    total = parameters.as_key(data.get(f"{prefix}-{TOTAL_FORM_COUNT}")) or 0
    for number in range(min(total, DEFAULT_MAX_NUM)):
        start = f"{prefix}-{number}-"
        yield {name.removeprefix(start): data[name] for name in data if name.startswith(start)}


def _write(data: MultiValueDict, prefix: str, there: list[Sent], more: list[Sent]) -> None:
    rows = [*there, *more]
    talk = next((row["talk"] for row in rows if "talk" in row), "")
    for name in [name for name in data if re.match(rf"{prefix}-\d+-", name)]:
        del data[name]
    for number, row in enumerate(rows):
        for name, value in ({"talk": talk} | row).items():
            data[f"{prefix}-{number}-{name}"] = value
    data[f"{prefix}-{INITIAL_FORM_COUNT}"] = str(len(there))
    data[f"{prefix}-{TOTAL_FORM_COUNT}"] = str(len(rows))
