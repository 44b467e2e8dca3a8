"""The schedule as a grid: chosen columns, rows that are added and deleted, and all of them saved in a few queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from seminars.actions import undoing
from seminars.models import Break, Change, Department, Series, Talk, Weekday
from tests.admin_forms import fields_of, form_of, messages_of, problems_in
from tests.changes import last_change
from tests.factories import in_new_york, make_draft, make_room, make_speaker, make_talk, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2030, 9, 2, 9)
NOON = in_new_york(2030, 10, 2, 12)
WEEK = timedelta(weeks=1)


def address(series, *columns):
    return reverse("admin:schedule") + f"?series={series.pk}&term=2030-08" + "".join(f"&column={n}" for n in columns)


def sent_by(client, series, *columns):
    return form_of(client, address(series, *columns)) | {"row": list(series.talks.values_list("pk", flat=True))}


def save(client, series, *columns, **cells):
    sent = sent_by(client, series, *columns) | cells | {"_save": "1"}
    return client.post(address(series, *columns), sent)


def cells(row, **values):
    return {f"{row}-{name}": str(value) for name, value in values.items()}


def heads(response):
    return [name for name, _label in response.context["schedule"].heads]


@pytest.fixture
def weekly(series):
    """The series, on Wednesdays at noon, with a draft on 2 October."""
    Series.objects.filter(pk=series.pk).update(
        default_weekday=Weekday.WEDNESDAY, default_start="12:00", default_minutes=90, default_room=make_room()
    )
    make_draft(series=series, title="First", starts_at=NOON)
    return Series.objects.get(pk=series.pk)


# --- columns ---


def test_the_columns_that_the_address_names_are_shown_and_saved(two_series_client, series):
    talk = make_draft(series=series, starts_at=NOON)
    looms = make_topic(name="Looms, and other machines")
    make_topic(name="Engines")
    columns = ("notes", "join_url", "host", "topics", "language", "minutes")

    save(
        two_series_client, series, *columns,
        **cells(f"talk-{talk.pk}", join_url="zoom.example.org/1", host="Grace Hopper", language="de", minutes=45,
                topics="engines; looms, and other machines", notes="Vegetarian.\r\nArrives late."),
    )  # fmt: skip

    talk = Talk.objects.get()
    assert (talk.join_url, talk.host, talk.language) == ("https://zoom.example.org/1", "Grace Hopper", "de")
    assert (talk.notes, talk.ends_at - talk.starts_at) == ("Vegetarian.\nArrives late.", timedelta(minutes=45))
    assert list(talk.topics.order_by("name")) == [talk.topics.get(name="Engines"), looms]


def test_columns_have_one_order_and_unknown_ones_are_left_out(two_series_client, series):
    response = two_series_client.get(address(series, "host", "title", "nonsense"))

    assert heads(response) == ["day", "start", "title", "host"]
    assert heads(two_series_client.get(address(series))) == [
        "day", "start", "room", "speaker", "affiliation", "title"
    ]  # fmt: skip
    assert "column=title&amp;column=host" in response.text  # in the links to other terms


def test_what_is_not_shown_stays(two_series_client, series):
    talk = make_draft(series=series, title="Kept", speakers=["Ada"], room=make_room(), starts_at=NOON)

    save(two_series_client, series, "host", **cells(f"talk-{talk.pk}", host="Grace", start="15:00"))

    talk = Talk.objects.get()
    assert (talk.title, talk.speaker_names, talk.host) == ("Kept", "Ada", "Grace")
    assert talk.room
    assert talk.starts_at == in_new_york(2030, 10, 2, 15)


@pytest.mark.parametrize(
    ("column", "typed", "sentence"),
    [
        ("topics", "Loms", "There is no topic “Loms”. Choose one from the list, or add it to the topics first."),
        ("minutes", "3", "Ensure this value is greater than or equal to 5."),
        ("join_url", "in the mail", "Enter a valid URL."),
    ],
)
def test_a_wrong_value_of_a_further_column_is_told_in_its_cell(two_series_client, series, column, typed, sentence):
    talk = make_draft(series=series, starts_at=NOON)

    response = save(two_series_client, series, column, **cells(f"talk-{talk.pk}", **{column: typed}))

    (row,) = response.context["schedule"].rows
    assert sentence in str(row.errors[column])
    assert f'value="{typed}"' in response.text
    assert f'aria-describedby="id_talk-{talk.pk}-{column}_error"' in response.text
    assert f'id="id_talk-{talk.pk}-{column}_error"' in response.text
    assert f'href="#id_talk-{talk.pk}-{column}"' in response.text


def test_a_value_that_was_always_odd_does_not_refuse_other_rows(two_series_client, series):
    long = make_draft(series=series, starts_at=NOON, ends_at=NOON + timedelta(days=40))
    talk = make_draft(series=series, starts_at=NOON)

    save(two_series_client, series, "minutes", "title", **cells(f"talk-{talk.pk}", title="Saved"))

    assert Talk.objects.get(pk=talk.pk).title == "Saved"
    assert Talk.objects.get(pk=long.pk).ends_at == long.ends_at


def test_a_date_without_a_year_is_near_that_of_the_row_and_a_time_is_read_as_people_write_it(two_series_client, series):
    talk = make_draft(series=series, starts_at=NOON)

    save(two_series_client, series, **cells(f"talk-{talk.pk}", day="9 October", start="3.30 pm"))

    assert Talk.objects.get().starts_at == in_new_york(2030, 10, 9, 15).replace(minute=30)


# --- rows ---


def test_a_row_is_added_on_the_next_free_weekday_and_saved_as_a_draft(two_series_client, weekly):
    Break.objects.create(series=weekly, reason="Fall break", first_on="2030-10-07", last_on="2030-10-11")
    sent = sent_by(two_series_client, weekly) | cells(f"talk-{weekly.talks.get().pk}", title="Typed")

    shown = two_series_client.post(address(weekly), sent | {"_add": "1"})
    again = fields_of(shown) | {"row": weekly.talks.get().pk, "new": [1]}
    assert (again["new-1-day"], again["new-1-start"]) == ("2030-10-16", "12:00")
    assert weekly.talks.count() == 1

    save_it = again | cells("new-1", speaker="Ada Lovelace", title="On engines") | {"_save": "1"}
    two_series_client.post(address(weekly), save_it)

    draft = weekly.talks.get(title="On engines")
    assert (draft.state, draft.starts_at, draft.speaker_names) == (
        "draft",
        in_new_york(2030, 10, 16, 12),
        "Ada Lovelace",
    )
    assert (draft.ends_at - draft.starts_at, draft.room) == (timedelta(minutes=90), weekly.default_room)
    assert weekly.talks.filter(title="Typed").exists()
    assert messages_of(two_series_client)[0] == "1 talk was changed. 1 draft was added."


def test_new_rows_have_the_defaults_of_the_series_in_columns_that_are_not_shown(two_series_client, weekly):
    topic = make_topic(name="Engines")
    weekly.default_topics.add(topic)
    Series.objects.filter(pk=weekly.pk).update(default_join_url="https://zoom.example.org/1")

    save(two_series_client, weekly, new=[7], **cells("new-7", day="2030-11-06", start="12:00"))

    draft = weekly.talks.get(starts_at=in_new_york(2030, 11, 6, 12))
    assert (draft.join_url, list(draft.topics.all())) == ("https://zoom.example.org/1", [topic])


def test_blank_and_deleted_new_rows_add_nothing(two_series_client, weekly):
    save(
        two_series_client, weekly, new=[1, 2],
        **cells("new-1", start="12:00", room=weekly.default_room_id),
        **cells("new-2", day="2030-11-06", start="12:00", remove="on"),
    )  # fmt: skip

    assert weekly.talks.count() == 1
    assert messages_of(two_series_client) == ["There were no changes to save."]


def test_a_new_row_with_only_what_is_usual_is_blank(two_series_client, weekly):
    weekly.default_topics.add(make_topic(name="Engines"))
    columns = "topics", "host", "notes"
    Series.objects.filter(pk=weekly.pk).update(
        default_host="Grace Hopper", default_notes="Ask for slides.\nBook lunch."
    )
    usual = {"topics": "Engines", "host": "Grace Hopper", "notes": "Ask for slides.\r\nBook lunch."}

    save(two_series_client, weekly, *columns, new=[1], **cells("new-1", start="12:00", **usual))
    assert messages_of(two_series_client) == ["There were no changes to save."]

    response = save(two_series_client, weekly, *columns, new=[1], **cells("new-1", **usual | {"host": "Ada"}))
    assert "Date, new row 1" in problems_in(response)


def test_a_new_row_begins_with_the_template_of_the_series_in_the_columns_that_are_shown(two_series_client, weekly):
    columns = "host", "language", "notes", "join_url", "room", "minutes"
    usual = {
        "host": "Grace Hopper",
        "language": "de",
        "notes": "Ask for slides.",
        "join_url": "https://z.example.org/1",
    }
    Series.objects.filter(pk=weekly.pk).update(**{f"default_{name}": value for name, value in usual.items()})

    shown = two_series_client.post(
        address(weekly, *columns), sent_by(two_series_client, weekly, *columns) | {"_add": "1"}
    )
    again = fields_of(shown) | {"row": weekly.talks.get().pk, "new": [1]}
    two_series_client.post(address(weekly, *columns), again | {"_save": "1"})

    draft = weekly.talks.exclude(title="First").get()
    assert {name: getattr(draft, name) for name in usual} == usual


def test_new_rows_that_are_sent_twice_make_one_talk_each(two_series_client, weekly):
    shown = two_series_client.post(address(weekly), sent_by(two_series_client, weekly) | {"_add": "1"})
    sent = fields_of(shown) | {"row": weekly.talks.get().pk, "new": [1], "_save": "1"}
    sent |= cells("new-1", speaker="Ada Lovelace", title="On engines")

    for _press in range(2):
        two_series_client.post(address(weekly), sent)
    assert weekly.talks.filter(title="On engines").count() == 1
    assert messages_of(two_series_client)[-1] == "There were no changes to save."

    response = two_series_client.post(address(weekly), sent | cells("new-1", title="On looms"))
    assert problems_in(response) == {
        "new row 1": "This row has already been saved as a talk. Reload the schedule to change it."
    }
    assert 'value="On looms"' in response.text


def test_two_hundred_rows_with_all_columns_are_saved_in_one_go(two_series_client, weekly):
    columns = "minutes", "speaker", "affiliation", "title", "room", "join_url", "host", "topics", "language", "notes"
    sent = sent_by(two_series_client, weekly, *columns)
    key = weekly.talks.get().pk
    of_row = {name.removeprefix(f"talk-{key}-"): value for name, value in sent.items() if name.startswith("talk-")}
    many = {f"talk-{number}-{name}": value for number in range(10_000, 10_199) for name, value in of_row.items()}
    many["row"] = [key, *range(10_000, 10_199)]

    response = two_series_client.post(address(weekly, *columns), sent | many | {"_save": "1"})

    assert response.status_code != 400


def test_a_new_row_with_an_error_saves_nothing_and_comes_back_whole(two_series_client, weekly):
    talk = weekly.talks.get()

    response = save(
        two_series_client, weekly, new=[1],
        **cells("new-1", day="soon", start="12:00", speaker="Ada"), **cells(f"talk-{talk.pk}", title="Typed"),
    )  # fmt: skip

    assert problems_in(response) == {
        "Date, new row 1": "“soon” is not a date. Enter a date such as 17 March or 2027-03-17."
    }
    assert 'value="Ada"' in response.text
    assert 'value="Typed"' in response.text
    assert list(Talk.objects.values_list("title", flat=True)) == ["First"]


def test_a_new_row_may_not_take_a_room_that_is_taken(two_series_client, weekly):
    make_draft(starts_at=NOON + WEEK, room=weekly.default_room)

    response = save(
        two_series_client, weekly, new=[1],
        **cells("new-1", day="2030-10-09", start="12:00", room=weekly.default_room_id),
    )  # fmt: skip

    assert "is reserved" in problems_in(response)["Room, new row 1"]
    assert weekly.talks.count() == 1


def test_a_draft_is_deleted_with_its_row_and_its_room_is_free_for_another(two_series_client, weekly):
    room, gone = weekly.default_room, make_draft(series=weekly, starts_at=NOON + WEEK, title="Gone")
    Talk.objects.filter(pk=gone.pk).update(room=room)
    first = weekly.talks.get(title="First")

    save(
        two_series_client, weekly,
        **cells(f"talk-{gone.pk}", remove="on", title="Typed"),
        **cells(f"talk-{first.pk}", day="2030-10-09", room=room.pk),
    )  # fmt: skip

    assert list(Talk.objects.values_list("title", "starts_at")) == [("First", NOON + WEEK)]
    assert messages_of(two_series_client)[0] == "1 talk was changed. 1 draft was deleted."


def test_a_public_talk_cannot_be_deleted_here(two_series_client, series):
    talk = make_talk(series=series, starts_at=NOON)

    response = two_series_client.get(address(series))
    save(two_series_client, series, **cells(f"talk-{talk.pk}", remove="on"))

    assert f"talk-{talk.pk}-remove" not in response.text
    assert f"/cancel/?talk={talk.pk}&amp;next=%2Fadmin%2Fschedule%2F" in response.text
    assert Talk.objects.exists()


def test_a_draft_that_somebody_changed_is_deleted_only_the_second_time(two_series_client, series):
    talk = make_draft(series=series, title="Old", starts_at=NOON)
    sent = sent_by(two_series_client, series) | cells(f"talk-{talk.pk}", remove="on") | {"_save": "1"}
    Talk.objects.filter(pk=talk.pk).update(title="Theirs")

    response = two_series_client.post(address(series), sent)

    assert problems_in(response) == {
        "Wednesday, 2 October": "Someone has changed this talk. Save again to delete it anyway."
    }
    two_series_client.post(address(series), fields_of(response) | {"row": talk.pk, "_save": "1"})
    assert not Talk.objects.exists()


def test_one_undo_takes_back_changes_new_rows_and_deletions(two_series_client, weekly):
    first, gone = weekly.talks.get(), make_draft(series=weekly, starts_at=NOON + WEEK, title="Gone")
    before = sorted(Talk.objects.values_list("pk", "title", "starts_at"))
    changes = Change.objects.count()

    save(
        two_series_client, weekly, new=[1],
        **cells(f"talk-{first.pk}", speaker="Emmy Noether", title="Changed"), **cells(f"talk-{gone.pk}", remove="on"),
        **cells("new-1", day="2030-11-06", start="12:00", speaker="Emmy Noether"),
    )  # fmt: skip
    assert Change.objects.count() == changes + 1
    assert str(last_change()) == "Schedule changed"
    assert Talk.objects.filter(appearances__speaker__name="Emmy Noether").count() == 2
    undoing.restore(last_change(), by=None)

    assert sorted(Talk.objects.values_list("pk", "title", "starts_at")) == before


def test_a_term_without_talks_can_be_begun_in_the_grid(two_series_client, weekly):
    weekly.talks.all().delete()

    shown = two_series_client.post(address(weekly), {"_add": "1"})

    assert fields_of(shown)["new-1-day"] == "2030-08-07"


def test_without_a_weekday_the_next_row_is_a_week_after_the_last(two_series_client, series):
    Department.objects.create(pk=1)
    make_draft(series=series, starts_at=NOON)

    shown = two_series_client.post(address(series), sent_by(two_series_client, series) | {"_add": "1"})

    assert (fields_of(shown)["new-1-day"], fields_of(shown)["new-1-start"]) == ("2030-10-09", "12:00")


# --- many ---


@pytest.mark.parametrize("make", [make_draft, make_talk])
def test_sixty_rows_are_saved_in_at_most_sixty_queries(two_series_client, series, make):
    rooms = [make_room(name=f"Room {n}") for n in range(3)]
    make_speaker(name="Ada Lovelace")
    talks = [make(series=series, speakers=["Grace Hopper"], starts_at=NOON + timedelta(days=n)) for n in range(60)]
    sent = sent_by(two_series_client, series) | {"_save": "1"}
    for n, talk in enumerate(talks):
        name = (
            "Ada Lovelace"
            if n % 2
            else f"{chr(65 + n // 2 % 26)}{chr(122 - n // 2 % 26) * 4} X{chr(97 + n // 2 % 26) * 7}"
        )
        sent |= cells(f"talk-{talk.pk}", title=f"On {n}", speaker=name, room=rooms[n % 3].pk, start="09:15")

    with CaptureQueriesContext(connection) as captured:
        two_series_client.post(address(series), sent)

    assert Talk.objects.filter(title__startswith="On ", room__isnull=False).count() == 60
    assert len(captured) <= 60
