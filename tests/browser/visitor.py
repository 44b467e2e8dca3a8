"""A visitor who knows a page by its visible words only."""

import time
from urllib.parse import urljoin

from tests.browser.drivers import SessionLost

PATIENCE = 45  # seconds until something must have appeared
# The words of an element that can be seen: no text for screen readers, no closed menu.
SEEN = """(element) => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const words = [];
  while (walker.nextNode()) {
    const box = walker.currentNode.parentElement.getBoundingClientRect();
    const shown = walker.currentNode.parentElement.checkVisibility({ visibilityProperty: true });
    if (shown && box.width > 1 && box.height > 1) words.push(walker.currentNode.data);
  }
  return words.join(" ").replace(/\\s+/g, " ").trim();
}"""
KINDS = {
    "link": "a[href]",
    "button": "button, summary",
    "field": "input, select, textarea",
}
FIND = f"""(selector, words, near) => {{
  const seen = {SEEN};
  const label = (field) => field.labels?.[0] ? field.labels[0].textContent.trim() : field.placeholder;
  const isVisible = (one) => one.checkVisibility({{ visibilityProperty: true }}) && one.getClientRects().length > 0;
  return [...document.querySelectorAll(selector)].find((one) => isVisible(one)
    && (one.matches("input, select, textarea") ? label(one) : seen(one)) === words
    && (!near || one.closest("article, section, li, td, main").textContent.includes(near))) ?? null;
}}"""


class Visitor:
    """Follows links, presses buttons and fills in fields, each found by its label."""

    def __init__(self, driver, address):
        self.driver, self.address = driver, address

    def begins_again(self):
        """Open the front page in a new browser."""
        self.driver.replace()
        self.arrives()

    def arrives(self, width=1280, height=900):
        """Open the front page in a window of this many pixels."""
        self.driver.resize(width, height)
        self.driver.open(self.address)

    def follows(self, words, near=""):
        """Follow the link with these words, in the part of the page that also says `near`, and wait for its page."""
        self._leaves(self.driver.click, *self._found("link", words, near))

    def presses(self, words):
        self.driver.click(*self._found("button", words))

    def sends(self, words):
        """Press the button of a form and wait for the page that it leads to."""
        self._leaves(self.driver.click, *self._found("button", words))

    def chooses(self, label, words):
        self.driver.choose(words, *self._found("field", label))

    def searches(self, words):
        """Type into the search field of the page and press Enter."""
        field = self._found("field", "Search")
        self.driver.fill(words, *field)
        self._leaves(self.driver.enter, *field)

    def link(self, words):
        """Return where the link with these words leads."""
        find, *arguments = self._found("link", words)
        return self.driver.run(f"(...all) => ({find})(...all).href", *arguments)

    def sees(self, words):
        """Wait until the page says these words where they can be seen."""
        says = f"(words) => ({SEEN})(document.body).includes(words)"
        self._await(f"“{words}”", says, words)

    def does_not_see(self, words):
        assert words not in self.driver.run(f"() => ({SEEN})(document.body)")

    def sees_without_scrolling(self, words):
        """Whether the link with these words is within the window as the page opens."""
        find, *arguments = self._found("link", words)
        inside = f"(...all) => scrollY === 0 && ({find})(...all).getBoundingClientRect().bottom <= innerHeight"
        return self.driver.run(inside, *arguments)

    def heading(self):
        return self.driver.run(f"() => ({SEEN})(document.querySelector('h1'))")

    def is_at(self, path):
        return self.driver.address() == urljoin(self.address, path)

    def _found(self, kind, words, near=""):
        """Wait for an element. Return the script that finds it and its arguments."""
        script = (FIND, KINDS[kind], words, near)
        self._await(f"{kind} “{words}” {near}".strip(), f"(...all) => ({FIND})(...all) !== null", *script[1:])
        return script

    def _leaves(self, act, *arguments):
        """Do what leads to another address and wait until its page has loaded.

        A script in the page that is left can crash WebKitGTK, so the browser is asked for the address.
        """
        before, deadline = self.driver.address(), time.monotonic() + PATIENCE
        act(*arguments)
        while self.driver.address() == before:
            assert time.monotonic() < deadline, f"nothing leads to another page: {self._page()}"
            time.sleep(0.02)
        self._await("another page", "() => document.readyState === 'complete'")

    def _await(self, what, condition, *arguments):
        deadline = time.monotonic() + PATIENCE
        while not self._holds(condition, *arguments):
            assert time.monotonic() < deadline, f"{what} is not on the page: {self._page()}"
            time.sleep(0.02)

    def _holds(self, condition, *arguments):
        try:
            return self.driver.run(condition, *arguments)
        except SessionLost:
            raise
        except Exception as error:  # noqa: BLE001 the page may go while the script runs; each driver says so otherwise
            self.trouble = error
            return False

    def _page(self):
        return self.driver.run("() => location.href + ' ' + document.body.innerText.slice(0, 3000)")
