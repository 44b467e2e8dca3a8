"""Fetch the calendar or export at an address, bounded in time, size and redirects, from a process of its own."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seminars.importing import fetching_worker

# Isolated (-I): neither the environment nor the folder that it lies in decides what it imports, or which proxy it uses.
COMMAND = [sys.executable, "-I", str(Path(fetching_worker.__file__))]
WEBCAL = re.compile(r"^webcal://", re.IGNORECASE)
LARGEST = 8 * 1024 * 1024  # octets, unpacked
MOST_SECONDS = 25  # by the clock, after which the worker ends by itself
_SENTENCES: dict[str, Promise] = {
    "address": gettext_lazy("This is not a web address that can be read. It must begin with https:// or http://."),
    "private": gettext_lazy(
        "%(detail)s is an address within this network. Ask the person who runs the site whether it may be read "
        "(SOURCES_MAY_BE_PRIVATE)."
    ),
    "unknown-host": gettext_lazy("There is no server called %(detail)s. Check the address."),
    "insecure": gettext_lazy("The address redirects from https to http. Ask its owner for an https address."),
    "redirects": gettext_lazy("The address redirects more than %(detail)s times. Enter the address that it ends at."),
    "certificate": gettext_lazy("The certificate of %(detail)s is not valid. Ask its owner to renew it."),
    "status": gettext_lazy("The server answered with status %(detail)s. Open the address in a browser to check it."),
    "size": gettext_lazy("The content is larger than 8 MB. Ask for a calendar with fewer events."),
    "coding": gettext_lazy("The content is compressed in a way that we cannot read (%(detail)s)."),
    "network": gettext_lazy("The server cannot be reached (%(detail)s). We will try again."),
    "time": gettext_lazy("The server took more than %(seconds)d seconds. We will try again."),
}


@dataclass(frozen=True)
class Fetched:
    """What an address holds; `content` is None if it has not changed since the validators were noted."""

    content: bytes | None
    etag: str = ""
    last_modified: str = ""


def fetch(url: str, *, etag: str = "", last_modified: str = "") -> Fetched:
    """Fetch an address, unless what it holds still has these validators (RFC 9110 §13.1).

    webcal:// means https://. Raise ValidationError, with what to do next, if nothing can be fetched.
    """
    asked = {"url": WEBCAL.sub("https://", url), "etag": etag, "last_modified": last_modified, "most_bytes": LARGEST}
    asked |= {"may_be_private": settings.SOURCES_MAY_BE_PRIVATE, "seconds": MOST_SECONDS}
    answer, content = _answer_of_worker(json.dumps(asked).encode())
    if answer["status"] == "problem":
        raise _refusal(answer["code"], answer["detail"])
    if answer["status"] == "unchanged":
        return Fetched(None, etag, last_modified)
    return Fetched(content, answer["etag"][:200], answer["last_modified"][:200])


def _answer_of_worker(asked: bytes) -> tuple[dict[str, str], bytes]:
    try:
        done = subprocess.run(COMMAND, input=asked, capture_output=True, timeout=MOST_SECONDS + 3, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise _refusal("time") from error
    if done.returncode:  # ended by its alarm, or for want of memory
        raise _refusal("time" if done.returncode < 0 else "size")
    head, _newline, content = done.stdout.partition(b"\n")
    return json.loads(head), content


def _refusal(code: str, detail: str = "") -> ValidationError:
    words = {"detail": detail, "seconds": MOST_SECONDS}
    return ValidationError(_(str(_SENTENCES[code])) % words, code=code)
