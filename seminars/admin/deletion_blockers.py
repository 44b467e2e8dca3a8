"""What keeps a row from being deleted, in lines for the page that refuses it."""

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import ngettext

from seminars.admin.speaker_invitations import invitations_address
from seminars.date_formats import short_day
from seminars.models import Room, Series, Speaker, SpeakerInvitation, Talk, Topic
from seminars.models.talk_naming import speaker_and_title

SHOWN = 20


def needing(thing: Model) -> tuple[list[Model], int]:
    """Return what needs `thing`, and how many more talks do; nothing where nothing is known."""
    if not isinstance(thing, Room | Series | Speaker | Topic):
        return [], 0
    rows: list[Model] = list(thing.default_of.all()) if isinstance(thing, Room | Speaker) else []
    if isinstance(thing, Speaker):
        rows += thing.speaker_invitations.with_people()[:SHOWN]
    talks = Talk.objects.showing(thing).latest_first().for_pages()
    return [*rows, *talks[:SHOWN]], max(0, talks.count() - SHOWN)


def blockers_of(thing: Model) -> list[str]:
    """Return links to what needs `thing`; [] where nothing is known of it."""
    rows, more = needing(thing)
    return [*(_link(row) for row in rows), *_rest(more)]


def blockers_in_words(thing: Model) -> list[str]:
    """Return the same without links."""
    rows, more = needing(thing)
    return [*(_words(row) for row in rows), *_rest(more)]


def _rest(more: int) -> list[str]:
    return [ngettext("and one more talk", "and %(number)d more talks", more) % {"number": more}] if more else []


def _words(row: Model) -> str:
    if isinstance(row, Talk):
        return f"{short_day(row.starts_at)}: {speaker_and_title(row)}"
    return str(row._meta.verbose_name) if isinstance(row, SpeakerInvitation) else str(row)


def _link(row: Model) -> str:
    if isinstance(row, SpeakerInvitation):
        address = invitations_address(row.home, row.talk)
    else:
        address = reverse(f"admin:seminars_{row._meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', address, _words(row))
