"""Programs with a token."""

import json

from django.test import Client

from seminars.actions import api_tokens
from seminars.models import ApiToken

TALKS = "/api/v1/talks"


def make_token(person, *, talks=True, shared=True, changes_series=True, series=None, days=90):
    """The token that a program of this person sends."""
    may = {"may_change_talks": talks, "may_change_shared_rows": shared, "may_change_series": changes_series}
    return api_tokens.make(ApiToken(person=person, name="Website", series=series, **may), days=days)


def program(person, **options):
    """A client that sends a token of this person."""
    return Client(headers={"authorization": f"Bearer {make_token(person, **options)}"})


def send(client, method, path, sent=None, **headers):
    """Send a JSON document."""
    body = json.dumps({} if sent is None else sent)
    return getattr(client, method)(path, body, content_type="application/json", headers=headers)


def change(client, talk, sent=None, *, action="", method="post", query="", **headers):
    """Read a talk, then change it as it was read."""
    address = f"{TALKS}/{talk.address}"
    known = client.get(address).headers.get("ETag", '"x"')
    path = f"{address}/{action}{query}" if action else f"{address}{query}"
    return send(client, method if action else "patch", path, sent, **{"if-match": known} | headers)
