"""How time grows with the length of a text: `python -m tests.benchmarks.text` fails if it is not linear."""

import sys
import time

from django.conf import settings

if not settings.configured:
    settings.configure(
        CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}},
        SITE_URL="https://talks.example.edu",
    )

from seminars import text

ABSTRACT = (
    "We show that every *planar* graph with $n$ vertices has a separator of size $O(\\sqrt{n})$, and that\n"
    "$$\\sum_{i=0}^{n} \\frac{1}{i!} \\le e$$ holds. See [the paper](https://papers.example.org/planar).\n\n"
    "- one\n- two\n\n"
)
# fmt: off
UNITS = [
    "$", "$$", "$ ", "$a ", "$$\n", "$a$", "$$a$$\n", "\\(", "\\)", "\\(a", "\\[", "\\[\n", "\\]", "\\\\", "\\", "\\$",
    "[", "]", "![", "[a](", "[](", "[a](b", "[a](<", "[a](b)", "![a](b)", "[a]: b\n", "](", "[[a]](b", "[a\n",
    "*", "_", "**", "*a", "*a ", "**a *", "_a*", "*a_ ", "a**b", "`", "``` ", "`a", "```\n", "~~~\n",
    "<", "<a", "<http://a", "<a@", "<!--", "&", "&amp;", "&#0;", "!", "(", "\n", "a\n", " \n", "\t", "\x00", "a", "é ",
    ">", "> ", ">\n", "> >\n", "- ", "* a\n", "- a\n  ", "1. ", "1. a\n\n", "+ - ", "# ", "a\n=\n", "a\n-\n", "---\n",
    ">- ", "> $$\n", "- \\[\n", "> a\n\n", "   > ", "|a|b|\n|-|-|\n", "{", "$\\frac", "$\\text{", "www.a.b ", ABSTRACT,
]
# fmt: on
SHORT, LONG = 12_000, 96_000  # characters, the latter just below what is rendered at all
FORMS = (text.html, text.plain, text.inline, text.line, text.fold)


def measure(render, source: str) -> float:
    """Seconds of this process, the best of two runs, or of one that is long enough to be believed."""
    times = []
    while len(times) < 2 and sum(times) < 0.1:
        started = time.process_time()
        render(source)
        times.append(time.process_time() - started)
    return min(times)


def main() -> int:
    slow = 0
    rows = []
    for unit in UNITS:
        for render in FORMS:
            short, long = (measure(render, (unit * (size // len(unit) + 1))[:size]) for size in (SHORT, LONG))
            # Eight times the text: linear is 8, quadratic 64. Below some milliseconds a ratio says nothing.
            ratio = long / max(short, 0.002)
            is_slow = ratio > 20
            slow += is_slow
            rows.append((long, ratio, render.__name__, unit if len(unit) < 20 else "an abstract", is_slow))
    for long, ratio, name, unit, is_slow in sorted(rows, reverse=True)[:25]:
        print(f"{long * 1000:8.0f} ms  x{ratio:5.1f}  {name:7} {unit!r}{'   NOT LINEAR' if is_slow else ''}")
    print(f"{len(rows)} measured at {LONG} characters, the 25 slowest shown; x is the time against {SHORT} characters.")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
