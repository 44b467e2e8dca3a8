"""The language of the site, which an administrator chooses on the desk, and what follows from it."""

import re

import pytest

from seminars.models import Change, Department
from tests.admin_forms import errors_in, form_of, messages_of
from tests.imports import calendar, event, importing, written
from tests.pages import words

pytestmark = pytest.mark.django_db
SITE = "http://talks.example.edu"
DEPARTMENT = "/admin/seminars/department/1/change/"


def language_of(page):
    return re.search(r'<html lang="(\w+)"', page)[1]


@pytest.mark.django_db(transaction=True)
def test_a_language_chosen_on_the_desk_is_everywhere_at_once(wsgi_client, talk):
    addresses = ("/", "/en/", "/de/", "/calendar.ics", "/nothing/")
    before = [wsgi_client.get(address) for address in addresses]

    Department.objects.update_or_create(pk=1, defaults={"name": "Q", "language": "de"})
    after = [wsgi_client.get(address) for address in addresses]

    found = [[status[:3] for status, *_rest in answers] for answers in (before, after)]
    assert found == [["200", "302", "200", "200", "404"], ["200", "200", "302", "200", "404"]]
    assert [language_of(after[place][2].decode()) for place in (0, 1, 4)] == ["de", "en", "de"]
    assert b'href="/en/talks/' in after[1][2]
    assert [b"Es spricht:" in answers[3][2] for answers in (before, after)] == [False, True]


def test_the_desk_and_its_announcements_are_in_the_departments_language(administrator_client, talk):
    Department.objects.create(pk=1, name="Q", language="de")

    assert "Redaktion" in administrator_client.get("/admin/").text
    assert "Es spricht" in administrator_client.get(f"/admin/announcement/?talk={talk.pk}").text


def test_the_command_notes_an_import_in_the_departments_language(tmp_path):
    Department.objects.create(pk=1, name="Q", language="de")

    importing(written(tmp_path, calendar(event())), series="engine")

    assert [change.sentence for change in Change.objects.all()] == ["Importiert"]


def test_choosing_a_language_says_what_changes_in_it(administrator_client):
    Department.objects.create(pk=1, name="Q")
    form = form_of(administrator_client, DEPARTMENT)

    administrator_client.post(DEPARTMENT, form | {"language": "de"})

    assert Department.objects.get().language == "de"
    assert any(said.endswith(f"{SITE}/en/") for said in messages_of(administrator_client))


def test_the_choices_show_a_date_in_each_language(administrator_client, monday):
    Department.objects.create(pk=1, name="Q")
    page = words(administrator_client.get(DEPARTMENT).text)

    assert "The server’s setting: English: Monday, 3 November, 9 am" in page
    assert "Deutsch: Montag, 3. November, 09:00 Uhr" in page
    assert "日本語: 月曜日, 11月3日, 9:00 (dates only, texts in English)" in page


@pytest.mark.parametrize("chosen", ["tlh", "de-at", "x" * 300])
def test_a_language_without_texts_is_refused(administrator_client, chosen):
    Department.objects.create(pk=1, name="Q")
    form = form_of(administrator_client, DEPARTMENT)

    answer = administrator_client.post(DEPARTMENT, form | {"language": chosen})

    assert Department.objects.get().language == ""
    assert [chosen in error for error in errors_in(answer)] == [True]


def test_a_language_whose_texts_are_gone_is_passed_over(client):
    Department.objects.create(pk=1, name="Q", language="tlh")

    assert language_of(client.get("/").text) == "en"
