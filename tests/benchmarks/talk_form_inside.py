"""Open and save the form of a talk in the organiser process. This also runs with older builds."""

import gc
from itertools import count
from statistics import median
from time import process_time
from urllib.parse import urlencode

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from seminars.models import Talk, User
from tests.admin_forms import address_of, form_of

SAVES = 15
URLENCODED = "application/x-www-form-urlencoded"
TRANSACTIONS = ("BEGIN", "COMMIT")
numbers = count(1)


def open_form():
    """How many queries the form of a talk takes, and how many milliseconds of the processor."""
    client, address = _desk()
    return _measured(lambda: client.get(address), status=200)


def save_title():
    """How many queries saving one new title takes, and how many milliseconds of the processor: the median."""
    client, address = _desk()
    queries, _first = _measured(_saving(client, address), status=302)
    gc.collect()
    gc.freeze()  # as gunicorn.conf.py does
    return queries, median(_milliseconds(_saving(client, address), status=302) for _save in range(SAVES))


def _desk():
    call_command("collectstatic", verbosity=0, interactive=False)
    person = User.objects.filter(username="bench").first() or User.objects.create_superuser("bench", password="-")
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    whole = Talk.objects.public().upcoming().filter(room__isnull=False, appearances__isnull=False, topics__isnull=False)
    address = address_of(whole.order_by("starts_at", "pk").first())
    client.get(address)
    return client, address


def _saving(client, address):
    """The request that saves a new title, all of it prepared."""
    sent = urlencode(form_of(client, address) | {"title": f"On engines, part {next(numbers)}"})
    return lambda: client.generic("POST", address, sent, content_type=URLENCODED)


def _measured(ask, status):
    with CaptureQueriesContext(connection) as captured:
        took = _milliseconds(ask, status)
    return len([query for query in captured if not query["sql"].startswith(TRANSACTIONS)]), took


def _milliseconds(ask, status):
    began = process_time()
    answer = ask()
    took = 1000 * (process_time() - began)
    if answer.status_code != status:
        raise RuntimeError(f"The form answered {answer.status_code}.")
    return took
