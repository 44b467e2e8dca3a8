"""What the rows keep in order: constraints in the database, sentences in the check, and names made from names."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from seminars.models import (
    Appearance,
    Break,
    Department,
    FormerAddress,
    JointTalk,
    Mode,
    Photo,
    Role,
    Room,
    Series,
    SeriesTopic,
    Speaker,
    State,
    Talk,
    TalkTopic,
    Topic,
    User,
)
from seminars.models.addresses import short_slug
from seminars.models.speaker import proposed_sort_name
from tests.factories import (
    in_new_york,
    make_draft,
    make_member,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)

pytestmark = pytest.mark.django_db


def refuses(write):
    """The database itself says no."""
    with pytest.raises(IntegrityError), transaction.atomic():
        write()
    return True


def complaints(row):
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    return refused.value.message_dict


# --- what the database keeps ---


def test_a_talk_ends_after_it_starts():
    make_talk()

    assert refuses(lambda: Talk.objects.update(ends_at=F("starts_at")))


@pytest.mark.parametrize("field", ["state", "join_access", "recording"])
def test_a_talk_has_known_choices_only(field):
    make_talk()

    assert refuses(lambda: Talk.objects.update(**{field: "maybe"}))


def test_a_public_talk_was_published():
    make_draft()

    assert refuses(lambda: Talk.objects.update(state=State.CONFIRMED))


def test_a_moved_talk_says_when_and_from_where():
    make_talk()

    assert refuses(lambda: Talk.objects.update(moved_at=in_new_york(2025, 11, 5)))


def test_no_two_talks_have_one_uid():
    talk = make_talk()

    assert refuses(lambda: make_talk(uid=talk.uid))


def test_a_person_has_each_role_once_at_a_talk():
    talk, ada = make_talk(), make_speaker()
    Appearance.objects.create(talk=talk, speaker=ada)

    assert Appearance.objects.create(talk=talk, speaker=ada, role=Role.MODERATOR).pk
    assert refuses(lambda: Appearance.objects.create(talk=talk, speaker=ada))
    assert refuses(lambda: Appearance.objects.update(role="guest"))


def test_a_talk_is_in_a_series_once_and_has_a_topic_once():
    talk, series, topic = make_talk(), make_series(), make_topic()
    JointTalk.objects.create(talk=talk, series=series)
    TalkTopic.objects.create(talk=talk, topic=topic)
    SeriesTopic.objects.create(series=series, topic=topic)

    assert refuses(lambda: JointTalk.objects.create(talk=talk, series=series))
    assert refuses(lambda: TalkTopic.objects.create(talk=talk, topic=topic))
    assert refuses(lambda: SeriesTopic.objects.create(series=series, topic=topic))


def test_names_differ_where_people_would_confuse_them():
    make_room(name="Room 1", building="Hall")
    make_series(short_name="ASSET")
    make_topic(name="Logic")
    make_member(email="ada@example.org")

    assert make_room(name="Room 1", building="Annex").pk
    assert refuses(lambda: make_room(name="Room 1", building="Hall"))
    assert refuses(lambda: make_series(short_name="ASSET"))
    assert refuses(lambda: make_topic(name="Logic"))
    assert refuses(lambda: make_member(email="Ada@Example.org"))
    assert all(make_member(email="").pk for _ in range(2))


def test_no_two_pages_have_one_address():
    for make in (make_room, make_series, make_topic, make_speaker):
        make(slug="here")
        assert refuses(lambda make=make: make(slug="here"))


def test_a_room_has_both_coordinates_or_none():
    make_room(latitude=Decimal("39.95"), longitude=Decimal("-75.19"))

    assert refuses(lambda: Room.objects.update(latitude=None))


def test_there_is_one_department():
    Department.objects.create(pk=1)

    assert refuses(lambda: Department.objects.create(pk=2))
    assert refuses(lambda: Department.objects.update(year_begins_in=13))


def test_a_break_ends_after_it_begins():
    assert refuses(lambda: Break.objects.create(first_on=date(2025, 11, 28), last_on=date(2025, 11, 27), reason="?"))


def test_a_former_address_means_one_thing_and_is_a_path():
    talk, room = make_talk(), make_room()

    assert refuses(lambda: FormerAddress.objects.create(path="/a/"))
    assert refuses(lambda: FormerAddress.objects.create(path="/a/", talk=talk, room=room))
    assert refuses(lambda: FormerAddress.objects.create(path="a/", talk=talk))


@pytest.mark.parametrize("thing", ["series", "room", "speaker", "topic", "joint series", "photo"])
def test_what_a_talk_prints_cannot_be_deleted(thing):
    photo = Photo.objects.create(digest="0" * 64, content=b"", width=1, height=1)
    talk = make_talk(
        room=make_room(), speakers=[make_speaker(photo=photo)], topics=[make_topic()], also_in=[make_series()]
    )
    things = {
        "series": talk.series,
        "room": talk.room,
        "speaker": talk.people.get(),
        "topic": talk.topics.get(),
        "joint series": talk.also_in.get(),
        "photo": photo,
    }

    with pytest.raises(models.ProtectedError):
        things[thing].delete()


def test_a_deleted_draft_takes_its_own_rows_along():
    draft = make_draft(speakers=["Ada Lovelace"], topics=[make_topic()], also_in=[make_series()])

    draft.delete()

    assert not Appearance.objects.exists()
    assert Speaker.objects.exists()


# --- what the check says ---


def test_a_talk_that_ends_too_early_is_told_once():
    talk = Talk(series=make_series(), starts_at=in_new_york(2025, 11, 5, 12), ends_at=in_new_york(2025, 11, 5, 12))

    assert complaints(talk) == {"ends_at": ["The end is not after the start. Choose a later end."]}


def test_a_talk_needs_a_series_a_start_and_an_end():
    assert complaints(Talk()) == {field: ["This field cannot be null."] for field in ("series", "starts_at", "ends_at")}


def test_one_coordinate_alone_is_refused():
    sentences = complaints(Room(name="Room 1", latitude=Decimal("39.95")))

    assert sentences == {"__all__": ["Give latitude and longitude, or neither."]}


def test_a_day_without_an_old_name_is_refused():
    room = Room(name="Room 1", formerly_until=date(2025, 11, 5))

    assert complaints(room) == {"formerly": ["Give the old name too, or clear the day until which it is shown."]}


def test_a_break_that_ends_too_early_is_refused_in_words():
    thanksgiving = Break(first_on=date(2025, 11, 28), last_on=date(2025, 11, 27), reason="Thanksgiving")

    assert complaints(thanksgiving)["last_on"] == ["The last day is before the first. Choose a later one."]


def test_a_break_without_a_last_day_is_one_day():
    day_off = Break(first_on=date(2025, 11, 28), reason="Snow")

    day_off.full_clean()

    assert day_off.last_on == date(2025, 11, 28)


def test_an_old_path_begins_with_a_slash():
    sentences = complaints(FormerAddress(path="event/old/", talk=make_talk()))

    assert sentences["path"] == ["Begin the old path with a slash, such as /event/old-name/."]


def test_a_talk_is_not_joint_with_its_own_series():
    talk = make_talk()

    sentences = complaints(JointTalk(talk=talk, series=talk.series))

    assert sentences == {"series": ["The talk is at home in this series. Choose another one or leave it out."]}


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (lambda: Series(name="A", short_name="A", colour="red"), "colour"),
        (lambda: Department(accent="#12345"), "accent"),
        (lambda: Speaker(name="Ada", orcid="0000-0002-1825-009"), "orcid"),
        (lambda: Talk(join_url="javascript:alert(1)"), "join_url"),
        (lambda: Speaker(name="Ada", homepage="javascript:alert(1)"), "homepage"),
        (lambda: Room(name="A", latitude=Decimal(91), longitude=Decimal(0)), "latitude"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(row, field):
    assert len(complaints(row())[field]) == 1


def test_two_people_do_not_sign_in_with_one_mail_address():
    make_member(email="ada@example.org")

    sentences = complaints(User(username="ada", password="-", email="ADA@example.org"))

    assert sentences == {"__all__": ["Another person signs in with this e-mail address. Use a different one."]}


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


def test_speakers_stand_in_their_order():
    talk = make_talk(speakers=["Grace Hopper"])
    Appearance.objects.update(order=2)
    Appearance.objects.create(talk=talk, speaker=make_speaker(name="Ada Lovelace"), order=1)

    assert Talk.objects.with_all_that_is_printed().get().speaker_names == "Ada Lovelace, Grace Hopper"


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
    assert [found for found in Mode if Talk.objects.in_mode(found).exists()] == [mode] * (mode is not None)


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


def test_an_address_that_somebody_else_has_now_means_them():
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


def test_a_former_address_is_learnt_anew():
    topic, talk = make_topic(), make_talk()
    FormerAddress.objects.remember("/old/", topic)

    FormerAddress.objects.remember("/old/", talk)

    assert FormerAddress.objects.get().target == talk


def test_no_address_holds_what_postgresql_cannot_look_for():
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
