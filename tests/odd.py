"""Odd things that addresses and forms may hold, and the names under which the site reads anything at all."""

import ast
from pathlib import Path

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.options import IS_FACETS_VAR, IS_POPUP_VAR, TO_FIELD_VAR
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, ORDER_VAR, PAGE_VAR, SEARCH_VAR

SOURCES = Path(__file__).resolve().parent.parent / "seminars"
VALUES = [
    "", " ", "0", "-1", "9" * 18, "9" * 19, "9" * 40, "9" * 5000, "1.5", "1e400", "inf", "nan", "0x10", "1_000", "²", "٣",
    "\0", "a\0b", "\ud800", "\ufffe", "x" * 3000, "'", '"><script>', "%", "%s", "{}", "()", "[]", "null", "None", "true",
    "1,2,x", ",", "1," * 300, "../..", "//x.example", "http://[", "javascript:x", "0000-01-01", "0001-01-01", "9999-12-31",
    "10000-01-01", "2025-02-30", "2025-11-05T25:00", "0001-01-01 00:00:00", "9999-12-31 23:59:59", "2025-W10-1", "24:00",
    "__proto__", "pk", "name", "self",
]  # fmt: skip
LOOKUPS = ["", "__exact", "__in", "__gte", "__lt", "__range", "__isnull", "__year", "__month", "__day", "__date", "__week",
           "__icontains", "__regex", "__id", "__pk__in", "__nonsense", "__series__pk"]  # fmt: skip

# What the admin itself reads of an address.
OF_LISTS = {ALL_VAR, ORDER_VAR, PAGE_VAR, SEARCH_VAR, ERROR_FLAG, IS_FACETS_VAR, "when", "series", "missing"}
OF_ALL = {"_changelist_filters", IS_POPUP_VAR, TO_FIELD_VAR, "next"}
OF_CHOICES = {"app_label", "model_name", "field_name", "term", "page"}  # the boxes that offer rows while one types
# What we read, by page: everything in the sources must be here.
OURS = {
    "plan": {"series"},
    "paste": {"talk", "series"},
    "import": {"series"},
    "schedule": {"series", "term"},
    "announcement": {"talk", "series", "week"},
    "seminars_speaker_merge": {"with", "q"},
    "seminars_speaker_add": {"_existing"},
    "seminars_talk_step": {"talk", "back"},
    "seminars_talk_add": {"after", "copy", "pasted", "series"},
    "seminars_talk_change": {"pasted"},
    "autocomplete": OF_CHOICES,
    "login": {"next"},
}
SENT = {
    "_announce", "_next", "_part", "_preview", "_save", "_text", "change", "kept", "language", "next", "renew", "revoke",
    "row", "seen", "slot", "talk", "version", "with",
}  # fmt: skip
SENT_ONLY_AS_BUTTONS = {"_move", "_shift"}


def read_by_the_desk():
    """Every name under which admin/ reads a parameter of the address, and of what was sent: by the sources."""
    got, sent = set(), set()
    for path in [*SOURCES.glob("admin/*.py"), SOURCES / "views" / "signing_in.py"]:
        for node in ast.walk(ast.parse(path.read_text())):
            names = sent if "POST" in ast.unparse(node) or "sent" in ast.unparse(node) else got
            if isinstance(node, ast.Call) and _is_reading(node):
                names |= {one.value for one in node.args if isinstance(one, ast.Constant) and one.value}
            if isinstance(node, ast.Compare) and ast.unparse(node.comparators[0]).endswith(
                ("request.GET", "request.POST")
            ):
                names |= {one.value for one in [node.left] if isinstance(one, ast.Constant)}
    return got, sent


def _is_reading(call):
    called = ast.unparse(call.func)
    return called.startswith("parameters.") or called.endswith(("GET.get", "POST.get", "GET.getlist", "POST.getlist"))


def names_of(door):
    """The names that the page behind a door reads, by the name of its address: `admin:seminars_talk_change`."""
    page = door.removeprefix("admin:").partition(" ")[0]
    kind, _line, what = page.removeprefix("seminars_").rpartition("_")
    names = OF_ALL | OURS.get(page, set())
    if page.startswith("seminars_") and what in ("changelist", "add", "change"):
        names |= fields_of(kind, LOOKUPS if what == "changelist" else [""])
    return names | (OF_LISTS if what == "changelist" else set())


def fields_of(kind, lookups):
    """The names of a model's fields, each with these lookups; pk, too."""
    model = apps.get_model("seminars", kind)
    fields = {field.name for field in model._meta.get_fields()} | {"pk"}
    return {f"{name}{lookup}" for name in fields for lookup in lookups}


def is_registered(kind):
    return apps.get_model("seminars", kind) in admin.site._registry
