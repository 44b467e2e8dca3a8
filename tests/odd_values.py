"""Odd values to send in addresses and forms, and the names of all parameters that the desk reads."""

import ast
import re
from itertools import cycle
from pathlib import Path
from random import Random

from django.apps import apps
from django.contrib.admin.options import IS_FACETS_VAR, IS_POPUP_VAR, TO_FIELD_VAR
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, ORDER_VAR, PAGE_VAR, SEARCH_VAR

SOURCES = Path(__file__).resolve().parent.parent / "seminars"
VALUES = [
    "", " ", "0", "-1", "9" * 18, "9" * 19, "9" * 40, "9" * 5000, "1.5", "1e400", "inf", "nan", "0x10", "1_000", "²",
    "٣", "\0", "a\0b", "\ud800", "\ufffe", "x" * 3000, "'", '"><script>', "%", "%s", "{}", "()", "[]", "null", "true",
    "1,2,x", ",", "1," * 300, "../..", "//x.example", "http://[", "0000-01-01", "0001-01-01", "9999-12-31",
    "10000-01-01", "2025-02-30", "2025-11-05T25:00", "0001-01-01 00:00:00", "9999-12-31 23:59:59", "2025-W10-1",
    "24:00", "__class__", "pk", "name", "self",
]  # fmt: skip
LOOKUPS = ["", "__exact", "__in", "__gte", "__lt", "__range", "__isnull", "__year", "__month", "__day", "__date",
           "__week", "__icontains", "__regex", "__id", "__pk__in", "__nonsense", "__series__pk"]  # fmt: skip

# The query parameters of the admin itself; "when", "series", "missing" and "host" are our filters.
OF_LISTS = {ALL_VAR, ORDER_VAR, PAGE_VAR, SEARCH_VAR, ERROR_FLAG, IS_FACETS_VAR, "when", "series", "missing", "host"}
OF_ALL = {"_changelist_filters", IS_POPUP_VAR, TO_FIELD_VAR, "next"}
OF_CHOICES = {"app_label", "model_name", "field_name", "term", "page"}  # fields that suggest rows as you type
# Our own query parameters, by page.
OURS = {
    "plan": {"series"},
    "copy-term": {"series"},
    "paste": {"talk", "series"},
    "import": {"series", "source"},
    "import-progress": {"run"},
    "continue-import": {"run"},
    "report": {"by", "format", "rows"},
    "personal-data": {"speaker", "account", "format"},
    "search": {"q"},
    "schedule": {"series", "term", "column"},
    "speaker-invitations": {"series", "term"},
    "role": {"person"},
    "change-talks": {"talk"},
    "carry-on": {"series"},
    "undo-rest": {"change"},
    "announcement": {"talk", "series", "week"},
    "ask-speaker": {"talk"},
    "ask-speakers": {"series", "term"},
    "speaker-answer": {"answer"},
    "seminars_speaker_merge": {"with", "q"},
    "seminars_speaker_add": {"_existing"},
    "seminars_talk_transition": {"talk"},
    "seminars_department_looks": {"theme"},
    "seminars_source_add": {"series"},
    "seminars_talk_add": {"after", "copy", "on", "pasted", "series"},
    "seminars_talk_change": {"pasted"},
    "autocomplete": OF_CHOICES,
    "login": {"next"},
}
# What we read from a sent form, besides its own fields and buttons.
SENT = {
    "_text",
    "account",
    "answer",
    "ask",
    "change",
    "invitation",
    "kind",
    "known",
    "language",
    "letter",
    "name",
    "near",
    "new",
    "next",
    "offered",
    "person",
    "question",
    "request",
    "row",
    "run",
    "seen",
    "series",
    "shown",
    "slot",
    "speaker",
    "take",
    "talk",
    "token",
    "typed",
    "value-title",
    "version",
    "with",
    "withdraw",
}
READING = re.compile(r"parameters\.|(self\.)?request\.(GET|POST)\.(get|getlist)\(")


def read_in_the_sources():
    """The names of the query parameters and of the sent values that the source code of the desk reads."""
    of_addresses, sent = set(), set()
    for path in SOURCES.glob("admin/*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and READING.match(words := ast.unparse(call)):
                names = of_addresses if "request.GET" in words else sent
                names |= {one.value for one in call.args[:2] if isinstance(one, ast.Constant) and one.value}
    return of_addresses, sent


def query_of(name, site):
    """The query that a page needs to show its form, "" for most."""
    return f"?talk={site.talks['talk of A'].pk}" if name == "admin:change-talks" else ""


def own_parameters(address):
    """The names of our own parameters that the page at an address of access_matrix.py can read."""
    return sorted(OURS.get(_page_at(address), ()))


def of_the_admin(address):
    """Names and values of the parameters that the admin itself reads, mixed, but in the same order each time."""
    page, values = _page_at(address), cycle(VALUES[len(address) % 7 :] + VALUES[: len(address) % 7])
    kind, _line, what = page.removeprefix("seminars_").rpartition("_")
    names = [name for name in sorted(OF_ALL | (OF_LISTS if what == "changelist" else set())) for _ in range(3)]
    if page.startswith("seminars_") and what in ("changelist", "add", "change"):
        names += fields_of(kind, LOOKUPS if what == "changelist" else [""])
    asked = list(zip(names, values, strict=False))
    Random(address).shuffle(asked)
    return asked


def _page_at(address):
    return address.removeprefix("admin:").partition(" ")[0]


def fields_of(kind, lookups):
    """The names of a model's own fields and of its key, each with these lookups."""
    options = apps.get_model("seminars", kind)._meta
    fields = [*options.fields, *options.many_to_many]
    return [f"{name}{lookup}" for name in ["pk", *(field.name for field in fields)] for lookup in lookups]
