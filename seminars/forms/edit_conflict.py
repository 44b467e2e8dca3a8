"""Merge what two people typed into one form: typed fields keep what was typed last, others what is stored."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.forms.formsets import DEFAULT_MAX_NUM, DELETION_FIELD_NAME, INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.utils.datastructures import MultiValueDict

from seminars.forms.parameters import as_key

Sent = dict[str, str]  # by name of a control, what a browser would send; a box without a tick sends nothing


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
        key = as_key(row.get("id"))
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
    total = as_key(data.get(f"{prefix}-{TOTAL_FORM_COUNT}")) or 0
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
