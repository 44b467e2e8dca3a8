"""The plan of a long file: the page shows how far it is while it arrives, and so does the command on a terminal."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from seminars.admin import importing as page
from seminars.importing import plan
from seminars.models import Department, Talk
from tests.admin_forms import fields_of, form_of
from tests.factories import make_series
from tests.import_plans import talk_on
from tests.imports import calendar, event, written
from tests.zones import stored

pytestmark = pytest.mark.django_db

IMPORT = reverse("admin:import")
FIVE = [talk_on(day) for day in range(1, 6)]


@pytest.fixture(autouse=True)
def series():
    return make_series(slug="engine", short_name="ENGINE", name="Engines")


@pytest.fixture(autouse=True)
def _short_steps(monkeypatch):
    monkeypatch.setattr(page, "LONG", 500)
    monkeypatch.setattr(plan, "STEP", 2)


def planned(client, *events):
    """What the page of a plan sends, in the pieces in which it sends it."""
    response = client.post(IMPORT, form_of(client, IMPORT) | {"text": calendar(*events).decode()})
    return [piece.decode() for piece in response.streaming_content]


def test_the_page_shows_how_much_is_read_and_planned_before_the_plan(organiser_client):
    begin, *lines, end = planned(organiser_client, *FIVE)

    assert begin.endswith("<p>Reading the file…</p>")
    assert lines == [
        '<p>5 rows read <progress max="5" value="0"></progress></p>',
        '<p>2 of 5 rows planned <progress max="5" value="2"></progress></p>',
        '<p>4 of 5 rows planned <progress max="5" value="4"></progress></p>',
        '<p>5 of 5 rows planned <progress max="5" value="5"></progress></p>',
    ]
    assert ("5 new" in end, end.rstrip().endswith("</html>"), Talk.objects.count()) == (True, True, 0)


def test_the_plan_of_a_long_file_is_saved_as_any_other(organiser_client):
    class Answer:
        content = "".join(planned(organiser_client, *FIVE)).encode()

    organiser_client.post(IMPORT, fields_of(Answer) | {"_save": "Import"})

    assert Talk.objects.count() == 5


def test_the_plan_of_a_long_file_is_in_the_departments_language_and_is_saved_as_it_was_seen(organiser_client):
    Department.objects.create(pk=1, name="Q", language="de")

    class Answer:
        content = "".join(pieces := planned(organiser_client, *FIVE)).encode()

    organiser_client.post(IMPORT, fields_of(Answer) | {"_save": "Import"})

    assert ([" von 5 " in line for line in Answer.pieces[2:-1]], Talk.objects.count()) == ([True] * 3, 5)


def test_the_plan_of_a_long_file_is_made_in_the_zone_of_the_department(organiser_client):
    Department.objects.create(pk=1, name="Q", time_zone="Asia/Tokyo")
    events = [event(UID=f"{n}@example.edu", SUMMARY=f"On engine {n}", DTSTART=f"203003{n:02}T120000",
                    DTEND=f"203003{n:02}T130000") for n in range(1, 6)]  # fmt: skip

    class Answer:
        content = "".join(planned(organiser_client, *events)).encode()

    organiser_client.post(IMPORT, fields_of(Answer) | {"_save": "Import"})

    assert Talk.objects.count() == 5
    assert "no time zone given; used Asia/Tokyo" in Answer.content.decode()
    assert {stored(talk) for talk in Talk.objects.all()} == {"03:00"}


def test_a_long_file_that_cannot_be_planned_says_why(organiser_client):
    response = organiser_client.post(IMPORT, form_of(organiser_client, IMPORT) | {"text": "[{" + " " * 1000 + "]"})
    *_lines, end = [piece.decode() for piece in response.streaming_content]

    assert ('class="errorlist nonfield"' in end, end.rstrip().endswith("</html>")) == (True, True)


def test_a_short_file_is_planned_without_progress(organiser_client):
    response = organiser_client.post(IMPORT, form_of(organiser_client, IMPORT) | {"text": calendar(FIVE[0]).decode()})

    assert (response.streaming, "1 new" in response.content.decode()) == (False, True)


class Terminal(StringIO):
    def isatty(self):
        return True


def test_the_command_shows_how_far_the_plan_is_on_a_terminal_alone(tmp_path):
    path, said = written(tmp_path, calendar(*FIVE)), []
    for stream in (Terminal(), StringIO()):
        call_command("import_talks", path, series="engine", dry_run=True, stdout=StringIO(), stderr=stream)
        said.append(stream.getvalue())

    assert said == ["\r0 of 5 rows planned\r2 of 5 rows planned\r4 of 5 rows planned\r5 of 5 rows planned\n", ""]
