"""Ask axe what is not accessible on the page that a browser shows."""

from axe_playwright_python.sync_playwright import Axe


def violations(page, options=None):
    """The rules that the page breaks, each with the elements that break it. Waits until the page has loaded."""
    page.wait_for_load_state("load")
    found = Axe().run(page, options=options).response["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]
