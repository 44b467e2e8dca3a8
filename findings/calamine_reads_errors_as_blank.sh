#!/usr/bin/env bash
# Expected: a cell of a talks list whose formula failed (a room looked up in another sheet, #N/A) is read as an error, so
#   that an import can complain; other readers give the text "#N/A".
# Seen: python-calamine gives "", the same as for a cell that somebody left blank. A room whose look-up failed is lost
#   without a word. Nothing else in its interface tells the two apart.
# Version: python-calamine 0.9.1, beside openpyxl 3.1.5, on a file of XlsxWriter 3.3.1, all from PyPI, Python 3.11. Source:
#   measured here; its documentation names no type for errors.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check python-calamine==0.9.1 openpyxl==3.1.5 \
    xlsxwriter==3.3.1 2>pip.log || { cat pip.log >&2; exit 2; }
venv/bin/python - <<'END'
import openpyxl
import python_calamine
import xlsxwriter

book = xlsxwriter.Workbook("talks.xlsx")
sheet = book.add_worksheet()
for row, title in enumerate(["Title", "On engines", "On looms"]):
    sheet.write_string(row, 0, title)
sheet.write_string(0, 1, "Room")
sheet.write_formula(1, 1, '=VLOOKUP("On engines",Rooms!A:B,2,FALSE)', None, "#N/A")
book.close()

ours = python_calamine.CalamineWorkbook.from_path("talks.xlsx").get_sheet_by_index(0)
rows = ours.to_python(skip_empty_area=False)
theirs = [row[1].value for row in openpyxl.load_workbook("talks.xlsx", data_only=True).active.iter_rows()]
print("calamine, the failed look-up and the blank cell:", repr(rows[1][1]), repr(rows[2][1]))
print("openpyxl, the same two cells:                   ", repr(theirs[1]), repr(theirs[2]))
assert (rows[1][1], rows[2][1]) == ("", "")
assert (theirs[1], theirs[2]) == ("#N/A", None)
END
