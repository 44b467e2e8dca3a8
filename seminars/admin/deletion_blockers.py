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


def blockers_of(thing: Model) -> list[str]:
    """Return links to what needs `thing`; [] where nothing is known of it."""
    if not isinstance(thing, Room | Series | Speaker | Topic):
        return []
    defaults = [_link(series) for series in thing.default_of.all()] if isinstance(thing, Room | Speaker) else []
    if isinstance(thing, Speaker):
        defaults += [_invitation_link(one) for one in thing.speaker_invitations.with_people()[:SHOWN]]
    talks = Talk.objects.showing(thing).latest_first().for_pages()
    more = talks.count() - SHOWN
    lines = [*defaults, *(_link(talk) for talk in talks[:SHOWN])]
    rest = ngettext("and one more talk", "and %(number)d more talks", more) % {"number": more}
    return [*lines, rest] if more > 0 else lines


def _invitation_link(one: SpeakerInvitation) -> str:
    address = invitations_address(one.home, one.talk)
    return format_html('<a href="{}">{}</a>', address, one._meta.verbose_name)


def _link(thing: Model) -> str:
    words = f"{short_day(thing.starts_at)}: {speaker_and_title(thing)}" if isinstance(thing, Talk) else str(thing)
    address = reverse(f"admin:seminars_{thing._meta.model_name}_change", args=[thing.pk])
    return format_html('<a href="{}">{}</a>', address, words)
