"""The process that fetches one address, so that no server can hold up or exhaust the process that asks.

`fetching.py` starts it, gives it one request as JSON and reads the answer: a line of JSON, then the content. It ends by
itself after the seconds that the request allows, whatever it is waiting for. It connects only to addresses that it has
looked at: a name that leads to this machine or to its private network is refused, at every redirect anew.
"""

import http.client
import ipaddress
import json
import resource
import signal
import socket
import ssl
import sys
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

MEMORY = 256 * 1024 * 1024  # octets
MOST_REDIRECTS = 5
PART = 64 * 1024  # octets
AGENT = "Seminars (calendar import)"
_REDIRECTS = {301, 302, 303, 307, 308}
# Not for this machine: they wrap any IPv4 address, a private one too (RFC 3056, 4291, 6052, 7915), or are site-local.
_NOT_PUBLIC = tuple(
    map(ipaddress.ip_network, ("2002::/16", "64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96", "fec0::/10"))
)


class Problem(Exception):
    """Nothing was fetched; `code` says why, `detail` is the number or word that belongs to it."""

    def __init__(self, code: str, detail: object = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, str(detail)


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in _NOT_PUBLIC):
            return False
    return ip.is_global and not ip.is_multicast


def addresses_of(host: str, port: int, *, may_be_private: bool) -> list[str]:
    """Return the IP addresses of a host; raise Problem if it has none, or one that is private."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Problem("unknown-host", host) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not may_be_private and not all(map(is_public, addresses)):
        raise Problem("private", host)
    return addresses


class _Connection(http.client.HTTPConnection):
    """A connection to addresses that were looked at, rather than to whatever the name means a moment later."""

    def __init__(self, host: str, port: int, addresses: list[str], *, is_secure: bool) -> None:
        super().__init__(host, port, timeout=None)
        self._addresses, self._is_secure = addresses, is_secure

    def connect(self) -> None:
        self.sock = self._connected()
        if self._is_secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def _connected(self) -> socket.socket:
        for address in self._addresses:
            try:
                return socket.create_connection((address, self.port), self.timeout)
            except OSError as error:
                failure = error
        raise failure


def fetch(asked: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    """Return what an answer says of itself, and its content, b"" if it has not changed; raise Problem."""
    url = str(asked["url"])
    for _redirect in range(MOST_REDIRECTS + 1):
        answer, content = _answer(url, asked)
        if "location" not in answer:
            return answer | {"url": url}, content
        if url.startswith("https:") and not answer["location"].startswith("https:"):
            raise Problem("insecure", answer["location"])
        url = answer["location"]
    raise Problem("redirects", MOST_REDIRECTS)


def _answer(url: str, asked: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Problem("address") from error
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.password:
        raise Problem("address")
    is_secure = parts.scheme == "https"
    port = port or (443 if is_secure else 80)
    addresses = addresses_of(host, port, may_be_private=bool(asked.get("may_be_private")))
    connection = _Connection(host, port, addresses, is_secure=is_secure)
    try:
        connection.request("GET", urlunsplit(("", "", parts.path or "/", parts.query, "")), headers=_headers(asked))
        response = connection.getresponse()
        return _read(response, url, int(asked["most_bytes"]))
    except ssl.SSLError as error:
        raise Problem("certificate", host) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Problem("network", type(error).__name__) from error
    finally:
        connection.close()


def _headers(asked: dict[str, Any]) -> dict[str, str]:
    headers = {"User-Agent": AGENT, "Accept": "text/calendar, application/json, */*;q=0.5", "Accept-Encoding": "gzip"}
    conditions = {"If-None-Match": asked.get("etag"), "If-Modified-Since": asked.get("last_modified")}
    return headers | {name: str(value) for name, value in conditions.items() if value}


def _read(response: http.client.HTTPResponse, url: str, most_bytes: int) -> tuple[dict[str, str], bytes]:
    if response.status in _REDIRECTS and (location := response.headers.get("Location")):
        return {"location": urljoin(url, location)}, b""
    if response.status == http.HTTPStatus.NOT_MODIFIED:
        return {"status": "unchanged"}, b""
    if response.status != http.HTTPStatus.OK:
        raise Problem("status", response.status)
    content = b"".join(_decoded(response, most_bytes))
    headers = response.headers
    answer = {"etag": headers.get("ETag", ""), "last_modified": headers.get("Last-Modified", "")}
    return {"status": "fetched"} | answer, content


def _decoded(response: http.client.HTTPResponse, most_bytes: int) -> Iterator[bytes]:
    """Yield the content, unpacked if it is compressed; raise Problem as soon as it is too much."""
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in {"identity", "", "gzip", "x-gzip"}:
        raise Problem("coding", coding[:20])
    unpacking = zlib.decompressobj(wbits=31) if coding.endswith("gzip") else None
    left = most_bytes
    while part := response.read(PART):
        while part:
            piece, part = _unpacked(unpacking, part)
            left -= len(piece)
            if left < 0:
                raise Problem("size", most_bytes)
            yield piece


def _unpacked(unpacking: Any, part: bytes) -> tuple[bytes, bytes]:
    """Return a piece of content, a megabyte at most, and what is still to be unpacked."""
    if unpacking is None:
        return part, b""
    try:
        return unpacking.decompress(part, 1024 * 1024), unpacking.unconsumed_tail
    except zlib.error as error:
        raise Problem("coding", "gzip") from error


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    asked = json.loads(sys.stdin.buffer.read())
    signal.alarm(int(asked["seconds"]))  # has no handler, so it ends the process
    try:
        answer, content = fetch(asked)
    except Problem as problem:
        answer, content = {"status": "problem", "code": problem.code, "detail": problem.detail[:200]}, b""
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + content)


if __name__ == "__main__":
    main()
