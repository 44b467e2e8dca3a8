"""Open pages of the desk in the organiser process."""

import gc
from statistics import median
from time import process_time

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from seminars.models import User

TIMES = 15


def open_page(address):
    """How many queries a page takes, and how many milliseconds of the processor: the median."""
    client = _desk()
    client.get(address)  # which also loads templates
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
        queries = len(captured)
    gc.collect()
    gc.freeze()  # as gunicorn.conf.py does
    return queries, median(_milliseconds(client, address) for _time in range(TIMES))


def _desk():
    call_command("collectstatic", verbosity=0, interactive=False)
    person = User.objects.filter(username="bench").first() or User.objects.create_superuser("bench", password="-")
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _milliseconds(client, address):
    began = process_time()
    answer = client.get(address)
    took = 1000 * (process_time() - began)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}.")
    return took
