"""Make the fonts for formulas from Latin Modern Math: `make math-fonts` writes static/fonts/math-*.woff2.

static/css/math.css says which characters each has. The first file has what nearly every formula has, among it the
italic letters from U+1D434, with which browsers draw variables; bold, script, Fraktur and double-struck letters are in
the second. The table MATH stays, so brackets, roots and braces grow.
The same source and the same version of fontTools give the same bytes.
"""

import re
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

STATIC = Path(__file__).parent.parent / "static"
NAME = "Seminars Math"
FACE = re.compile(r"fonts/(?P<file>[\w-]+\.woff2).*?unicode-range: (?P<ranges>[^;]*);", re.DOTALL)


def make(source: Path) -> None:
    """Write both files from latinmodern-math.otf, which Debian has in the package fonts-lmodern."""
    for face in FACE.finditer((STATIC / "css" / "math.css").read_text()):
        options = subset.Options(layout_features=[], name_IDs=[0, 1, 2, 4, 6, 13, 14], notdef_outline=True)
        options.flavor, options.desubroutinize, options.hinting = "woff2", False, False
        font = TTFont(source, recalcTimestamp=False)
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=_characters(face["ranges"]))
        subsetter.subset(font)
        for record in font["name"].names:  # the licence asks for another name where the font was changed
            if record.nameID in (1, 4, 6):
                record.string = NAME if record.nameID != 6 else NAME.replace(" ", "")
        subset.save_font(font, STATIC / "fonts" / face["file"], options)


def _characters(ranges: str) -> list[int]:
    found = []
    for part in ranges.replace("U+", "").split(", "):
        first, _dash, last = part.partition("-")
        found += range(int(first, 16), int(last or first, 16) + 1)
    return found


if __name__ == "__main__":
    make(Path(sys.argv[1]))
