"""Validators: the ETag of an answer is a digest of it, so it changes with everything that the answer tells."""

from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from pydantic import BaseModel

from seminars.api.problems import ApiProblem

JSON = "application/json"


def etag_of(body: str) -> str:
    return f'"{sha256(body.encode()).hexdigest()[:32]}"'


def respond(
    request: HttpRequest, told: BaseModel, *, status: int = 200, headers: dict[str, str] | None = None
) -> HttpResponse:
    """Return an answer with its ETag; 304 where the program has it already (RFC 9110 §13.1.2)."""
    body = told.model_dump_json()
    tag = etag_of(body)
    if request.method == "GET" and _holds(request.headers.get("If-None-Match", ""), tag):
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(body, status=status, content_type=JSON, headers={"ETag": tag} | (headers or {}))


def refuse_outdated(request: HttpRequest, now: BaseModel) -> None:
    """Raise ApiProblem 428 without If-Match (RFC 6585 §3), 412 with the present state where it names another one."""
    known = request.headers.get("If-Match")
    if not known:
        detail = _("Send the ETag of what you have read as If-Match, so that no change of others is lost.")
        raise ApiProblem(428, detail)
    tag = etag_of(now.model_dump_json())
    if not _holds(known, tag):
        detail = _("Someone has changed this since you read it. See “current” for what it is now.")
        raise ApiProblem(412, detail, headers={"ETag": tag}, current=now.model_dump(mode="json"))


def _holds(header: str, tag: str) -> bool:
    """Tell whether a header names a tag; a proxy that compresses makes it weak, which changes nothing that we tell."""
    return any(one in ("*", tag) for one in (known.removeprefix("W/") for known in parse_etags(header)))
