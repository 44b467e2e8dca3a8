"""A listing as a mail: plain text and HTML for a talk, a week or a change. The site or the organiser sends it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from seminars import date_formats, listings, text
from seminars.listings import Listing
from seminars.models import Announcement, Series, State, Talk, TalkQuerySet
from seminars.models.department_language import in_department_language
from seminars.models.page_addresses import absolute
from seminars.phrases import dated_line, joining_lines, people_lines, whereabouts
from seminars.times import Span, start_of

CONTENT_TYPE = "text/plain; charset=utf-8"
RULE = "-" * 40
# Some mail programs cut longer addresses off, or do nothing at all.
LONGEST_MAILTO = 1900
WEEK = timedelta(weeks=1)


def listing_of(announcement: Announcement) -> Listing:
    """Return what an announcement is about, in the language that is spoken: its public talks, as they are now."""
    if announcement.talk:
        return listings.of_talk(announcement.talk)
    return of_week(announcement.series, announcement.week)


def of_week(series: Series, monday: date) -> Listing:
    """Return the public talks of a series in a week of the department's calendar."""
    day = date_formats.day(monday, with_year=True)
    title = _("%(series)s: week of %(day)s") % {"series": series.short_name, "day": day}
    whole = listings.of_series(series)
    span = Span(start_of(monday), start_of(monday + WEEK))
    return replace(whole, title=title, talks=whole.talks.starting_in(span))


def still_to_come(listing: Listing) -> Listing:
    """Leave out talks that are over: nobody can go to them any more."""
    return replace(listing, talks=listing.talks.upcoming())


def render(listing: Listing) -> bytes:
    """Return the plain text, the earliest talk first."""
    with in_department_language():
        return (as_text(_talks(listing)) + "\n").encode()


def as_text(talks: Iterable[Talk]) -> str:
    """Return these talks as plain text, in the language that is spoken."""
    return f"\n\n{RULE}\n\n".join("\n\n".join(filter(None, _paragraphs(talk))) for talk in talks)


def as_html(talks: Iterable[Talk]) -> SafeString:
    """Return the same as HTML without styles or scripts."""
    return mark_safe(render_to_string("announcement/mail.html", {"talks": talks}).strip())  # noqa: S308  a template's


def html(listing: Listing) -> str:
    """Return the same as HTML without styles or scripts, to paste into a mail."""
    with in_department_language():
        return as_html(list(_talks(listing))) + "\n"


def subject(listing: Listing) -> str:
    """Return one line: of one talk its day, speaker and title, of several the listing's title."""
    with in_department_language():
        return as_subject(listing, list(_talks(listing)[:2]))


def as_subject(listing: Listing, talks: list[Talk]) -> str:
    """Return the same in the language that is spoken; `talks` are those of the listing, or the first two of them."""
    whole = dated_line(talks[0]) if len(talks) == 1 else text.line(listing.title)
    return text.line(_("Moved: %(talk)s") % {"talk": whole} if len(talks) == 1 and _is_moved(talks[0]) else whole)


def mailto(to: str, listing: Listing) -> str:
    """Return the address that opens a mail (RFC 6068); one that would grow too long leaves the text to be pasted."""
    start = f"mailto:{quote(to, safe='@')}?subject={quote(subject(listing), safe='')}"
    body = quote(render(listing).decode().replace("\n", "\r\n"), safe="")
    whole = f"{start}&body={body}"
    return whole if len(whole) <= LONGEST_MAILTO else start


def _talks(listing: Listing) -> TalkQuerySet:
    return listing.talks.soonest_first().for_pages()


def _is_moved(talk: Talk) -> bool:
    return talk.is_newly_moved() and not talk.is_called_off


def _paragraphs(talk: Talk) -> Iterator[str]:
    yield text.printable(dated_line(talk))
    yield "\n".join(filter(None, _news(talk)))
    yield f"{date_formats.when(talk.span, talk.zone_name)}\n{text.printable(whereabouts(talk))}"
    yield text.printable("\n".join(people_lines(talk)))
    yield text.line(talk.programme)
    yield text.plain(talk.abstract)
    joining = joining_lines(talk.join_address, talk.open_join_url, talk.open_passcode)
    yield text.printable("\n".join(joining))
    yield _("Details: %(address)s") % {"address": absolute(talk.get_absolute_url())}


def _news(talk: Talk) -> Iterator[str]:
    yield text.line(talk.notice)
    if talk.state == State.TENTATIVE:
        yield _("Provisional: time and place may still change.")
    if _is_moved(talk):
        yield _("Previously: %(moment)s.") % {"moment": date_formats.moment(talk.moved_from)}
