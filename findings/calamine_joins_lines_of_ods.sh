#!/usr/bin/env bash
# Expected: two speakers on two lines of one cell of an .ods stay apart: <text:line-break/> is a line break and <text:tab/>
#   a tab (OpenDocument 1.3 part 3 sections 6.1.5 and 6.1.4). pyexcel-ods3 reads "\n" and "\t".
# Seen: python-calamine leaves both out and gives "Ada LovelaceMary Somerville", one person who does not exist. Several
#   blanks (<text:s/>) and several paragraphs it reads well. Gnumeric writes lines of a cell so; LibreOffice writes lines
#   as paragraphs, but tabs so.
# Version: python-calamine 0.9.1 and pyexcel-ods3 0.6.1, on a file of odfpy 1.4.1; all from PyPI, Python 3.11. Source:
#   measured here; https://github.com/tafia/calamine/issues/225 was about <text:s/>.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check python-calamine==0.9.1 odfpy==1.4.1 \
    pyexcel-ods3==0.6.1 2>pip.log || { cat pip.log >&2; exit 2; }
venv/bin/python - <<'END'
import pyexcel_ods3
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import LineBreak, P, Tab
from python_calamine import CalamineWorkbook

document = OpenDocumentSpreadsheet()
table, row = Table(name="Talks"), TableRow()
document.spreadsheet.addElement(table)
table.addElement(row)
for first, between, second in (("Ada Lovelace", LineBreak(), "Mary Somerville"), ("On engines", Tab(), "and looms")):
    cell, paragraph = TableCell(valuetype="string"), P()
    paragraph.addText(first)
    paragraph.addElement(between)
    paragraph.addText(second)
    cell.addElement(paragraph)
    row.addElement(cell)
document.save("talks.ods")

(ours,) = CalamineWorkbook.from_path("talks.ods").get_sheet_by_index(0).to_python()
(theirs,) = pyexcel_ods3.get_data("talks.ods")["Talks"]
print("calamine:    ", ours)
print("pyexcel-ods3:", theirs)
assert ours == ["Ada LovelaceMary Somerville", "On enginesand looms"]
assert theirs == ["Ada Lovelace\nMary Somerville", "On engines\tand looms"]
END
