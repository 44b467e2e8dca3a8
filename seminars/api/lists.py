"""Lists in parts: each part names the address of the next, which continues after the last row whatever was added."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from seminars.api.problems import ApiProblem
from seminars.models import Talk, TalkQuerySet
from seminars.models.gone_talks import after_gone
from seminars.models.page_addresses import AddressedQuerySet, absolute
from seminars.times import YEARS

Row = TypeVar("Row")


class ListPart(BaseModel, Generic[Row]):
    """A part of a list."""

    items: list[Row]
    next: str | None = Field(description="The address of the next part, null at the end.")


def part_of_talks(talks: TalkQuerySet, cursor: str, limit: int, *, latest_first: bool) -> tuple[list[Talk], str]:
    """Return talks with all that is told of them, and where the next part begins, "" at the end."""
    if cursor:
        place = _read(cursor)
        talks = talks.before_place(*place) if latest_first else talks.after_place(*place)
    else:
        talks = talks.latest_first() if latest_first else talks.soonest_first()
    keys = list(talks.values_list("pk", flat=True)[: limit + 1])
    found = Talk.objects.for_pages().in_order_of(keys[:limit])
    more = found and len(keys) > limit
    return found, _written([found[-1].starts_at.isoformat(), found[-1].pk]) if more else ""


def part_of_gone(gone: QuerySet, cursor: str, limit: int) -> tuple[list[dict[str, Any]], str]:
    """Return talks that are gone, the earliest first, and where the next part begins, "" at the end."""
    if cursor:
        gone = after_gone(gone, *_read(cursor))
    found = list(gone.order_by("gone_at", "talk")[: limit + 1])
    more = len(found) > limit
    last = found[limit - 1] if more else {}
    return found[:limit], _written([last["gone_at"].isoformat(), last["talk"]]) if more else ""


def part_of_rows(rows: AddressedQuerySet, cursor: str, limit: int) -> tuple[list[Any], str]:
    """Return the rows that follow a slug, in the order of slugs, and where the next part begins."""
    found = list(rows.after_slug(cursor)[: limit + 1])
    return found[:limit], found[limit - 1].slug if len(found) > limit else ""


def next_address(request: HttpRequest, cursor: str) -> str | None:
    """Return the full address of the next part of what was asked for."""
    if not cursor:
        return None
    asked = request.GET.copy()
    asked["cursor"] = cursor
    return f"{absolute(request.path)}?{asked.urlencode()}"


def _written(place: list[Any]) -> str:
    return urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[datetime, int]:
    try:
        start, key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        moment = datetime.fromisoformat(start)
        if moment.utcoffset() is None or not isinstance(key, int) or not 0 < key < 2**63:
            raise ValueError(cursor)
        moment = moment.astimezone(UTC)
        if not YEARS.start - 1 <= moment.year <= YEARS.stop:  # those of a talk, in every zone
            raise ValueError(cursor)
    except (ValueError, TypeError, OverflowError, Error) as malformed:
        detail = _("This cursor is none of ours. Use the address under “next”.")
        raise ApiProblem(422, detail, errors=[{"field": "cursor", "message": detail}]) from malformed
    return moment, key
