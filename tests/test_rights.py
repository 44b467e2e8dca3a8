"""What people may do and see on the desk. tests/test_access_matrix.py tests who may open which page."""

import pytest
from django.urls import reverse

from seminars.access import Rights
from seminars.actions import photos
from seminars.models import (
    Break,
    Department,
    FormerAddress,
    Photo,
    Room,
    Series,
    Speaker,
    Talk,
    Topic,
    User,
)
from tests.admin_forms import address_of, form_of, save, signed_in, transition_page, with_row
from tests.factories import (
    in_new_york,
    make_administrator,
    make_draft,
    make_member,
    make_organiser,
    make_room,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.pictures import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    """One row of each kind; talk, series and break belong to series A."""
    series = make_series(short_name="A")
    speaker = make_speaker(photo=photos.keep(picture()))
    talk = make_draft(series=series, speakers=[speaker], room=make_room(), topics=[make_topic()])
    Department.objects.update_or_create(pk=1, defaults={"name": "Engines"})
    return {
        "Talk": talk,
        "Series": series,
        "Break": Break.objects.create(series=series, reason="Snow", first_on="2030-01-01", last_on="2030-01-01"),
        "Speaker": speaker,
        "Room": talk.room,
        "Topic": talk.topics.get(),
        "Department": Department.objects.get(),
        "User": make_member(),
        "FormerAddress": FormerAddress.objects.create(path="/event/old/", series=series),
        "Photo": speaker.photo,
    }


def test_a_member_at_the_desk_gets_a_page_and_no_loop():
    client = signed_in(make_member())

    response = client.get("/admin/", follow=True)

    assert response.status_code == 403
    assert "you do not organise any series" in response.content.decode()
    assert [address for address, _ in response.redirect_chain] == ["/admin/login/?next=/admin/"]


# --- changing ------------------------------------------------------------------------------------------


def test_an_organiser_cannot_post_to_a_page_that_they_cannot_open(rows):
    stranger = signed_in(make_organiser(make_series()))
    owner = signed_in(make_organiser(rows["Series"]))
    form = form_of(owner, address_of(rows["Talk"]))

    stranger.post(address_of(rows["Talk"]), form | {"title": "Taken over"})
    stranger.post(address_of(rows["Talk"], "delete"), {"post": "yes"})
    stranger.post(transition_page("announce", rows["Talk"]))

    talk = Talk.objects.get()
    assert (talk.title, talk.state) == (rows["Talk"].title, "draft")


def test_an_organiser_cannot_give_a_talk_to_a_series_of_others(rows):
    mine, theirs = make_series(), rows["Series"]
    client = signed_in(make_organiser(mine))
    talk = make_talk(series=mine)

    save(client, talk, series=theirs.pk)

    talk.refresh_from_db()
    assert talk.series == mine


def test_a_joint_talk_is_seen_but_not_changed_by_the_other_series(rows):
    other = make_series()
    talk = make_draft(series=rows["Series"], also_in=[other], title="Joint")
    client = signed_in(make_organiser(other))

    page = client.get(address_of(talk))
    refused = [client.post(address_of(talk), {"title": "Taken over"}),
               client.post(address_of(talk, "delete"), {"post": "yes"}),
               client.get(transition_page("announce", talk))]  # fmt: skip

    assert (page.status_code, page.context["has_change_permission"]) == (200, False)
    assert [label for label, _address in page.context["transitions"]] == ["Remove from our series"]
    assert [response.status_code for response in refused] == [403, 403, 403]


def test_shared_rooms_and_topics_are_added_but_not_changed_by_organisers():
    client = signed_in(make_organiser())
    room = make_room(name="307")
    add = reverse("admin:seminars_topic_add")

    made = client.post(add, form_of(client, add) | {"name": "Engines"})
    refused = client.post(address_of(room), {"name": "414"})

    assert (made.status_code, Topic.objects.get().name) == (302, "Engines")
    assert (refused.status_code, Room.objects.get().name) == (403, "307")


def test_an_organiser_changes_the_texts_of_their_series_but_not_who_looks_after_it():
    series = make_series()
    organiser, other = make_organiser(series), make_member()
    client = signed_in(organiser)
    row = {"organiser_rows-TOTAL_FORMS": "2", "organiser_rows-INITIAL_FORMS": "1", "organiser_rows-1-user": other.pk}

    save(client, series, about="On engines.", **row)

    series.refresh_from_db()
    assert (series.about, list(series.organisers.all())) == ("On engines.", [organiser])


def test_an_administrator_hands_a_series_to_someone_else():
    series = make_series()
    make_organiser(series)
    heir = make_member()
    client = signed_in(make_administrator())

    row = with_row(client, series, "organiser_rows", user=heir.pk)
    save(client, series, **row, **{"organiser_rows-0-DELETE": "on"})

    assert list(series.organisers.all()) == [heir]


def test_an_organiser_s_break_is_of_their_own_series():
    client = signed_in(make_organiser(make_series()))
    add = reverse("admin:seminars_break_add")
    form = form_of(client, add) | {"reason": "Snow", "first_on": "2030-01-01"}

    answers = [client.post(add, form | {"series": series}) for series in ("", make_series().pk)]

    assert [response.status_code for response in answers] == [200, 200]
    assert not Break.objects.exists()


def test_an_administrator_does_not_lock_themselves_out():
    user = make_administrator()
    client = signed_in(user)

    form = form_of(client, address_of(user))
    form.pop("is_superuser")
    response = client.post(address_of(user), form)

    assert "You cannot remove your own access." in response.content.decode()
    assert client.get(address_of(user, "delete")).status_code == 403


# --- looking -------------------------------------------------------------------------------------------


def offered(client, model, field, term=""):
    query = {"app_label": "seminars", "model_name": model, "field_name": field, "term": term}
    response = client.get(reverse("admin:autocomplete"), query)
    return [row["text"] for row in response.json()["results"]] if response.status_code == 200 else response.status_code


def test_autocomplete_offers_what_the_organiser_may_see(rows):
    make_series(name="Hidden", is_listed=False)
    client = signed_in(make_organiser(make_series(name="Mine")))

    assert offered(client, "appearance", "speaker") == [rows["Speaker"].name]
    assert offered(client, "talk", "room") == [str(rows["Room"])]
    assert sorted(offered(client, "jointtalk", "series")) == sorted([rows["Series"].name, "Mine"])
    assert offered(client, "break", "series") == ["Mine"]
    assert offered(client, "formeraddress", "talk") == []
    assert offered(client, "seriesorganiser", "user") == 403


@pytest.mark.parametrize("kind", ["speaker", "room", "topic"])
def test_no_filter_reveals_the_draft_of_another_series(rows, kind):
    client = signed_in(make_organiser())
    filters = [f"talks={rows['Talk'].pk}", f"talks__id={rows['Talk'].pk}", "talks__title__startswith=T"]

    answers = [client.get(reverse(f"admin:seminars_{kind}_changelist") + f"?{asked}") for asked in filters]

    assert [response.status_code for response in answers] == [400, 400, 400]


def test_the_list_holds_the_organiser_s_talks_and_no_others(rows):
    mine = make_series()
    talk, joint = make_talk(series=mine), make_talk(series=rows["Series"], also_in=[mine])

    response = signed_in(make_organiser(mine)).get(reverse("admin:seminars_talk_changelist"), {"when": "all"})

    assert set(response.context["cl"].result_list) == {talk, joint}
    assert rows["Talk"].title not in response.content.decode()


def test_another_series_draft_in_the_room_is_named_only_by_its_series(rows):
    mine = make_series()
    draft = make_draft(series=rows["Series"], room=make_room(), title="Secret", starts_at=in_new_york(2030, 11, 6, 12))
    talk = make_talk(series=mine, starts_at=draft.starts_at)

    response = save(signed_in(make_organiser(mine)), talk, room=draft.room_id)

    page = response.content.decode()
    assert "reserved by the A Seminar" in page
    assert "Secret" not in page


def test_the_check_of_one_row_agrees_with_the_list_of_rows(rows):
    joint = make_talk(also_in=[rows["Series"]])
    other = make_talk()
    rights = Rights(make_organiser(rows["Series"]))

    for model in (Talk, Series, Break, Speaker, Room, Topic, Department, User, FormerAddress, Photo):
        listed = set(rights.rows(model))
        assert {row for row in model.objects.all() if rights.may("view", model, row)} == listed
    assert [rights.may("change", Talk, talk) for talk in (rows["Talk"], joint, other)] == [True, False, False]
    assert Speaker.objects.count() == 1
