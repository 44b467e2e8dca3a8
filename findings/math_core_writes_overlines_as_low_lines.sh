#!/usr/bin/env bash
# Expected: \overline{z}, the conjugate of z, is set with a sign for a line above it, as \bar{z} is (U+00AF, MACRON).
# Seen: math-core sets U+0332, COMBINING LOW LINE, above z. It is the sign that it sets below z for \underline{z}, so the two
#   formulas have one text: what takes the text out of a page, such as a search index, a copy or a feed without MathML, gets
#   z underlined for both.
# Version: math-core 0.9.0 from PyPI, Python 3.11. Source: measured here; Unicode has U+0305, COMBINING OVERLINE, for lines
#   above.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check math-core==0.9.0 2>pip.log \
    || { cat pip.log >&2; exit 2; }
venv/bin/python - >seen.txt <<'END'
import re
import unicodedata

import math_core

converter = math_core.LatexToMathML()
for formula in (r"\overline{z}", r"\underline{z}", r"\bar{z}"):
    mathml = converter.convert_with_local_state(formula, displaystyle=False)
    place = re.search("<(mover|munder) ", mathml)[1]
    letters = re.sub("<[^>]*>", "", mathml)
    print(f"{formula}: {place}, text: {', '.join(map(unicodedata.name, letters))}")
END
cat seen.txt
diff - seen.txt <<'END'
\overline{z}: mover, text: LATIN SMALL LETTER Z, COMBINING LOW LINE
\underline{z}: munder, text: LATIN SMALL LETTER Z, COMBINING LOW LINE
\bar{z}: mover, text: LATIN SMALL LETTER Z, MACRON
END
