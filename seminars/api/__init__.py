"""The interface for programs: what is at /api/, as docs/api.md describes it.

Its modules load django-ninja and pydantic. The first request under /api/ imports them, so that workers that only serve
pages do without.
"""

from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt  # no cookie says who asks: a program sends a token
def answer(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Answer a request under /api/; `rest` is what follows in the path."""
    return import_string("seminars.api.gate.answer")(request)
