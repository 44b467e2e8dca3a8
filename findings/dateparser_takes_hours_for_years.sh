#!/usr/bin/env bash
# Expected: "Mittwoch, 12. November, 15 Uhr" and "12 novembre à 15 h", as seminars are announced in German and French,
#   are 12 November of this year at 15:00, or are not read at all.
# Seen: dateparser takes the hour for a year: 12 November 2015 at midnight, or 2115 if dates in the future are preferred.
#   The same in Spanish, Italian, Dutch and Portuguese. It reads "15h" without a blank, and nothing of the line if the
#   year stands in it too.
# Version: dateparser 1.5.0, Python 3.11. Source: measured here; https://github.com/scrapinghub/dateparser/issues/1159
#   is about an hour alone, which becomes a day.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check dateparser==1.5.0 2>pip.log || { cat pip.log >&2; exit 2; }
venv/bin/python -W ignore - <<'END'
from datetime import datetime

import dateparser

NOW = datetime(2025, 11, 3, 9)
LINES = {
    "de": "Mittwoch, 12. November, 15 Uhr",
    "fr": "12 novembre à 15 h",
    "es": "12 de noviembre a las 15 h",
    "it": "mercoledì 12 novembre ore 15",
    "nl": "12 november om 15 uur",
    "pt": "12 de novembro às 15 horas",
}
for language, line in LINES.items():
    usual = dateparser.parse(line, languages=[language], settings={"RELATIVE_BASE": NOW})
    future = {"RELATIVE_BASE": NOW, "PREFER_DATES_FROM": "future"}
    ahead = dateparser.parse(line, languages=[language], settings=future)
    print(f"{line}: {usual}, in the future {ahead}")
    assert (usual, ahead) == (datetime(2015, 11, 12), datetime(2115, 11, 12))
joined = dateparser.parse("12 novembre à 15h", languages=["fr"], settings={"RELATIVE_BASE": NOW})
with_year = dateparser.parse("12 novembre 2025 à 15 h", languages=["fr"], settings={"RELATIVE_BASE": NOW})
print(f"12 novembre à 15h: {joined}; 12 novembre 2025 à 15 h: {with_year}")
assert (joined, with_year) == (datetime(2025, 11, 12, 15), None)
END
