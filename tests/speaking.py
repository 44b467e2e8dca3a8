"""The private page of a speaker, as tests open it, fill it in and send it."""

from urllib.parse import urlsplit

from django.test import Client

from seminars.actions import speaker_requests
from seminars.models import SpeakerAnswer, SpeakerInvitation
from seminars.models.terms import Term
from tests.admin_forms import fields_of
from tests.factories import make_speaker


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


# --- what organisers do on the desk ---

OF_THE_DESK = {"_accept", "_reject_rest", "_ask_back", "_send", "_make", "_replace", "_revoke", "_ask"}


def page_of(talk):
    return f"/admin/ask-speaker/?talk={talk.pk}"


def answer_page(asked):
    return f"/admin/speaker-answer/?answer={answer_of(asked).pk}"


def press(client, address, button, **changes):
    """Press a button of a form of the desk, filled in as the page shows it."""
    sent = {name: value for name, value in fields_of(client.get(address)).items() if name not in OF_THE_DESK}
    return client.post(address, sent | changes | {button: "yes"})


def title_of(talk):
    talk.refresh_from_db()
    return talk.title


def invite(talk, name="Ada Lovelace", **fields):
    """Put a person on the list of those who are invited to a talk."""
    person = fields.pop("speaker", None) or make_speaker(name=name)
    return SpeakerInvitation.objects.create(talk=talk, series=talk.series, speaker=person, **fields)


def term_page(series, day):
    """The page that asks the speakers of the term of a day; the academic year begins in August."""
    return f"/admin/ask-speakers/?series={series.pk}&term={Term.of(day, 8).slug}"
