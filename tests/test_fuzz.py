"""The libraries that read what people type have been fuzzed in the versions that are pinned."""

from tests import fuzz


def test_the_pinned_versions_are_those_that_were_fuzzed():
    assert fuzz.FUZZED.read_text() == fuzz.versions(), "Run `make fuzz` and commit tests/data/fuzzed.txt."


def test_the_commands_of_the_library_are_found():
    assert {"frac", "sqrt", "overbrace", "mathbb", "left", "text"} <= set(fuzz.commands())
    assert len(fuzz.commands()) > 500
