"""What is said when a page is missing or broken; an old address leads to where its talk is now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from seminars import access
from seminars.listings import UnknownFilter
from seminars.models import FormerAddress


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Redirect a former address to what it means now, if whoever asks may see that; else say that nothing is here."""
    target = FormerAddress.objects.meaning(request.path_info, request.META.get("QUERY_STRING", ""))
    if target and access.may_see(request.user, target):
        return redirect(target)
    # Only what we say ourselves is shown: other reasons name models and patterns.
    unknown = exception.__cause__ if isinstance(exception.__cause__, UnknownFilter) else ""
    return render(request, "404.html", {"unknown": unknown}, status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Say that it is our fault, without asking the database for anything."""
    return render(request, "500.html", status=500)
