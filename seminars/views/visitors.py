"""From where a visitor comes, as far as the proxy in front of us tells it."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """Return the visitor's IP address: behind a proxy the last in X-Forwarded-For, which the proxy itself has added.

    Whatever stands before it a visitor may have made up. Where it is no address, that of the proxy has to do.
    """
    known = request.META.get("REMOTE_ADDR", "")
    if not settings.BEHIND_PROXY:
        return known
    added = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    try:
        return str(ip_address(added.partition("%")[0]))  # without the zone of a link-local one (RFC 4007 §11)
    except ValueError:
        return known
