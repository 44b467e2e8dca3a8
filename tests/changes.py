"""Find and undo changes that organisers made."""

import re

from django.urls import reverse

from seminars.models import Change


def last_change():
    return Change.objects.latest_first().first()


def undo(client, change, **fields):
    return client.post(reverse("admin:undo"), {"change": change.pk} | fields)


def offered(html):
    """The primary keys of the changes that a page offers to undo."""
    return [int(key) for key in re.findall(r'name="change" value="(\d+)"', html)]


def values_of(row):
    """The values of all fields of a row, as stored."""
    return type(row).objects.filter(pk=row.pk).values().get()
