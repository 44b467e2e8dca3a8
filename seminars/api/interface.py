"""The operations under /api/v1/ and the OpenAPI 3.1 document that describes them."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import NinjaAPI

from seminars.api import series_changes, talk_changes
from seminars.api.problems import CONTENT_TYPE

PREFIX = "/api/v1"
ABOUT = """\
Talks, series, rooms, speakers and topics as JSON. Reading what is public needs no token. Programs change talks by
the rules of the organisers’ desk. docs/api.md has examples.

Errors are problem details (RFC 9457). Moments have an offset (RFC 3339). Answers have an `ETag`: send it back as
`If-None-Match` when you read again, and as `If-Match` when you write.
"""
TOKEN = [{"token": []}]
# Every answer that is an error, and when it comes.
PROBLEMS = {
    400: "The request is malformed.",
    401: "A token is needed, or the one that was sent is not valid.",
    403: "The token, or the person of the token, may not do that.",
    404: "There is nothing at this address, or nothing that you may see.",
    405: "The address does not take the method; `Allow` names those that it takes.",
    409: "The first request with this Idempotency-Key is still running.",
    412: "Someone has changed it since you read it; `current` is what it is now.",
    413: "The request is too large.",
    422: "Values are not valid, or the change is refused; `errors` says why.",
    428: "If-Match is missing.",
    429: "Too many requests; Retry-After says how many seconds to wait.",
    500: "The site has made a mistake.",
    503: "The site cannot reach its data at the moment.",
}
DONE = {
    "200": "Done.",
    "201": "Made.",
    "204": "Deleted. With `dry_run=true` it could be deleted, and is still there.",
}
OF_ALL = (400, 401, 403, 404, 405, 422, 429, 500, 503)
OF_CHANGES = (409, 412, 413, 428)
PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence, in the language of the department."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "current": {"description": "What it is now, where somebody has changed it."},
    },
}
ETAG = {"ETag": {"description": "A digest of the answer.", "schema": {"type": "string"}}}

interface = NinjaAPI(
    title="Seminars", version="1", description=ABOUT, openapi_url=None, docs_url=None, urls_namespace="api-v1"
)
interface.add_router("/talks", talk_changes.router)  # with the operations of talks.py
interface.add_router("", series_changes.router)  # with those of rows.py and row_changes.py


@interface.exception_handler(Exception)
def _raise(request: HttpRequest, failed: Exception) -> None:
    """Leave every error to the gate, which answers all of them alike."""
    raise failed


for _error in list(interface._exception_handlers):
    interface.add_exception_handler(_error, _raise)


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document; it is the same for everybody."""
    told = dict(interface.get_openapi_schema(path_prefix=f"{PREFIX.strip('/')}/"))
    told["servers"] = [{"url": settings.SITE_URL}]
    parts = told["components"]
    parts["schemas"]["Problem"] = PROBLEM
    parts["responses"] = {f"Problem{status}": _problem(status) for status in PROBLEMS}
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "description": "A token of the desk."}}
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            _complete(method, path, operation)
    _link(told["paths"])
    return told


def _link(paths: dict[str, Any]) -> None:
    """Say which changes take the address and the ETag of what was read (OpenAPI 3.1, section 4.8.20)."""
    for path, operations in paths.items():
        row, brace, _below = path.partition("}")
        if brace:
            key = row.rpartition("{")[2]
            parameters = {f"path.{key}": f"$request.path.{key}", "header.If-Match": "$response.header.ETag"}
            links = paths[f"{row}}}"]["get"]["responses"]["200"].setdefault("links", {})
            names = [operation["operationId"] for method, operation in operations.items() if method != "get"]
            links |= {name: {"operationId": name, "parameters": parameters} for name in names}


def _problem(status: int) -> dict[str, Any]:
    headers = {}
    if status in (429, 503):
        headers["Retry-After"] = {"description": "Seconds.", "schema": {"type": "integer"}}
    if status == 405:
        headers["Allow"] = {"description": "The methods that the address takes.", "schema": {"type": "string"}}
    if status == 401:
        headers["WWW-Authenticate"] = {"description": "RFC 6750.", "schema": {"type": "string"}}
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": PROBLEMS[status], "content": content} | ({"headers": headers} if headers else {})


def _complete(method: str, path: str, operation: dict[str, Any]) -> None:
    """Add to an operation what ninja does not know: errors, validators, who may call it."""
    answers = operation["responses"] = {str(status): told for status, told in operation["responses"].items()}
    for status, told in answers.items():
        told["description"] = DONE[status]
        told["headers"] = ETAG if "content" in told else {}
    if method == "get":
        operation.setdefault("security", [{}, *TOKEN])
        operation["parameters"].append(_header("If-None-Match", "The ETag that you have: 304 if it is the same."))
        answers["304"] = {"description": "What you have is what it is.", "headers": ETAG}
    else:
        _complete_change(method, path, operation)
    for status in OF_ALL if method == "get" else sorted(OF_ALL + OF_CHANGES):
        answers[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}


def _complete_change(method: str, path: str, operation: dict[str, Any]) -> None:
    operation["security"] = TOKEN
    if "{" in path:
        sentence = "The ETag of what you have read, so that no change of others is lost."
        operation["parameters"].append(_header("If-Match", sentence, required=True))
    if method == "post":
        sentence = "Any text of yours for this request: if it is sent again, it changes nothing, and is answered alike."
        operation["parameters"].append(_header("Idempotency-Key", sentence))


def _header(name: str, description: str, *, required: bool = False) -> dict[str, Any]:
    return {
        "in": "header",
        "name": name,
        "required": required,
        "description": description,
        "schema": {"type": "string"},
    }
