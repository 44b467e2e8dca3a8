"""A pasted mail sets the language of its talk, where that is not the usual one."""

from datetime import time

import pytest
from django.urls import reverse

from seminars.models import Department, Talk
from tests.admin_forms import form_of, messages_of, signed_in
from tests.factories import make_draft, make_organiser, make_series

pytestmark = pytest.mark.django_db

PASTE = reverse("admin:paste")
GERMAN = (
    "Lieber Herr Noether,\n\nTitel: Über Wärmeleitung\nVortragende: Ada Lovelace (Berlin)\n\nZusammenfassung: Wir "
    "zeigen, wie sich die Leitfähigkeit dünner Schichten messen lässt, und vergleichen sie mit den Modellen.\n"
)
ENGLISH = (
    "Sehr geehrter Herr Noether, anbei mein Vortrag für die Reihe. Viele Grüße\n\nTitle: On the conduction of heat\n"
    "Speaker: Ada Lovelace (Berlin)\n\nAbstract: We show how the conductivity of thin films can be measured.\n"
)


@pytest.fixture
def series():
    return make_series(default_weekday=2, default_start=time(12))


@pytest.fixture
def client(series):
    return signed_in(make_organiser(series))


def language_in_form(client, text, **choices):
    address = client.post(PASTE, form_of(client, PASTE) | {"text": text} | choices).url
    return form_of(client, address)["language"]


def test_a_german_mail_sets_the_language_and_says_so(client):
    address = client.post(PASTE, form_of(client, PASTE) | {"text": GERMAN}).url

    assert messages_of(client, address) == [
        "The text seems to be in German, so the language of the talk is set to “de”."
    ]
    assert form_of(client, address)["language"] == "de"


def test_an_english_abstract_in_a_german_mail_leaves_it_to_the_department(client):
    assert language_in_form(client, ENGLISH) == ""


def test_the_language_of_the_site_need_not_be_set(client):
    Department.objects.update_or_create(pk=1, defaults={"language": "de"})

    assert language_in_form(client, GERMAN) == ""


def test_an_english_mail_of_a_german_series_is_in_english(client, series):
    series.default_language = "de-CH"
    series.save()

    assert language_in_form(client, ENGLISH) == "en"
    assert language_in_form(client, GERMAN) == "de-CH"


def test_the_language_that_a_draft_has_stays(client, series):
    chosen, blank = make_draft(series=series, title="", language="fr"), make_draft(series=series, title="")

    assert language_in_form(client, GERMAN, talk=chosen.pk) == "fr"
    assert language_in_form(client, GERMAN, talk=blank.pk) == "de"
    assert Talk.objects.filter(language="de").count() == 0
