"""Give several talks the same values on the desk."""

from urllib.parse import urlencode

from django.urls import reverse

from tests.admin_forms import fields_of


def page_of(*talks):
    """The address of the page that changes these talks."""
    return f"{reverse('admin:change-talks')}?{urlencode({'talk': [talk.pk for talk in talks]}, doseq=True)}"


def typed(**values):
    """What a browser sends if these fields are ticked and filled in."""
    return {"chosen": list(values)} | values


def apply(client, *talks, ticked=None, tell_move=False, **values):
    """Preview these values, then press Apply with the talks ticked that the page ticks, or with `ticked`."""
    previewed = client.post(page_of(*talks), typed(**values) | {"_preview": "on"})
    keys = [row.prospect.talk.pk for row in previewed.context["rows"] if row.is_ticked]
    chosen = keys if ticked is None else [talk.pk for talk in ticked]
    sent = typed(**values) | {"seen": fields_of(previewed)["seen"], "talk": chosen, "_save": "on"}
    return client.post(page_of(*talks), sent | ({"tell_move": "on"} if tell_move else {}))
