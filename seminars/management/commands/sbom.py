"""`manage.py sbom`: what the site is made of, in CycloneDX 1.6 (ECMA-424), for programs that look for known faults."""

import json
import tomllib
import uuid
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from seminars.management import libraries
from seminars.management.libraries import ThirdParty


class Command(BaseCommand):
    """The same libraries give the same bytes."""

    help = _("Print the software bill of materials as CycloneDX JSON.")
    requires_system_checks = []

    def handle(self, **options: Any) -> None:
        self.stdout.write(json.dumps(bill(), indent=1))


def bill() -> dict[str, Any]:
    """Return the document: the program, its libraries and the files of others that it brings."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    parts = [*map(_library, libraries.libraries()), *map(_file, libraries.bundled())]
    own = {"type": "application", "bom-ref": "seminars", "name": project["name"], "version": project["version"],
           "licenses": [{"license": {"id": project["license"]}}]}  # fmt: skip
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([own, parts]))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{number}",
        "version": 1,
        "metadata": {"component": own},
        "components": parts,
        "dependencies": [{"ref": "seminars", "dependsOn": [part["bom-ref"] for part in parts]}],
    }


def _library(part: ThirdParty) -> dict[str, Any]:
    url = f"pkg:pypi/{part.name}@{part.version}"
    found = {"type": "library", "bom-ref": url, "name": part.name, "version": part.version, "purl": url}
    return found | _licences(part)


def _file(part: ThirdParty) -> dict[str, Any]:
    found = {"type": "file", "bom-ref": part.name, "name": part.name}
    return found | {"hashes": [{"alg": "SHA-256", "content": part.sha256}]} | _licences(part)


def _licences(part: ThirdParty) -> dict[str, Any]:
    return {"licenses": [{"expression": part.licence}]} if part.licence else {}
