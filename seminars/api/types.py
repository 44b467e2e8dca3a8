"""Types of values that programs send: strict, so that nothing is guessed."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.db.models import Model
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from seminars.times import YEARS

NO_NUL = r"^[^\x00]*$"  # PostgreSQL stores no such character
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
IN_YEARS = f"between the years {YEARS.start} and {YEARS.stop - 1}"


class Sent(BaseModel):
    """A JSON object that a program sends: unknown names and values of another type are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _moment(value: Any) -> datetime:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError("Send date, time and offset, for example 2035-11-07T12:00:00-05:00 (RFC 3339).")
    found = datetime.fromisoformat(value.upper())
    if found.year not in YEARS:
        raise ValueError(f"Send a moment {IN_YEARS}.")
    return found.astimezone(UTC)


def _day(value: Any) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("Send a day, for example 2035-11-07 (ISO 8601).")
    if (found := date.fromisoformat(value)).year not in YEARS:
        raise ValueError(f"Send a day {IN_YEARS}.")
    return found


def _flag(value: Any) -> bool:
    if value not in ("true", "false"):
        raise ValueError("Send true or false.")
    return value == "true"


def _whole(value: Any) -> int:
    if not isinstance(value, str) or not re.fullmatch(r"[1-9][0-9]{0,8}", value, re.ASCII):
        raise ValueError("Send a whole number.")
    return int(value)


def tidy(typed: str) -> str:
    """Return what was typed as the forms of the desk read it: without spaces around it, lines ended by LF."""
    return typed.replace("\r\n", "\n").strip()


Moment = Annotated[
    datetime, BeforeValidator(_moment), Field(strict=False), WithJsonSchema({"type": "string", "format": "date-time"})
]
Day = Annotated[date, BeforeValidator(_day), Field(strict=False), WithJsonSchema({"type": "string", "format": "date"})]
# In addresses
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
Limit = Annotated[
    int, BeforeValidator(_whole), Field(le=100), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 100})
]
Text = Annotated[str, Field(pattern=NO_NUL), AfterValidator(tidy)]


def text_of(model: type[Model], name: str) -> Any:
    """Return the type of a text field of a model."""
    field = model._meta.get_field(name)
    return Annotated[str, Field(pattern=NO_NUL, max_length=field.max_length), AfterValidator(tidy)]


# What the site tells
StampOut = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
DayOut = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
