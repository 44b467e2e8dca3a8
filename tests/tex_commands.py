"""The commands and environments of the TeX library, found in its compiled file."""

import re
from pathlib import Path

import math_core

LONGEST = 24  # letters
_LETTERS = re.compile(rb"[A-Za-z]{2,}")


def known():
    """Return the names of all commands and of all environments. A name alone costs the library microseconds."""
    library = next(Path(math_core.__file__).parent.glob("_math_core_rust*.so"))
    runs = {run.decode() for run in _LETTERS.findall(library.read_bytes())}
    ends = range(1, LONGEST + 1)
    # The file has the names without separators, so each part of a run can be a name.
    parts = {run[start : start + size] for run in runs for start in range(len(run)) for size in ends}
    convert = math_core.LatexToMathML(fancy_error=False).convert_with_local_state

    def is_known(formula, refusal):
        try:
            convert(formula, displaystyle=False)
        except math_core.LatexError as error:
            return refusal not in str(error)
        return True

    commands = [part for part in parts if is_known(f"\\{part}", "Unknown command")]
    environments = [part for part in parts if is_known(f"\\begin{{{part}}}", "Unknown environment")]
    return sorted(commands), sorted(environments)
