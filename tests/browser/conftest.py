"""Fixtures for tests in a real browser."""

import inspect
import threading
import warnings

import pytest
from django.core.servers import basehttp

from tests import serving
from tests.browser.arriving import visits
from tests.browser.drivers import SessionLost
from tests.tables import with_tables


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """A site as an operator runs it, with the example's talks. `talk_on_now` is the path of the talk that is on."""
    rows = with_tables(tmp_path_factory.mktemp("site") / "rows.sqlite3")
    with serving.organiser(rows, commands="tests.browser.visited_site") as organiser:
        talk_on_now = organiser("prepare")
    with serving.site(rows) as server:
        server.talk_on_now = talk_on_now
        yield server


@pytest.fixture(scope="session", autouse=True)
def _one_request_at_a_time():
    """Let `live_server` answer one request after the other.

    Its rows are in memory, where all its threads share one connection: of two requests at once, the second would begin
    a transaction within that of the first.
    """
    turn, run = threading.Lock(), basehttp.ServerHandler.run

    def run_alone(handler, application):
        with turn:
            run(handler, application)

    basehttp.ServerHandler.run = run_alone
    yield
    basehttp.ServerHandler.run = run


@pytest.fixture
def desk(page, live_server):
    """A page whose `visit` opens an address of the desk. `refusals` collects violations of its content policy."""
    page.refusals = []
    page.on("console", lambda line: page.refusals.append(line.text) if "Content Security Policy" in line.text else None)
    page.on("pageerror", lambda error: page.refusals.append(str(error)))
    return visits(page, live_server.url)


@pytest.fixture(params=["keyboard at 1280", "touch at 390"])
def person(request, browser, live_server):
    """A page of the desk, and how its user presses things: with the keyboard, or with a finger on a phone."""
    is_phone = request.param.startswith("touch")
    size = {"width": 390, "height": 844} if is_phone else {"width": 1280, "height": 800}
    context = browser.new_context(viewport=size, has_touch=is_phone, is_mobile=is_phone, locale="en-US")
    page = context.new_page()
    page.refusals = []
    page.on("pageerror", lambda error: page.refusals.append(str(error)))
    visits(page, live_server.url)

    def press(control):
        if is_phone:
            control.tap()
        else:
            control.focus()
            is_chosen = control.get_attribute("type") in {"checkbox", "radio"}
            page.keyboard.press("Space" if is_chosen else "Enter")

    page.press = press
    yield page
    context.close()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Let a visitor whose browser lost its session try once more. A failed assertion is final."""
    visitor = pyfuncitem.funcargs.get("visitor")
    if visitor is None:
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in inspect.signature(pyfuncitem.obj).parameters}
    try:
        pyfuncitem.obj(**arguments)
    except SessionLost as error:
        warnings.warn(pytest.PytestWarning(f"{pyfuncitem.name} lost its session: {error!r}"), stacklevel=1)
        visitor.begins_again()
        pyfuncitem.obj(**arguments)
    return True
