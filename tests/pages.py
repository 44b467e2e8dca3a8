"""Read pages as a visitor does: their text, and the rows of their lists."""

import html
import re

ROW = re.compile(r'<article class="talk .*?</article>', re.S)


def words(markup):
    """The text of some markup on one line, with the hidden text that a screen reader reads."""
    without_script = re.sub(r"<(script|style|title)\b.*?</\1>", " ", markup, flags=re.S)
    spaced = re.sub(r"</?(p|li|h\d|dt|dd|div|br|section|ul|ol|option)\b[^>]*>", " ", without_script)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", spaced)).split())


def main(response):
    """The markup between the masthead and the footer."""
    page = response.content.decode()
    return page[page.index("<main") : page.index("</main>")]


def rows(response):
    """The markup of each talk in the lists of a page, from top to bottom."""
    return ROW.findall(main(response))


def titles(response):
    """The title of each talk in the lists of a page, from top to bottom."""
    return [words(re.search(r"<h\d class=.talk-title.*?</h\d>", row, re.S)[0]) for row in rows(response)]


def badges(markup):
    """The words in badges, in order."""
    return [words(found) for found in re.findall(r'<span class="badge[^"]*">.*?</span>', markup, re.S)]
