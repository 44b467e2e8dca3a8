"""Every text can be translated and has a translation in each language, and the compiled catalogues are up to date."""

import gettext
import re

import pytest

from tests.translations import CALLS, CATALOGUES, ROOT, WHOLE, entries, said_by_modules, said_by_templates

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}|</?\w+[^>]*>")
# Text in templates that needs no translation: names, and marks that mean the same everywhere.
NAMES = {"Ada", "Analytical", "Atom", "Letter", "Lovelace", "ORCID", "Society", "kB"}
TRANSLATED = re.compile(
    r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}|{%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->", re.S
)
SPOKEN = re.compile(r'\b(?:alt|title|placeholder|aria-label|data-(?:words|done))="([^"]*)"')


def spaces(words):
    """Whether a text begins and ends with a space, for something is put before or after it."""
    return words[:1].isspace(), words[-1:].isspace()


@pytest.mark.parametrize("catalogue", WHOLE, ids=lambda path: path.parent.parent.name)
def test_the_catalogue_holds_every_text_of_the_sources_and_no_other(catalogue):
    sources = dict([*said_by_modules(), *said_by_templates()])
    translated = {entry.text for entry in entries(catalogue)}

    missing = {text.one: str(path.relative_to(ROOT)) for text, path in sources.items() if text not in translated}
    assert missing == {}, "run `make words`, translate what is new, and run it again"
    assert {text.one for text in translated - set(sources)} == set(), "run `make words`"


def test_no_text_is_marked_by_a_name_that_is_not_looked_for():
    imported = re.compile(r"^from django\.utils\.translation import (?:.*\b)?(\w*gettext\w*) as (\w+)", re.M)
    aliases = {names for path in (ROOT / "seminars").rglob("*.py") for names in imported.findall(path.read_text())}

    assert {alias for _name, alias in aliases} <= CALLS


@pytest.mark.parametrize("catalogue", WHOLE, ids=lambda path: path.parent.parent.name)
def test_every_text_is_translated_for_certain(catalogue):
    unsure = [entry.text.one for entry in entries(catalogue) if "fuzzy" in entry.flags]
    blank = [entry.text.one for entry in entries(catalogue) if not entry.said or not all(entry.said)]

    assert (unsure, blank) == ([], [])


@pytest.mark.parametrize("catalogue", WHOLE, ids=lambda path: path.parent.parent.name)
def test_a_translation_has_the_placeholders_and_the_ends_of_its_text(catalogue):
    def differ(text, words):
        return set(PLACEHOLDER.findall(words)) != set(PLACEHOLDER.findall(text)) or spaces(words) != spaces(text)

    pairs = [
        pair
        for entry in entries(catalogue)
        for pair in zip((entry.text.one, entry.text.many), entry.said, strict=False)
    ]
    wrong = {text: words for text, words in pairs if differ(text, words)}
    assert wrong == {}


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_the_compiled_catalogues_match_their_sources(catalogue):
    compiled = gettext.GNUTranslations(catalogue.with_suffix(".mo").open("rb"))._catalog
    written = {}
    for entry in entries(catalogue):
        name = f"{entry.text.context}\4{entry.text.one}" if entry.text.context else entry.text.one
        for number, words in enumerate(entry.said):
            written[(name, number) if entry.text.many else name] = words

    assert {name: words for name, words in compiled.items() if name} == written, "run `make words`"


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: str(path.name))
def test_a_template_says_nothing_that_cannot_be_translated(path):
    source = TRANSLATED.sub(" ", path.read_text())
    spoken = " ".join(SPOKEN.findall(source))
    shown = re.sub(r"<(style|script|svg|code)\b.*?</\1>|<[^>]+>|&\w+;", " ", source, flags=re.S)

    assert set(re.findall(r"[^\W\d_]{2,}", f"{spoken} {shown}")) - NAMES == set()
