"""Pages for a screen reader: the accessibility tree of a listing, a talk and the page that joins it."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from seminars import times
from seminars.models import Department, State
from seminars.times import today
from tests.factories import make_room, make_series, make_speaker, make_talk, make_topic

pytestmark = pytest.mark.django_db(transaction=True)

ZOOM = "https://example.zoom.us/j/91064109577"


@pytest.fixture
def talk():
    """A talk with everything, moved by a week, with a cancelled one of the series a day before it."""
    Department.objects.create(pk=1, name="Statistics")
    start = times.start_of(today() + timedelta(days=40)) + timedelta(hours=12)
    series = make_series(name="Asset", short_name="ASSET")
    make_talk(series=series, title="Off", state=State.CANCELLED, notice="Snow", starts_at=start - timedelta(days=1))
    return make_talk(
        series=series, room=make_room(name="Room 414", building="Hall", street="1 Street"),
        topics=[make_topic(name="Engines")],
        speakers=[make_speaker(name="Ada Lovelace", affiliation="London")], join_url=ZOOM, passcode="472119",
        title="Über $n^2$", language="de", abstract="Es sei $x_1$ klein.", notice="The room changed.",
        starts_at=start, moved_from=start - timedelta(days=7), moved_at=times.start_of(today()),
    )  # fmt: skip


def full(moment):
    """ "Wednesday, 5 November 2025", in the department's time."""
    moment = times.local(moment)
    return f"{moment:%A}, {moment.day} {moment:%B %Y}"


def short(moment):
    """The same without the year, which is said only where it is another one."""
    return full(moment) if times.local(moment).year != today().year else full(moment).rpartition(" ")[0]


def test_a_list_says_dates_states_and_previous_times_in_words(live_server, page, talk):
    page.goto(f"{live_server.url}{talk.series.get_absolute_url()}")

    expect(page.locator(".talks")).to_match_aria_snapshot(f"""
    - list:
      - listitem:
        - article:
          - time: {full(talk.starts_at - timedelta(days=1))}
          - paragraph: ASSET 12–1 pm Cancelled
          - heading "Off" [level=3]
          - paragraph: Speaker to be announced
          - paragraph: Snow
      - listitem:
        - article:
          - time: {full(talk.starts_at)}
          - paragraph: ASSET 12–1 pm Moved
          - heading [level=3]:
            - link:
              - text: Über
              - math
          - paragraph: Ada Lovelace (London)
          - paragraph: Previously {short(talk.moved_from)}, 12 noon
          - paragraph: The room changed.
          - paragraph: Hall, Room 414 and online
    """)


def test_a_talk_page_has_headings_and_labels_its_facts(live_server, page, talk):
    page.goto(f"{live_server.url}{talk.get_absolute_url()}")

    expect(page.locator("main")).to_match_aria_snapshot(f"""
    - main:
      - article:
        - paragraph: The room changed.
        - strong: Moved
        - paragraph: Previously {short(talk.moved_from)}, 12 noon
        - paragraph:
          - link "ASSET Seminar"
        - heading [level=1]
        - list:
          - listitem:
            - link "Ada Lovelace"
        - paragraph:
          - link "Join online"
        - term: When
        - definition:
          - time: {full(talk.starts_at)}, 12–1 pm, New York time
        - term: Where
        - definition:
          - paragraph:
            - link "Hall, Room 414"
            - text: and online
          - text: 1 Street
        - region "Abstract":
          - heading "Abstract" [level=2]
          - paragraph:
            - text: Es sei
            - math
            - text: klein.
        - term: Language
        - definition: German
        - term: Topics
        - definition:
          - list:
            - listitem:
              - link "Engines"
    """)


def test_the_join_page_says_what_you_join_and_how(live_server, page, talk):
    page.goto(f"{live_server.url}/talks/{talk.pk}/join/")

    expect(page.locator("main")).to_match_aria_snapshot(f"""
    - main:
      - paragraph: {full(talk.starts_at)}, 12–1 pm, New York time
      - heading [level=1]
      - paragraph: The room changed.
      - paragraph: example.zoom.us/j/91064109577
      - paragraph:
        - text: "Passcode:"
        - code: "472119"
      - paragraph:
        - link "Open the meeting"
        - link "About the talk"
    """)


def test_formulas_have_their_source_and_foreign_words_their_language(live_server, page, talk):
    page.goto(f"{live_server.url}{talk.get_absolute_url()}")

    formulas = page.locator("math").evaluate_all("all => all.map(one => one.getAttribute('alttext'))")
    languages = {
        part: page.locator(part).first.evaluate("node => node.closest('[lang]').lang")
        for part in ("h1 > span", ".prose p", ".facts")
    }

    assert formulas == ["n^2", "x_1"]
    assert languages == {"h1 > span": "de", ".prose p": "de", ".facts": "en"}


def test_a_date_is_one_machine_readable_time_element(live_server, page, talk):
    page.goto(f"{live_server.url}{talk.series.get_absolute_url()}")

    moments = page.locator("time").evaluate_all("all => all.map(one => one.getAttribute('datetime'))")

    assert moments == [(times.local(talk.starts_at) - timedelta(days=days)).isoformat() for days in (1, 0)]
