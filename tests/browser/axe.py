"""Ask axe what is not accessible on the page that a browser shows."""

from axe_playwright_python.sync_playwright import DEFAULT_OPTIONS, Axe

GUIDELINES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# Django's desk fades the colour of links when the theme changes; half-way, its contrast is too low.
COLOURS_ARE_FINAL = "() => Promise.allSettled(document.getAnimations().map(each => each.finished))"
# Ask only this of a page in another theme, if all of it was asked in one.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def violations(page, options=None):
    """The rules that the page breaks, each with the elements that break it. Waits until the page stands still."""
    page.wait_for_load_state("load")
    page.evaluate(COLOURS_ARE_FINAL)
    found = Axe().run(page, options=DEFAULT_OPTIONS | (options or {})).response["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def violations_in_both_themes(page, options=None):
    """The same in dark and in light. The theme changes colours and nothing else: in dark, axe looks at those alone."""
    found = []
    for theme, rules in (("dark", COLOURS), ("light", options)):
        page.emulate_media(color_scheme=theme)
        found += violations(page, rules)
    return found
