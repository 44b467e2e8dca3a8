"""Remember what the columns of a spreadsheet mean, and propose it for the next one with the same headers."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from seminars.models import ColumnChoice, Series, User


def mark_of(headers: Sequence[str]) -> str:
    """Return a digest of the headers of a spreadsheet, in 16 hexadecimal digits."""
    return sha256("\n".join(headers).encode()).hexdigest()[:16]


def remembered_columns(headers: Sequence[str], *, series: Series | None, user: User) -> dict[str, str]:
    """Return what was chosen for these headers in the series, or by the same person; {} if nothing was."""
    known = ColumnChoice.objects.latest_for(mark_of(headers), series=series.pk if series else None, user=user.pk)
    return known.meanings if known else {}


def remember_columns(columns: Mapping[str, str], *, series: Series | None, user: User) -> None:
    """Store what the columns mean, by header."""
    mark = mark_of(list(columns))
    ColumnChoice.objects.update_or_create(user=user, series=series, mark=mark, defaults={"meanings": dict(columns)})
