"""What the person behind a request may do on the desk."""

from django.http import HttpRequest

from seminars import access


def rights(request: HttpRequest) -> access.Rights:
    """Return the rights of whoever asks, read once a request."""
    known = getattr(request, "desk_rights", None)
    if known is None or known.user != request.user:
        known = request.desk_rights = access.Rights(request.user)
    return known
