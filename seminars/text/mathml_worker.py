"""The process that turns TeX into MathML, so that no formula can hold up or end a process that serves the site.

`mathml.py` starts it and sends one formula at a time. A formula that takes more than CPU_SECONDS ends this process, as
does one that needs more memory or stack than there is: the operating system sees to it, whatever the library is doing.
"""

import resource
import signal
import struct
import sys
import time
from collections.abc import Callable
from importlib import import_module

CPU_SECONDS = 0.25  # for one formula; ordinary ones take some 30 µs
WALL_SECONDS = 8  # for one formula, in case it waits for something else than the processor; below MOST_WAITED
MEMORY = 256 * 1024 * 1024  # octets
READY = b"!"  # sent once, before the first answer
REQUEST = struct.Struct("!I?")  # octets of the formula that follows (UTF-8), and whether it is a display
ANSWER = struct.Struct("!id")  # octets of the MathML that follows (UTF-8), or REFUSED; seconds of processor time
REFUSED = -1
OPERATORS = (
    "Aut|End|Ext|Gal|GL|Hom|Iso|Ker|Mod|PGL|PSL|Pic|Proj|SL|SO|SU|Sp|Spec|Stab|Sym|Tor|Tr|Var|Cov|Vol|coker|codim|conv|"
    "cov|diag|diam|dist|grad|id|im|ord|rank|rk|sgn|sign|span|spec|supp|tr|var|vol"
)

# Commands that mathematicians type and that the library lacks or draws otherwise; `#1` is an argument. Short names are
# those of authors' own macros that mean one thing in nearly every text.
MACROS = (
    {letter: rf"\mathbb{{{letter}}}" for letter in "ACDEFHKPQT"}
    | {f"bb{letter}": rf"\mathbb{{{letter}}}" for letter in "ACDEFGHKNPQRSTZ"}
    | {f"c{letter}": rf"\mathcal{{{letter}}}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    | {name: rf"\operatorname{{{name}}}" for name in OPERATORS.split("|")}
    | {
        "mathbbm": r"\mathbb{#1}",
        "mathds": r"\mathbb{#1}",
        "mbox": r"\text{#1}",
        "hbox": r"\text{#1}",
        "textnormal": r"\text{#1}",
        "textsc": r"\text{#1}",
        "enquote": r"\text{“#1”}",
        "ensuremath": r"{#1}",
        "dotsc": r"\ldots ",
        "dotso": r"\ldots ",
        "dotsb": r"\cdots ",
        "dotsm": r"\cdots ",
        "dotsi": r"\cdots ",
        "substack": r"{\begin{subarray}{c}#1\end{subarray}}",
        "displaylines": r"{\begin{gathered}#1\end{gathered}}",
        "sun": r"\odot ",
        "eps": r"\varepsilon ",
        "nicefrac": r"{#1}/{#2}",
        "sfrac": r"{#1}/{#2}",
    }
)


def serve(convert: Callable[[str, bool], str | None]) -> None:
    """Answer requests from standard input until it ends: MathML, or REFUSED where `convert` returns None."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    answers.write(READY)
    answers.flush()
    while len(head := requests.read(REQUEST.size)) == REQUEST.size:
        length, is_display = REQUEST.unpack(head)
        formula = requests.read(length).decode()
        # Neither signal has a handler, so it ends the process even in the middle of the library.
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS)
        began = time.process_time()
        mathml = convert(formula, is_display)
        spent = time.process_time() - began
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        content = b"" if mathml is None else mathml.encode()
        answers.write(ANSWER.pack(REFUSED if mathml is None else len(content), spent) + content)
        answers.flush()


def main() -> None:
    # `\widetilde` is among what the library calls unreliable: some browsers do not stretch it, which loses no meaning.
    # Only this process loads the library: `mathml.py`, which imports this module, needs the numbers above alone.
    library = import_module("math_core")
    converter = library.LatexToMathML(
        fancy_error=False, macros=MACROS, allow_unreliable_rendering=True, max_expansions=200
    )

    def convert(formula: str, is_display: bool) -> str | None:
        try:
            return converter.convert_with_local_state(formula, displaystyle=is_display)
        except library.LatexError:
            return None

    serve(convert)


if __name__ == "__main__":
    main()
