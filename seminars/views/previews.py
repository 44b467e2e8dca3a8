"""The preview of one draft, at an address that an organiser sends to its speaker or host."""

from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from seminars import access
from seminars.models.preview_address import PreviewAddress
from seminars.views import unseen


def talk(request: HttpRequest, token: str) -> HttpResponse:
    """Show the draft; lead to its page once it is public; 410 when the time is over, 404 for what never was a token."""
    try:
        preview = PreviewAddress.read(token)
    except BadSignature as forged:
        raise Http404 from forged
    if preview.is_over():
        return unseen(render(request, "talks/preview_over.html", {"preview": preview}, status=410))
    shown = get_object_or_404(access.talks_shown_by(preview).for_pages())
    if shown.is_public:
        return unseen(redirect(shown))
    return unseen(render(request, "talks/preview.html", {"talk": shown, "preview": preview}))
