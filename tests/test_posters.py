"""Posters: every state in words, the programme of a term, and a QR code that works under the content policy."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seminars.actions import lifecycle
from seminars.models import Break, Department, State
from seminars.models.terms import Term
from seminars.times import Span
from tests.factories import in_new_york, make_draft, make_organiser, make_room, make_series, make_talk
from tests.pages import badges, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
NOON = in_new_york(2025, 11, 5, 12)
ZOOM = "https://example.zoom.us/j/910"


def at_noon(**fields):
    return make_talk(**{"starts_at": NOON, "ends_at": NOON + timedelta(minutes=75), "title": "On engines"} | fields)


def sheet(client, address):
    """The markup of the printed sheet."""
    response = client.get(address)
    assert response.status_code == 200
    page = response.content.decode()
    return page[page.index("<main") : page.index("</main>")]


def poster(client, talk):
    return sheet(client, f"/talks/{talk.pk}/poster/")


def test_a_programme_that_begins_with_a_break_names_its_month_too(client):
    series = make_series()
    Break.objects.create(series=series, first_on=date(2025, 11, 26), last_on=date(2025, 11, 28), reason="Thanksgiving")
    at_noon(series=series, starts_at=in_new_york(2025, 12, 3, 12), ends_at=in_new_york(2025, 12, 3, 13))

    shown = sheet(client, f"/series/{series.slug}/poster/")

    assert words(re.search(r'<p class="poster-span">.*?</p>', shown)[0]) == "November 2025 to December 2025"


def test_a_poster_says_what_who_when_and_where(client):
    Department.objects.create(pk=1, name="Statistics")
    room = make_room(name="Room 414", street="3333 Chestnut Street", city="Philadelphia")
    talk = at_noon(room=room, speakers=["Ada Lovelace"], series=make_series(short_name="ASSET"), join_url=ZOOM,
                   abstract="We *weave*.", programme="Coffee 11:30", passcode="472119")  # fmt: skip

    assert words(poster(client, talk)) == (
        "ASSET Seminar Statistics On engines Ada Lovelace We weave. Wednesday, 5 November 2025 12–1:15 pm "
        "Gutmann Hall, Room 414 and online 3333 Chestnut Street, Philadelphia Coffee 11:30 "
        f"Latest details, abstract and link: talks.example.edu/talks/{talk.pk}"
    )


def test_the_code_of_a_poster_says_what_it_leads_to(client):
    assert "Latest details and abstract: talks" in words(poster(client, at_noon()))
    assert "Latest details, abstract and link: talks" in words(poster(client, at_noon(join_url=ZOOM)))
    assert "Latest details and abstract: talks" in words(poster(client, at_noon(join_url=ZOOM, state=State.CANCELLED)))


def test_a_poster_says_what_is_not_known_yet(client):
    assert "Ada Lovelace Title to be announced" in words(poster(client, at_noon(title="", speakers=["Ada Lovelace"])))
    assert "On engines Speaker to be announced" in words(poster(client, at_noon()))
    assert "Place to be announced" in words(poster(client, at_noon()))


def test_a_provisional_talk_says_so(client):
    assert "Provisional Date, time and place may still change." in words(poster(client, at_noon(state=State.TENTATIVE)))


def test_a_moved_talk_says_when_it_was_to_be(client):
    talk = at_noon()
    lifecycle.move(talk, starts_at=in_new_york(2025, 12, 10, 15, 30), by=make_organiser())

    assert "Moved Previously Wednesday, 5 November, 12 noon" in words(poster(client, talk))
    assert "Wednesday, 10 December 2025 3:30–4:45 pm" in words(poster(client, talk))


def test_a_talk_that_moved_online_says_that_nobody_meets(client):
    talk = at_noon(room=make_room(), join_url=ZOOM)
    lifecycle.change_room(talk, room=None, by=make_organiser())

    assert "Online only This talk is online only. Join online." in words(poster(client, talk))
    assert "Gutmann Hall" not in poster(client, talk).partition("poster-foot")[2]


def test_a_new_room_is_named_in_the_notice(client):
    talk = at_noon(room=make_room(name="Room 307", building=""))
    lifecycle.change_room(talk, room=make_room(name="Room 414", building=""), by=make_organiser())

    assert "Room changed from Room 307 to Room 414" in words(poster(client, talk))


def test_a_talk_that_is_called_off_says_so_above_its_title(client):
    snow, ill = at_noon(), at_noon()
    lifecycle.postpone(snow, reason="Snow", by=make_organiser())
    lifecycle.cancel(ill, reason="The speaker is ill.", by=make_organiser())

    assert "Postponed Snow On engines" in words(poster(client, snow))
    assert "Cancelled The speaker is ill. On engines" in words(poster(client, ill))
    assert ("<s>" in poster(client, ill), "<s>" in poster(client, snow)) == (True, False)


def test_a_talk_that_happens_or_is_over_says_so(client):
    talk = at_noon(join_url=ZOOM)

    with time_machine.travel(NOON, tick=False):
        assert "Happening now" in words(poster(client, talk))
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        assert "This talk has taken place." in words(poster(client, talk))


def test_a_draft_has_a_poster_for_its_organisers_alone(client):
    series = make_series()
    draft = make_draft(series=series, starts_at=NOON)
    assert client.get(f"/talks/{draft.pk}/poster/").status_code == 404

    client.force_login(make_organiser(series))
    assert "Draft Visitors cannot see this page." in words(poster(client, draft))


def test_a_poster_draws_formulas_and_lists_and_ends_with_a_sentence(client):
    abstract = (
        "We count $x^2$ things:\n\n- trees\n- graphs\n\n" + "All of it is shown with care and without haste. " * 20
    )
    page = poster(client, at_noon(abstract=abstract))

    [shown] = re.findall(r'<div class="poster-abstract"[^>]*>(.*?)</div>', page, re.S)
    assert '<math alttext="x^2">' in shown
    assert "<li>trees</li>\n<li>graphs</li>" in shown
    assert words(shown).endswith("without haste.")
    assert len(words(shown)) < 500


@pytest.mark.parametrize("access", ["open", "timed", "members"])
def test_a_poster_has_no_link_and_no_passcode(client, access):
    talk = at_noon(join_url=ZOOM, passcode="472119", join_access=access)
    page = client.get(f"/talks/{talk.pk}/poster/").content.decode()

    assert ("zoom.us" in page, "472119" in page) == (False, False)


def test_the_paper_is_a4_or_letter(client):
    address = f"/talks/{at_noon().pk}/poster/"

    def paper(query):
        return re.findall(r"css/paper-(\w+)\.css", client.get(address + query).content.decode())

    assert [paper(query) for query in ("", "?paper=letter", "?paper=<b>")] == [["a4"], ["letter"], ["a4"]]


def test_the_code_leads_to_the_talk_and_brings_no_style_of_its_own(client):
    page = poster(client, at_noon())
    [code] = re.findall(r"<svg.*?</svg>", page, re.S)

    assert 'role="img" aria-label="QR code that leads to the page"' in page
    assert re.findall(r"style|script|on\w+=", code) == []


def test_a_programme_lists_the_upcoming_talks_of_the_term_with_breaks_and_states(client):
    series = make_series(slug="asset", name="Asset", short_name="ASSET")
    at_noon(series=series, title="Gone", starts_at=in_new_york(2025, 10, 1, 12), ends_at=in_new_york(2025, 10, 1, 13))
    first = at_noon(series=series, speakers=["Ada Lovelace"])
    lifecycle.cancel(first, reason="Snow", by=make_organiser())
    Break.objects.create(first_on=date(2025, 11, 26), last_on=date(2025, 11, 26), reason="Thanksgiving")
    Break.objects.create(first_on=date(2026, 1, 1), last_on=date(2026, 1, 1), reason="New Year")
    for day, title in ((in_new_york(2025, 12, 10, 12), "On looms"), (in_new_york(2026, 1, 14, 12), "Next term")):
        at_noon(series=series, title=title, starts_at=day, ends_at=day + timedelta(hours=1), state=State.TENTATIVE)
    make_draft(series=series, title="Secret", starts_at=NOON)

    page = sheet(client, "/series/asset/poster/")
    said = words(page)
    assert badges(page) == ["Cancelled", "Provisional"]
    assert "November 2025 to December 2025" in said
    assert "Wednesday, 5 November 12–1:15 pm Ada Lovelace On engines Place to be announced Cancelled" in said
    assert "Wednesday, 26 November: no seminar (Thanksgiving)" in said
    assert [word for word in ("Gone", "Next term", "New Year", "Secret") if word in said] == []


def test_a_programme_between_terms_is_the_next_terms(client):
    series = make_series(slug="asset")
    start = in_new_york(2026, 1, 14, 12)
    at_noon(series=series, starts_at=start, ends_at=start + timedelta(hours=1))

    assert "January 2026" in words(sheet(client, "/series/asset/poster/"))


def test_a_series_without_talks_says_so_on_its_programme(client):
    make_series(slug="asset")

    assert "No talks have been announced yet." in words(sheet(client, "/series/asset/poster/"))


@pytest.mark.parametrize(
    ("month", "day", "first", "end"),
    [
        (8, date(2025, 12, 31), (2025, 8, 1), (2026, 1, 1)),
        (8, date(2026, 1, 1), (2026, 1, 1), (2026, 8, 1)),
        (10, date(2026, 2, 1), (2025, 10, 1), (2026, 4, 1)),
        (4, date(2026, 1, 10), (2025, 10, 1), (2026, 4, 1)),
        (1, date(2026, 7, 1), (2026, 7, 1), (2027, 1, 1)),
        (2, date(2026, 3, 1), (2026, 2, 1), (2026, 8, 1)),
    ],
)
def test_a_term_is_half_a_year_and_an_autumn_term_ends_with_december(month, day, first, end):
    assert Term.of(day, month).span == Span(in_new_york(*first), in_new_york(*end))


def test_the_queries_do_not_grow_with_the_talks(client):
    series = make_series(slug="asset")

    def queries(address):
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(address)
        return len(asked)

    talk = at_noon(series=series, speakers=["A"], room=make_room())
    few = [queries(address) for address in (f"/talks/{talk.pk}/poster/", "/series/asset/poster/")]
    for day in range(6, 20):
        start = in_new_york(2025, 11, day, 12)
        at_noon(
            series=series, speakers=["B", "C"], room=make_room(), starts_at=start, ends_at=start + timedelta(hours=1)
        )

    assert [queries(address) for address in (f"/talks/{talk.pk}/poster/", "/series/asset/poster/")] == few
    assert max(few) <= 12
