"""Use the organisers' desk (the admin) in tests: sign in, read a form, change it and send it."""

import re
from html.parser import HTMLParser

from django.test import Client
from django.urls import reverse

from tests.pages import words


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address_of(row, page="change"):
    return reverse(f"admin:seminars_{row._meta.model_name}_{page}", args=[row.pk])


def transition_page(name, *talks):
    """The address of the page that announces, moves, cancels … these talks; `name` is one of TRANSITIONS."""
    return reverse("admin:seminars_talk_transition", args=[name]) + "?" + "&".join(f"talk={talk.pk}" for talk in talks)


def form_of(client, address):
    """The values that a browser sends if you save the form at `address` without a change."""
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return fields_of(response)


def fields_of(response):
    """The values that a browser sends if you save the form of an answer without a change."""
    reader = _Reader()
    reader.feed(response.content.decode())
    return {name: value for name, value in reader.fields.items() if "__prefix__" not in name}


def save(client, row, **changes):
    """Open the form of `row`, change these fields and press Save."""
    return client.post(address_of(row), form_of(client, address_of(row)) | changes)


def with_row(client, row, prefix, **fields):
    """The changes that add a row to an inline."""
    number = int(form_of(client, address_of(row))[f"{prefix}-TOTAL_FORMS"])
    row = {f"{prefix}-{number}-{name}": value for name, value in fields.items()}
    return {f"{prefix}-TOTAL_FORMS": number + 1} | row


def errors_in(response):
    """The error messages of a form, in the order of the page."""
    lists = re.findall(r'<ul class="errorlist[^"]*"[^>]*>(.*?)</ul>', response.content.decode(), re.S)
    return [unescaped for found in lists for unescaped in map(_text, re.findall(r"<li>(.*?)</li>", found, re.S))]


def problems_in(response):
    """The sentences above the schedule, each under the name of its cell or row."""
    return {name: sentence for _place, name, sentence in response.context["schedule"].problems}


def consequences(response):
    """The lines of the page that say what calendars will show."""
    found = re.search(r'<ul class="consequences">.*?</ul>', response.text, re.S)
    return [words(line) for line in re.findall(r"<li>.*?</li>", found[0], re.S)] if found else []


def messages_of(client, address="/admin/"):
    response = client.get(address)
    return [
        _text(line)
        for line in re.findall(
            r'<li class="(?:info|success|warning|error)">(.*?)</li>', response.content.decode(), re.S
        )
    ]


def _text(html):
    from html import unescape

    return unescape(re.sub(r"<[^>]+>", "", html)).strip()


class _Reader(HTMLParser):
    """Collects names and values of the controls in the forms of a page, except buttons, file inputs and the search."""

    def __init__(self):
        super().__init__()
        self.searches = False
        self.fields = {}
        self.select = self.area = None

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        kind = a.get("type", "text")
        if tag == "form":
            self.searches = a.get("role") == "search"
        if self.searches:
            return
        if tag == "input" and a.get("name") and kind not in ("submit", "file", "button"):
            if kind not in ("checkbox", "radio") or "checked" in a:
                self.fields[a["name"]] = a.get("value", "on" if kind == "checkbox" else "")
        elif tag == "select" and a.get("name"):
            self.select = a["name"]
            self.fields[self.select] = ""
        elif tag == "option" and self.select and "selected" in a:
            self.fields[self.select] = a.get("value", "")
        elif tag == "textarea" and a.get("name"):
            self.area = a["name"]
            self.fields[self.area] = ""

    def handle_data(self, words):
        if self.area:
            self.fields[self.area] += words

    def handle_endtag(self, tag):
        if tag == "form":
            self.searches = False
        if tag == "select":
            self.select = None
        elif tag == "textarea":
            self.fields[self.area] = self.fields[self.area].removeprefix("\n")
            self.area = None
