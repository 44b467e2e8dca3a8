#!/usr/bin/env bash
# Expected: MathML is written in XML (MathML 3 section 2.1), math-core has an option for its namespace, and it writes the
#   signs themselves, "∫" and "≠". So its formulas can stand in SVG, EPUB or the xhtml of an Atom feed.
# Seen: after each named function (\log n, \sin x, \operatorname{rank} A) it writes &ApplyFunction;, an entity of HTML that
#   XML does not have. One such formula makes a whole feed unreadable: "undefined entity".
# Version: math-core 0.9.0 from PyPI, beside latex2mathml 3.81.1; Python 3.11 (xml.etree). Source: measured here; XML 1.0
#   section 4.6 has five entities, and this is none of them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check math-core==0.9.0 latex2mathml==3.81.1 2>pip.log \
    || { cat pip.log >&2; exit 2; }
venv/bin/python - >seen.txt <<'END'
from xml.etree import ElementTree

import latex2mathml.converter
import math_core

converter = math_core.LatexToMathML(xml_namespace=True)


def checked(mathml):
    try:
        ElementTree.fromstring(mathml)
    except ElementTree.ParseError as error:
        return str(error).split(":")[0]
    return "XML"


for formula in (r"\int_0^1 x \neq 2", r"\hat\theta", r"n \log n", r"\operatorname{rank} A"):
    ours = converter.convert_with_local_state(formula, displaystyle=False)
    print(f"{formula}: math-core {checked(ours)}, latex2mathml {checked(latex2mathml.converter.convert(formula))}")
END
cat seen.txt
diff - seen.txt <<'END'
\int_0^1 x \neq 2: math-core XML, latex2mathml XML
\hat\theta: math-core XML, latex2mathml XML
n \log n: math-core undefined entity, latex2mathml XML
\operatorname{rank} A: math-core undefined entity, latex2mathml XML
END
