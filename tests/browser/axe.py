"""Ask axe what is not accessible on the page that a browser shows."""

from axe_playwright_python.base import AXE_SCRIPT

GUIDELINES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Ask only this of a page in another theme, if all of it was asked in one.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# Django's desk fades the colour of links when the theme changes; half-way, its contrast is too low.
# In a closed <details> a change of colour may never end, because Chromium does not draw what is in it.
COLOURS_ARE_FINAL = """() => Promise.allSettled(document.getAnimations()
    .filter(each => each.effect.target.checkVisibility()).map(each => each.finished))"""
FOUND = """options => axe.run({resultTypes: ["violations"], ...options})
    .then(result => result.violations.map(rule => [rule.id, rule.nodes.map(node => node.html)]))"""


def violations(page, options=None):
    """The rules that the page breaks, each with the elements that break it. Waits until the page stands still."""
    page.wait_for_load_state("load")
    page.evaluate(COLOURS_ARE_FINAL)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [tuple(rule) for rule in page.evaluate(FOUND, options or {})]


def violations_in_both_themes(page, options=None):
    """The same in dark and in light. The theme changes colours and nothing else: in dark, axe looks at those alone."""
    found = []
    for theme, rules in (("dark", COLOURS), ("light", options)):
        page.emulate_media(color_scheme=theme)
        found += violations(page, rules)
    return found
