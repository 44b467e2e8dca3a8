"""Each test that docs/decisions/desk.md names for a fault of the desk is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "decisions" / "desk.md").read_text()
FAULTS = re.findall(r"^\| (?!What was wrong)([^|]*[^|-]) \| (.*) \|$", PAGE, re.MULTILINE)


def test_the_page_names_ten_kinds_of_faults():
    assert len(FAULTS) == 10


@pytest.mark.parametrize(("fault", "tests"), FAULTS)
def test_the_tests_of_a_fault_are_there(fault, tests):
    named = re.findall(r"`([^`:]+)::([^`]+)`", tests)

    assert named, fault
    missing = [name for file, name in named if f"\ndef {name}(" not in (ROOT / file).read_text()]
    assert missing == []
