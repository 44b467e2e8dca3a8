"""Fixtures for tests in a real browser."""

import pytest


@pytest.fixture
def desk(page, live_server):
    """A page whose `visit` opens an address of the desk. `refusals` collects violations of its content policy."""
    page.refusals = []
    page.on("console", lambda line: page.refusals.append(line.text) if "Content Security Policy" in line.text else None)
    page.on("pageerror", lambda error: page.refusals.append(str(error)))
    page.visit = lambda address: page.goto(live_server.url + address, wait_until="networkidle")
    return page
