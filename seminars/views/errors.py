"""Pages for what is not there and for what went wrong; an old address leads to where its talk is now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from seminars import access
from seminars.models import FormerAddress, Talk


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Redirect a former address to what it means now, if whoever asks may see that; else say that nothing is here."""
    target = FormerAddress.objects.meaning(request.path_info, request.META.get("QUERY_STRING", ""))
    if target and (not isinstance(target, Talk) or access.talks_visible_to(request.user).contains(target)):
        return redirect(target)
    return render(request, "404.html", {"exception": exception}, status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Say that it is our fault, without asking the database for anything."""
    return render(request, "500.html", status=500)
