"""The desk in German: every field, column and help text, and Django's own password pages."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import reverse

from seminars.models import Department, FormerAddress
from tests.admin_forms import signed_in
from tests.factories import make_administrator, make_member, make_room, make_series, make_speaker, make_talk, make_topic
from tests.pages import main, words

pytestmark = pytest.mark.django_db

NAMED = re.compile(r'<(label|legend|th|option|p|div class="help")\b(?![^>]*class="field-)[^>]*>(.*?)</', re.S)
SAME = {"Code", "Markdown", "Name", "ORCID", "Paper", "Person", "Region"}  # in both languages


@pytest.fixture
def addresses():
    """Lists, forms of new rows, and forms of rows that are there."""
    Department.objects.create(pk=1, name="Q")
    make_member(username="q", password=None)
    speaker, topic, room = make_speaker(name="Q"), make_topic(name="Q"), make_room(name="Q", building="")
    talk = make_talk(
        title="Q", series=make_series(name="Q", short_name="Q"), speakers=[speaker], topics=[topic], room=room
    )
    FormerAddress.objects.remember("/q/", talk)
    rows = {model: model._default_manager.first() for model in admin.site._registry}
    lists = [reverse(f"admin:seminars_{model._meta.model_name}_changelist") for model in rows]
    news = [f"{address}add/" for address in lists]
    there = [f"{address}{row.pk}/change/" for address, row in zip(lists, rows.values(), strict=True) if row]
    passwords = (reverse("admin:auth_user_password_change", args=[one.pk]) for one in get_user_model().objects.all())
    return [*lists, *news, *there, *passwords]


def named_on(page):
    """The labels beside fields, without signs and numbers, and without samples of languages. The rows are named Q."""
    shown = re.sub(r"<span lang=.*?</span>", "", main(page))
    texts = (re.sub(r"^[\W\d]+|\W+$", "", words(text)) for _tag, text in NAMED.findall(shown))
    return {text for text in texts if re.search(r"[^\W\d]{2}", text)}


def test_every_field_has_a_german_name(settings, addresses):
    client = signed_in(make_administrator())

    def named():
        answers = {address: client.get(address) for address in addresses}
        return {address: named_on(answer) for address, answer in answers.items() if answer.status_code == 200}

    english = named()
    settings.LANGUAGE_CODE = "de"
    german = named()

    same = {address: english[address] & german[address] - SAME for address in english}
    assert {address: words for address, words in same.items() if words} == {}
