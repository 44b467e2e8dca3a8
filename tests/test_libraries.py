"""What the site is made of: licences, and the software bill of materials."""

import io
import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from seminars.management import libraries
from seminars.management.libraries import ThirdParty

ROOT = Path(__file__).resolve().parent.parent


def run(command):
    said = io.StringIO()
    call_command(command, stdout=said)
    return said.getvalue()


def test_every_library_and_file_has_an_accepted_licence():
    said = run("licences")

    assert "django 5.2" in said
    assert "static/fonts/sans.woff2: OFL-1.1" in said
    assert "unknown" not in said


def test_a_library_without_a_known_licence_is_refused(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "requirements.txt").write_text("nobody-knows-it==1.0 \\\n")
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/requirements-sign-in.txt").write_text("nobody-knows-it==1.0\nonly-for-sign-in==1.0 \\\n")
    (tmp_path / "static").symlink_to(ROOT / "static")

    with pytest.raises(CommandError, match=r"unknown or not accepted: nobody-knows-it\."):
        run("licences")


@pytest.mark.parametrize(
    ("licence", "is_accepted"),
    [
        ("MIT", True), ("Apache-2.0 OR AGPL-3.0-only", True), ("MIT AND BSD-3-Clause", True), ("", False),
        ("AGPL-3.0-only", False), ("MIT AND AGPL-3.0-only", False),
    ],
)  # fmt: skip
def test_which_licences_are_accepted(licence, is_accepted):
    assert ThirdParty("x", "1", licence).is_accepted is is_accepted


def test_a_library_that_only_another_system_needs_is_left_out():
    found = libraries.pinned_in(
        "django==1.0 \\\n    --hash=sha256:0\nneeded-elsewhere==2.0 ; sys_platform == 'win32'\n"
    )

    assert [part.name for part in found] == ["django"]


def test_every_font_is_listed_with_its_licence():
    fonts = {str(path.relative_to(ROOT)) for path in (ROOT / "static").rglob("*.woff2")}

    assert fonts == libraries.BUNDLED.keys()
    assert all((ROOT / text).is_file() for _licence, text in libraries.BUNDLED.values())


def test_the_bill_of_materials_lists_every_pin_and_file():
    bill = json.loads(run("sbom"))

    urls = {part["purl"] for part in bill["components"] if part["type"] == "library"}
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    for path in (libraries.NEEDED, libraries.FOR_SIGN_IN):
        pins = libraries.PIN.findall((ROOT / path).read_text())
        assert {f"pkg:pypi/{name}@{version}" for name, version, condition in pins if not condition} <= urls
    assert any(url.startswith("pkg:pypi/django-allauth@") for url in urls)
    assert len(urls) == sum(part["type"] == "library" for part in bill["components"])
    font = next(part for part in bill["components"] if part["name"] == "static/fonts/sans.woff2")
    assert font["hashes"][0]["content"] == sha256((ROOT / font["name"]).read_bytes()).hexdigest()
    assert bill["dependencies"][0]["dependsOn"] == [part["bom-ref"] for part in bill["components"]]
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", bill["serialNumber"])


def test_the_same_libraries_give_the_same_bill():
    assert run("sbom") == run("sbom")


def test_the_audit_asks_about_all_that_a_site_may_have():
    """`make audit` reads the requirements of sign-in alone: pip-audit refuses a library that is in two files."""
    needed, besides = (
        set(libraries.PIN.findall((ROOT / path).read_text())) for path in (libraries.NEEDED, libraries.FOR_SIGN_IN)
    )

    assert needed < besides
    assert f"pip-audit --requirement {libraries.FOR_SIGN_IN} --require-hashes" in (ROOT / "Makefile").read_text()


def test_licences_of_sign_in_are_listed():
    assert "django-allauth 65" in run("licences")
