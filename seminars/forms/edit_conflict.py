"""Merging what two people typed into one form: each field has what was typed last, other fields what is stored."""

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.forms.formsets import DEFAULT_MAX_NUM, DELETION_FIELD_NAME, INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.utils.datastructures import MultiValueDict

from seminars.forms.parameters import as_key

Sent = dict[str, str]  # by name of a control, what a browser would send; a box without a tick sends nothing


def sent_by(form: forms.BaseForm) -> Sent:
    """Return what a browser would send of a form in which nothing is typed."""
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
    """Return what was typed where it differs from what was seen, and what stands now everywhere else."""
    names = {*typed, *seen, *now}
    chosen = {name: typed if _differs(typed, seen, name) else now for name in names}
    return {name: of[name] for name, of in chosen.items() if name in of}


def _differs(typed: Sent, seen: Sent, name: str) -> bool:
    return _plain(typed.get(name)) != _plain(seen.get(name))


def _plain(value: str | None) -> str | None:
    """A browser ends lines with CRLF (HTML §4.10.21.4)."""
    return value and value.replace("\r\n", "\n").strip()


class Rows:
    """The rows of one table in a form that was sent."""

    def __init__(self, data: MultiValueDict, prefix: str) -> None:
        self.data, self.prefix = data, prefix

    def merge(self, seen: dict[int, Any], now: dict[int, Any], show: Callable[[Any], Sent]) -> None:
        """Bring the rows on to what stands now: `seen` and `now` are rows by key, `show` says what one sends.

        A row that is gone comes back if something was typed into it; a row that is new is there as well.
        """
        there, more = [], []
        for row in self._rows():
            key = as_key(row.get("id"))
            before = show(seen[key]) if key in seen else {}
            typed = {name: value for name, value in row.items() if name not in ("id", "talk", DELETION_FIELD_NAME)}
            kept = {name: row[name] for name in row.keys() - typed.keys()}
            if key in now:
                there.append(merged(typed, before, show(now[key])) | kept)
            elif key is None or (
                any(_differs(typed, before, name) for name in typed) and DELETION_FIELD_NAME not in kept
            ):
                more.append(typed | kept | {"id": ""})
        known = {row["id"] for row in there}
        new = [key for key in now if key not in seen and str(key) not in known]
        self._write(there + [show(now[key]) | {"id": str(key)} for key in new], more)

    def _rows(self) -> Iterator[Sent]:
        total = as_key(self.data.get(f"{self.prefix}-{TOTAL_FORM_COUNT}")) or 0
        for number in range(min(total, DEFAULT_MAX_NUM)):
            start = f"{self.prefix}-{number}-"
            yield {name.removeprefix(start): self.data[name] for name in self.data if name.startswith(start)}

    def _write(self, there: list[Sent], more: list[Sent]) -> None:
        talk = next((row["talk"] for row in [*there, *more] if "talk" in row), "")
        for name in [name for name in self.data if name.startswith(f"{self.prefix}-") and name.count("-") > 1]:
            if as_key(name.removeprefix(f"{self.prefix}-").partition("-")[0]) is not None:
                del self.data[name]
        for number, row in enumerate([*there, *more]):
            for name, value in ({"talk": talk} | row).items():
                self.data[f"{self.prefix}-{number}-{name}"] = value
        self.data[f"{self.prefix}-{INITIAL_FORM_COUNT}"] = str(len(there))
        self.data[f"{self.prefix}-{TOTAL_FORM_COUNT}"] = str(len(there) + len(more))
