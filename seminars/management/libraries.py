"""What a site is made of besides this program: pinned libraries and bundled files, each with its licence."""

import re
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, metadata

from django.conf import settings

# SPDX identifiers of licences under which a university may run the site and pass it on: https://spdx.org/licenses/
ACCEPTED = frozenset({
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "LGPL-3.0-only", "LGPL-3.0-or-later",
    "LicenseRef-GUST-Font", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "OFL-1.1", "PSF-2.0", "Unlicense",
})  # fmt: skip
# What libraries write that give no SPDX expression (PEP 639): their classifiers, or the field "License".
SPELT = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "BSD": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
}
# Files of others in this repository: what they are, their licence and where its text is.
BUNDLED = {
    "static/fonts/sans.woff2": ("OFL-1.1", "static/fonts/LICENSE-sans.md"),
    "static/fonts/serif.woff2": ("OFL-1.1", "static/fonts/LICENSE-serif.md"),
    "static/fonts/math-letters.woff2": ("LicenseRef-GUST-Font", "static/fonts/math-LICENSE.txt"),
    "static/fonts/math-signs.woff2": ("LicenseRef-GUST-Font", "static/fonts/math-LICENSE.txt"),
}
NEEDED, FOR_SIGN_IN = "requirements.txt", "deploy/requirements-sign-in.txt"  # the latter has all of the former too
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)( ;)?", re.M)


@dataclass(frozen=True)
class ThirdParty:
    """A library or file; `licence` is an SPDX expression, "" if nobody knows it."""

    name: str
    version: str
    licence: str
    sha256: str = ""  # of a file
    is_installed: bool = True

    @property
    def is_accepted(self) -> bool:
        """Tell whether all of its licences are accepted, or one that may be chosen."""
        choices = [re.findall(r"[\w.+-]+", choice.replace(" AND ", " ")) for choice in self.licence.split(" OR ")]
        return any(choice and ACCEPTED.issuperset(choice) for choice in choices)


def libraries() -> list[ThirdParty]:
    """Return what every site needs, and what sign-in with OpenID Connect needs besides where that is installed."""
    needed, besides = (pinned_in((settings.BASE_DIR / path).read_text()) for path in (NEEDED, FOR_SIGN_IN))
    names = {part.name for part in needed}
    return needed + [part for part in besides if part.name not in names and part.is_installed]


def pinned_in(text: str) -> list[ThirdParty]:
    """Return what this text of a requirements file pins, but for what only other systems need."""
    found = []
    for name, version, is_conditional in PIN.findall(text):
        try:
            found.append(ThirdParty(name, version, licence_of(name)))
        except PackageNotFoundError:
            if not is_conditional:
                found.append(ThirdParty(name, version, "", is_installed=False))
    return found


def licence_of(name: str) -> str:
    """Return the SPDX expression of an installed library, "" if what it says is unknown."""
    told = metadata(name)
    if expression := told.get("License-Expression"):
        return expression
    classifiers = [one.rpartition(" :: ")[2] for one in told.get_all("Classifier") or () if one.startswith("License")]
    written = classifiers or [told.get("License") or ""]
    known = [SPELT.get(one, one if one in ACCEPTED else "") for one in written if one != "OSI Approved"]
    return " AND ".join(dict.fromkeys(known)) if known and all(known) else ""


def bundled() -> list[ThirdParty]:
    """Return the files of others in this repository."""
    return [
        ThirdParty(path, "", licence, sha256((settings.BASE_DIR / path).read_bytes()).hexdigest())
        for path, (licence, _text) in BUNDLED.items()
    ]
