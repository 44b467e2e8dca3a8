"""Every form reports the formulas that the page will show as typed."""

import re
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.urls import reverse

from seminars import text
from seminars.admin import formulas
from seminars.text import mathml
from tests.admin_forms import address_of, form_of, messages_of, save
from tests.factories import make_draft, make_room, make_series, make_speaker, make_talk

pytestmark = pytest.mark.django_db

REFUSED = "$\\nosuchcommand$"  # the library knows no such command
UNKNOWN = "This command is unknown, so the page shows it as typed: "
SENTENCE = "This formula cannot be displayed, so the page shows it as typed: \\nosuchcommand"


def warnings_of(client):
    return [one for one in messages_of(client) if one.startswith(("This formula", "This command"))]


@pytest.mark.parametrize("field", ["title", "abstract", "notice", "programme"])
def test_the_form_of_a_talk_names_a_formula_that_is_shown_as_typed(administrator_client, field):
    talk = make_draft(speakers=["Ada"])

    save(administrator_client, talk, **{field: f"Look: $x$ and {REFUSED}."})

    assert warnings_of(administrator_client) == [SENTENCE]


@pytest.mark.parametrize("field", ["title", "abstract"])
def test_the_form_of_a_talk_names_a_command_that_it_does_not_know(administrator_client, field):
    talk = make_draft(speakers=["Ada"])
    typed = r"A \emph{new} \nosuch{word} by Erd\H{o}s. \def\a{\a}"

    save(administrator_client, talk, **{field: typed})

    assert warnings_of(administrator_client) == [f"{UNKNOWN}\\nosuch", f"{UNKNOWN}\\def\\a{{\\a}}"]
    talk.refresh_from_db()
    assert getattr(talk, field) == typed


def test_the_preview_of_a_text_names_it_too(administrator_client):
    typed = {"_text": "source", "_part": "yes", "source": "\\nosuch and \\emph{more} <b>"}

    answer = administrator_client.post(reverse("admin:text-preview"), typed).content.decode()

    assert f'<p class="unread">{UNKNOWN}\\nosuch</p>' in answer
    assert "<em>more</em>" in answer


@pytest.mark.parametrize("field", ["notes", "passcode"])
def test_a_field_that_no_page_renders_gives_no_warning(administrator_client, field):
    talk = make_draft(speakers=["Ada"], join_url="https://meet.example.edu/1")

    save(administrator_client, talk, **{field: REFUSED})

    assert warnings_of(administrator_client) == []


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (make_speaker, "biography"),
        (make_series, "about"),
        (make_room, "getting_there"),
        (make_room, "access_notes"),
    ],
)
def test_other_forms_name_it_too(administrator_client, make, field):
    row = make()

    save(administrator_client, row, **{field: f"Look: {REFUSED}"})

    assert warnings_of(administrator_client) == [SENTENCE]


def test_a_biography_that_came_with_a_mail_is_read_too(administrator_client):
    talk = make_draft(speakers=["Ada"])
    mail = {"pasted": "1", "next": ""}
    address = f"{address_of(talk)}?{urlencode(mail)}"

    administrator_client.post(address, form_of(administrator_client, address) | {"appearances-0-biography": REFUSED})

    assert warnings_of(administrator_client) == [SENTENCE]


def test_a_transition_reports_a_formula_in_its_notice(administrator_client):
    talk = make_talk(speakers=["Ada"])
    address = f"{reverse('admin:seminars_talk_transition', args=['notice'])}?talk={talk.pk}"

    administrator_client.post(address, form_of(administrator_client, address) | {"notice": REFUSED})

    assert warnings_of(administrator_client) == [SENTENCE]


def test_formulas_are_drawn_before_the_turn_to_write_but_nothing_secret_is_rendered(monkeypatch):
    formulas.prepare({"title": "On $x_1$", "appearances-0-biography": "On $x_2$", "passcode": "$x_3$"})
    monkeypatch.setattr(mathml, "converter", mathml.Converter([sys.executable, "-c", "raise SystemExit(3)"]))

    shown = [text.inline("On $x_1$"), text.html("On $x_2$"), text.html("$x_3$"), text.inline("$x_3$")]

    assert ["<math" in one for one in shown] == [True, True, False, False]


def test_every_field_that_a_template_renders_is_known():
    templates = "".join(path.read_text() for path in Path(settings.BASE_DIR, "templates").rglob("*.html"))
    markdown = set(re.findall(r"\w+\.(\w+)\|markdown(?:_for_feeds)?", templates))
    one_line = set(re.findall(r"\w+\.(\w+)\|inline", templates))

    assert (
        markdown - {"proposed", "value"} == formulas.MARKDOWN
    )  # these two show what a speaker typed into such a field
    assert one_line - {"headline"} == formulas.ONE_LINE - {"title"}  # `headline` is the title, or says that it is open
