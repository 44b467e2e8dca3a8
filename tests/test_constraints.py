"""Constraints in the database, and the messages of the checks for them."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F

from seminars.models import (
    Appearance,
    Break,
    Department,
    FormerAddress,
    JointTalk,
    Photo,
    Role,
    Room,
    Series,
    SeriesTopic,
    Speaker,
    State,
    Talk,
    TalkTopic,
    User,
)
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
    """Assert that the database itself refuses this."""
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


def test_names_that_people_could_confuse_are_refused():
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
def test_a_row_that_a_talk_prints_cannot_be_deleted(thing):
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


def test_a_talk_that_ends_too_early_shows_one_message():
    talk = Talk(series=make_series(), starts_at=in_new_york(2025, 11, 5, 12), ends_at=in_new_york(2025, 11, 5, 12))

    assert complaints(talk) == {"ends_at": ["The end must be after the start. Choose a later end."]}


def test_a_talk_needs_a_series_a_start_and_an_end():
    assert complaints(Talk()) == {field: ["This field cannot be null."] for field in ("series", "starts_at", "ends_at")}


def test_one_coordinate_alone_is_refused():
    sentences = complaints(Room(name="Room 1", latitude=Decimal("39.95")))

    assert sentences == {"__all__": ["Enter both latitude and longitude, or neither."]}


def test_a_day_without_an_old_name_is_refused():
    room = Room(name="Room 1", formerly_until=date(2025, 11, 5))

    assert complaints(room) == {"formerly": ["Enter the old name too, or clear the day until which it is shown."]}


def test_a_break_that_ends_too_early_shows_a_message():
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

    assert sentences == {"series": ["This is already the talk’s home series. Choose another one or leave it out."]}


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

    assert sentences == {"__all__": ["Another person signs in with this email address. Use a different one."]}
