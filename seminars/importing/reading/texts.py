"""Read text of any source: bytes as text, HTML as text, without stray spaces."""

import html
import re
from html.parser import HTMLParser

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
# Only real tags: "a<b and c>d" is mathematics.
_TAG = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|em|strong|ul|ol|li|h[1-6]|table|tr|td|html|body|font|blockquote)\s*/?>"
    r"|<(?:p|br|div|span|a|ul|ol|li|h[1-6]|table|tr|td|html|body|font)\s+[\w-]+=[^<>]*>",
    re.IGNORECASE,
)
_LONGEST_MARKUP = 200_000  # characters; longer text cannot be the description of a talk and is not changed
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,8}\d{0,2});", re.IGNORECASE)
_ESCAPED_MARKUP = re.compile(r"</(?:p|div|span|a|b|i|u|em|strong|ul|li|td|body)>|<br\s*/?>", re.IGNORECASE)
_ENTITY_LEFT = re.compile(r"&(?:amp|nbsp|quot|#39|#x27);")
_ESCAPE = re.compile(r"\\([nN,;])")
_TEX = re.compile(
    r"\$|\\[()\[\]{}$_^&%#!:'\"`~=.\\ ]|\\[A-MO-Za-mo-z][A-Za-z]*|\\(?:n(?:abla|u|e|eq|eg|ot|otin|mid|i|earrow"
    r"|atural|less|gtr|oindent"
    r"|ewline|ewcommand|ormalsize|parallel|exists|leq|geq|sub\w+|sup\w+|prec\w*|succ\w*|sim|cong))(?![A-Za-z])"
)
# Of page builders in WordPress: "[vc_row][vc_column width=1/2]".
_SHORTCODE = re.compile(r"\[/?(?:vc|et_pb|fusion|av|su|wpb)_\w{1,40}(?: [^\[\]\n]{0,500})?\]")
_BLOCKS = frozenset({"p", "div", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"})
_LINES = frozenset({"br", "tr", "li"})
_SILENT = frozenset({"script", "style", "head", "title"})


def decoded(content: bytes) -> tuple[str, bool]:
    """Return bytes as text without control characters, and whether they were the UTF-8 that they should be.

    Other bytes are read as Windows-1252, which holds Latin-1; the five that it lacks are dropped.
    """
    try:
        text = content.decode()
        return text if text.isprintable() else _CONTROLS.sub("", text), True
    except UnicodeDecodeError:
        return _CONTROLS.sub("", content.decode("cp1252", "ignore")), False


def plain_text(text: str) -> str:
    """Return text without HTML tags and entities, if it has any, and without stray blank lines.

    HTML that was escaped once more ("&lt;p&gt;", "&amp;nbsp;") is read too, and so are escapes of iCalendar.
    """
    if len(text) > _LONGEST_MARKUP:
        return tidy(text)
    text = _SHORTCODE.sub("\n", without_double_escapes(text)) if "[" in text else without_double_escapes(text)
    if _TAG.search(text):
        text = _without_tags(text)
    elif _ENTITY.search(text):
        text = html.unescape(text)
        if _ESCAPED_MARKUP.search(text) and _TAG.search(text):
            text = _without_tags(text)
    return tidy(html.unescape(text) if _ENTITY_LEFT.search(text) else text)


def without_double_escapes(text: str) -> str:
    """Return text in which line breaks, commas and semicolons were escaped twice (RFC 5545 §3.3.11) as it was meant.

    Text with TeX stays as it is: there "\\n" begins names and "\\," is a space.
    """
    if "\\" not in text or len(text) > _LONGEST_MARKUP or _TEX.search(text):
        return text
    return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], text)


def _without_tags(text: str) -> str:
    reader = _Reader()
    try:
        reader.feed(text)
        reader.close()
    except AssertionError:  # raised by html.parser for a declaration that it cannot read
        return html.unescape(_TAG.sub("", text))
    return reader.text()


def tidy(text: str) -> str:
    """Return text with "\\n" line ends, ordinary spaces, no space around lines and single blank lines."""
    if "\n" not in text and "\r" not in text and "\xa0" not in text:
        return text.strip()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in lines)).strip()


class _Reader(HTMLParser):
    """Collects the text of a document; a link whose words are not its address is followed by it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._silent = 0
        self._link = ""
        self._link_begins = 0

    def text(self) -> str:
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self._parts.append("\n\n")
        elif tag in _LINES:
            self._parts.append("\n- " if tag == "li" else "\n")
        elif tag == "a":
            self._link, self._link_begins = dict(attributes).get("href") or "", len(self._parts)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag in _BLOCKS:
            self._parts.append("\n\n")
        elif tag == "a" and self._link:
            words = "".join(self._parts[self._link_begins :])
            if self._link.startswith(("http://", "https://")) and self._link not in words:
                self._parts.append(f" ({self._link})" if words.strip() else self._link)
            self._link = ""

    def handle_data(self, words: str) -> None:
        if not self._silent:
            self._parts.append(words)
