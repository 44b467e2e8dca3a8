"""What typed text may become: the allow-list of elements and attributes that every rendering passes through last."""

import nh3

_MATHML = (
    "math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts "
    "mprescripts mtable mtr mtd mpadded mphantom menclose"
)
_PROSE = "p h3 h4 h5 h6 ul ol li blockquote pre code em strong a br hr div span"
# What \textbf and its like put inside mtext.
_STYLED_TEXT = "b i u em code span"

FORMULA_ELEMENTS = frozenset(f"{_MATHML} {_STYLED_TEXT}".split())
ELEMENTS = FORMULA_ELEMENTS | frozenset(_PROSE.split())

_SIZES = {"displaystyle", "scriptlevel"}
# No style, no colour: the policy forbids the one, and the other would vanish on a dark page.
ATTRIBUTES = {
    "a": {"href", "rel"},
    "ol": {"start"},
    "math": {"display", "alttext"},
    "mi": {"mathvariant"},
    "mo": {"form", "lspace", "rspace", "minsize", "maxsize", "stretchy", "symmetric", "largeop", "movablelimits"},
    "mspace": {"width"},
    "mpadded": {"width", "height"},
    "mfrac": {"linethickness"} | _SIZES,
    "mover": {"accent"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
    "menclose": {"notation"},
    "mrow": _SIZES,
    "mtable": _SIZES,
}
CELL_CLASSES = {
    "text-align: left": "tex-left",
    "text-align: right": "tex-right",
    "padding-left: 0": "tex-flush-left",
    "padding-right: 0": "tex-flush-right",
    "border-right": "tex-bar",
    "border-top": "tex-line",
}
SCHEMES = frozenset({"http", "https", "mailto"})

_cleaner = nh3.Cleaner(
    tags=set(ELEMENTS),
    attributes=ATTRIBUTES,
    allowed_classes={
        "code": {"tex"},
        "div": {"tex-display"},
        "span": {"tex-display", "tex-unknown"},
        "mtd": set(CELL_CLASSES.values()),
    },
    url_schemes=set(SCHEMES),
    link_rel=None,
)


def clean(markup: str) -> str:
    """`markup` with nothing left but what is listed above; text and its escapes stay."""
    return _cleaner.clean(markup)
