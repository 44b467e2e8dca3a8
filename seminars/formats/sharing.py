"""The addresses that hand a talk on: a mail and a WhatsApp message, both written but not sent."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from seminars import date_formats
from seminars.models import Talk
from seminars.models.page_addresses import absolute
from seminars.phrases import dated_line, whereabouts


@dataclass(frozen=True)
class ShareLink:
    """A way to share a talk, with the address that opens it."""

    name: str | Promise
    address: str


def ways_to_share(talk: Talk) -> list[ShareLink]:
    """Return the ways to share a talk that work without script."""
    line, page = dated_line(talk), absolute(talk.lasting_path)
    body = "\r\n".join([line, date_formats.when(talk.span, talk.zone_name), whereabouts(talk), "", page])
    return [
        ShareLink(_("Send by mail"), f"mailto:?subject={quote(line, safe='')}&body={quote(body, safe='')}"),
        ShareLink(_("Share on WhatsApp"), f"https://wa.me/?{urlencode({'text': f'{line} {page}'}, quote_via=quote)}"),
    ]
