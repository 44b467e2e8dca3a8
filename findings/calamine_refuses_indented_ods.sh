#!/usr/bin/env bash
# Expected: white space between the cells of a table means nothing in an .ods (OpenDocument 1.3 part 3 gives it a meaning
#   in paragraphs alone, section 6.1.2), so a list of talks whose content.xml is indented is read as any other.
# Seen: python-calamine refuses the whole file ("Expecting 'table-cell', found 'Text…"). Gnumeric 1.12 and SheetJS 0.18
#   write each .ods so, odfdo does on request. Without the white space between the cells the same file is read.
# Version: python-calamine 0.9.1, on a file of odfdo 3.27.3 that pyexcel-ods3 0.6.1 reads; all from PyPI, Python 3.11.
#   Source: measured here.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check python-calamine==0.9.1 odfdo==3.27.3 \
    pyexcel-ods3==0.6.1 2>pip.log || { cat pip.log >&2; exit 2; }
venv/bin/python - <<'END'
import re
import zipfile

import odfdo
import pyexcel_ods3
from python_calamine import CalamineError, CalamineWorkbook

ROWS = [["Title", "Speaker"], ["On engines", "Ada Lovelace"]]


def read(path):
    try:
        return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    except CalamineError as error:
        return str(error)


document = odfdo.Document("spreadsheet")
document.body.clear()
table = odfdo.Table("Talks")
for values in ROWS:
    row = odfdo.Row()
    row.set_values(values)
    table.append_row(row)
document.body.append(table)
document.save("talks.ods", pretty=True)
with zipfile.ZipFile("talks.ods") as before, zipfile.ZipFile("flat.ods", "w") as after:
    for name in before.namelist():
        part = before.read(name)
        after.writestr(name, re.sub(rb">\s+(?=</?table:|<text:p)", b">", part) if name == "content.xml" else part)

refusal, others, flat = read("talks.ods"), pyexcel_ods3.get_data("talks.ods")["Talks"], read("flat.ods")
print("calamine, as odfdo wrote it:    ", refusal.split("(")[0])
print("pyexcel-ods3, as odfdo wrote it:", others)
print("calamine, without the indent:   ", flat)
assert "Expecting 'table-cell', found 'Text" in refusal
assert others == flat == ROWS
END
