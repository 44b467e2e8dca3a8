"""From where a visitor comes, as far as the proxy in front of us tells it."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

ONE_VISITOR = 64  # bits of an IPv6 address: one household or machine gets that network and may use any address in it


def network(request: HttpRequest) -> str | None:
    """Return what tells visitors apart, for limits: their IPv4 address, or the first address of their IPv6 /64.

    None where there is no address, behind a Unix socket without a proxy that tells one.
    """
    try:
        found = ip_address(address(request).partition("%")[0])  # without the zone of a link-local one (RFC 4007 §11)
    except ValueError:
        return None
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:  # RFC 4291 §2.5.5.2: all of IPv4 is in one /64
        return str(found.ipv4_mapped)
    return str(ip_network((found, ONE_VISITOR), strict=False).network_address)


def address(request: HttpRequest) -> str:
    """Return the visitor's IP address: behind a proxy the last in X-Forwarded-For, which the proxy itself has added.

    Visitors may have made up all that stands before it. Where it is no address, that of the proxy has to do.
    """
    known = request.META.get("REMOTE_ADDR", "")
    if not settings.BEHIND_PROXY:
        return known
    added = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    try:
        return str(ip_address(added.partition("%")[0]))
    except ValueError:
        return known
