"""Whether newer releases mend something: time zone rules, and known vulnerabilities of the installed libraries.

The names and versions of the libraries go to osv.dev, and nothing else about the site.
"""

import json
import re
import urllib.request
from collections.abc import Iterator
from importlib.metadata import distributions
from typing import Any
from urllib.error import HTTPError

from django.utils.translation import gettext as _

from seminars import zone_data
from seminars.doctor.findings import Finding, error, ok, unknown, warning

ZONES = "https://data.iana.org/time-zones/tzdb/version"  # one line, such as 2026f
FAULTS = "https://api.osv.dev/v1/querybatch"  # https://google.github.io/osv.dev/post-v1-querybatch/
ANSWERS_WITHIN = 5  # seconds
MOST = 5  # libraries that are named
LONGEST = 10_000_000  # bytes of an answer
_RELEASE = re.compile(r"[0-9]{4}[a-z]{1,2}")


def about_zone_release(_url: str, index: str = ZONES) -> Iterator[Finding]:
    """Compare the time zone data in use with the newest that IANA has published."""
    try:
        newest = _fetched(index).decode().strip()
        if not _RELEASE.fullmatch(newest):
            raise ValueError(newest)
    except (OSError, ValueError) as failure:
        yield _unreachable(index, failure)
        return
    ours = zone_data.current().version
    if newest > ours:
        yield warning(
            _("Time zone data %(newest)s is out; the site reads %(ours)s."),
            _("Install it, on Debian with “apt install --only-upgrade tzdata”, or update the site."),
            newest=newest,
            ours=ours or "?",
        )
    else:
        yield ok(_("The time zone data is the newest: %(ours)s."), ours=ours)


def about_security_releases(_url: str, index: str = FAULTS) -> Iterator[Finding]:
    """Ask the database of known vulnerabilities about each installed library."""
    installed = sorted({(one.name, one.version) for one in distributions()})
    queries = [{"package": {"ecosystem": "PyPI", "name": name}, "version": version} for name, version in installed]
    try:
        results = json.loads(_fetched(index, {"queries": queries}))["results"]
        faulty = [(library, [fault["id"] for fault in result.get("vulns", ())])
                  for library, result in zip(installed, results, strict=True)]  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as failure:
        yield _unreachable(index, failure)
        return
    found = [f"{name} {version} ({', '.join(ids)})" for (name, version), ids in faulty if ids]
    if found:
        yield error(
            _("Installed libraries have known vulnerabilities: %(libraries)s."),
            _("Update the site. If its newest release has them too, tell its authors."),
            libraries="; ".join(found[:MOST]),
        )
    else:
        yield ok(_("No installed library has a known vulnerability (%(count)s asked)."), count=len(installed))


def _fetched(url: str, asked: dict[str, Any] | None = None) -> bytes:
    body = json.dumps(asked).encode() if asked else None
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310  our own constants
    with urllib.request.urlopen(request, timeout=ANSWERS_WITHIN) as answer:  # noqa: S310
        return answer.read(LONGEST)


def _unreachable(index: str, failure: Exception) -> Finding:
    reason = getattr(failure, "reason", None) or type(failure).__name__
    if isinstance(failure, HTTPError):
        reason = failure.code
    return unknown(
        _("%(index)s could not be asked (%(reason)s)."),
        _("Ask from a machine that reaches it, with “make audit”."),
        index=index,
        reason=reason,
    )
