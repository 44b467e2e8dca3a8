"""Static files as a running site collects them."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.finders import get_finders

from seminars.static_files import BUNDLE, STYLE_SHEETS, BundledStorage


@pytest.fixture
def collected(tmp_path):
    """A storage with the style sheets, fonts and pictures of the site, as `collectstatic` leaves it."""
    storage = BundledStorage(location=tmp_path, base_url="/static/")
    found = {
        path: (source, path)
        for finder in get_finders()
        for path, source in finder.list([])
        if path.startswith(("css/", "fonts/", "img/")) and not path.startswith("admin/")
    }
    for path, (source, name) in found.items():
        with source.open(name) as file:
            storage.save(path, file)
    for _name, _new, done in storage.post_process({path: (storage, path) for path in found}):
        assert not isinstance(done, Exception)
    return storage


def test_the_style_sheets_of_a_page_are_one_file_in_their_order(collected, tmp_path):
    bundle = (tmp_path / collected.stored_name(BUNDLE)).read_text()

    fonts = {match: collected.stored_name(f"fonts/{match}.woff2") for match in ("serif", "sans")}
    parts = [Path(finders.find(name)).read_text() for name in STYLE_SHEETS]
    whole = re.sub(r"\.\./fonts/(\w+)\.woff2", lambda found: f"../{fonts[found[1]]}", "".join(parts))
    assert bundle == whole


def test_the_rules_for_paper_apply_to_paper_alone(collected, tmp_path):
    bundle = (tmp_path / collected.stored_name(BUNDLE)).read_text()

    assert "@media print { @layer print {" in bundle
    assert bundle.count("{") == bundle.count("}")


def test_files_whose_names_have_no_digest_are_not_kept(collected, tmp_path):
    names = {path.relative_to(tmp_path).as_posix().removesuffix(".gz") for path in tmp_path.rglob("*.*")}

    stored = {*collected.hashed_files.values()}
    assert "css/base.css" in collected.hashed_files
    assert names - {collected.manifest_name} == stored
