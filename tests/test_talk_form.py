"""The talk form: default values, links to the next step, warnings, and no typed text lost."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from seminars.models import Break, Speaker, State, Talk
from tests.admin_forms import address_of, errors_in, form_of, messages_of, save, signed_in, with_row
from tests.factories import (
    in_new_york,
    make_draft,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)

pytestmark = pytest.mark.django_db

ADD = reverse("admin:seminars_talk_add")
NOON = in_new_york(2130, 11, 8, 12)  # a Wednesday


@pytest.fixture
def series():
    return make_series(default_weekday=2, default_start=time(12), default_minutes=60)


def start_in(form):
    return form["starts_at_0"], form["starts_at_1"], form["ends_at_1"]


def meant(day):
    """The answers that a day in the far future is meant."""
    return {"starts_at_0-meant": day, "ends_at_0-meant": day}


# --- what it begins with ---


def test_a_duplicate_takes_everything_but_the_day_and_is_saved_as_a_draft(organiser_client, series):
    topic, room = make_topic(), make_room()
    talk = make_talk(
        series=series, title="On engines", abstract="They weave.", room=room, topics=[topic], host="Grace",
        speakers=[make_speaker(name="Ada Lovelace", affiliation="Turin")], notice="Moved", notes="Paid",
        starts_at=NOON, ends_at=NOON + timedelta(hours=1),
        join_url="https://zoom.example.edu/j/7", slides_url="https://example.edu/slides",
    )  # fmt: skip
    talk.appearances.update(affiliation="London")

    form = form_of(organiser_client, f"{ADD}?copy={talk.pk}")
    organiser_client.post(f"{ADD}?copy={talk.pk}", form | meant("2130-11-15"))

    copy = Talk.objects.exclude(pk=talk.pk).get()
    assert start_in(form) == ("2130-11-15", "12:00", "13:00")
    assert (copy.title, copy.abstract, copy.room, copy.host, copy.state) == (
        "On engines", "They weave.", room, "Grace", State.DRAFT,
    )  # fmt: skip
    assert [str(person) for person in copy.appearances.all()] == ["Ada Lovelace (London)"]
    assert (list(copy.topics.all()), copy.join_url) == ([topic], talk.join_url)
    assert (copy.notice, copy.notes, copy.slides_url, copy.uid == talk.uid) == ("", "", "", False)


def test_save_and_plan_the_next_leads_to_the_next_free_slot_beyond_breaks(organiser_client, series):
    Break.objects.create(series=series, first_on="2130-11-15", last_on="2130-11-15", reason="Thanksgiving")
    make_talk(series=series, starts_at=NOON + timedelta(days=14))
    talk = make_draft(series=series, starts_at=NOON, ends_at=NOON + timedelta(hours=1))

    response = save(organiser_client, talk, title="On engines", _next="yes")
    form = form_of(organiser_client, response.url)

    talk.refresh_from_db()
    assert talk.title == "On engines"
    assert start_in(form) == ("2130-11-29", "12:00", "13:00")
    assert (form["title"], form["series"]) == ("", str(series.pk))


def test_a_series_without_a_usual_time_continues_a_week_later():
    series = make_series()
    client = signed_in(make_organiser(series))
    Break.objects.create(series=None, first_on=date(2130, 11, 15), last_on=date(2130, 11, 15), reason="Strike")
    talk = make_draft(series=series, starts_at=NOON, ends_at=NOON + timedelta(minutes=75))

    form = form_of(client, f"{ADD}?after={talk.pk}")

    assert start_in(form) == ("2130-11-22", "12:00", "13:15")


@pytest.mark.parametrize(("query", "is_asked"), [("", True), ("?copy={}", False), ("?after={}", False)])
def test_a_form_that_has_begun_with_a_talk_does_not_ask_for_a_series(query, is_asked):
    talk = make_draft(series=make_series(), starts_at=NOON)
    client = signed_in(make_organiser(talk.series, make_series()))

    assert bool(client.get(ADD + query.format(talk.pk)).context["series_to_choose"]) == is_asked


@pytest.mark.parametrize("way", ["copy", "after"])
def test_an_organiser_cannot_copy_a_talk_of_another_series(organiser_client, way):
    talk = make_draft(title="Secret", starts_at=NOON)

    for key in (talk.pk, "x", "9" * 30, ""):
        assert "Secret" not in organiser_client.get(f"{ADD}?{way}={key}").content.decode()


def test_only_people_who_may_change_a_talk_can_duplicate_it(organiser_client, series):
    mine, theirs = make_talk(series=series), make_talk(also_in=[series])

    pages = [organiser_client.get(address_of(talk)).content.decode() for talk in (mine, theirs)]

    assert [f"?copy={talk.pk}" in page for talk, page in zip((mine, theirs), pages, strict=True)] == [True, False]


# --- what looks odd, what is made of what was typed ---


def test_warnings_are_shown_after_saving_and_in_the_form_and_do_not_stop_a_save(organiser_client, series):
    talk = make_draft(series=series, starts_at=NOON, ends_at=NOON + timedelta(hours=1))

    response = save(organiser_client, talk, ends_at_1="23:00:00")

    sentence = "It takes 11 hours. Is the end time right?"
    assert response.status_code == 302
    assert sentence in messages_of(organiser_client)
    assert sentence in organiser_client.get(address_of(talk)).content.decode()


def test_a_save_without_a_change_says_nothing(organiser_client, series):
    talk = make_draft(series=series, starts_at=NOON, ends_at=NOON + timedelta(hours=9))

    save(organiser_client, talk)

    assert [line for line in messages_of(organiser_client) if "hours" in line] == []


@pytest.mark.parametrize(
    "typed",
    ["TBA", "tbd", "t.b.a.", "T.B.D", "Title TBA", "to be announced", "“TBA”", "N.N.", "wird noch bekannt gegeben"],
)
def test_a_title_that_says_that_there_is_none_is_left_empty(organiser_client, series, typed):
    talk = make_draft(series=series, title="Old")

    save(organiser_client, talk, title=typed)

    talk.refresh_from_db()
    assert talk.title == ""
    assert [line for line in messages_of(organiser_client) if f"“{typed}” is not a title" in line] != []


@pytest.mark.parametrize("typed", ["TBA: a history", "To be or not to be", "Untitled", "NN classifiers"])
def test_other_titles_are_kept(organiser_client, series, typed):
    talk = make_draft(series=series)

    save(organiser_client, talk, title=typed)

    talk.refresh_from_db()
    assert talk.title == typed


# --- people ---


def person(client, talk, **fields):
    return with_row(client, talk, "appearances", **{"role": "speaker", "order": 0} | fields)


def test_a_name_typed_in_the_form_makes_the_speaker(organiser_client, series):
    talk = make_draft(series=series)

    save(organiser_client, talk, **person(organiser_client, talk, new_name="Ada  Lovelace", affiliation="London"))

    ada = Speaker.objects.get()
    assert (ada.name, ada.sort_name, ada.affiliation) == ("Ada Lovelace", "Lovelace, Ada", "London")
    assert [str(one) for one in talk.appearances.all()] == ["Ada Lovelace (London)"]
    assert "ada lovelace" in Talk.objects.get().search_text


def test_a_known_name_makes_no_new_speaker(organiser_client, series):
    talk, known = make_draft(series=series), make_speaker(name="Jürgen Müller")

    save(organiser_client, talk, **person(organiser_client, talk, new_name="jurgen muller"))

    assert (Speaker.objects.get(), talk.appearances.get().speaker) == (known, known)


def test_a_name_that_is_nearly_known_is_asked_about_and_may_be_another_person(organiser_client, series):
    talk = make_draft(series=series)
    make_speaker(name="Ada Lovelace", affiliation="London")
    row = person(organiser_client, talk, new_name="Ada Lovelce")

    asked = save(organiser_client, talk, **row)
    box = next(name for name in row if name.endswith("new_name")).replace("new_name", "is_another")
    save(organiser_client, talk, **row, **{box: "new"})

    assert errors_in(asked) == ["Did you mean Ada Lovelace (London)? Choose below, and save again."]
    assert f'type="radio" name="{box}" value="new"' in asked.content.decode()
    assert sorted(Speaker.objects.values_list("name", flat=True)) == ["Ada Lovelace", "Ada Lovelce"]


def test_namesakes_are_asked_about(organiser_client, series):
    talk = make_draft(series=series)
    make_speaker(name="Ada Lovelace", affiliation="London")
    make_speaker(name="Ada Lovelace", affiliation="Turin")

    asked = save(organiser_client, talk, **person(organiser_client, talk, new_name="Ada Lovelace"))

    assert "Did you mean Ada Lovelace (London) or Ada Lovelace (Turin)?" in errors_in(asked)[0]


def test_a_second_person_of_a_name_is_asked_about_by_the_affiliation_and_chosen_in_place(organiser_client, series):
    first, second = make_draft(series=series), make_draft(series=series)
    known = make_speaker(name="Bo Li", affiliation="Larkfield")
    row = person(organiser_client, first, new_name="Dr. Bo Li", affiliation="Yale")
    other = person(organiser_client, second, new_name="Bo Li", affiliation="Yale")
    box = next(name for name in row if name.endswith("new_name")).replace("new_name", "is_another")

    asked = save(organiser_client, first, **row)
    save(organiser_client, first, **row, **{box: str(known.pk)})
    save(organiser_client, second, **other, **{box: "new"})

    assert errors_in(asked) == ["Did you mean Bo Li (Larkfield)? Choose below, and save again."]
    assert first.appearances.get().speaker == known
    assert second.appearances.get().speaker != known
    assert Speaker.objects.filter(name="Bo Li").count() == 2


def test_titles_are_no_part_of_a_name_and_brackets_hold_the_affiliation(organiser_client, series):
    talk = make_draft(series=series)

    save(organiser_client, talk, **person(organiser_client, talk, new_name="Univ.-Prof. Dr. h.c. Hans Müller (Zürich)"))

    assert [str(one) for one in talk.appearances.all()] == ["Hans Müller (Zürich)"]


@pytest.mark.parametrize("typed", ["TBA", "N.N.", "to be confirmed", "wird noch bekannt gegeben"])
def test_a_name_that_is_to_be_announced_makes_nobody(organiser_client, series, typed):
    talk = make_draft(series=series)

    response = save(organiser_client, talk, **person(organiser_client, talk, new_name=typed))

    assert response.status_code == 302
    assert (talk.appearances.count(), Speaker.objects.count()) == (0, 0)


def test_two_people_in_one_row_are_not_one_person(organiser_client, series):
    talk = make_draft(series=series)

    response = save(
        organiser_client, talk, **person(organiser_client, talk, new_name="Dr. Hans Müller, Prof. Ana Ruiz")
    )

    assert errors_in(response) == [
        "These are several people: Hans Müller and Ana Ruiz. Type one here, and the others in rows of their own."
    ]
    assert not Speaker.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"affiliation": "London"}, "Choose a person, or type the name of a new one."),
        ({"speaker": 1, "new_name": "Grace Hopper"}, "Choose a person or type a new name, not both."),
        ({"speaker": 10**9}, "This person has been deleted or merged. Choose them again."),
    ],
)
def test_an_ambiguous_speaker_is_refused(organiser_client, series, fields, sentence):
    talk = make_draft(series=series)
    if "speaker" in fields and "new_name" in fields:
        fields = fields | {"speaker": make_speaker().pk}

    assert errors_in(save(organiser_client, talk, **person(organiser_client, talk, **fields))) == [sentence]


def test_the_same_new_name_twice_makes_one_speaker(organiser_client, series):
    talk = make_draft(series=series)
    row = person(organiser_client, talk, new_name="Ada Lovelace")
    again = {name.replace("-1-", "-2-"): words for name, words in row.items() if "-1-" in name}
    again |= {"appearances-2-role": "moderator", "appearances-TOTAL_FORMS": "3"}

    save(organiser_client, talk, **row | again)

    assert Speaker.objects.count() == 1
    assert talk.appearances.count() == 2


# --- nothing is lost, nothing is doubled ---


def test_a_form_that_is_sent_twice_makes_one_talk(organiser_client, series):
    form = form_of(organiser_client, f"{ADD}?series={series.pk}") | {"title": "On engines"}

    first, second = organiser_client.post(ADD, form), organiser_client.post(ADD, form | {"title": "On looms"})

    talk = Talk.objects.get()
    assert (first.status_code, second.status_code, talk.title) == (302, 200, "On engines")
    assert errors_in(second) == ["This talk has already been saved. Open it to change it: On engines"]
    assert (address_of(talk) in second.content.decode(), 'value="On looms"' in second.content.decode()) == (True, True)


def test_each_form_makes_its_own_talk(organiser_client, series):
    for _ in range(2):
        organiser_client.post(ADD, form_of(organiser_client, f"{ADD}?series={series.pk}"))

    assert len(set(Talk.objects.values_list("uid", flat=True))) == 2


def test_a_room_that_was_deleted_since_shows_an_error_and_typed_values_are_kept(organiser_client, series):
    room = make_room()
    talk = make_draft(series=series)
    form = form_of(organiser_client, address_of(talk)) | {
        "room": room.pk,
        "title": "On engines",
        "abstract": "They weave.",
    }
    room.delete()

    response = organiser_client.post(address_of(talk), form)

    page = response.content.decode()
    assert errors_in(response) == ["This room has been deleted. Choose another one."]
    assert ('value="On engines"' in page, "They weave." in page) == (True, True)


def test_a_series_that_the_organiser_lost_since_shows_an_error(organiser_client, series):
    form = form_of(organiser_client, f"{ADD}?series={series.pk}") | {"title": "On engines"}
    other = make_series()
    series.organiser_rows.update(series=other)

    response = organiser_client.post(ADD, form)

    assert errors_in(response) == ["You no longer organise this series, or it has been deleted. Choose another one."]
    assert 'value="On engines"' in response.content.decode()


# --- how a text will look ---


def test_a_text_is_typeset_as_for_visitors_and_nothing_of_it_runs(organiser_client):
    typed = "With $x^2$ and *stress*.\n\n<script>alert(1)</script>"

    page = organiser_client.post("/admin/text-preview/", {"_text": "abstract", "abstract": typed})
    part = organiser_client.post("/admin/text-preview/", {"_text": "abstract", "abstract": typed, "_part": "yes"})

    assert [("<math" in one, "<em>stress</em>" in one) for one in (page.content.decode(), part.content.decode())] == [
        (True, True)
    ] * 2
    assert ("<html" in page.content.decode(), "<html" in part.content.decode()) == (True, False)
    assert "<script>alert" not in page.content.decode() + part.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_the_text_of_a_language_says_so_and_nothing_else_gets_into_the_page(organiser_client):
    asked = [
        organiser_client.post("/admin/text-preview/", {"_text": "a", "a": "Bonjour", "_part": "1", "language": tag})
        for tag in ("fr", '"><b>')
    ]

    assert ['lang="fr"' in answer.content.decode() for answer in asked] == [True, False]
    assert "<b>" not in asked[1].content.decode()


def test_a_preview_is_a_post_with_its_token(series):
    client = signed_in(make_organiser(series))
    client.handler.enforce_csrf_checks = True

    assert client.post("/admin/text-preview/", {"_text": "a", "a": "x"}).status_code == 403
    assert client.get("/admin/text-preview/").status_code == 405
