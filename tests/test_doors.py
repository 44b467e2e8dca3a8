"""Who may open what: every address of the site, by GET and by POST, asked by everybody."""

import pytest

from seminars.models import SeriesOrganiser
from tests import doors
from tests.desk import errors_in, save, signed_in
from tests.factories import (
    make_administrator,
    make_member,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)

pytestmark = pytest.mark.django_db


@pytest.mark.thorough
def test_every_door_of_the_site_opens_to_whom_it_is_declared_to_open_and_breaks_for_nobody():
    found = doors.figures(doors.walk())

    assert (found["not as declared"], found["errors"]) == ([], 0), (
        "python -m tests.doors --write, then read the changes"
    )


def test_an_address_that_nobody_declared_is_named():
    walked = doors.declared() | {"admin:new": {"GET": ["ok"] * 5, "POST": ["no"] * 5}}

    assert doors.figures(walked)["not as declared"] == ["admin:new"]


def test_a_door_that_opens_to_somebody_else_is_named():
    walked = doors.declared()
    walked["admin:undo"]["POST"][1] = "front"

    assert doors.figures(walked)["not as declared"] == ["admin:undo"]


def test_an_error_is_counted_even_where_it_was_declared():
    walked = doors.declared()
    walked["front"]["GET"][0] = "500"

    assert doors.figures(walked)["errors"] == 1


@pytest.mark.parametrize("make", [make_series, make_room, make_topic, make_speaker])
def test_a_form_without_an_address_is_shown_again_and_says_what_is_wrong(make):
    row = make()
    make_talk(speakers=[row] if make is make_speaker else [])
    client = signed_in(make_administrator())

    response = save(client, row, name="", slug="")

    assert (response.status_code, errors_in(response)) == (200, ["This field is required."])


def former_organiser():
    user = make_organiser()
    SeriesOrganiser.objects.filter(user=user).delete()
    return user


def staff_without_series():
    return make_member(is_staff=True)


@pytest.mark.parametrize("who", [former_organiser, staff_without_series])
def test_whoever_looks_after_nothing_finds_the_doors_of_a_member(who):
    house = doors.House()
    client = signed_in(who())

    found = {name: doors.word(client.get(path)) for name, path in house.doors() if name.startswith("admin:")}

    of_a_member = doors.PEOPLE.index("member")
    assert found == {name: of["GET"][of_a_member] for name, of in doors.declared().items() if name in found}
