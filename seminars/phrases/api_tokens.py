"""What a token for programs may do, in words: for the desk and for the email to its owner."""

from django.utils.translation import gettext as _

from seminars import date_formats
from seminars.models.api_token import PREFIX, ApiToken
from seminars.times import local


def name_and_ending(token: ApiToken) -> str:
    """Return "Website (sem_…x1Ya)", which tells tokens apart and gives no access."""
    return f"{token.name} ({PREFIX}…{token.ending})"


def rights(token: ApiToken) -> str:
    """Return "Reads, and changes talks. Changes series and breaks."."""
    said = [_("Reads, and changes talks.") if token.may_change_talks else _("Reads.")]
    if token.may_change_shared_rows:
        said.append(_("Adds, changes and deletes speakers, rooms and topics."))
    if token.may_change_series:
        said.append(_("Changes series and breaks."))
    return " ".join(said)


def lines(token: ApiToken) -> str:
    """Return a line each for name and ending, series, rights and end."""
    series = str(token.series) if token.series else _("All series that you look after")
    end = _("Valid until %(when)s.") % {"when": date_formats.day(local(token.ends_at))}
    return "\n".join([name_and_ending(token), series, rights(token), end])
