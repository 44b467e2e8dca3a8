"""An address as a QR code that any phone reads from a wall."""

import segno

CONTENT_TYPE = "image/svg+xml"
QUIET_ZONE = 4  # modules of white around it (ISO/IEC 18004 §9.1)


def data_uri(address: str) -> str:
    """Return a picture within its address, black on white in both themes."""
    return segno.make(address, micro=False, error="m").svg_data_uri(border=QUIET_ZONE, light="white", scale=4)


def render(address: str) -> bytes:
    """Return an SVG without size, style or script, black on whatever it lies on."""
    code = segno.make(address, micro=False, error="m")
    shown = {"border": QUIET_ZONE, "omitsize": True, "svgclass": "qr", "lineclass": None}
    return code.svg_inline(**shown).encode()
