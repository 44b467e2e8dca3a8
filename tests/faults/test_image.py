"""deploy/Containerfile, built by a real builder where there is one and its base image is there already.

test_hosting.py carries out the same instructions without either.
"""

import re
import shutil
import subprocess
import uuid

import pytest

from tests.proxies import DEPLOY

BUILDERS = ("podman", "buildah", "docker")
BASE = re.search(r"^ARG BASE=(.+)", (DEPLOY / "Containerfile").read_text(), re.M)[1]
KEY = "SECRET_KEY=" + "k" * 40


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=DEPLOY.parent)


def chosen_builder():
    """The first builder that has the base image already; docker has none without its daemon."""
    found = [builder for builder in BUILDERS if shutil.which(builder)]
    if not found:
        pytest.skip(f"not installed here: {', '.join(BUILDERS)}")
    for builder in found:
        if run(builder, "images", "--quiet", BASE).stdout.strip():
            return builder
    pytest.skip(f"no base image here: {found[0]} pull {BASE}")


@pytest.fixture
def image():
    """A function that runs a command in a container of the image, with a root file system that is read-only."""
    builder, name = chosen_builder(), f"seminars-{uuid.uuid4().hex[:8]}"
    built = run(builder, "build", "--file=deploy/Containerfile", f"--tag={name}", ".")
    assert built.returncode == 0, built.stderr[-3000:]
    if builder == "buildah":
        container = run(builder, "from", name).stdout.strip()
        yield lambda *command: run(builder, "run", f"--env={KEY}", container, "--", *command)
        run(builder, "rm", container)
    else:
        limits = ["--rm", "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", f"--env={KEY}"]
        yield lambda *command: run(builder, "run", *limits, name, *command)
    run(builder, "rmi", name)


def test_the_image_prepares_a_site_as_a_user_without_rights_and_can_ask_a_provider(image):
    user, prepared = image("id", "-u"), image(".venv/bin/python", "manage.py", "prepare", "--empty")

    assert (user.stdout.strip(), prepared.returncode, "password" in prepared.stdout) == ("10001", 0, True), prepared
    assert image(".venv/bin/python", "-c", "import allauth.socialaccount.providers.openid_connect").returncode == 0
    assert image("pg_dump", "--version").returncode == 0
    assert image("touch", "/app/manage.py").returncode != 0
