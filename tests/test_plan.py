"""Plan a term: preview every date, then make all drafts or none, and never twice."""

from datetime import UTC, date, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from seminars.actions import planning
from seminars.actions.slots import SlotStatus
from seminars.forms.dates import read
from seminars.models import Break, SeriesOrganiser, SeriesTopic, State, Talk
from tests.admin_forms import errors_in, form_of, messages_of, signed_in
from tests.factories import (
    in_new_york,
    make_administrator,
    make_draft,
    make_member,
    make_organiser,
    make_room,
    make_series,
    make_talk,
    make_topic,
)
from tests.plans import FIRST, address, made, make_series_on_wednesdays, plan_of, save, ticked_in, ticks_of, wishes

pytestmark = pytest.mark.django_db


@pytest.fixture
def series():
    return make_series_on_wednesdays()


# --- what is made ---


def test_a_term_is_a_draft_for_each_wednesday_at_noon_by_the_wall_clock(series):
    talks = made(plan_of(series))

    starts = [talk.starts_at for talk in Talk.objects.order_by("starts_at")]
    assert len(starts) == 14
    assert {start.astimezone(in_new_york(2030, 1, 1).tzinfo).hour for start in starts} == {12}
    assert {start.astimezone(UTC).hour for start in starts} == {16, 17}
    assert {talk.ends_at - talk.starts_at for talk in talks} == {timedelta(minutes=75)}


def test_drafts_begin_with_link_access_room_and_topics_of_the_series(series):
    topic = make_topic()
    SeriesTopic.objects.create(series=series, topic=topic)

    talk = made(plan_of(series, last_on=FIRST))[0]

    assert (talk.state, talk.room) == (State.DRAFT, series.default_room)
    assert (talk.join_url, talk.passcode, talk.join_access) == ("https://example.org/meet", "472119", "timed")
    assert list(talk.topics.all()) == [topic]


def test_two_talks_a_day_on_two_weekdays(series):
    slots = planning.slots_of(plan_of(series, last_on=date(2030, 10, 4), weekdays={2, 4}, starts=(time(15), time(12))))

    assert [slot.key for slot in slots] == [
        "2030-10-02T12:00", "2030-10-02T15:00", "2030-10-04T12:00", "2030-10-04T15:00",
    ]  # fmt: skip


def test_slots_are_counted_as_they_are_made(series):
    for days in range(15):
        plan = plan_of(series, last_on=FIRST + timedelta(days=days), weekdays={0, 2}, starts=(time(9), time(12)))
        assert plan.number == len(list(plan.spans))


def test_a_break_and_a_date_to_leave_out_are_flagged_and_can_be_used_after_all(series):
    Break.objects.create(first_on=date(2030, 11, 27), last_on=date(2030, 11, 29), reason="Thanksgiving")
    Break.objects.create(first_on=FIRST, last_on=FIRST, reason="Not ours", series=make_series())

    slots = planning.slots_of(plan_of(series, skipped=frozenset({date(2030, 12, 25)})))

    flagged = [(slot.key[:10], slot.verdict, slot.why) for slot in slots if not slot.is_free]
    assert flagged == [("2030-11-27", SlotStatus.BREAK, "Thanksgiving"), ("2030-12-25", SlotStatus.SKIPPED, "")]
    assert len(made(plan_of(series), keep=["2030-11-27T12:00"])) == 1


def test_planning_twice_makes_nothing_twice(series):
    made(plan_of(series))

    again = made(plan_of(series, minutes=60), keep=[slot.key for slot in planning.slots_of(plan_of(series))])

    assert again == []
    assert Talk.objects.count() == 14
    assert {slot.verdict for slot in planning.slots_of(plan_of(series))} == {SlotStatus.PLANNED}


def test_another_series_draft_in_the_room_is_named_only_by_its_series_and_contact(series):
    other = make_series(short_name="PRiML", contact_email="priml@example.edu")
    make_draft(series=other, room=series.default_room, title="Secret", starts_at=in_new_york(2030, 10, 9, 12))

    (taken,) = [slot for slot in planning.slots_of(plan_of(series)) if slot.verdict == SlotStatus.TAKEN]

    assert taken.why == (
        "Room 414 is reserved by the PRiML Seminar (contact priml@example.edu), 12–1 pm. Choose another room or time."
    )
    assert not taken.is_offered


def test_a_clash_since_the_preview_stops_every_draft(series):
    keep = [slot.key for slot in planning.slots_of(plan_of(series))]
    make_talk(room=series.default_room, title="Quicker", starts_at=in_new_york(2030, 12, 11, 12))

    with pytest.raises(ValidationError) as refused:
        made(plan_of(series), keep=keep)

    assert refused.value.messages[0].startswith("Wednesday, 11 December 2030, 12 noon: Room 414 is taken by “Quicker”")
    assert Talk.objects.count() == 1


def test_an_atrium_takes_several(series):
    atrium = make_room(is_exclusive=False)
    make_talk(room=atrium, starts_at=in_new_york(2030, 10, 2, 12))

    assert len(made(plan_of(series, room=atrium))) == 14


def test_talks_that_overlap_each_other_are_refused(series):
    with pytest.raises(ValidationError, match="12 noon and Wednesday, 2 October 2030, 1 pm overlap"):
        planning.slots_of(plan_of(series, starts=(time(12), time(13))))


def test_a_room_that_is_gone_makes_nothing(series):
    room = make_room()
    plan = plan_of(series, room=room)
    keep = [slot.key for slot in planning.slots_of(plan)]
    type(room).objects.filter(pk=room.pk).delete()

    with pytest.raises(ValidationError, match="This room has been deleted"):
        made(plan, keep=keep)


def test_a_long_term_needs_no_more_queries_for_clashes(series, django_assert_num_queries):
    for week in range(30):
        make_talk(room=series.default_room, starts_at=in_new_york(2030, 10, 3, 12) + timedelta(weeks=week))

    for weeks in (2, 30):
        with django_assert_num_queries(5):
            planning.slots_of(plan_of(series, last_on=FIRST + timedelta(weeks=weeks)))


# --- dates as people type them ---


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-26", "26 Nov 2026", "26 November 2026", "Nov 26, 2026", "November 26th, 2026", "26. Nov 2026",
        "Thursday, 26 November 2026", "Thu 26 Nov 2026,", " 26 nov. 2026 \r\n\r\n",
    ],
)  # fmt: skip
def test_a_date_is_read_as_people_write_it(typed):
    assert read(typed) == {date(2026, 11, 26)}


def test_dates_are_separated_by_lines_or_commas_or_form_ranges():
    typed = (
        "26 Nov 2026, 2026-12-01\nNov 30, 2026; 2026-12-30 to 2 Jan 2027\n24 Dec 2026 – 25 Dec 2026\n"
        "7 Dec 2026–8 Dec 2026, 2026-12-10–2026-12-11"
    )

    days = {(11, 26), (11, 30), *((12, day) for day in (1, 7, 8, 10, 11, 24, 25, 30, 31))}
    assert read(typed) == {date(2026, *day) for day in days} | {date(2027, 1, 1), date(2027, 1, 2)}


def test_months_are_understood_in_the_reader_s_language_too(settings):
    from django.utils import translation

    with translation.override("de"):
        assert read("26. Dezember 2026, 3 March 2027") == {date(2026, 12, 26), date(2027, 3, 3)}


@pytest.mark.parametrize(
    "typed",
    [
        "31 Nov 2026", "2026-02-30", "soon", "13/26/2026", "2026-12-02 to 2026-12-01", "0000-01-01",
        "1 Jan 2026 to 1 Jan 9999",
    ],
)  # fmt: skip
def test_a_date_that_does_not_exist_shows_a_message(typed):
    with pytest.raises(ValidationError) as refused:
        read(f"2026-11-25, {typed}")

    assert len(refused.value.messages) == 1
    assert refused.value.messages[0].endswith("is not a date. Enter a date like 26 Nov or 2026-11-26.")


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("26 Nov", ["2030-11-26"]), ("17 March", ["2031-03-17"]), ("Wed 27 Nov, Mar 5", ["2030-11-27", "2031-03-05"]),
        ("Tuesday, 26 Nov; 25-12-2030", ["2030-11-26", "2030-12-25"]), ("11/27, 28.11.", ["2030-11-27", "2030-11-28"]),
        ("31 Dec – 2 Jan", ["2030-12-31", "2031-01-01", "2031-01-02"]),
        ("31 Dec to 1 Jan 2032", ["2031-12-31", "2032-01-01"]), ("24–25 Dec", ["2030-12-24", "2030-12-25"]),
        ("24.-25.12.", ["2030-12-24", "2030-12-25"]), ("24. bis 25. Dezember", ["2030-12-24", "2030-12-25"]),
        ("30 Nov-1 Dec", ["2030-11-30", "2030-12-01"]),
    ],
)  # fmt: skip
def test_a_date_without_a_year_is_that_of_the_term(typed, days):
    assert sorted(map(str, read(typed, near=date(2030, 12, 1)))) == days


def test_a_weekday_that_is_not_that_of_the_date_is_named():
    with pytest.raises(ValidationError) as refused:
        read("Thu 26 Nov", near=date(2030, 12, 1))

    assert refused.value.messages == [
        "“Thu 26 Nov” would be Tuesday, 26 November 2030. Correct the weekday or the date."
    ]


# --- the page ---


def test_dates_to_leave_out_need_no_year_and_the_preview_shows_it(series):
    page = signed_in(make_organiser(series)).post(address(), wishes(series, skipped="27 Nov, 24 Dec – 2 Jan"))

    assert "You leave out: Wednesday, 27 November 2030, 24 December 2030 – 2 January 2031." in page.text
    skipped = [row.slot.key[:10] for row in page.context["rows"] if row.slot.verdict == "skipped"]
    assert skipped == ["2030-11-27", "2030-12-25", "2031-01-01"]


def test_the_page_has_the_default_values_of_the_series(series):
    form = form_of(signed_in(make_organiser(series)), address())

    assert (form["starts"], form["minutes"], form["room"]) == ("12:00", "75", str(series.default_room_id))
    assert date.fromisoformat(form["last_on"]) - date.fromisoformat(form["first_on"]) == timedelta(weeks=13)
    assert form["weekdays"] == "2"


def test_the_next_term_begins_after_what_is_planned(series):
    make_talk(series=series, starts_at=in_new_york(2050, 1, 4, 12))  # a Tuesday

    assert form_of(signed_in(make_organiser(series)), address())["first_on"] == "2050-01-05"


def test_preview_makes_nothing_and_saving_makes_what_was_ticked(series):
    client = signed_in(make_organiser(series))

    preview = client.post(address(), wishes(series, skipped="25 Dec 2030"))
    assert (len(preview.context["rows"]), Talk.objects.count()) == (14, 0)

    save(client, wishes(series, skipped="25 Dec 2030"))
    assert Talk.objects.count() == 13
    assert messages_of(client) == ["13 drafts were added to ASSET."]


def test_saving_twice_doubles_nothing_and_says_so(series):
    client = signed_in(make_organiser(series))
    shown = client.post(address(), wishes(series))
    sent = wishes(series) | {"seen": shown.context["mark"], "slot": ["2030-10-02T12:00"], "_save": "1"}

    client.post(address(), sent)
    client.post(address(), sent)

    assert Talk.objects.count() == 1
    assert messages_of(client)[-1] == "All of these talks are already planned. Nothing was added."


def test_a_plan_that_changed_after_its_preview_is_shown_again_first(series):
    client = signed_in(make_organiser(series))
    shown = client.post(address(), wishes(series))

    response = client.post(
        address(), wishes(series, starts="14:00", seen=shown.context["mark"], slot=["2030-10-02T12:00"], _save="1")
    )

    assert Talk.objects.count() == 0
    assert response.context["rows"][0].slot.key == "2030-10-02T14:00"
    assert "the plan has changed" in response.content.decode()


def test_unticked_dates_stay_unticked_after_a_new_clash(series):
    client = signed_in(make_organiser(series))
    shown = client.post(address(), wishes(series))
    make_talk(room=series.default_room, starts_at=in_new_york(2030, 12, 11, 12))
    ticks = ticks_of(shown, "2030-10-02T12:00", "2030-12-11T12:00")

    response = client.post(address(), wishes(series) | ticks | {"_save": "1"})

    assert errors_in(response)[0] == "Nothing was saved. Leave out these dates, or choose another room or time:"
    assert ticked_in(response) == ["2030-10-02T12:00"]
    assert Talk.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"last_on": "2030-10-01"}, "The last day is before the first. Choose a later one."),
        ({"last_on": "2036-01-01", "weekdays": ["2", "3"]},
         "This would be 548 talks, but you can plan at most 366 at once. Choose an earlier last day."),
        ({"last_on": "9999-12-31"}, "Enter a year between 1900 and 2200."),
        ({"weekdays": [0], "last_on": "2030-10-04"},
         "None of these weekdays falls between the two days. Choose other weekdays."),
        ({"starts": "noonish"},
         "“noonish” is not a time. Enter a time like 12:00, or 12:00, 14:30 for two talks a day."),
        ({"skipped": "31 Nov 2030"}, "“31 Nov 2030” is not a date. Enter a date like 26 Nov or 2026-11-26."),
        ({"room": "99999"}, "This room has been deleted. Choose another one."),
    ],
)  # fmt: skip
def test_invalid_input_shows_a_message_and_typed_values_are_kept(series, wrong, sentence):
    response = signed_in(make_organiser(series)).post(address(), wishes(series, minutes=55) | wrong)

    assert errors_in(response) == [sentence]
    assert 'value="55"' in response.content.decode()
    assert Talk.objects.count() == 0


def test_an_organiser_who_lost_the_series_makes_nothing_and_sees_whom_to_ask(series):
    person = make_organiser(series, make_series())
    client = signed_in(person)
    shown = client.post(address(), wishes(series))
    SeriesOrganiser.objects.filter(user=person, series=series).delete()

    response = client.post(
        address(), wishes(series) | {"seen": shown.context["mark"], "slot": ["2030-10-02T12:00"], "_save": "1"}
    )

    assert errors_in(response) == ["You no longer organise this series. Choose another one, or ask an administrator."]
    assert Talk.objects.count() == 0


# --- who may ---


def test_organisers_plan_their_own_series_and_administrators_all(series):
    assert save(signed_in(make_administrator()), wishes(series)).status_code == 302
    refused = signed_in(make_organiser(make_series())).post(address(), wishes(series, starts="15:00"))

    assert errors_in(refused)[0].startswith("You no longer organise this series")
    assert Talk.objects.count() == 14


@pytest.mark.parametrize(("who", "status"), [(make_member, 302), (None, 403)])
def test_other_people_cannot_plan(series, who, status):
    client = signed_in(who()) if who else Client()

    assert client.post(address(), wishes(series)).status_code == status
    assert Talk.objects.count() == 0
