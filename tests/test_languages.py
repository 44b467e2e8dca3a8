"""The site speaks the language of LANGUAGE_CODE whatever a browser prefers, and English for missing translations."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from seminars import languages, listings
from seminars.formats import announcement
from tests import one_of_each
from tests.factories import (
    in_new_york,
    make_draft,
    make_organiser,
    make_talk,
)
from tests.pages import main, words
from tests.translations import WHOLE, entries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
NOON = one_of_each.NOON


@pytest.fixture
def german(settings):
    settings.LANGUAGE_CODE = "de"


@pytest.fixture
def things():
    return one_of_each.make()


@pytest.mark.parametrize(("language", "of_words"), [("de", "de"), ("es", "es"), ("fr", "fr"), ("ja", "en")])
def test_every_page_is_in_the_departments_language_whatever_the_browser_prefers(settings, things, language, of_words):
    settings.LANGUAGE_CODE = language

    for address in one_of_each.addresses(things):
        response = Client(headers={"Accept-Language": "it, en;q=0.9"}).get(address)
        assert f'<html lang="{of_words}" data-dates="{language}"' in response.content.decode(), address
        assert "Accept-Language" not in response.headers.get("Vary", ""), address


@pytest.mark.parametrize("is_chosen", [False, True], ids=["the department's", "the visitor's"])
@pytest.mark.parametrize("catalogue", WHOLE, ids=lambda path: path.parent.parent.name)
def test_a_translated_page_says_nothing_in_english(settings, things, catalogue, is_chosen):
    """Finds English texts, except single words that are the same in the other language, such as "Link"."""
    language = catalogue.parent.parent.name
    if not is_chosen:
        settings.LANGUAGE_CODE = language
    known = list(entries(catalogue))
    its_words = {word for entry in known for said in entry.said for word in re.findall(r"\w+", said)}
    texts = [entry.text.one for entry in known if entry.text.one not in entry.said and "%" not in entry.text.one]
    its_words.add("Seminar")  # the kind of the series here, as the row has it
    apart = [text for text in texts if not set(re.findall(r"\w+", text)) <= its_words]
    english = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(map(re.escape, apart), key=len, reverse=True))})(?![\w-])")

    said = {}
    for address in one_of_each.addresses(things):
        if is_chosen and address.startswith(("/sign-in/", "/password/")):
            continue  # they are in the department's language
        answer = Client().get(languages.address_in(address, language) if is_chosen else address)
        assert answer.status_code == 200, address
        page = re.sub(r"<(textarea|script)\b.*?</\1>|<a [^>]*hreflang=.*?</a>", "", answer.content.decode(), flags=re.S)
        said[address] = english.findall(words(page))
    assert {address: found for address, found in said.items() if found} == {}


def test_german_names_filters_calendars_and_hours_as_germans_do(german, things):
    unknown = words(main(Client().get("/?series=nope")))
    page = Client().get(things[6].get_absolute_url()).content.decode()

    assert "„nope“ gibt es hier nicht (Reihe)." in unknown
    assert "Google Kalender" in page
    assert "Apple Kalender" in page
    assert 'data-words="Ihre Ortszeit: {start} bis {end} Uhr"' in page


def test_a_japanese_page_has_japanese_dates_and_english_words(settings, things):
    settings.LANGUAGE_CODE = "ja"
    date = re.compile(r"\d+[年月日]|[月火水木金土日](曜日)?|今日|明日")

    mixed = {}
    for address in one_of_each.addresses(things):
        page = re.sub("<a [^>]*hreflang=.*?</a>", "", Client().get(address).content.decode())
        page = date.sub("", page)
        mixed[address] = re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]+", page)
    assert {address: found for address, found in mixed.items() if found} == {}


def test_dates_name_their_language_where_the_words_are_in_another(settings, things):
    marked = {}
    for language in ("de", "ja"):
        settings.LANGUAGE_CODE = language
        pages = "".join(Client().get(address).content.decode() for address in ("/", things[4].get_absolute_url()))
        marked[language] = re.findall(r'<(\w+)(?: class="([\w-]+)")? lang="ja"', pages)

    assert marked["de"] == []
    typed = {("div", ""), ("span", "")}  # a biography, and how to get into a room
    assert set(marked["ja"]) == {("time", "date"), ("span", "hero-day"), ("time", "")} | typed


def test_dates_and_clocks_follow_the_language(settings, things):
    talk = things[4]
    told = {}
    for language in ("en", "de", "ja"):
        settings.LANGUAGE_CODE = language
        told[language] = words(main(Client().get(talk.get_absolute_url())))

    assert "Wednesday, 5 November 2025, 12–1 pm, New York time" in told["en"]
    assert "Mittwoch, 5. November 2025, 12:00–13:00 Uhr, Ortszeit New York" in told["de"]
    assert "水曜日, 2025年11月5日, 12:00–13:00, New York time" in told["ja"]
    assert "Passcode: 1" in told["ja"]


def test_a_week_begins_on_the_day_of_the_language(settings, things):
    """Sunday the 9th is still this week in German, and next week in Japanese."""
    sunday = in_new_york(2025, 11, 9, 12)
    make_talk(title="On Sunday", starts_at=sunday, ends_at=sunday + timedelta(hours=1), series=things[0])

    def this_week(language, heading):
        settings.LANGUAGE_CODE = language
        page = main(Client().get("/"))
        return page.split(f"<h2>{heading}</h2>")[1].split("</section>")[0]

    assert "On Sunday" in this_week("de", "Diese Woche")
    assert "On Sunday" not in this_week("ja", "This week")


def test_a_calendar_entry_speaks_german(german, things):
    feed = Calendar.from_ical(Client().get("/calendar.ics?past=all").content)
    summaries = {str(entry["SUMMARY"]) for entry in feed.walk("VEVENT")}
    first = next(entry for entry in feed.walk("VEVENT") if "Kenncode: 1" in entry["DESCRIPTION"])

    assert summaries == {
        "Q: Q – Q",
        "Q: Q (Titel folgt)",
        "Q: Q (Name folgt)",
        "FÄLLT AUS: Q: Näheres folgt",
        "VERSCHOBEN: Q: Q (Name folgt)",
    }
    assert "Es spricht: Q (Q)" in first["DESCRIPTION"]
    assert "Online teilnehmen: http://talks.example.edu/" in first["DESCRIPTION"]
    assert first["CONFERENCE"].params["LABEL"] == "Online teilnehmen"


def test_an_announcement_speaks_german(german, things):
    listing = listings.of_talk(things[6])

    assert announcement.subject(listing) == "Neuer Termin: Freitag, 7. November 2025: Q: Q (Name folgt)"
    assert "Bisher: Mittwoch, 5. November, 12:00 Uhr." in announcement.render(listing).decode()
    assert "Freitag, 7. November 2025, 12:00–13:00 Uhr, Ortszeit New York" in words(announcement.html(listing))


def test_the_desk_and_its_refusals_speak_german(german, client):
    client.force_login(make_organiser(is_superuser=True, is_staff=True))
    talk = make_draft(title="Q", starts_at=NOON)

    assert "Redaktion" in words(client.get("/admin/").content.decode())
    page = words(client.post(f"/admin/seminars/talk/{talk.pk}/change/", {}).content.decode())
    assert "Dieses Feld ist zwingend erforderlich." in page


def test_the_script_for_other_sites_speaks_german(german, client):
    script = client.get("/embed.js").content.decode()

    assert '"cancelled": "Fällt aus"' in script
    assert '"hours": "{start}–{end} Uhr"' in script
