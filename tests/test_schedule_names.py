"""The schedule asks about a name that resembles a known one before it makes a second row for one person."""

import re

import pytest
from django.urls import reverse

from seminars.models import Speaker, Talk
from tests.admin_forms import form_of, signed_in
from tests.factories import make_draft, make_organiser, make_series, make_speaker

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk():
    return make_draft(series=make_series())


@pytest.fixture
def save(talk):
    """Type into the row of the talk, save, and return the answer."""
    client = signed_in(make_organiser(talk.series))
    address = reverse("admin:schedule") + f"?series={talk.series_id}"

    def saved(**cells):
        cells = {f"talk-{talk.pk}-{name}": words for name, words in cells.items()}
        return client.post(address, form_of(client, address) | {"row": talk.pk, "_save": "1"} | cells)

    return saved


def asked(response):
    """The answers that the page offers, by the names of their fields."""
    found = re.findall(r'name="(talk-\d+-who-\d+)" value="([^"]+)"', response.content.decode())
    return {name: [value for one, value in found if one == name] for name, _value in found}


def answer(response, number):
    """What a person sends who chooses the answer with this number."""
    return {name.split("-", 2)[2]: values[number] for name, values in asked(response).items()}


def test_a_name_that_is_nearly_known_is_asked_about_and_answered_in_place(save):
    ada = make_speaker(name="Ada Lovelace", affiliation="London")

    question = save(speaker="Ada Lovlace")
    assert "Who is Ada Lovlace?" in question.content.decode()
    assert list(asked(question).values()) == [[f"ada lovlace|{ada.pk}", "ada lovlace|new"]]
    assert Speaker.objects.count() == 1

    assert save(speaker="Ada Lovlace", **answer(question, 0)).status_code == 302
    assert Talk.objects.get().speakers[0].speaker == ada


def test_a_new_person_with_a_similar_name_is_made_if_somebody_says_so(save):
    make_speaker(name="Ada Lovelace")

    save(speaker="Ada Lovlace", **answer(save(speaker="Ada Lovlace"), -1))

    assert Talk.objects.get().speaker_names == "Ada Lovlace"


def test_an_answer_about_one_name_is_none_about_another(save):
    make_speaker(name="Ada Lovelace")

    assert asked(save(speaker="Ada Lovelacce", **answer(save(speaker="Ada Lovlace"), -1)))
    assert Speaker.objects.count() == 1


@pytest.mark.parametrize("name", ["ada lovelace", "Grace Hopper", "Dr. Ada Lovelace"])
def test_known_names_and_unlike_names_are_not_questioned(save, name):
    make_speaker(name="Ada Lovelace")

    assert save(speaker=name).status_code == 302


def test_a_second_person_of_a_name_is_not_joined_with_the_first(save):
    known = make_speaker(name="Bo Li", affiliation="Larkfield")

    question = save(speaker="Bo Li", affiliation="Yale")
    save(speaker="Bo Li", affiliation="Yale", **answer(question, -1))

    assert "Bo Li (Larkfield)" in question.content.decode()
    assert "a new person called Bo Li" in question.content.decode()
    assert Talk.objects.get().speakers[0].speaker != known
    assert Speaker.objects.filter(name="Bo Li").count() == 2


def test_titles_are_no_part_of_names_and_a_comma_parts_two_people(save):
    save(speaker="Dr. Hans Müller, Prof. Ana Ruiz", affiliation="Zürich; Sevilla")

    talk = Talk.objects.get()
    assert [str(one) for one in talk.speakers] == ["Hans Müller (Zürich)", "Ana Ruiz (Sevilla)"]
    assert sorted(Speaker.objects.values_list("name", flat=True)) == ["Ana Ruiz", "Hans Müller"]


@pytest.mark.parametrize("typed", ["TBA", "n.n.", "to be confirmed", "Speaker to be announced"])
def test_who_is_to_be_announced_is_nobody(save, typed):
    assert save(speaker=typed).status_code == 302
    assert not Speaker.objects.exists()


def test_two_near_spellings_of_one_save_are_asked_about(talk):
    other = make_draft(series=talk.series)
    client = signed_in(make_organiser(talk.series))
    address = reverse("admin:schedule") + f"?series={talk.series_id}"
    typed = form_of(client, address) | {
        "row": [talk.pk, other.pk], "_save": "1",
        f"talk-{talk.pk}-speaker": "Aisha Okonkwo", f"talk-{other.pk}-speaker": "Aisha Okonkow",
    }  # fmt: skip

    question = client.post(address, typed)
    assert Speaker.objects.count() == 0
    [(name, values)] = asked(question).items()
    client.post(address, typed | {name: values[0]})

    assert "as in another row" in question.content.decode()
    assert Speaker.objects.count() == 1
    assert len({one.speakers[0].speaker_id for one in Talk.objects.all()}) == 1
