"""Programs with a token."""

from django.test import Client

from seminars.actions import api_tokens
from seminars.models import ApiToken


def make_token(person, *, talks=True, shared=True, series=None, days=90):
    """The token that a program of this person sends."""
    may = {"may_change_talks": talks, "may_change_shared_rows": shared}
    return api_tokens.make(ApiToken(person=person, name="Website", series=series, **may), days=days)


def program(person, **options):
    """A client that sends a token of this person."""
    return Client(headers={"authorization": f"Bearer {make_token(person, **options)}"})
