"""The form of a talk: the end as a time or a length, what is folded, and people with their biographies in place."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from seminars.actions import undoing
from seminars.forms.talk_times import length_in
from seminars.models import Change, Speaker, Talk
from tests.admin_forms import address_of, errors_in, fields_of, form_of, save, signed_in, with_row
from tests.factories import in_new_york, make_organiser, make_room, make_series, make_speaker, make_talk, make_topic
from tests.pictures import picture

pytestmark = pytest.mark.django_db

NOON = in_new_york(2030, 10, 9, 12)


@pytest.fixture
def series():
    return make_series(short_name="ASSET")


@pytest.fixture
def ada():
    return make_speaker(name="Ada Lovelace", affiliation="London", biography="Born in 1815.")


@pytest.fixture
def talk(series, ada):
    return make_talk(series=series, title="On engines", starts_at=NOON, speakers=[ada], room=make_room())


@pytest.fixture
def client(series):
    return signed_in(make_organiser(series))


# --- day, start and end ---


def test_the_day_of_the_end_is_blank_and_follows_the_day_of_the_start(client, talk):
    length = talk.ends_at - talk.starts_at

    assert form_of(client, address_of(talk))["ends_at_0"] == ""
    save(client, talk, starts_at_0="2030-10-16")

    talk.refresh_from_db()
    assert (talk.starts_at, talk.ends_at) == (NOON + timedelta(days=7), NOON + timedelta(days=7) + length)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("13:30", 90),
        ("60 min", 60),
        ("45 Minuten", 45),
        ("1.5 h", 90),
        ("1,5 Std.", 90),
        ("2 hours", 120),
        ("1 h 15 min", 75),
    ],
)
def test_the_end_is_a_time_or_a_length(client, talk, typed, minutes):
    save(client, talk, ends_at_1=typed)

    talk.refresh_from_db()
    assert talk.ends_at - talk.starts_at == timedelta(minutes=minutes)


@pytest.mark.parametrize("typed", ["24:00", "midnight", "Mitternacht"])
@pytest.mark.parametrize("day", ["", "2030-10-09"])
def test_an_end_at_midnight_is_the_one_after_the_day(client, talk, typed, day):
    save(client, talk, ends_at_0=day, ends_at_1=typed)

    talk.refresh_from_db()
    assert talk.ends_at == in_new_york(2030, 10, 10, 0)


def test_a_length_counts_from_the_start_as_it_is_read_without_a_year(client, series, ada):
    past = make_talk(series=series, starts_at=in_new_york(2029, 1, 17, 12), speakers=[ada])

    save(client, past, starts_at_0="16 January", ends_at_1="60 min")

    past.refresh_from_db()
    assert past.starts_at == in_new_york(2029, 1, 16, 12)
    assert past.ends_at == in_new_york(2029, 1, 16, 13)


def test_a_length_is_not_asked_about_where_the_start_is_a_day_that_is_meant(client, talk):
    save(client, talk, **{"starts_at_0": "3 October 2001", "starts_at_0-meant": "2001-10-03", "ends_at_1": "60 min"})

    talk.refresh_from_db()
    assert (talk.starts_at, talk.ends_at) == (in_new_york(2001, 10, 3, 12), in_new_york(2001, 10, 3, 13))


def test_a_talk_that_ends_on_another_day_shows_that_day(client, talk):
    save(client, talk, ends_at_0="2030-10-10", ends_at_1="09:00")

    talk.refresh_from_db()
    assert talk.ends_at == in_new_york(2030, 10, 10, 9)
    assert form_of(client, address_of(talk))["ends_at_0"] == "2030-10-10"
    assert '<details class="other-day" open>' in client.get(address_of(talk)).text


@pytest.mark.parametrize("typed", ["8 h", "15 h", "12", "noon", "1:30", "", "min", "0 min", "h"])
def test_a_time_of_day_is_no_length(typed):
    assert length_in(typed) is None


def test_saving_without_a_change_changes_nothing(client, talk):
    before = Change.objects.count()

    save(client, talk)

    assert Change.objects.count() == before


def test_saving_another_field_keeps_the_seconds_that_a_calendar_gave(client, talk):
    starts_at, ends_at = talk.starts_at + timedelta(seconds=30), talk.ends_at + timedelta(seconds=59)
    Talk.objects.filter(pk=talk.pk).update(starts_at=starts_at, ends_at=ends_at)

    save(client, talk, title="On looms")

    talk.refresh_from_db()
    assert (talk.title, talk.starts_at, talk.ends_at) == ("On looms", starts_at, ends_at)


# --- what is folded ---


def folds(response):
    return {fold.title: fold for fold in response.context["folds"]}


def test_a_folded_part_says_what_it_holds(client, talk):
    talk.host, talk.join_url, talk.passcode = "Grace Hopper", "https://meet.example.org/x", "tea"
    talk.save()
    talk.topics.add(make_topic(name="Looms"))

    page = client.get(address_of(talk))

    assert folds(page)["For visitors"].holds == ["Host: Grace Hopper"]
    assert folds(page)["Joining online"].holds == ["Join link: https://meet.example.org/x", "Passcode"]
    assert folds(page)["Topics of the talk"].holds == ["Looms"]
    assert not any(fold.is_open for fold in folds(page).values())


def test_buttons_that_add_a_row_name_what_it_is(client, talk):
    page = unescape(client.get(address_of(talk)).text)

    assert re.findall(r'"addText": "([^"]+)"', page) == [
        "Add another Person",
        "Add another Topic",
        "Add another Series",
    ]


def test_a_part_stands_open_for_an_error_for_what_was_typed_and_for_what_is_unusual(client, talk):
    refused = client.post(
        address_of(talk), form_of(client, address_of(talk)) | {"join_url": "nonsense", "host": "Grace"}
    )
    talk.shares_room = True
    talk.save()

    opened = [title for title, fold in folds(refused).items() if fold.is_open]

    assert opened == ["Joining online", "For visitors"]
    assert folds(client.get(address_of(talk)))["Time zone and shared room"].is_open


# --- people ---


def test_a_typed_name_in_the_box_of_people_makes_one_or_finds_the_one_of_that_name(client, talk):
    for name in ("Emmy Noether", "ada lovelace"):
        save(client, talk, **with_row(client, talk, "appearances", speaker=name, role="moderator", order=2))

    assert [(one.speaker.name, one.role) for one in talk.appearances.in_order()] == [
        ("Ada Lovelace", "speaker"),
        ("Emmy Noether", "moderator"),
        ("Ada Lovelace", "moderator"),
    ]


def test_a_typed_name_that_is_refused_comes_back(client, talk):
    row = with_row(client, talk, "appearances", speaker="Ada Lovelce", role="moderator", order=2)

    refused = client.post(address_of(talk), form_of(client, address_of(talk)) | row)

    assert "Did you mean Ada Lovelace (London)?" in errors_in(refused)[0]
    assert '<option value="Ada Lovelce" selected>Ada Lovelce</option>' in refused.text
    assert not Speaker.objects.filter(name="Ada Lovelce").exists()


def test_the_question_whom_a_name_means_is_asked_and_answered_where_the_name_was_typed(client, talk, ada):
    row = with_row(client, talk, "appearances", speaker="Ada Lovelce", role="moderator", order=2)
    refused = client.post(address_of(talk), form_of(client, address_of(talk)) | row)

    client.post(address_of(talk), fields_of(refused) | row | {"appearances-1-is_another": str(ada.pk)})

    assert '<fieldset class="doubt"><legend>Who is it?</legend>' in refused.text
    assert [(one.speaker.name, one.role) for one in talk.appearances.in_order()] == [
        ("Ada Lovelace", "speaker"),
        ("Ada Lovelace", "moderator"),
    ]


def test_a_typed_name_in_place_of_a_person_is_asked_about_there_and_takes_no_affiliation_of_theirs(client, talk, ada):
    asked = save(client, talk, **{"appearances-0-speaker": "Ada Lovelce"})
    save(client, talk, **{"appearances-0-speaker": "Prof. Emmy Noether"})

    assert "Did you mean Ada Lovelace (London)? Choose below, and save again." in errors_in(asked)
    assert [str(one) for one in talk.appearances.all()] == ["Emmy Noether"]


def test_a_person_who_is_replaced_by_nobody_yet_is_taken_off_the_talk(client, talk, ada):
    save(client, talk, **{"appearances-0-speaker": "TBA"})

    assert not talk.appearances.exists()


def test_a_biography_and_a_photo_are_saved_with_the_talk_and_undone_with_it(client, talk, ada):
    form = form_of(client, address_of(talk))
    photo = SimpleUploadedFile("ada.jpg", picture().read(), "image/jpeg")

    client.post(address_of(talk), form | {"appearances-0-biography": "Wove.", "appearances-0-upload": photo})

    ada.refresh_from_db()
    assert (ada.biography, ada.photo_id is not None) == ("Wove.", True)
    undoing.restore(Change.objects.latest("pk"), by=None)
    ada.refresh_from_db()
    assert (ada.biography, ada.photo_id) == ("Born in 1815.", None)


def test_a_biography_that_nobody_touched_does_not_overwrite_a_newer_one(client, talk, ada):
    form = form_of(client, address_of(talk))
    Speaker.objects.filter(pk=ada.pk).update(biography="Newer.")

    client.post(address_of(talk), form | {"title": "On looms"})

    ada.refresh_from_db()
    talk.refresh_from_db()
    assert (talk.title, ada.biography) == ("On looms", "Newer.")


def test_a_biography_that_somebody_else_changed_is_shown_before_it_is_replaced(client, talk, ada):
    form = form_of(client, address_of(talk)) | {"appearances-0-biography": "Mine."}
    Speaker.objects.filter(pk=ada.pk).update(biography="Theirs.")

    refused = client.post(address_of(talk), form)
    ada.refresh_from_db()
    kept = ada.biography
    client.post(address_of(talk), fields_of(refused))

    ada.refresh_from_db()
    assert "“Theirs.”" in errors_in(refused)[0]
    assert (kept, ada.biography) == ("Theirs.", "Mine.")


def test_the_form_tells_at_how_many_other_talks_a_person_is(client, talk, ada):
    make_talk(speakers=[ada])

    assert "This person is also at 1 other talk, which will show the same." in client.get(address_of(talk)).text


def test_the_form_of_a_talk_takes_no_query_more_for_a_person_more(client, talk, django_assert_max_num_queries):
    for name in ("Emmy Noether", "Grace Hopper", "Mary Somerville"):
        save(client, talk, **with_row(client, talk, "appearances", speaker=name, role="moderator", order=2))
    client.get(address_of(talk))  # shows what the saves said, and forgets it

    with django_assert_max_num_queries(20):
        client.get(address_of(talk))


def test_a_person_is_added_without_script_and_everything_typed_is_kept(client, talk):
    typed = form_of(client, address_of(talk)) | {
        "csrfmiddlewaretoken": "",
        "title": "On looms",
        "starts_at_0": "9 Oct",
        "ends_at_1": "45 min",
    }
    before = Change.objects.count()

    page = client.post(address_of(talk), typed | {"_add_person": ""})
    shown = fields_of(page) | {"csrfmiddlewaretoken": ""}

    assert errors_in(page) == []
    assert (Change.objects.count(), shown["appearances-TOTAL_FORMS"]) == (before, "2")
    assert {name: shown[name] for name in typed} | {"appearances-TOTAL_FORMS": "1"} == typed
    client.post(address_of(talk), shown | {"appearances-1-new_name": "Emmy Noether"})
    talk.refresh_from_db()
    assert (talk.title, talk.speaker_names) == ("On looms", "Ada Lovelace, Emmy Noether")


def test_rows_that_are_added_without_script_and_stay_blank_are_left_out(client, series):
    address = "/admin/seminars/talk/add/"
    typed = form_of(client, address) | {"title": "On looms", "starts_at_0": "2030-10-09", "starts_at_1": "12:00"}
    typed |= {"ends_at_1": "13:00", "appearances-0-new_name": "Ada Lovelace"}
    for number in (2, 3):
        typed = fields_of(client.post(address, typed | {"_add_person": ""}))
        assert typed["appearances-TOTAL_FORMS"] == str(number)

    client.post(address, typed | {"appearances-2-order": "2"})

    assert Talk.objects.get().speaker_names == "Ada Lovelace"
