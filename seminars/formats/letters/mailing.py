"""What letters about talks have in common: one rendering for many, a way out for each reader, and their headers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext

from seminars import languages
from seminars.formats.letters.mail_merge import WAY_OUT, Common, MergedMessage
from seminars.models import Department
from seminars.models.subscriber import MailChoice

LONGEST_HTML = 100_000  # bytes: Gmail cuts a message off at 102 KB and hides what follows, the way out included


class LetterText(NamedTuple):
    """A letter as everybody who chose the same gets it. A template rendered `html`; "" where there is none."""

    subject: str
    text: str
    html: str = ""
    reply_to: str = ""  # an address; "" for the department's contact


@contextmanager
def in_language_of(reader: MailChoice) -> Iterator[None]:
    """Speak the language in which somebody subscribed, with links to pages in it; by default the department's."""
    with languages.at(f"/{reader.language}/"):
        yield


def rendered_once(what: str, same: object, render: Callable[[], LetterText | None]) -> LetterText | None:
    """Return what `render` makes, and for five minutes the same for all readers for whom `same` is equal."""
    key = f"letter:{what}:{sha256(repr(same).encode()).hexdigest()}"
    if (kept := cache.get(key)) is None:
        kept = (render(),)
        cache.set(key, kept, 300)
    return kept[0]


def message_to(email: str, rendered: LetterText, way_out: str, *, why: str) -> MergedMessage:
    """Return a letter to one reader. `way_out` is the private address of their choice, and `why` says what they chose.

    A mail program that knows RFC 8058 sends a POST to `way_out`. RFC 2919 asks for a List-Id that never changes.
    """
    message = _common(rendered, why, get_language(), _reply_to(rendered)).merged(email, way_out)
    message.extra_headers |= {
        "List-Id": list_id(),
        "List-Unsubscribe": f"<{way_out}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return message


def message_from_desk(email: str, rendered: LetterText) -> EmailMultiAlternatives:
    """Return a letter that an organiser sends to one address, such as a mailing list; it has no way out.

    The list adds its own. Somebody on the desk pressed "Send", so it is not automatic: `Auto-Submitted: no` (RFC 3834
    §5). Sympa, in its initial settings, takes no other from a list's writers. We leave out `Precedence`, which RFC 2076
    §3.9 discourages.
    """
    message = _common(rendered, "", get_language(), _reply_to(rendered)).message(email, "")
    message.extra_headers["Auto-Submitted"] = "no"
    return message


def _reply_to(rendered: LetterText) -> tuple[str, ...]:
    address = rendered.reply_to or Department.objects.current().contact_email
    return (address,) if address else ()


@lru_cache(maxsize=4)  # thousands of readers get the same, one after the other
def _common(rendered: LetterText, why: str, _language: str, reply_to: tuple[str, ...]) -> Common:
    """Return what all readers get; no foot without `why`."""
    foot = {"way_out": WAY_OUT, "why": why} if why else {}
    end = f"\n\n-- \n{render_to_string('mail/_foot.txt', foot).strip()}" if foot else ""
    body = mark_safe(rendered.html)  # noqa: S308  a template's
    html = render_to_string("mail/message.html", {"body": body, "subject": rendered.subject, **foot})
    is_told_in_html = rendered.html and len(html.encode()) <= LONGEST_HTML
    return Common(rendered.subject, f"{rendered.text.rstrip()}{end}\n", html if is_told_in_html else "", reply_to)


def more_talks(number: int) -> str:
    """Return how many talks are left out, "" if none is."""
    told = ngettext("%(number)d more talk is on the site", "%(number)d more talks are on the site", number)
    return told % {"number": number} if number > 0 else ""


def list_id() -> str:
    """Return the identity of the site's mail (RFC 2919), in ASCII."""
    return f"<mail.{in_ascii(urlsplit(settings.SITE_URL).hostname or 'localhost')}>"


@lru_cache(maxsize=8)
def in_ascii(host: str) -> str:
    """Return a host name as mail headers write it (RFC 5890)."""
    return host.encode("idna").decode()
