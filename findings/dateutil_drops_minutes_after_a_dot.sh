#!/usr/bin/env bash
# Expected: "3.30pm", as British universities write it, is half past three, or an error.
# Seen: python-dateutil returns 15:00 and drops the minutes without a word. "10.45am" becomes 10:00, with a day before it
#   too. It keeps the fraction of "3.5h" and reads "3:30pm".
# Version: python-dateutil 4.0.0, Python 3.11. Source: measured here; https://github.com/dateutil/dateutil/issues/1052
#   says so of version 2.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check python-dateutil==4.0.0 2>pip.log || { cat pip.log >&2; exit 2; }
venv/bin/python - <<'END'
from datetime import datetime

from dateutil import parser

DAY = datetime(2025, 11, 12)
read = {text: parser.parse(text, default=DAY) for text in ("3.30pm", "10.45am", "Wed 12 Nov 3.30pm", "3:30pm", "3.5h")}
for text, moment in read.items():
    print(f"{text}: {moment:%H:%M}")
assert [f"{moment:%H:%M}" for moment in read.values()] == ["15:00", "10:00", "15:00", "15:30", "03:30"]
END
