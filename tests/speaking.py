"""The private page of a speaker, as tests open it, fill it in and send it."""

from urllib.parse import urlsplit

from django.test import Client

from seminars.actions import speaker_requests
from seminars.models import SpeakerAnswer
from tests.admin_forms import fields_of


def ask(talk, speaker, by=None):
    """Make the address of a speaker; return the row, as a view reads it."""
    return speaker_requests.make(talk, speaker, by=by).with_talk()


def path_of(request):
    return urlsplit(request.address).path


def opened(request, client=None):
    """What a browser would send if nothing was typed on the page."""
    page = (client or Client()).get(path_of(request))
    assert page.status_code == 200, page.status_code
    return {name: value for name, value in fields_of(page).items() if name not in BUTTONS}


def send(request, client=None, button="send", **typed):
    """Open the page, type this, and press a button."""
    client = client or Client()
    return client.post(path_of(request), opened(request, client) | typed | {button: "yes"})


def answer_of(request):
    return SpeakerAnswer.objects.to(request)


BUTTONS = {"send", "save", "preview", "upload", "is_without_picture"}
