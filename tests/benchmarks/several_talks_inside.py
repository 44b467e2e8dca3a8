"""The command that changes sixty talks at once on the desk, and times it. The import sets up Django."""

import re
from itertools import count
from time import perf_counter
from urllib.parse import urlencode

from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from seminars.models import Talk, User
from tests.admin_forms import fields_of
from tests.benchmarks.zone_changes_inside import turns

TALKS = 60
numbers = count(1)


def change():
    """Give 60 talks another hour and link; return the seconds that this took, and those of its longest transaction."""
    client, number = _desk(), next(numbers)
    keys = list(Talk.objects.going_ahead().latest_first().primary_keys()[:TALKS])
    Talk.objects.with_keys(keys).update(shares_room=True)  # so that none is in another's way
    address = f"{reverse('admin:change-talks')}?{urlencode({'talk': keys}, doseq=True)}"
    values = {"start": f"{8 + number % 8:02}:15", "minutes": 45, "join_url": f"https://meet.example.org/{number}"}
    sent = values | {"chosen": list(values)}
    shown = client.post(address, sent | {"_preview": "on"})
    if len(re.findall(r'name="talk" value="\d+" checked>', shown.text)) != TALKS:
        raise RuntimeError("Not every talk can be changed.")
    sent |= {"seen": fields_of(shown)["seen"], "talk": keys, "_save": "on"}
    began = perf_counter()
    with turns() as lasted:
        response = client.post(address, sent)
    if response.status_code != 302:
        raise RuntimeError("Nothing was changed.")
    return perf_counter() - began, max(lasted)


def _desk():
    call_command("collectstatic", verbosity=0, interactive=False)
    person = User.objects.filter(username="bench").first() or User.objects.create_superuser("bench", password="-")
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client
