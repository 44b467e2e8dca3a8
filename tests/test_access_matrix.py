"""Who may open which address: every address of the site, by GET and POST, for each kind of person."""

import pytest

from seminars.models import SeriesOrganiser
from tests import access_matrix
from tests.admin_forms import errors_in, save, signed_in
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
def test_every_address_answers_each_kind_of_person_as_declared_and_never_with_an_error():
    found = access_matrix.figures(access_matrix.walk())

    assert (found["not as declared"], found["errors"]) == ([], 0), (
        "python -m tests.access_matrix --write, then read the changes"
    )


def test_an_undeclared_address_is_reported():
    walked = access_matrix.declared() | {"admin:new": {"GET": ["ok"] * 5, "POST": ["no"] * 5}}

    assert access_matrix.figures(walked)["not as declared"] == ["admin:new"]


def test_an_answer_that_is_not_as_declared_is_reported():
    walked = access_matrix.declared()
    walked["admin:undo"]["POST"][1] = "front"

    assert access_matrix.figures(walked)["not as declared"] == ["admin:undo"]


def test_an_error_counts_even_if_it_is_declared():
    walked = access_matrix.declared()
    walked["front"]["GET"][0] = "500"

    assert access_matrix.figures(walked)["errors"] == 1


@pytest.mark.parametrize("make", [make_series, make_room, make_topic, make_speaker])
def test_a_form_without_an_address_is_shown_again_with_the_error(make):
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
def test_a_user_without_series_gets_the_same_answers_as_a_member(who):
    site = access_matrix.Site()
    client = signed_in(who())

    found = {name: access_matrix.word(client.get(path)) for name, path in site.addresses() if name.startswith("admin:")}

    of_a_member = access_matrix.PEOPLE.index("member")
    assert found == {name: of["GET"][of_a_member] for name, of in access_matrix.declared().items() if name in found}
