"""The plot in docs/performance.md: the share of its limit that each figure uses."""

from html import escape

from tests.benchmarks.rows import Row

LINE, LEFT, WIDTH, TOP = 22, 430, 820, 46  # pixels
FULL = (WIDTH - LEFT - 70) / 1.2  # pixels of 100 %; the axis goes to 120 %
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#222}.holds{fill:#2f6f9f}.short{fill:#c0392b}.most{stroke:#222}"
    ".ground{fill:#fff}@media(prefers-color-scheme:dark){text{fill:#ddd}.ground{fill:#1b1b1b}.most{stroke:#ddd}"
    ".holds{fill:#6fb1e0}.short{fill:#ff7a6b}}"
)


def of(rows: list[Row]) -> str:
    """Return an SVG: a bar for each row, and the line that none may cross."""
    rows = [row for row in rows if row.limit]
    height, most = TOP + LINE * len(rows) + 14, LEFT + FULL
    bars = [bar(row, TOP + LINE * number) for number, row in enumerate(rows)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
            "<title>How much of what is allowed each figure uses; less is better</title>",
            f"<style>{STYLE}</style>",
            f'<rect class="ground" width="{WIDTH}" height="{height}"/>',
            f'<text x="{most:.0f}" y="20" text-anchor="middle">the figure (100 %); less is better</text>',
            *bars,
            f'<line class="most" x1="{most:.1f}" y1="28" x2="{most:.1f}" y2="{height - 8}" stroke-dasharray="4 3"/>',
            "</svg>\n",
        ]
    )


def bar(row: Row, top: int) -> str:
    length = min(row.share, 1.2) * FULL
    kind = "holds" if row.holds else "short"
    return (
        f'<text x="{LEFT - 10}" y="{top + 14}" text-anchor="end">{escape(row.what)}</text>'
        f'<rect class="{kind}" x="{LEFT}" y="{top + 3}" width="{length:.1f}" height="{LINE - 8}" rx="2"/>'
        f'<text x="{LEFT + length + 6:.1f}" y="{top + 14}">{row.share:.0%}</text>'
    )
