"""Whether newer releases mend something: time zone rules, and known faults of the installed libraries.

The names and versions of the libraries go to osv.dev, and nothing else about the site.
"""

import json
import urllib.request
from collections.abc import Iterator
from importlib.metadata import distributions
from typing import Any
from urllib.error import HTTPError

from django.utils.translation import gettext as _

from seminars import zone_data
from seminars.doctor.findings import Finding, error, ok, unknown, warning

ZONES = "https://pypi.org/pypi/tzdata/json"
FAULTS = "https://api.osv.dev/v1/querybatch"  # https://google.github.io/osv.dev/post-v1-querybatch/
ANSWERS_WITHIN = 5  # seconds
MOST = 5  # libraries that are named


def about_zone_release(_url: str, index: str = ZONES) -> Iterator[Finding]:
    """Compare the time zone data in use with the newest that the package index has."""
    try:
        number = _fetched(index)["info"]["version"]  # 2026.6 for 2026f
    except (OSError, ValueError, KeyError, TypeError) as failure:
        yield _unreachable(index, failure)
        return
    newest, ours = release_of(number), zone_data.current().version
    if newest > ours:
        yield warning(
            _("Time zone data %(newest)s is out; the site reads %(ours)s."),
            _("Install it, on Debian with “apt install --only-upgrade tzdata”, or update the site."),
            newest=newest,
            ours=ours or "?",
        )
    else:
        yield ok(_("The time zone data is the newest: %(ours)s."), ours=ours)


def release_of(version: str) -> str:
    """Return the release of IANA that a version of the package holds: "2026f" for "2026.6" or "2026.6.post1"."""
    year, _dot, number = version.partition(".")
    return f"{year}{chr(ord('a') + int(number.partition('.')[0]) - 1)}"


def about_security_releases(_url: str, index: str = FAULTS) -> Iterator[Finding]:
    """Ask the database of known faults about each installed library."""
    installed = sorted({(one.name, one.version) for one in distributions()})
    queries = [{"package": {"ecosystem": "PyPI", "name": name}, "version": version} for name, version in installed]
    try:
        results = _fetched(index, {"queries": queries})["results"]
        faulty = [(library, [fault["id"] for fault in result.get("vulns", ())])
                  for library, result in zip(installed, results, strict=True)]  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as failure:
        yield _unreachable(index, failure)
        return
    found = [f"{name} {version} ({', '.join(ids)})" for (name, version), ids in faulty if ids]
    if found:
        yield error(
            _("Installed libraries have known faults of security: %(libraries)s."),
            _("Update the site. If its newest release has them too, tell its authors."),
            libraries="; ".join(found[:MOST]),
        )
    else:
        yield ok(_("No installed library has a known fault of security (%(count)s asked)."), count=len(installed))


def _fetched(url: str, asked: dict[str, Any] | None = None) -> Any:
    body = json.dumps(asked).encode() if asked else None
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310  our own constants
    with urllib.request.urlopen(request, timeout=ANSWERS_WITHIN) as answer:  # noqa: S310
        return json.load(answer)


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
