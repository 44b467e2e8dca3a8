"""Chromium, Firefox and WebKitGTK behind one small interface: open an address, run a script, click and type.

Playwright drives Chromium. Firefox answers the commands of WebDriver on a socket (Marionette), WebKitGTK over HTTP
(https://www.w3.org/TR/webdriver2/), so neither needs a driver from the net. Scripts are functions as text; those of
`click`, `choose`, `fill` and `enter` return an element.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from tests.services import await_port, free_port

TIMEOUT = 60  # seconds
ENTER = "\ue007"
# Errors of WebDriver after which no command will succeed.
LOST = {"invalid session id", "no such window", "session not created"}
OPTION = "(select, words) => [...select.options].find((option) => option.label === words)"


class SessionLost(Exception):
    """The browser, or its window, is gone. That says nothing about the site."""


class Chromium:
    """A page of the Chromium that all browser tests use."""

    def __init__(self, page):
        self.page = page

    def restart(self):
        """Get ready for the next visitor."""

    def resize(self, width, height):
        self.page.set_viewport_size({"width": width, "height": height})

    def open(self, address):
        self.page.goto(address)

    def address(self):
        return self.page.url

    def run(self, function, *arguments):
        return self.page.evaluate(f"list => ({function})(...list)", list(arguments))

    def click(self, function, *arguments):
        self._element(function, *arguments).click()

    def choose(self, words, function, *arguments):
        self._element(function, *arguments).select_option(label=words)

    def fill(self, words, function, *arguments):
        self._element(function, *arguments).fill(words)

    def enter(self, function, *arguments):
        self._element(function, *arguments).press("Enter")

    def _element(self, function, *arguments):
        return self.page.evaluate_handle(f"list => ({function})(...list)", list(arguments)).as_element()


class WebDriver:
    """What Firefox and WebKitGTK share: the commands of WebDriver. Subclasses know how to begin, send one, and end."""

    def __init__(self, folder):
        self.folder = folder
        self.begin()

    def replace(self):
        """Start another browser in place of one that lost its session."""
        self.end()
        self.begin()

    def resize(self, width, height):
        self._send("SetWindowRect", x=0, y=0, width=width, height=height)

    def open(self, address):
        self._send("Navigate", url=address)

    def address(self):
        return self._send("GetCurrentURL")

    def run(self, function, *arguments):
        return self._send("ExecuteScript", script=f"return ({function})(...arguments)", args=list(arguments))

    def click(self, function, *arguments):
        self._send("ElementClick", id=self._element(function, *arguments))

    def choose(self, words, function, *arguments):
        [select] = self.run(function, *arguments).items()
        self.click(OPTION, dict([select]), words)

    def fill(self, words, function, *arguments):
        element = self._element(function, *arguments)
        self._send("ElementClear", id=element)
        self._send("ElementSendKeys", id=element, text=words)

    def enter(self, function, *arguments):
        self._send("ElementSendKeys", id=self._element(function, *arguments), text=ENTER)

    def _element(self, function, *arguments):
        [reference] = self.run(function, *arguments).values()
        return reference


class Firefox(WebDriver):
    """A headless Firefox with an empty profile."""

    def begin(self):
        port = free_port()
        (self.folder / "user.js").write_text(f'user_pref("marionette.port", {port});\n')
        command = [firefox(), "--marionette", "--headless", "--no-remote", "--profile", self.folder]
        # Firefox refuses a home that belongs to somebody else.
        self.process = started(command, HOME=str(self.folder))
        await_port(port)
        self.line = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)
        self.answers, self.number = self.line.makefile("rb"), 0
        self._read()
        self._send("NewSession")
        self._leave_the_first_window()

    def restart(self):
        """Open a new window for the next visitor."""
        [first] = self._send("CloseWindow")
        self._send("SwitchToWindow", handle=first)
        self._leave_the_first_window()

    def _leave_the_first_window(self):
        """Go to a pop-up window: others are never narrower than 500 px."""
        self.run("() => { window.open('about:blank', '', 'popup'); }")
        first = self._send("GetWindowHandle")
        [popup] = {*self._send("GetWindowHandles")} - {first}
        self._send("SwitchToWindow", handle=popup)

    def _send(self, command, **parameters):
        self.number += 1
        words = json.dumps([0, self.number, f"WebDriver:{command}", parameters]).encode()
        try:
            self.line.sendall(b"%d:%s" % (len(words), words))
            _answer, _number, error, result = self._read()
        except OSError as trouble:
            raise SessionLost(command) from trouble
        if error:
            kind = SessionLost if error["error"] in LOST else RuntimeError
            raise kind(f"{command}: {error['error']}: {error['message']}")
        return result["value"] if isinstance(result, dict) and "value" in result else result

    def _read(self):
        length = b""
        while (byte := self.answers.read(1)) != b":":
            if not byte:
                raise SessionLost("Firefox has closed the connection.")
            length += byte
        return json.loads(self.answers.read(int(length)))

    def end(self):
        self.line.close()
        stopped(self.process)


class WebKit(WebDriver):
    """WebKitGTK's own small browser, on a screen that nobody sees."""

    # Without this rule its tool bar makes the window at least 447 px wide.
    NARROW = "* { min-width: 0; padding: 0; margin: 0; font-size: 1px; -gtk-icon-transform: scale(0.1); }"
    # It does not wait for the end of a smooth scroll before it clicks.
    SCROLL = "(element) => element.scrollIntoView({ block: 'center', behavior: 'instant' })"
    NO_GPU = {"WEBKIT_DISABLE_COMPOSITING_MODE": "1", "WEBKIT_DISABLE_DMABUF_RENDERER": "1"}
    COMMANDS = {
        "SetWindowRect": "window/rect",
        "Navigate": "url",
        "GetCurrentURL": "url",
        "ExecuteScript": "execute/sync",
        "ElementClick": "element/{id}/click",
        "ElementClear": "element/{id}/clear",
        "ElementSendKeys": "element/{id}/value",
    }

    def begin(self):
        self.screen, display = hidden_screen()
        (self.folder / "gtk-3.0").mkdir(exist_ok=True)
        (self.folder / "gtk-3.0" / "gtk.css").write_text(self.NARROW)
        port, home = free_port(), str(self.folder)
        own = {"DISPLAY": display, "GDK_BACKEND": "x11", "XDG_CONFIG_HOME": home, "HOME": home}
        self.process = started(["WebKitWebDriver", f"--port={port}"], **own, **self.NO_GPU)
        await_port(port)
        self.server = self.session = f"http://127.0.0.1:{port}/session"
        self._new_session()

    def restart(self):
        """Begin a new session for the next visitor."""
        with contextlib.suppress(SessionLost):
            self._request("DELETE")
        self._new_session()

    def _new_session(self):
        self.session = self.server
        options = {"binary": str(mini_browser()), "args": ["--automation"]}
        answer = self._request("POST", {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}})
        self.session += "/" + answer["sessionId"]

    def click(self, function, *arguments):
        element = self.run(function, *arguments)
        self.run(self.SCROLL, element)
        self._send("ElementClick", id=next(iter(element.values())))

    def _send(self, command, **parameters):
        path = self.COMMANDS[command].format_map(parameters)
        return self._request("GET" if command.startswith("Get") else "POST", parameters, "/" + path)

    def _request(self, method, parameters=None, path=""):
        body = None if method == "GET" else json.dumps(parameters).encode()
        request = urllib.request.Request(self.session + path, body, method=method)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            answer = json.load(error)["value"]
            raise (SessionLost if answer["error"] in LOST else RuntimeError)(f"{path}: {answer}") from error
        except OSError as error:
            raise SessionLost(path) from error

    def crash(self):
        """End the process that shows the page, as a fault in it would."""
        for process in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                number, _name, fields = re.split(r" \(|\) ", process.read_text(), maxsplit=2)
                if "WebKitWebProcess" in (process.parent / "cmdline").read_text() and self._owns(fields):
                    os.kill(int(number), signal.SIGKILL)

    def _owns(self, fields):
        """Whether a process is in our session: proc(5), /proc/pid/stat, from field 3."""
        return int(fields.split()[3]) == self.process.pid

    def end(self):
        with contextlib.suppress(SessionLost, RuntimeError):
            self._request("DELETE")
        stopped(self.process)
        stopped(self.screen)


def firefox():
    return shutil.which("firefox-esr") or shutil.which("firefox")


def mini_browser():
    """Return the path of the small browser that comes with WebKitGTK, None if it is not installed."""
    found = sorted(Path("/usr/lib").glob("**/webkit2gtk-4.*/MiniBrowser"))
    return found[-1] if found else None


def has_webkit():
    return bool(shutil.which("WebKitWebDriver") and shutil.which("Xvfb") and mini_browser())


def hidden_screen():
    """Start an X server on a free number. Return its process and its name."""
    read, write = os.pipe()
    screen = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x1200x24", "-nolisten", "tcp"]
    process = started(screen, pass_fds=[write])
    os.close(write)
    with os.fdopen(read) as number:
        return process, f":{number.readline().strip()}"


def started(command, pass_fds=(), **environment):
    """Start a program in a group of its own, so that `stopped` reaches what it starts too."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, env=os.environ | environment, pass_fds=pass_fds, start_new_session=True, **quiet)


def stopped(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
