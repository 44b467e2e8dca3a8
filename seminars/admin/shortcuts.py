"""The changes of a talk that lists of the desk offer beside it."""

from django.utils.functional import cached_property
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from seminars.admin.transitions import TRANSITIONS, address_of
from seminars.models import Talk
from seminars.models.talk_naming import speaker_and_title


class Shortcuts:
    """Links from one list to the pages of these changes, which lead back to it.

    A list shows hundreds: what they have in common is made once, and no template is rendered for each talk.
    """

    def __init__(self, back_to: str) -> None:
        self.back_to = back_to

    def of(self, talk: Talk) -> list[tuple[str, str]]:
        """Return short label and address of the changes that a talk can make."""
        possible = ((label, address) for label, address, states in self._all if talk.state in states)
        return [(label, f"{page}?talk={talk.pk}&{back}") for label, (page, back) in possible]

    def links(self, talk: Talk) -> SafeString:
        """Return them as a list in HTML, empty if there are none."""
        if not (offered := self.of(talk)):
            return SafeString()
        name = conditional_escape(speaker_and_title(talk))
        links = format_html_join(
            "",
            '<li><a href="{}" aria-label="{}: {}">{}</a></li>',
            ((address, label, name, label) for label, address in offered),
        )
        heading = gettext("Change %(talk)s") % {"talk": speaker_and_title(talk)}
        return format_html('<ul class="shortcuts" aria-label="{}">{}</ul>', heading, links)

    @cached_property
    def _all(self) -> list[tuple[str, list[str], frozenset[str]]]:
        """Label, page and query of all changes, and the states in which a talk can make them."""
        short = (transition for transition in TRANSITIONS.values() if transition.short)
        addresses = {one: address_of(one.name, [], back_to=self.back_to).split("?") for one in short}
        return [(str(one.short), address, one.leads_from) for one, address in addresses.items()]
