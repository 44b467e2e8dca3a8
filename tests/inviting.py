"""Invite a person on the desk, and accept as they do."""

import re

from django.test import Client
from django.urls import reverse

from seminars.models.account_invitation import AccountRole
from tests.admin_forms import signed_in
from tests.signing_in import send

ACCOUNT = {"username": "grace", "first_name": "Grace", "last_name": "Hopper"}
ACCOUNT |= {"password1": "difference engine 2", "password2": "difference engine 2"}


def invite(by, role=AccountRole.ORGANISER, series=(), email="grace@example.org", **details):
    client = signed_in(by)
    sent = {"email": email, "role": role, "series": [one.pk for one in series]} | details
    return client.post(reverse("admin:invite"), sent)


def link_in(message):
    return re.search(r"http://talks\.example\.edu(/private/\S+)", message.body)[1]


def accept(link, **changes):
    browser = Client(enforce_csrf_checks=True)
    opened = browser.get(link)
    assert opened.url == "/invitation/"
    return browser, send(browser, opened.url, **ACCOUNT | changes)
