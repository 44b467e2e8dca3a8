"""The names and addresses that rows make from their values, and the mode of a talk."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seminars.models import (
    Appearance,
    Attendance,
    Break,
    FormerAddress,
    Mode,
    Role,
    Room,
    Talk,
    Topic,
)
from seminars.models.page_addresses import short_slug
from seminars.models.speaker import proposed_sort_name
from tests.factories import (
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)

pytestmark = pytest.mark.django_db


# --- what a talk is called ---


def test_a_headline_is_the_title_else_the_speakers_else_to_be_announced():
    assert make_talk(title="On engines", speakers=["Ada Lovelace"]).headline == "On engines"
    assert make_talk(title="", speakers=["Ada Lovelace", "Grace Hopper"]).headline == "Ada Lovelace, Grace Hopper"
    assert make_talk(title="").headline == "To be announced"


def test_only_speakers_make_the_headline():
    talk = make_talk(title="")
    for role in (Role.MODERATOR, Role.COMMITTEE):
        Appearance.objects.create(talk=talk, speaker=make_speaker(), role=role)

    assert talk.headline == "To be announced"


def test_speakers_are_in_their_order():
    talk = make_talk(speakers=["Grace Hopper"])
    Appearance.objects.update(order=2)
    Appearance.objects.create(talk=talk, speaker=make_speaker(name="Ada Lovelace"), order=1)

    assert Talk.objects.for_pages().get().speaker_names == "Ada Lovelace, Grace Hopper"


def test_a_joint_talk_is_labelled_with_its_home_series_first():
    talk = make_talk(series=make_series(short_name="PRiML"), also_in=[make_series(short_name="ASSET")])

    assert talk.series_label == "PRiML + ASSET"


def test_a_talk_that_moves_home_to_its_other_series_is_not_in_it_twice():
    asset = make_series(short_name="ASSET")
    talk = make_talk(also_in=[asset])
    talk.series = asset

    assert talk.series_label == "ASSET"


def test_the_kind_is_the_series_kind_unless_the_talk_has_one():
    series = make_series(kind="Seminar")

    assert make_talk(series=series).kind_name == "Seminar"
    assert make_talk(series=series, kind="Panel").kind_name == "Panel"


def test_visitors_do_not_learn_the_kind_of_an_unlisted_home_series():
    home, shown = make_series(is_listed=False, kind="Hiring"), make_series(short_name="ASSET", kind="Seminar")
    talk = make_talk(series=home, also_in=[shown])

    assert (talk.kind_name, talk.home_label) == ("Seminar", "ASSET Seminar")


@pytest.mark.parametrize(
    ("title", "path"),
    [
        ("On engines", "{pk}/on-engines/"),
        ("On Gödel’s proof", "{pk}/on-godels-proof/"),
        ("計算機について", "{pk}/"),
        ("", "{pk}/"),
        ("Join", "{pk}/"),
        ("Poster", "{pk}/"),
        ("Calendar", "{pk}/"),
    ],
)
def test_the_address_of_a_talk_is_made_from_its_title(title, path):
    talk = make_talk(title=title)

    assert talk.get_absolute_url() == f"/talks/{path.format(pk=talk.pk)}"


def test_a_talk_without_a_title_has_its_speakers_in_the_address():
    talk = make_talk(title="", speakers=["Ada Lovelace"])

    assert talk.get_absolute_url() == f"/talks/{talk.pk}/ada-lovelace/"


@given(st.text(max_size=300))
def test_a_short_slug_is_short_and_safe(text):
    slug = short_slug(text)

    assert len(slug) <= 60
    assert slug == "" or all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in slug)


def test_a_long_title_makes_an_address_of_whole_words():
    assert short_slug("word " * 30) == "-".join(["word"] * 12)
    assert short_slug("x" * 90) == "x" * 60


def test_a_slug_writes_letters_that_are_not_plain_as_people_do():
    assert short_slug("Größe, œuvre, Łódź, Ærø") == "grosse-oeuvre-lodz-aero"


WAYS_TO_ATTEND = {
    None: set(),
    Mode.IN_PERSON: {Attendance.IN_PERSON, Attendance.ONLY_IN_PERSON},
    Mode.ONLINE: {Attendance.ONLINE, Attendance.ONLY_ONLINE},
    Mode.HYBRID: {Attendance.IN_PERSON, Attendance.ONLINE, Attendance.HYBRID},
}


@pytest.mark.parametrize(
    ("fields", "mode"),
    [
        ({}, None),
        ({"room": True}, Mode.IN_PERSON),
        ({"join_url": "https://a.example/"}, Mode.ONLINE),
        ({"room": True, "join_url": "https://a.example/"}, Mode.HYBRID),
    ],
)
def test_the_mode_follows_from_room_and_link(fields, mode):
    talk = make_talk(**fields | ({"room": make_room()} if "room" in fields else {}))

    assert talk.mode == mode
    assert {found for found in Attendance if Talk.objects.attended(found).exists()} == WAYS_TO_ATTEND[mode]


# --- names and addresses ---


@pytest.mark.parametrize(
    ("name", "sort_name"),
    [
        ("Ada Lovelace", "Lovelace, Ada"),
        ("Ludwig van Beethoven", "van Beethoven, Ludwig"),
        ("Maria de la Cruz", "de la Cruz, Maria"),
        ("Grace Brewster Hopper", "Hopper, Grace Brewster"),
        ("Plato", "Plato"),
        ("Lovelace, Ada", "Lovelace, Ada"),
        ("Van Morrison", "Morrison, Van"),
        ("  Ada   Lovelace ", "Lovelace, Ada"),
        ("", ""),
    ],
)
def test_a_sort_name_is_proposed(name, sort_name):
    assert proposed_sort_name(name) == sort_name


def test_an_affiliation_is_copied_when_a_person_is_added_and_stays():
    ada = make_speaker(affiliation="London")
    talk = make_talk(speakers=[ada])
    ada.affiliation = "Cambridge"
    ada.save()

    talk.appearances.get().save()

    assert talk.appearances.get().affiliation == "London"
    assert make_talk(speakers=[ada]).appearances.get().affiliation == "Cambridge"


def test_an_affiliation_that_was_given_is_kept():
    appearance = Appearance(talk=make_talk(), speaker=make_speaker(affiliation="London"), affiliation="Turin")

    appearance.save()

    assert appearance.affiliation == "Turin"


def test_a_blank_address_is_made_from_the_name_and_counted():
    assert [make_speaker(name="Ada Lovelace").slug for _ in range(3)] == [
        "ada-lovelace", "ada-lovelace-2", "ada-lovelace-3",
    ]  # fmt: skip
    assert [make_speaker(name="山田").slug for _ in range(2)] == ["speaker", "speaker-2"]


def test_a_changed_address_leaves_a_former_one():
    room = make_room(slug="room-307")
    room.slug = "room-414"

    room.save()

    assert FormerAddress.objects.meaning("/rooms/room-307/") == room
    assert Room.objects.with_slugs(["room-307", "room-414", "nowhere"]) == {"room-307": room, "room-414": room}


def test_a_reused_address_leads_to_its_current_owner():
    old, new = make_room(slug="here"), make_room(slug="there")
    old.slug = "elsewhere"
    old.save()
    new.slug = "here"
    new.save()

    assert Room.objects.with_slugs(["here", "there", "elsewhere"]) == {"here": new, "there": new, "elsewhere": old}


def test_a_former_address_with_a_query_string_wins_over_one_without():
    one, other = make_talk(), make_talk()
    FormerAddress.objects.remember("/event/", one)
    FormerAddress.objects.remember("/event/?id=7", other)

    assert FormerAddress.objects.meaning("/event/", "id=7") == other
    assert FormerAddress.objects.meaning("/event/", "id=8") == one
    assert FormerAddress.objects.meaning("/event/") == one
    assert FormerAddress.objects.meaning("/nowhere/") is None


def test_a_former_address_can_get_a_new_target():
    topic, talk = make_topic(), make_talk()
    FormerAddress.objects.remember("/old/", topic)

    FormerAddress.objects.remember("/old/", talk)

    assert FormerAddress.objects.get().target == talk


def test_slugs_with_null_characters_find_nothing():
    assert Topic.objects.with_slugs(["\0", "a\0b"]) == {}


# --- rooms and breaks ---


def test_a_place_is_written_on_one_line_without_gaps():
    room = Room(
        name="Room 414",
        building="Amy Gutmann Hall",
        street="3333 Chestnut Street",
        city="Philadelphia",
        postal_code="19104",
        country="United States",
    )

    assert room.location == "Amy Gutmann Hall, Room 414, 3333 Chestnut Street, Philadelphia, 19104, United States"
    assert Room(name="Atrium").location == "Atrium"


def test_an_old_name_without_a_day_is_shown_for_good():
    assert Room(name="B", formerly="A").former_name(date(2999, 1, 1)) == "A"


def test_breaks_touch_a_term_on_its_first_and_last_day():
    fall = Break.objects.create(first_on=date(2025, 11, 27), last_on=date(2025, 11, 28), reason="Thanksgiving")

    assert Break.objects.touching(date(2025, 11, 28), date(2025, 12, 1)).get() == fall
    assert Break.objects.touching(date(2025, 11, 1), date(2025, 11, 27)).get() == fall
    assert not Break.objects.touching(date(2025, 11, 29), date(2025, 12, 1)).exists()
    assert Break.objects.upcoming(date(2025, 11, 28)).get() == fall
    assert not Break.objects.upcoming(date(2025, 11, 29)).exists()


def test_a_break_is_for_one_series_or_all():
    asset, priml = make_series(), make_series()
    for_all = Break.objects.create(first_on=date(2025, 11, 27), last_on=date(2025, 11, 27), reason="Thanksgiving")
    own = Break.objects.create(first_on=date(2025, 11, 20), last_on=date(2025, 11, 20), reason="Retreat", series=asset)

    assert set(Break.objects.of_series(asset)) == {for_all, own}
    assert list(Break.objects.of_series(priml)) == [for_all]
    assert list(Break.objects.of_series(None)) == [for_all]
