"""Copy a term: the same weekdays of another one, without people, previewed, saved once and undone at once."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from seminars.actions import copying_terms, undoing
from seminars.actions.copying_terms import CopiedField, CopiedTerm, TakenFrom
from seminars.actions.slots import SlotStatus
from seminars.models import Break, Change, SeriesTopic, State, Talk
from seminars.models.terms import Term
from seminars.times import local
from tests.admin_forms import errors_in, fields_of, messages_of, signed_in
from tests.factories import (
    in_new_york,
    make_administrator,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_talk,
    make_topic,
)

pytestmark = pytest.mark.django_db

OLD, NEW = (Term.of(date(year, 10, 1), 8) for year in (2029, 2030))
NOW = in_new_york(2030, 4, 1, 9)
MONDAYS = [date(2029, 9, 3) + timedelta(weeks=week) for week in range(4)]


def at_noon(day, hour=12, minute=0):
    return in_new_york(day.year, day.month, day.day, hour, minute)


@pytest.fixture
def room():
    return make_room(name="Room 414")


@pytest.fixture
def series(room):
    usual = {"default_weekday": 0, "default_start": time(12), "default_minutes": 60, "default_room": room}
    series = make_series(short_name="ASSET", **usual)
    for number, day in enumerate(MONDAYS):
        make_talk(series=series, title=f"Old {number}", room=room, speakers=["Ada"], starts_at=at_noon(day))
    return series


def copied_of(*series, **wishes):
    return CopiedTerm(**{"series": series, "old": OLD, "new": NEW} | wishes)


def slots_of(*series, **wishes):
    return [one.slot for one in copying_terms.slots_of(copied_of(*series, **wishes))]


def days_of(slots):
    return [local(slot.span.starts_at).date() for slot in slots]


def make(copied, keep=None, by=None):
    keys = [one.slot.key for one in copying_terms.slots_of(copied) if one.slot.is_free] if keep is None else keep
    return copying_terms.make(copied, keep=keys, by=by)


# --- which dates ---


def test_each_talk_is_on_the_same_weekday_of_the_same_week(series):
    assert days_of(slots_of(series)) == [day + timedelta(weeks=52) for day in MONDAYS]


@pytest.mark.parametrize("first_on", [date(2030, 9, 9), date(2030, 9, 11), date(2030, 9, 15)])
def test_the_week_of_the_first_day_is_the_first_week(series, first_on):
    days = days_of(slots_of(series, first_on=first_on))

    assert days == [date(2030, 9, 9) + timedelta(weeks=week) for week in range(4)]


def test_dates_before_the_first_day_and_after_the_term_are_not_ticked(series):
    early = slots_of(series, first_on=date(2030, 9, 11))
    late = slots_of(series, first_on=date(2030, 12, 17))

    assert [slot.verdict for slot in early] == [SlotStatus.OUTSIDE, *[SlotStatus.FREE] * 3]
    assert [slot.verdict for slot in late] == [SlotStatus.OUTSIDE, *[SlotStatus.FREE] * 2, SlotStatus.OUTSIDE]


def test_noon_stays_noon_where_the_clocks_have_changed(series):
    for talk in Talk.objects.all():
        talk.starts_at = at_noon(local(talk.starts_at).date() + timedelta(weeks=8))
        talk.ends_at = talk.starts_at + timedelta(hours=1)
        talk.save()

    assert {local(slot.span.starts_at).hour for slot in slots_of(series)} == {12}
    assert len({local(slot.span.starts_at).utcoffset() for slot in slots_of(series)}) == 2


def test_breaks_of_the_new_term_are_left_out(series):
    Break.objects.create(first_on=date(2030, 9, 9), last_on=date(2030, 9, 10), reason="Fall break")
    Break.objects.create(first_on=date(2030, 9, 2), last_on=date(2030, 9, 2), reason="Not ours", series=make_series())

    verdicts = [(slot.verdict, slot.why) for slot in slots_of(series)[:2]]

    assert verdicts == [(SlotStatus.FREE, ""), (SlotStatus.BREAK, "Fall break")]


def test_a_cancelled_talk_and_its_substitute_are_one_date(series):
    make_talk(series=series, state=State.CANCELLED, starts_at=at_noon(MONDAYS[0]))
    make_talk(series=series, state=State.CANCELLED, starts_at=at_noon(MONDAYS[0] + timedelta(days=2)))

    found = copying_terms.slots_of(copied_of(series))

    assert [one.old.state for one in found[:2]] == [State.CONFIRMED, State.CANCELLED]
    assert len(found) == 5


def test_talks_that_are_there_and_rooms_that_are_taken_are_named(series, room):
    there = make_draft(series=series, title="Later", starts_at=at_noon(date(2030, 9, 2), 15))
    make_talk(room=room, title="Another", starts_at=at_noon(date(2030, 9, 9)))
    free = make_room(name="Free")

    one, other, *_more = slots_of(series)

    assert (one.verdict, one.there) == (SlotStatus.THAT_DAY, (there,))
    assert (other.verdict, other.rooms) == (SlotStatus.TAKEN, (free,))
    assert "Another" in other.why


# --- what is made ---


def test_drafts_have_no_people_titles_or_abstracts(series):
    Talk.objects.update(abstract="Old words", notes="Old notes", host="Bo", join_url="https://example.org/old")

    talk = make(copied_of(series))[0]

    talk.refresh_from_db()
    assert (talk.state, talk.title, talk.abstract, talk.notes, talk.host) == (State.DRAFT, "", "", "", "")
    assert (talk.join_url, list(talk.people.all())) == ("", [])
    assert (talk.room.name, talk.published_at) == ("Room 414", None)


def test_what_is_ticked_is_taken_over(series):
    topic, usual = make_topic(), make_topic()
    SeriesTopic.objects.create(series=series, topic=usual)
    Talk.objects.update(
        kind="Lecture", notes="Old notes", host="Bo", join_url="https://example.org/old", language="de",
        audience="All", programme="Coffee",
    )  # fmt: skip
    for talk in Talk.objects.all():
        talk.topics.add(topic)

    whole, bare = make(copied_of(series, kept=frozenset(CopiedField)))[0], make(copied_of(series, new=NEW.after))[0]

    facts = [whole.kind, whole.notes, whole.host, whole.join_url, whole.language, whole.audience, whole.programme]
    assert facts == ["Lecture", "Old notes", "Bo", "https://example.org/old", "de", "All", "Coffee"]
    assert ([*whole.topics.all()], [*bare.topics.all()]) == ([topic], [usual])


def test_hour_length_and_room_are_as_usual_now_if_asked(series):
    special = make_talk(series=series, starts_at=at_noon(MONDAYS[0] + timedelta(days=1), 17))
    series.default_start, series.default_minutes, series.default_room = time(14, 15), 90, make_room(name="Aula")
    series.save()

    talks = make(copied_of(series, start=TakenFrom.USUAL, minutes=TakenFrom.USUAL, room=TakenFrom.USUAL))

    hours = [f"{local(talk.starts_at):%H:%M}–{local(talk.ends_at):%H:%M}" for talk in talks]
    assert hours == ["14:15–15:45", "17:00–18:30", *["14:15–15:45"] * 3]
    assert {talk.room.name for talk in talks} == {"Aula"}
    assert special.room is None


def test_a_workshop_of_two_days_keeps_its_hours(series):
    make_talk(
        series=series,
        title="Workshop",
        starts_at=at_noon(date(2029, 11, 1), 9),
        ends_at=at_noon(date(2029, 11, 2), 17),
    )

    talk = make(copied_of(series, start=TakenFrom.USUAL, minutes=TakenFrom.USUAL))[-1]

    assert (local(talk.starts_at), local(talk.ends_at)) == (
        at_noon(date(2030, 10, 31), 9),
        at_noon(date(2030, 11, 1), 17),
    )


def test_several_series_are_copied_in_few_queries_and_undone_at_once(series, django_assert_max_num_queries):
    other, person = make_series(short_name="PRiML"), make_administrator()
    for day in range(0, 90, 3):
        make_talk(series=other, starts_at=at_noon(date(2029, 9, 4) + timedelta(days=day), 16))
    before = Talk.objects.count()

    with django_assert_max_num_queries(60):
        made = make(copied_of(series, other), by=person)
    change = Change.objects.latest("pk")

    assert (len(made), str(change)) == (34, "Term copied: August 2029 to December 2029")
    undoing.restore(change, by=person)
    assert Talk.objects.count() == before


def test_copying_twice_makes_nothing_twice(series):
    keys = [str(talk.pk) for talk in Talk.objects.all()]

    assert len(make(copied_of(series), keep=keys)) == 4
    assert make(copied_of(series), keep=keys) == []


def test_two_old_talks_that_shared_a_room_may_share_it_again(series, room):
    make_talk(series=series, room=room, shares_room=True, starts_at=at_noon(MONDAYS[0], 12, 30))

    assert len(make(copied_of(series))) == 5


# --- the page ---


def address():
    return reverse("admin:copy-term")


def wishes(*series, **others):
    return {
        "series": [one.pk for one in series], "old": OLD.slug, "new": NEW.slug, "first_on": "", "start": "then",
        "minutes": "then", "room": "then", "kept": ["kind"],
    } | others  # fmt: skip


def ticks_of(shown, *keys):
    offered = [row.slot.key for row in shown.context["rows"] if row.slot.is_offered]
    return {"seen": shown.context["mark"], "shown": " ".join(offered), "slot": list(keys)}


def keys_in(shown):
    return [row.slot.key for row in shown.context["rows"] if row.is_ticked]


def test_the_page_begins_with_the_next_term_and_the_one_a_year_before(series, clock):
    shown = signed_in(make_organiser(series)).get(address())

    form = fields_of(shown)
    assert (form["old"], form["new"], form["series"], form["kept"]) == ("2029-08", "2030-08", str(series.pk), "kind")


def test_the_preview_makes_nothing_and_saving_makes_what_is_ticked(series, clock):
    client = signed_in(make_organiser(series))

    shown = client.post(address(), wishes(series))
    assert Talk.objects.count() == 4
    first, *others = keys_in(shown)
    saved = client.post(address(), wishes(series) | ticks_of(shown, *others) | {"_save": "1"})

    assert saved.url == f"{reverse('admin:schedule')}?series={series.pk}&term=2030-08"
    assert Talk.objects.drafts().count() == 3
    assert messages_of(client) == ["3 drafts were added to August 2030 to December 2030."]
    client.post(address(), wishes(series) | ticks_of(shown, *others) | {"_save": "1"})
    assert Talk.objects.drafts().count() == 3
    assert first


@pytest.mark.parametrize(
    "changed", [{"ends_at": at_noon(MONDAYS[0], 14)}, {"host": "Grace Hopper"}, {"topics": ["Looms"]}]
)
def test_saving_is_refused_if_a_talk_has_changed_since_the_preview(series, clock, changed):
    client = signed_in(make_organiser(series))
    asked = wishes(series, kept=["host", "topics"])
    shown = client.post(address(), asked)
    talk = Talk.objects.soonest_first().first()
    for name, value in changed.items():
        if name == "topics":
            talk.topics.add(make_topic(name=value[0]))
        else:
            Talk.objects.filter(pk=talk.pk).update(**{name: value})

    saved = client.post(address(), asked | ticks_of(shown, *keys_in(shown)) | {"_save": "1"})

    assert (saved.status_code, Talk.objects.drafts().count()) == (200, 0)


def test_ticks_and_rooms_stay_when_the_wishes_change(series, room, clock):
    make_talk(room=room, starts_at=at_noon(date(2030, 9, 9)))
    free, client = make_room(name="Free"), signed_in(make_organiser(series))
    shown = client.post(address(), wishes(series))
    one, taken, *others = (row.slot.key for row in shown.context["rows"])
    sent = ticks_of(shown, *others) | {f"room-{taken}": free.pk}

    again = client.post(address(), wishes(series, minutes="usual") | sent)
    refused = client.post(address(), wishes(series, first_on="2031-01-01") | sent)

    assert (keys_in(again), again.context["rows"][1].room) == (others, free)
    assert errors_in(refused) == ["This day is not in August 2030 to December 2030. Choose one that is."]
    assert fields_of(refused)[f"room-{taken}"] == str(free.pk)
    client.post(address(), wishes(series) | sent | {"_save": "1"})
    assert [talk.room.name for talk in Talk.objects.drafts().soonest_first()] == ["Free", "Room 414", "Room 414"]
    assert one not in others


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"series": []}, "Choose at least one series."),
        ({"series": ["99999"]},
         "You no longer organise one of these series. Choose again, or ask an administrator."),
        ({"new": "2029-08"}, "Select a valid choice. 2029-08 is not one of the available choices."),
        ({"old": "2030-01"}, "These series had no talks in that term. Choose another term or more series."),
    ],
)  # fmt: skip
def test_invalid_wishes_show_a_message(series, clock, wrong, sentence):
    make_talk(series=series, starts_at=at_noon(date(2030, 9, 2)))
    client = signed_in(make_organiser(series, make_series()))

    assert errors_in(client.post(address(), wishes(series) | wrong)) == [sentence]


def test_a_term_is_not_copied_to_itself(series, clock):
    make_talk(series=series, starts_at=at_noon(date(2030, 9, 2)))
    client = signed_in(make_organiser(series))

    response = client.post(address(), wishes(series, old="2030-08"))

    assert errors_in(response) == ["You are copying this term. Choose another one."]


def test_series_of_others_are_neither_offered_nor_copied(series, clock):
    own = make_series()
    client = signed_in(make_organiser(own))

    assert series.short_name not in client.get(address()).text
    response = client.post(address(), wishes(series) | {"_save": "1", "slot": ["1"]})

    assert "You no longer organise one of these series" in errors_in(response)[0]
    assert Talk.objects.drafts().count() == 0


def test_a_change_of_the_old_term_since_the_preview_is_shown_first(series, clock):
    client = signed_in(make_organiser(series))
    shown = client.post(address(), wishes(series))
    talk = Talk.objects.soonest_first()[0]
    talk.starts_at, talk.ends_at = talk.starts_at + timedelta(hours=2), talk.ends_at + timedelta(hours=2)
    talk.save()

    response = client.post(address(), wishes(series) | ticks_of(shown, str(talk.pk)) | {"_save": "1"})

    assert "Check its dates again." in response.text
    assert Talk.objects.drafts().count() == 0
