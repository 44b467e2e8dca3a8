"""The schedule: a term on one page, whose changes are all saved or none."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from seminars.models import SeriesOrganiser, Speaker, State, Talk
from tests.admin_forms import fields_of, form_of, messages_of, problems_in, signed_in
from tests.factories import (
    in_new_york,
    make_administrator,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2030, 9, 2, 9)
NOON = in_new_york(2030, 10, 2, 12)


def address(series, term="2030-08"):
    return reverse("admin:schedule") + f"?series={series.pk}&term={term}"


def typed(talk, **cells):
    return {f"talk-{talk.pk}-{name}": str(value) for name, value in cells.items()}


def opened(client, series):
    """The values of all rows that a browser sends. `form_of` keeps only one value for each name."""
    return form_of(client, address(series)) | {"row": list(series.talks.values_list("pk", flat=True))}


def save(client, series, sent=None, **changes):
    return client.post(address(series), (sent or opened(client, series)) | changes | {"_save": "1"})


def sentences(response):
    return [str(message) for message in response.context["messages"]] if response.context else []


# --- saving ---


def test_a_schedule_saved_untouched_changes_nothing(two_series_client, series):
    talk = make_talk(series=series, speakers=["Ada Lovelace"], room=make_room(), starts_at=NOON)
    before = Talk.objects.values().get(pk=talk.pk)

    save(two_series_client, series)

    assert Talk.objects.values().get(pk=talk.pk) == before
    assert messages_of(two_series_client) == ["There were no changes to save."]


def test_every_row_is_saved_at_once(two_series_client, series):
    one, other = (
        make_draft(series=series, title="", starts_at=NOON),
        make_draft(series=series, starts_at=NOON, title=""),
    )
    room = make_room()

    save(two_series_client, series, **typed(one, title="On engines", room=room.pk, start="15:00"),
         **typed(other, speaker="Grace Hopper", affiliation="Navy", day="2030-10-09"))  # fmt: skip

    one.refresh_from_db()
    other = Talk.objects.get(pk=other.pk)
    assert (one.title, one.room, one.starts_at) == ("On engines", room, in_new_york(2030, 10, 2, 15))
    assert (other.starts_at, str(other.speakers[0])) == (in_new_york(2030, 10, 9, 12), "Grace Hopper (Navy)")
    assert other.ends_at - other.starts_at == timedelta(hours=1)
    assert messages_of(two_series_client) == ["2 talks were changed."]


def test_an_announced_talk_is_stamped_once_for_all_that_changed(two_series_client, series):
    talk = make_talk(series=series, starts_at=NOON)

    save(two_series_client, series, **typed(talk, title="On looms", speaker="Ada", day="2030-10-09"))

    talk.refresh_from_db()
    assert (talk.sequence, talk.moved_from, talk.search_text.split()[:4]) == (1, NOON, ["on", "looms", "/", "ada"])


def test_a_name_typed_twice_makes_one_speaker(two_series_client, series):
    talks = [make_draft(series=series, starts_at=NOON + timedelta(days=day)) for day in (0, 1)]

    save(
        two_series_client, series, **typed(talks[0], speaker="Grace Hopper"), **typed(talks[1], speaker="grace hopper")
    )

    assert [speaker.name for speaker in Speaker.objects.all()] == ["Grace Hopper"]


@pytest.mark.parametrize(
    "name", ["Emilie du Chatelet", "émilie DU châtelet", "Châtelet, Émilie du", "Gabrielle Breteuil"]
)
def test_a_known_speaker_is_found_despite_accents_and_by_other_names(two_series_client, series, name):
    known = make_speaker(
        name="Émilie du Châtelet", sort_name="Châtelet, Émilie du", other_names="Gabrielle Breteuil, Madame",
        affiliation="Cirey",
    )  # fmt: skip
    talk = make_draft(series=series, starts_at=NOON)

    save(two_series_client, series, **typed(talk, speaker=name))

    (person,) = Talk.objects.get().speakers
    assert (person.speaker, person.affiliation) == (known, "Cirey")


def test_half_a_name_does_not_match_another_person(two_series_client, series):
    make_speaker(name="Émilie du Châtelet", other_names="Gabrielle Breteuil, Madame")
    talk = make_draft(series=series, starts_at=NOON)

    save(two_series_client, series, **typed(talk, speaker="Madame"))

    assert Talk.objects.get().speaker_names == "Madame"


def test_two_people_with_one_name_are_asked_about(two_series_client, series):
    for _ in range(2):
        make_speaker(name="Ada Lovelace")
    talk = make_draft(series=series, starts_at=NOON)

    response = save(two_series_client, series, **typed(talk, speaker="Ada Lovelace", title="On looms"))

    sentence = "Who is Ada Lovelace? Choose below, and save again."
    assert problems_in(response) == {"Speaker, Wednesday, 2 October": sentence}
    assert sentences(response) == ["Nothing is saved yet. Correct the rows below; what you typed is still there."]
    assert Talk.objects.get().title != "On looms"


def test_another_speaker_brings_their_affiliation_and_none_takes_the_row_away(two_series_client, series):
    talk = make_draft(series=series, speakers=[make_speaker(name="Ada", affiliation="London")], starts_at=NOON)
    make_speaker(name="Grace", affiliation="Navy")

    save(two_series_client, series, **typed(talk, speaker="Grace"))
    assert [str(person) for person in Talk.objects.get().speakers] == ["Grace (Navy)"]

    save(two_series_client, series, **typed(talk, speaker="", affiliation=""))
    assert Talk.objects.get().speakers == []


def test_two_rows_may_take_each_other_s_place(two_series_client, series):
    room = make_room()
    one, other = (make_talk(series=series, room=room, starts_at=NOON + timedelta(days=7 * week)) for week in (0, 1))

    save(two_series_client, series, **typed(one, day="2030-10-09"), **typed(other, day="2030-10-02"))

    assert [Talk.objects.get(pk=talk.pk).starts_at for talk in (one, other)] == [other.starts_at, one.starts_at]


def test_a_clash_saves_no_row_says_which_and_keeps_what_was_typed(two_series_client, series):
    room = make_room(name="Room 414")
    make_draft(series=make_series(short_name="THEORY"), room=room, title="Secret", starts_at=NOON)
    one, other = make_draft(series=series, title="Mine", starts_at=NOON), make_draft(series=series, starts_at=NOON)

    response = save(two_series_client, series, **typed(one, room=room.pk), **typed(other, title="On looms"))

    page = response.content.decode()
    assert problems_in(response)["Room, Wednesday, 2 October"].startswith("Room 414 is reserved by the THEORY Seminar")
    assert 'value="On looms"' in page
    assert "Secret" not in page
    assert [row.prefix for row in response.context["schedule"].rows if row.errors] == [f"talk-{one.pk}"]
    assert not Talk.objects.filter(title="On looms").exists()


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"day": "soon"}, "“soon” is not a date. Enter a date such as 17 March or 2027-03-17."),
        ({"start": ""}, "This field is required."),
        ({"room": "99999"}, "This room has been deleted. Choose another one."),
        ({"affiliation": "Navy"}, "Enter the person who has this affiliation."),
    ],
)
def test_an_invalid_cell_shows_an_error_at_its_row(two_series_client, series, cells, sentence):
    talk = make_draft(series=series, starts_at=NOON)

    response = save(two_series_client, series, **typed(talk, title="On looms", **cells))

    (row,) = response.context["schedule"].rows
    assert list(row.errors.values()) == [[sentence]]
    assert 'value="On looms"' in response.content.decode()


def test_a_cancelled_talk_keeps_its_place_and_several_speakers_stay(two_series_client, series):
    talk = make_talk(series=series, state=State.CANCELLED, speakers=["Ada", "Grace"], starts_at=NOON)

    save(two_series_client, series, **typed(talk, day="2030-11-05", speaker="Nobody", title="On looms"))

    talk = Talk.objects.get()
    assert (talk.starts_at, talk.speaker_names, talk.title) == (NOON, "Ada, Grace", "On looms")


# --- two at once ---


def test_another_persons_change_in_another_cell_stays(two_series_client, series):
    talk = make_draft(series=series, title="Old", starts_at=NOON)
    sent = opened(two_series_client, series)
    Talk.objects.filter(pk=talk.pk).update(title="Theirs")

    save(two_series_client, series, sent, **typed(talk, start="15:00"))

    assert Talk.objects.get().title == "Theirs"
    assert Talk.objects.get().starts_at == in_new_york(2030, 10, 2, 15)


def test_the_same_cell_changed_by_two_is_shown_and_saved_the_second_time(two_series_client, series):
    talk = make_draft(series=series, title="Old", starts_at=NOON)
    sent = opened(two_series_client, series)
    Talk.objects.filter(pk=talk.pk).update(title="Theirs")

    response = save(two_series_client, series, sent, **typed(talk, title="Mine"))

    (row,) = response.context["schedule"].rows
    assert row.errors["title"] == ["Someone has changed this to “Theirs”. Save again to replace it with yours."]
    save(two_series_client, series, sent | dict(row.seen), **typed(talk, title="Mine"))
    assert Talk.objects.get().title == "Mine"


def test_a_conflict_is_still_told_after_a_row_was_added(two_series_client, series):
    talk = make_draft(series=series, title="Old", starts_at=NOON)
    sent = opened(two_series_client, series) | typed(talk, title="Mine")
    Talk.objects.filter(pk=talk.pk).update(title="Theirs")

    added = two_series_client.post(address(series), sent | {"_add": "1"})
    response = save(two_series_client, series, fields_of(added) | {"row": talk.pk})

    assert response.context["schedule"].rows[0].errors["title"] == [
        "Someone has changed this to “Theirs”. Save again to replace it with yours."
    ]
    assert Talk.objects.get().title == "Theirs"


def test_the_browser_refuses_no_row_that_the_server_would_leave_out(two_series_client, series):
    assert '<form method="post" id="schedule" novalidate>' in two_series_client.get(address(series)).text


def test_a_talk_that_is_gone_is_named_and_the_other_rows_are_kept(two_series_client, series):
    one, gone = (make_draft(series=series, starts_at=NOON) for _ in range(2))
    sent = opened(two_series_client, series)
    Talk.objects.filter(pk=gone.pk).delete()

    response = save(two_series_client, series, sent, **typed(one, title="Kept"), **typed(gone, title="Lost"))

    assert "“2030-10-02, Lost”" in sentences(response)[0]
    assert 'value="Kept"' in response.content.decode()
    assert Talk.objects.get().title != "Kept"


def test_sending_twice_changes_nothing_twice(two_series_client, series):
    talk = make_talk(series=series, starts_at=NOON)
    sent = opened(two_series_client, series) | typed(talk, title="On looms", speaker="Ada")

    save(two_series_client, series, sent)
    save(two_series_client, series, sent)

    assert (Talk.objects.get().sequence, Speaker.objects.count()) == (1, 1)


# --- rearranging ---


def test_two_talks_are_swapped_from_the_page(two_series_client, series):
    one, other = (make_talk(series=series, starts_at=NOON + timedelta(days=7 * week)) for week in (0, 1))

    two_series_client.post(
        address(series), opened(two_series_client, series) | {"talk": one.pk, "other": other.pk, "_swap": "1"}
    )

    assert Talk.objects.get(pk=one.pk).starts_at == other.starts_at
    assert messages_of(two_series_client) == ["2 talks were moved."]


def test_a_talk_moves_to_an_empty_slot_and_all_are_shifted_from_the_page(two_series_client, series):
    one, slot = (make_draft(series=series, title=title, starts_at=NOON + timedelta(days=7 * week))
                 for week, title in ((0, "One"), (1, "")))  # fmt: skip

    two_series_client.post(
        address(series), opened(two_series_client, series) | {"talk": one.pk, "other": slot.pk, "_move": "1"}
    )
    two_series_client.post(address(series), opened(two_series_client, series) | {"talk": slot.pk, "_shift": "1"})

    days = [Talk.objects.get(pk=talk.pk).starts_at.day for talk in (slot, one)]
    assert days == [9, 16]


def test_rearranging_keeps_typed_values(two_series_client, series):
    one, other = (make_talk(series=series, starts_at=NOON + timedelta(days=7 * week)) for week in (0, 1))
    sent = (
        opened(two_series_client, series)
        | typed(one, title="Typed")
        | {"talk": one.pk, "other": other.pk, "_swap": "1"}
    )

    response = two_series_client.post(address(series), sent)

    assert sentences(response) == ["Save your changes to the schedule first, then rearrange it."]
    assert 'value="Typed"' in response.content.decode()
    assert Talk.objects.get(pk=one.pk).starts_at == NOON


def test_rearranging_needs_talks_of_this_page(two_series_client, series):
    mine, theirs = make_talk(series=series, starts_at=NOON), make_talk(starts_at=NOON + timedelta(days=7))

    for keys in ({"talk": mine.pk, "other": theirs.pk}, {"talk": mine.pk}):
        sent = opened(two_series_client, series) | {"row": [mine.pk, theirs.pk]} | keys | {"_swap": "1"}
        assert "Choose a talk in each box." in sentences(two_series_client.post(address(series), sent))

    assert Talk.objects.get(pk=theirs.pk).starts_at == theirs.starts_at


# --- which rows, and whose ---


def test_the_page_lists_the_talks_of_one_term_with_this_home_series(two_series_client, series):
    talk = make_draft(series=series, starts_at=NOON)
    make_talk(series=series, starts_at=in_new_york(2031, 1, 2, 12))
    make_talk(also_in=[series], starts_at=NOON)

    shown = two_series_client.get(reverse("admin:schedule") + f"?series={series.pk}").context["schedule"]

    assert [row.talk for row in shown.rows] == [talk]


def test_an_organiser_of_another_series_neither_sees_nor_saves_it(series):
    talk = make_draft(series=series, title="Secret", starts_at=NOON)
    sent = opened(signed_in(make_administrator()), series) | typed(talk, title="Taken over")
    stranger = signed_in(make_organiser(make_series(), make_series()))

    assert stranger.get(address(series)).status_code == 404
    refused = save(stranger, series, sent)

    assert "You no longer organise this series" in sentences(refused)[0]
    assert "Secret" not in refused.content.decode()
    assert Talk.objects.get().title == "Secret"


def test_a_series_lost_while_the_page_was_open_saves_nothing(series):
    person = make_organiser(series, make_series(), make_series())
    client = signed_in(person)
    talk = make_draft(series=series, title="Old", starts_at=NOON)
    sent = opened(client, series)
    SeriesOrganiser.objects.filter(user=person, series=series).delete()

    response = save(client, series, sent, **typed(talk, title="New"))

    assert "Ask an administrator." in sentences(response)[0]
    assert Talk.objects.get().title == "Old"


def test_a_row_of_another_series_cannot_be_slipped_in(two_series_client, series):
    theirs = make_draft(title="Theirs", starts_at=NOON)
    make_draft(series=series, starts_at=NOON)

    response = save(two_series_client, series, **typed(theirs, title="Mine"), row=[theirs.pk])

    assert "no longer yours" in sentences(response)[0]
    assert Talk.objects.get(pk=theirs.pk).title == "Theirs"


def test_the_queries_do_not_grow_with_the_rows(two_series_client, series):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            two_series_client.get(address(series))
        return len(queries)

    make_draft(series=series, speakers=["Ada"], room=make_room(), starts_at=NOON)
    before = asked()
    for _ in range(8):
        make_draft(series=series, speakers=["Ada"], room=make_room(), starts_at=NOON)

    assert asked() == before
    assert before <= 20
