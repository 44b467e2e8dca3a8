"""What a card shows. The process that draws cards imports this too, so nothing here needs Django."""

from dataclasses import astuple, dataclass
from hashlib import sha256

WIDTH, HEIGHT = 1200, 630  # pixels, as Open Graph readers ask for
DESIGN = 2  # raise it when cards are drawn in another way, so that they get new addresses


@dataclass(frozen=True)
class Card:
    """All that a card shows. It holds text as it is read, colours as #rrggbb and pictures as digests of photos."""

    department: str
    typeface: str
    accent: str
    logo: str
    logo_has_plate: bool
    label: str  # above the title
    title: str
    people: str
    lines: tuple[str, ...]  # below: when and where
    state: str  # in a badge, "" for a talk that takes place
    is_off: bool
    face: str
    initials: str

    @property
    def digest(self) -> str:
        """A digest of what is shown, so that the picture at an address never changes."""
        return sha256(repr((DESIGN, astuple(self))).encode()).hexdigest()[:32]

    @property
    def pictures(self) -> list[str]:
        """The digests of the photos that it shows."""
        return [digest for digest in (self.logo, self.face) if digest]
