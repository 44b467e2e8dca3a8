"""Find the texts in the source code and their translations in the catalogues, without the gettext programs."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "de" / "LC_MESSAGES" / "django.po"
CATALOGUES = sorted(ROOT.glob("locale/*/LC_MESSAGES/django.po"))
WHOLE = [path for path in CATALOGUES if path.parent.parent.name != "ja"]  # in Japanese our texts stay English
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
CALLS |= {"npgettext", "npgettext_lazy"}
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
TEMPLATE_CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)", re.S)


@dataclass(frozen=True)
class Text:
    """One text, with its context and plural form if it has them."""

    one: str
    many: str = ""
    context: str = ""


@dataclass
class Entry:
    """A text in the catalogue, its translation (singular and plural if it has both) and its flags."""

    text: Text
    said: list[str]
    flags: str


def _text(call, words):
    words = list(words)
    context = words.pop(0) if "pgettext" in call else ""
    return Text(words[0], words[1] if call.lstrip("_").startswith("n") else "", context)


def _name(function):
    return getattr(function, "id", getattr(function, "attr", ""))


def said_by_modules():
    """Yield every text that a module passes to gettext, with its file."""
    for path in (ROOT / "seminars").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _name(node.func) in CALLS:
                words = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                if words:  # the text in a variable is marked where it is defined
                    yield _text(_name(node.func), words), path


def said_by_templates():
    """Yield every text that a template translates, with its file."""
    for path in (ROOT / "templates").rglob("*.*"):
        for call, arguments in TEMPLATE_CALL.findall(templatize(path.read_text(), origin=str(path))):
            yield _text(call, ast.literal_eval(f"({arguments},)")), path


def entries(catalogue=CATALOGUE):
    """Yield the entries of a catalogue, without its header."""
    for block in catalogue.read_text().split("\n\n")[1:]:
        fields, flags, name = {}, "", ""
        for line in block.splitlines():
            if line.startswith("#,"):
                flags += line
            elif found := re.fullmatch(r'(?:(msg\S+) )?(".*")', line):
                name = found[1] or name
                fields[name] = fields.get(name, "") + ast.literal_eval(found[2])
        if fields:
            text = Text(fields["msgid"], fields.get("msgid_plural", ""), fields.get("msgctxt", ""))
            yield Entry(text, [words for name, words in fields.items() if name.startswith("msgstr")], flags)
