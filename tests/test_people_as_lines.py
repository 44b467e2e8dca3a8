"""People who are typed as lines in the form of a talk, with their roles; where pages and feeds say these roles."""

import json
import re

import pytest

from seminars import listings
from seminars.actions import undoing
from seminars.actions.talk_changes import Parts
from seminars.actions.talk_changes import save as save_talk
from seminars.formats import announcement, ics, jsonfeed
from seminars.models import Appearance, Change, Role, Speaker, Talk
from seminars.phrases import other_lines
from seminars.typed_names.people import Person
from seminars.typed_names.roles import read_role_line
from tests import schema_org
from tests.admin_forms import address_of, errors_in, form_of, save, signed_in
from tests.factories import in_new_york, make_organiser, make_room, make_series, make_speaker, make_talk

pytestmark = pytest.mark.django_db

NOON = in_new_york(2030, 10, 9, 12)
BOX = "several_people"
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)


@pytest.fixture
def series():
    return make_series(short_name="ASSET")


@pytest.fixture
def talk(series):
    ada = make_speaker(name="Ada Lovelace", affiliation="London")
    return make_talk(series=series, title="On engines", starts_at=NOON, speakers=[ada], room=make_room())


@pytest.fixture
def client(series):
    return signed_in(make_organiser(series))


def people_of(talk):
    rows = Appearance.objects.filter(talk=talk).in_order().select_related("speaker")
    return [(row.speaker.name, row.role, row.affiliation) for row in rows]


ADA = ("Ada Lovelace", "speaker", "London")
COMMITTEE = "Emmy Noether (Göttingen), chair\nGrace Hopper (Yale)\n\nMary Somerville, supervisor"
NAMED = [
    ("Emmy Noether", "chair", "Göttingen"),
    ("Grace Hopper", "committee", "Yale"),
    ("Mary Somerville", "supervisor", ""),
]


# --- one line ---


@pytest.mark.parametrize(
    ("line", "person", "role"),
    [
        ("Emmy Noether (Göttingen), chair", Person("Emmy Noether", "Göttingen"), Role.CHAIR),
        ("Prof. Dr. Emmy Noether (Göttingen) – Vorsitz", Person("Emmy Noether", "Göttingen"), Role.CHAIR),
        ("Emmy Noether, Universität Göttingen, Prüferin", Person("Emmy Noether", "Universität Göttingen"),
         Role.COMMITTEE),
        ("Présidente : Emmy Noether (Göttingen)", Person("Emmy Noether", "Göttingen"), Role.CHAIR),
        ("Emmy Noether (directrice de thèse)", Person("Emmy Noether"), Role.SUPERVISOR),
        ("Noether, Emmy, directora de tesis", Person("Emmy Noether"), Role.SUPERVISOR),
        ("- Emmy Noether (Göttingen) panelist", Person("Emmy Noether", "Göttingen"), Role.PANELIST),
        ("2. Emmy Noether; host", Person("Emmy Noether"), Role.HOST),
        ("Emmy Noether – host", Person("Emmy Noether"), Role.HOST),
        ("Emmy Noether (Göttingen)", Person("Emmy Noether", "Göttingen"), None),
        ("Emmy Noether", Person("Emmy Noether"), None),
    ],
)  # fmt: skip
def test_a_line_names_a_person_and_a_role_in_any_language_of_the_site(line, person, role):
    found = read_role_line(line)

    assert (found.people, found.role, found.unknown_role) == ((person,), role, "")


@pytest.mark.parametrize("line", ["Emmy Noether (Göttingen), chairr", "Emmy Noether (Göttingen), chair and supervisor"])
def test_a_word_that_is_no_role_is_not_taken_for_a_person(line):
    assert read_role_line(line).unknown_role == line.partition("), ")[2]


# --- the form ---


def test_a_committee_is_typed_as_lines(client, talk):
    save(client, talk, **{BOX: COMMITTEE})

    assert people_of(talk) == [ADA, *NAMED]
    assert form_of(client, address_of(talk))[BOX] == ""


def test_a_new_talk_takes_them_too(client, series):
    address = f"/admin/seminars/talk/add/?series={series.pk}"
    typed = form_of(client, address) | {"title": "On rings", BOX: COMMITTEE}
    typed |= {"starts_at_0": "2030-10-16", "starts_at_1": "12:00", "ends_at_0": "", "ends_at_1": "13:00"}

    client.post(address, typed)

    assert people_of(Talk.objects.get(title="On rings")) == NAMED


def test_somebody_known_is_found_and_nobody_is_added_twice(client, talk):
    emmy = make_speaker(name="Emmy Noether", affiliation="Göttingen")
    save(client, talk, **{BOX: "Noether, Emmy, chair\nEmmy Noether, supervisor\nEmmy Noether (Göttingen), chair"})
    save(client, talk, **{BOX: "Emmy Noether, chair"})

    assert people_of(talk) == [ADA, ("Emmy Noether", "chair", "Göttingen"), ("Emmy Noether", "supervisor", "Göttingen")]
    assert list(Speaker.objects.filter(name="Emmy Noether")) == [emmy]


def test_somebody_new_in_two_roles_is_one_person(client, talk):
    save(client, talk, **{BOX: "Emmy Noether (Göttingen), chair\nEmmy Noether (Göttingen), supervisor"})

    assert Speaker.objects.filter(name="Emmy Noether").count() == 1


def test_a_doubt_is_asked_and_the_answer_counts(client, talk):
    known = make_speaker(name="Emmy Noether", affiliation="Göttingen")
    typed = form_of(client, address_of(talk)) | {BOX: "Emmy Noether (Bryn Mawr), chair\nGrace Hopper"}

    asked = client.post(address_of(talk), typed)
    ((name, question),) = asked.context["adminform"].form.named_people.asked
    client.post(address_of(talk), typed | {name: f"{question.folded}|{known.pk}"})

    assert errors_in(asked) == ["Who is Emmy Noether? Choose below, and save again."]
    assert people_of(talk)[1:] == [("Emmy Noether", "chair", "Bryn Mawr"), ("Grace Hopper", "committee", "")]
    assert Speaker.objects.filter(name="Emmy Noether").count() == 1


def test_an_answer_is_kept_while_another_line_is_wrong(client, talk):
    make_speaker(name="Emmy Noether", affiliation="Göttingen")
    typed = form_of(client, address_of(talk)) | {BOX: "Emmy Noether (Bryn Mawr)\nTBA"}

    answer = client.post(address_of(talk), typed | {f"{BOX}-who-0": "emmy noether|new"})
    client.post(address_of(talk), {**typed, **dict(answered_in(answer)), BOX: "Emmy Noether (Bryn Mawr)"})

    assert people_of(talk)[1:] == [("Emmy Noether", "committee", "Bryn Mawr")]
    assert Speaker.objects.filter(name="Emmy Noether").count() == 2


def answered_in(answer):
    return answer.context["adminform"].form.named_people.answered


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Grace Hopper\nEmmy Noether (Göttingen), chairr", "Line 2: “chairr” is no role. Write chair, committee, "
         "supervisor, moderator, panelist or host, or leave it out."),
        ("TBA", "Line 1: “TBA” names nobody. Type a name, or delete the line."),
        ("Grace Hopper (Yale), Emmy Noether (Göttingen)", "Line 1 names several people: Grace Hopper and Emmy "
         "Noether. Put each of them on a line of their own."),
        ("\n".join(f"Ada Number{chr(97 + n % 26)}{n}" for n in range(41)), "Type at most 40 people at once."),
    ],
)  # fmt: skip
def test_a_wrong_line_gets_a_sentence_and_comes_back_as_it_was_typed(client, talk, typed, sentence):
    answer = save(client, talk, **{BOX: typed})

    assert errors_in(answer) == [sentence]
    assert answer.context["adminform"].form[BOX].value().replace("\r\n", "\n") == typed
    assert people_of(talk) == [ADA]


def test_a_name_that_is_too_long_is_refused(client, talk):
    answer = save(client, talk, **{BOX: f"{'x' * 201}, chair"})

    assert errors_in(answer)[0].startswith("Line 1: ")


def test_one_undo_takes_the_whole_committee_away(client, talk):
    save(client, talk, **{BOX: COMMITTEE})

    undoing.restore(Change.objects.latest("pk"), by=None)

    assert people_of(talk) == [ADA]


def test_a_preview_adds_nobody(client, talk):
    typed = form_of(client, address_of(talk)) | {BOX: COMMITTEE, "_preview": "on"}

    answer = client.post(address_of(talk), typed)

    assert "Chair: Emmy Noether (Göttingen)" in answer.text
    assert (people_of(talk), Speaker.objects.count()) == ([ADA], 1)
    assert answer.context["adminform"].form[BOX].value() == COMMITTEE


# --- what says the roles ---

LINES = [
    "Panelists: Grace Hopper (Yale), Kim Lee",
    "Chair: Emmy Noether (Göttingen)",
    "Committee: Bo Reed",
    "Supervisor: Mary Somerville",
]


@pytest.fixture
def defence(talk):
    """The talk, with people in each role that few talks have, and one on the committee."""
    people = [
        (Role.SUPERVISOR, "Mary Somerville", ""),
        (Role.COMMITTEE, "Bo Reed", ""),
        (Role.CHAIR, "Emmy Noether", "Göttingen"),
        (Role.PANELIST, "Grace Hopper", "Yale"),
        (Role.PANELIST, "Kim Lee", ""),
    ]
    rows = [
        Appearance(speaker=make_speaker(name=name, affiliation=at), role=role, order=order)
        for order, (role, name, at) in enumerate(people, 1)
    ]
    return save_talk(talk, parts=Parts(people=[*talk.appearances.all(), *rows]))


def test_lines_of_people_say_every_role_in_order(defence):
    assert other_lines(defence) == LINES


def test_the_calendar_entry_says_them(defence):
    entry = ics.render(listings.everything()).decode().replace("\r\n ", "")

    assert "\\n".join(line.replace(",", "\\,") for line in LINES) in entry


def test_the_page_says_them(client, defence):
    said = " ".join(client.get(defence.get_absolute_url()).text.split())

    for words in ("<dt>Panelists</dt>", "<dt>Chair</dt>", "<dt>Committee</dt>", "<dt>Supervisor</dt>"):
        assert words in said


def test_the_poster_and_the_announcement_say_them(client, defence):
    poster = client.get(f"/talks/{defence.pk}/poster/").text

    assert [line for line in LINES if line not in poster] == []
    assert "\n".join(LINES) in announcement.render(listings.of_talk(defence)).decode()


def test_the_json_feed_has_a_list_for_each_role(defence):
    (item,) = json.loads(jsonfeed.render(listings.everything()))["items"]
    told = item["_seminars"]

    assert [one["name"] for one in told["panelists"]] == ["Grace Hopper", "Kim Lee"]
    assert [told[key][0]["name"] for key in ("chairs", "supervisors")] == ["Emmy Noether", "Mary Somerville"]
    assert "hosts" not in told


def test_structured_data_says_who_performs_and_who_contributes_what(client, defence):
    (event,) = map(json.loads, BLOCK.findall(client.get(defence.get_absolute_url()).text))

    assert [one["name"] for one in event["performer"]] == ["Ada Lovelace", "Grace Hopper", "Kim Lee"]
    assert [(one["roleName"], one["contributor"]["name"]) for one in event["contributor"]] == [
        ("Supervisor", "Mary Somerville"),
        ("Committee", "Bo Reed"),
        ("Chair", "Emmy Noether"),
    ]
    assert schema_org.complaints(event) == []
