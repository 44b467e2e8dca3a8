"""`make fuzz` knows every library that reads typed text, and has run for each pinned version."""

from tests import fuzz, tex_commands


def test_the_fuzz_was_run_for_the_pinned_versions():
    assert fuzz.READ.read_text().split() == fuzz.pinned(), "A library that reads typed text is new: run `make fuzz`."


def test_a_new_pin_needs_another_run(monkeypatch, tmp_path):
    pins = tmp_path / "requirements.txt"
    pins.write_text(fuzz.PINS.read_text().replace("\nnh3==", "\nnh3==999."))
    monkeypatch.setattr(fuzz, "PINS", pins)

    assert fuzz.READ.read_text().split() != fuzz.pinned()


def test_each_library_is_pinned_once():
    assert len(fuzz.pinned()) == len(fuzz.LIBRARIES)


def test_the_commands_are_the_librarys_own():
    commands, environments = tex_commands.known()

    assert {"alpha", "frac", "operatorname", "xrightarrow"} <= set(commands)
    assert {"nosuchcommand", "nolibrary"} & set(commands) == set()
    assert {"aligned", "cases", "pmatrix"} <= set(environments)
    assert len(commands) > 500
