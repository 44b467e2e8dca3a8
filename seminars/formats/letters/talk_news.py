"""The letter that tells a subscriber which talks are new, and what has changed about others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from seminars import date_formats, text
from seminars.formats.announcement import RULE
from seminars.formats.letters.mailing import LetterText, in_language_of, message_to, more_talks, rendered_once
from seminars.models import Department, Edition, State, Talk, TalkNews
from seminars.models.letter import Letter, NotYet
from seminars.models.page_addresses import absolute
from seminars.models.states import GOING_AHEAD
from seminars.models.talk_news import NewsKind
from seminars.models.untold_talk_news import Untold, untold
from seminars.phrases import entry_line, people_lines, whereabouts
from seminars.phrases.talk_differences import Difference
from seminars.phrases.talk_news import differences, facts_of
from seminars.times import local

MOST_TALKS = 50  # in one letter; of an import that announces more, the site has the others


@dataclass(frozen=True)
class Item:
    """A talk as a letter shows it; without differences, the talk is new."""

    talk: Talk
    differences: Sequence[Difference]

    @property
    def what(self) -> str:
        """What happened, in a few words."""
        if not self.differences:
            return _("New talk")
        labels = [one.label for one in self.differences if one.new]
        return _("Changed: %(what)s") % {"what": ", ".join(labels)} if labels else self.differences[0].label

    @property
    def changes(self) -> list[str]:
        """A line for each difference."""
        return [f"{one.label}: {one.old} → {one.new}" if one.new else one.label for one in self.differences]

    @property
    def notice(self) -> str:
        """What the organisers say about it."""
        is_provisional = self.talk.state == State.TENTATIVE
        provisional = _("Provisional: time and place may still change.") if is_provisional else ""
        return "\n".join(filter(None, (text.line(self.talk.notice), provisional)))

    @cached_property
    def line(self) -> str:
        """Series, speakers and title."""
        series = [series.short_name for series in self.talk.shown_series]
        return entry_line(series, self.talk.speaker_names, text.line(self.talk.title), "")

    @property
    def details(self) -> list[str]:
        """When and where it is, and who appears."""
        talk = self.talk
        return [date_formats.when(talk.span, talk.zone_name), whereabouts(talk), *people_lines(talk)]

    @property
    def address(self) -> str:
        return absolute(self.talk.get_absolute_url())

    @property
    def text(self) -> str:
        """The talk as plain text."""
        join, page = self.talk.join_address, _("Details: %(address)s") % {"address": self.address}
        links = [_("Join online: %(address)s") % {"address": join}, page] if join else [page]
        changes = "\n".join(self.changes) or self.what
        parts = (changes, self.notice, "\n".join([self.line, *self.details]), "\n".join(links))
        return text.printable("\n\n".join(filter(None, parts)))

    @property
    def subject(self) -> str:
        day = date_formats.day(local(self.talk.starts_at), with_year=True)
        return _("%(what)s – %(talk)s (%(day)s)") % {"what": self.what, "talk": self.line, "day": day}


def talk_news(letter: Letter) -> EmailMessage | None:
    """Return what is new to a subscriber by now, None if nothing is.

    It leaves out talks that they no longer choose, that are over or drafts, that are as the reader knows them, and
    those of which a later letter tells. Raise NotYet while one of the talks is being changed.
    """
    reader = letter.subscriber
    if reader is None or not reader.is_reachable:
        return None
    keys = TalkNews.objects.with_keys(letter.about["news"]).for_reader(reader, timezone.now())
    if not keys:
        return None
    edition = Edition.objects.number()
    if TalkNews.objects.with_keys(keys).are_changing():
        raise NotYet
    told = untold(letter, keys)
    with in_language_of(reader):
        rendered = rendered_once("news", (told, get_language(), edition), lambda: _render(told))
        if rendered is None:
            return None
        why = _("You get this message because you subscribed to new or changed talks.")
        message = message_to(letter.to, rendered, reader.address, why=why)
    if len(told) < len(keys):
        message.when_sent = partial(letter.note_told, {**letter.about, "news": [one.key for one in told]})
    return message


def _render(told: list[Untold]) -> LetterText | None:
    department = Department.objects.current()
    items = list(_items(told))
    if not items:
        return None
    shown, more = items[:MOST_TALKS], len(items) - MOST_TALKS
    words = {"items": shown, "more": more_talks(more), "site": absolute(reverse("front"))}
    parts = [one.text for one in shown] + ([f"{words['more']}: {words['site']}"] if more > 0 else [])
    body = f"\n\n{RULE}\n\n".join(parts)
    contacts = {one.talk.shown_series[0].contact_email for one in items}
    subject = text.line(items[0].subject if len(items) == 1 else _subject_of(len(items), department))
    reply_to = contacts.pop() if len(contacts) == 1 else ""
    return LetterText(
        subject, body, render_to_string("mail/talk_news.html", words), reply_to or department.contact_email
    )


def _items(told: list[Untold]) -> Iterator[Item]:
    news = {one.talk: one for one in told}
    for talk in Talk.objects.public().with_keys(news).for_pages().soonest_first():
        one = news[talk.pk]
        found = [] if one.kind == NewsKind.NEW else differences(one.before, facts_of(talk))
        if found or (one.kind == NewsKind.NEW and talk.state in GOING_AHEAD):
            yield Item(talk, found)


def _subject_of(number: int, department: Department) -> str:
    told = ngettext("%(name)s: news about %(number)d talk", "%(name)s: news about %(number)d talks", number)
    return told % {"name": department.name, "number": number}
