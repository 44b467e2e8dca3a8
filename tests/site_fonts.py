"""Makes static/fonts/ and static/css/fonts.css from the original fonts; run it with `make fonts`.

It fetches the originals with npm, keeps the letters in LETTERS and the weights 400 to 600, and measures how fonts that
most systems have must be scaled so that no line moves while the site's own fonts are missing.
"""

import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parent.parent
FOLDER, SHEET = ROOT / "static/fonts", ROOT / "static/css/fonts.css"

# Latin, Latin Extended-A, Romanian, Vietnamese, Yoruba and Hausa letters, punctuation, and the arrows that pages use.
LETTERS = (
    "0020-007E, 00A0-017F, 018F, 0192, 01A0-01A1, 01AF-01B0, 0218-021B, 0259, 02BB-02BC, 02C6-02C7, 02D8-02DD, "
    "1E80-1E85, 1E9E, 1EA0-1EF9, 2009-200B, 2010-2015, 2018-201E, 2020-2022, 2026, 202F-2030, 2032-2033, 2039-203A, "
    "2044, 20AC, 2116, 2122, 2190-2193, 2197, 2212"
)
FEATURES = ["kern", "ccmp", "locl", "liga", "lnum", "tnum"]
# How often letters and spaces occur in a thousand of English text.
FREQUENT = dict(zip("etaoinshrdlcumwfgypbvk ", [100, 72, 65, 60, 56, 56, 51, 49, 48, 34, 32, 22, 22, 19, 19, 18, 16, 16,
                                                 15, 12, 8, 6, 180], strict=True))  # fmt: skip


class Source(NamedTuple):
    """A font to make: the package and the file in it, and the axes that are fixed or limited."""

    package: str
    file: str
    axes: dict


class Fallback(NamedTuple):
    """A font of many systems: its name, its local names in regular and bold, and a package with the same metrics."""

    name: str
    regular: list[str]
    bold: list[str]
    package: str


SOURCES = {
    # At an optical size of 24 it is sturdy enough for text and fine enough for headings.
    "Serif": Source("source-serif@4.5.1", "VAR/SourceSerif4Variable-Roman.ttf", {"wght": (400, 600), "opsz": 24}),
    "Sans": Source("source-sans@3.52.0", "VF/SourceSans3VF-Upright.ttf", {"wght": (400, 600)}),
}
FALLBACKS = {
    "Serif": [
        Fallback("Georgia", ["Georgia"], ["Georgia Bold"], "gelasio@5.3.0"),
        Fallback("Noto", ["Noto Serif"], ["Noto Serif Bold"], "noto-serif@5.3.0"),
        Fallback("Times", ["Times New Roman", "Liberation Serif"], ["Times New Roman Bold", "Liberation Serif Bold"],
                 "tinos@5.3.0"),
    ],
    "Sans": [
        Fallback("Roboto", ["Roboto"], ["Roboto Bold"], "roboto@5.3.0"),
        Fallback("Arial", ["Arial", "Liberation Sans"], ["Arial Bold", "Liberation Sans Bold"], "arimo@5.3.0"),
    ],
}  # fmt: skip


def unpacked(package: str, folder: Path) -> Path:
    """Return the folder of a package of npm."""
    command = ["npm", "pack", "--silent", package]
    name = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.split()[-1]
    with tarfile.open(folder / name) as archive:
        archive.extractall(folder / f"{name}.files", filter="data")
    return folder / f"{name}.files/package"


def letters() -> list[int]:
    spans = [part.partition("-") for part in LETTERS.split(", ")]
    return [code for first, _to, last in spans for code in range(int(first, 16), int(last or first, 16) + 1)]


def make(name: str, source: Source, folder: Path) -> TTFont:
    """Write one font and its licence; return it. "Source" is a reserved name, which a changed font may not have."""
    package = unpacked(source.package, folder)
    font = TTFont(package / source.file, recalcTimestamp=False)
    options = Options(layout_features=FEATURES, hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 3, 4, 6, 13, 14])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters())
    subsetter.subset(font)
    font.save(folder / f"{name}.ttf")  # the instancer needs all tables of the subset
    font = instantiateVariableFont(TTFont(folder / f"{name}.ttf", recalcTimestamp=False), source.axes)
    for number, text in {
        1: f"Seminars {name}",
        3: f"Seminars {name}",
        4: f"Seminars {name}",
        6: f"Seminars{name}",
    }.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font["name"].names = [one for one in font["name"].names if one.platformID == 3 and one.langID == 0x409]
    font.flavor = "woff2"
    font.save(FOLDER / f"{name.lower()}.woff2")
    (FOLDER / f"LICENSE-{name.lower()}.md").write_bytes((package / "LICENSE.md").read_bytes())
    return font


def width(font: TTFont) -> float:
    """Return how wide a letter of English text is on average, as a share of the size."""
    advances, glyphs = font["hmtx"], font.getBestCmap()
    total = sum(often * advances[glyphs[ord(letter)]][0] for letter, often in FREQUENT.items())
    return total / sum(FREQUENT.values()) / font["head"].unitsPerEm


def face(family: str, weight: str, source: str, more: str = "") -> str:
    return f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: {source};{more} }}\n'


def own(name: str) -> str:
    """Return the rule for our font, which phones do without (docs/decisions/fonts.md)."""
    spans = ", ".join(f"U+{span}" for span in LETTERS.split(", "))
    source = f'url("../fonts/{name.lower()}.woff2") format("woff2")'
    rule = face(f"Seminars {name}", "400 600", source, f" font-display: optional; unicode-range: {spans};")
    return f"@media (min-width: 48rem) {{ {rule.strip()} }}\n"


def stand_in(name: str, font: TTFont, fallback: Fallback, folder: Path) -> str:
    """Return the rules for a fallback in the width and height of our font (CSS Fonts 5, "size-adjust")."""
    package = unpacked(f"@fontsource/{fallback.package}", folder)
    known = fallback.package.partition("@")[0]
    rules = ""
    for weight, local in ((400, fallback.regular), (700, fallback.bold)):
        ours = instantiateVariableFont(TTFont(FOLDER / f"{name.lower()}.woff2"), {"wght": min(weight, 600)})
        scale = width(ours) / width(TTFont(package / f"files/{known}-latin-{weight}-normal.woff2"))
        table, units = font["hhea"], font["head"].unitsPerEm * scale
        metrics = {"ascent": table.ascent, "descent": -table.descent, "line-gap": table.lineGap}
        more = f" size-adjust: {scale:.2%};"
        more += "".join(f" {one}-override: {size / units:.2%};" for one, size in metrics.items())
        source = ", ".join(f'local("{one}")' for one in local)
        rules += face(f"Seminars {name} {fallback.name}", str(weight), source, more)
    return rules


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    sheet = "/* Written by `make fonts`. The site's own fonts, and fonts of most systems scaled to the same size. */\n"
    with TemporaryDirectory() as scratch:
        for name, source in SOURCES.items():
            font = make(name, source, Path(scratch))
            sheet += own(name) + "".join(stand_in(name, font, one, Path(scratch)) for one in FALLBACKS[name])
    SHEET.write_text(sheet)
    for path in sorted(FOLDER.glob("s*.woff2")):
        sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
