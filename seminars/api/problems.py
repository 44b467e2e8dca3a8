"""Errors as problem details (RFC 9457): every error under /api/ is one of these."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, ValidationError
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import JsonResponse
from django.utils.log import log_response
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.errors import ValidationError as NinjaValidationError

from seminars.failures import failure_of
from seminars.listings import UnknownFilter

CONTENT_TYPE = "application/problem+json"
BYTES = "application/octet-stream"
TRY_AGAIN_IN = 60  # seconds
MALFORMED = "This is not JSON. Send a JSON document (RFC 8259) in UTF-8."


class ApiProblem(Exception):
    """An error that a program is told: its status, a sentence, the fields concerned, and headers."""

    def __init__(
        self, status: int, detail: str, *, errors: list[dict[str, str]] | None = None, headers: dict | None = None,
        **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, errors or []
        self.headers, self.more = headers or {}, more

    def response(self) -> HttpResponse:
        told = JsonResponse({}, status=self.status)
        document = {"type": "about:blank", "title": told.reason_phrase, "status": self.status, "detail": self.detail}
        document |= {"errors": self.errors} if self.errors else {}
        response = JsonResponse(document | self.more, status=self.status, content_type=CONTENT_TYPE)
        for name, value in self.headers.items():
            response[name] = value
        return response


def nothing_here() -> ApiProblem:
    return ApiProblem(404, _("There is nothing at this address, or nothing that you may see."))


def response_to(failed: Exception, request: HttpRequest) -> HttpResponse:
    """Return the problem that an exception means; what is our own fault is logged as in the rest of the site."""
    if problem := _problem_of(failed):
        return problem.response()
    got_request_exception.send(sender=None, request=request)
    trouble = failure_of(failed)
    if trouble:
        headers = {"Retry-After": str(TRY_AGAIN_IN)} if trouble.passes else {}
        response = ApiProblem(503, f"{trouble.what} {trouble.advice}", headers=headers).response()
    else:
        response = ApiProblem(500, _("The site has made a mistake. Nothing was changed.")).response()
    log_response("%s: %s", response.reason_phrase, request.path, response=response, request=request, exception=failed)
    return response


def _problem_of(failed: Exception) -> ApiProblem | None:
    if isinstance(failed, ApiProblem):
        return failed
    if isinstance(failed, Http404):
        return nothing_here()
    if isinstance(failed, NinjaValidationError):
        return ApiProblem(
            422, _("Some values are not valid. See “errors”."), errors=[_told(one) for one in failed.errors]
        )
    if isinstance(failed, ValidationError):
        return refusal(failed)
    if isinstance(failed, UnknownFilter):
        return ApiProblem(422, str(failed))
    if isinstance(failed, HttpError):  # the body is no JSON
        return ApiProblem(failed.status_code, MALFORMED)
    if isinstance(failed, RequestDataTooBig):
        return ApiProblem(413, _("The request is too large."))
    return ApiProblem(400, _("The request is malformed.")) if isinstance(failed, SuspiciousOperation) else None


def refusal(refused: ValidationError) -> ApiProblem:
    """Return why a change was refused: the sentences of the desk, by field."""
    told = getattr(refused, "error_dict", None) or {"": refused.error_list}
    errors = [
        {"field": "" if field == "__all__" else field, "message": message}
        for field, list_of_errors in told.items()
        for message in ValidationError(list_of_errors).messages
    ]
    return ApiProblem(422, " ".join(one["message"] for one in errors), errors=errors)


def _told(error: dict[str, Any]) -> dict[str, str]:
    """Return where a value stands ("people.0.role") and what is wrong with it, without the value."""
    _source, *place = error["loc"]
    place = place[1:] if place[:1] in (["sent"], ["asked"]) else place
    return {"field": ".".join(map(str, place)), "message": error["msg"]}
