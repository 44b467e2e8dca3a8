"""The description of the interface: for programs as an OpenAPI document, for people as a page."""

from django.http import HttpRequest, HttpResponse
from django.http.response import JsonResponse
from django.shortcuts import render

from seminars.api.interface import document


def openapi(request: HttpRequest) -> HttpResponse:
    """Return the OpenAPI 3.1 document."""
    return JsonResponse(document())


def index(request: HttpRequest) -> HttpResponse:
    """List the operations, without a script and without asking other sites for anything."""
    told = document()
    operations = [
        (method.upper(), path, operation)
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
    ]
    return render(request, "api/index.html", {"operations": operations})
