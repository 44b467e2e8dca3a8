"""Content lines: any text survives folding, and no character is split."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seminars.formats.ics_lines import Text, folded

from .ics_checker import read_text


@given(st.text())
def test_any_text_is_folded_within_75_octets_and_comes_back(text):
    written = folded([f"SUMMARY:{Text(text).to_ical().decode()}"])

    lines = written.split(b"\r\n")[:-1]
    assert [line for line in lines if len(line) > 75 or re.search(rb"[\x00-\x1f\x7f]", line)] == []
    assert all(line.decode() for line in lines)
    kept = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f]", "", text.replace("\t", " "))
    assert read_text(written.replace(b"\r\n ", b"").decode()[8:-2]) == kept


@pytest.mark.parametrize("letters", ["e\u0301", "👩‍🔬", "👍🏽", "❤️", r"\\", r"\,", "🇺🇳", "กี", "ä", "論"])
def test_folding_never_splits_a_visible_character(letters):
    for offset in range(12):
        line = "x" * offset + letters * 80

        parts = folded([line]).decode().removesuffix("\r\n").split("\r\n ")

        assert [part for part in parts if len(part.removeprefix("x" * offset)) % len(letters)] == []
        assert "".join(parts) == line
