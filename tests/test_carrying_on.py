"""New usual values of a series are applied to its coming talks only if its organiser asks, after a preview of each."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from seminars.actions import stamping, undoing
from seminars.forms.next_page import with_next
from seminars.models import Appearance, Change, Role, SeriesTopic, State, Talk
from tests.admin_forms import fields_of, form_of, messages_of, save, signed_in, with_row
from tests.factories import make_draft, make_organiser, make_room, make_series, make_speaker, make_talk, make_topic
from tests.pages import words

pytestmark = pytest.mark.django_db


def noon(weeks):
    today = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    return today + timedelta(weeks=weeks)


@pytest.fixture
def room():
    return make_room(name="307")


@pytest.fixture
def series(room):
    return make_series(
        short_name="ASSET", default_start=time(12), default_room=room, default_join_url="https://meet.example.org/old"
    )


@pytest.fixture
def client(series):
    return signed_in(make_organiser(series))


def usual_talk(series, weeks, **fields):
    usual = {"series": series, "room": series.default_room, "starts_at": noon(weeks)}
    return make_talk(**usual | {"join_url": series.default_join_url} | fields)


def carry_on(client, series):
    return client.get(f"{reverse('admin:carry-on')}?series={series.pk}")


def chosen_in(response):
    return [row.prospect.talk.pk for row in response.context["rows"] if row.is_ticked]


def sent_from(response, ticked):
    """What a browser sends if these talks are ticked on the page, and nothing else is changed."""
    form = response.context["form"]
    return fields_of(response) | {"chosen": form.data.getlist("chosen"), "topics": form.data.getlist("topics"),
                                  "talk": ticked, "_save": "on"}  # fmt: skip


def apply(client, series, ticked=None):
    page = carry_on(client, series)
    address = f"{reverse('admin:carry-on')}?series={series.pk}"
    return client.post(address, sent_from(page, chosen_in(page) if ticked is None else ticked))


def now_of(talks, *names):
    return [tuple(getattr(Talk.objects.get(pk=talk.pk), name) for name in names) for talk in talks]


def test_a_new_usual_hour_is_offered_to_all_coming_talks_and_changes_none_by_itself(client, series):
    talks = [usual_talk(series, 2), usual_talk(series, 3, state=State.DRAFT)]
    usual_talk(series, -1), usual_talk(series, 4, state=State.CANCELLED), usual_talk(make_series(), 2)

    response = save(client, series, default_start="12:15")
    page = carry_on(client, series)

    assert response.url == with_next(
        f"{reverse('admin:carry-on')}?series={series.pk}", reverse("admin:seminars_series_changelist")
    )
    assert "Apply to 2 upcoming talks?" in words(page.text)
    assert chosen_in(page) == [talk.pk for talk in talks]
    shown = [[(one.label, one.old, one.new) for one in row.prospect.differences] for row in page.context["rows"]]
    assert shown == [[("Time", "12–1 pm", "12:15–1:15 pm")]] * 2
    assert now_of(talks, "starts_at") == [(noon(2),), (noon(3),)]


def test_what_is_applied_is_undone_at_once(client, series):
    talks = [usual_talk(series, 2), usual_talk(series, 3)]
    save(client, series, default_start="12:15")

    response = apply(client, series)
    applied = now_of(talks, "starts_at", "sequence", "moved_from")
    undoing.restore(Change.objects.latest("pk"), by=None)

    quarter = timedelta(minutes=15)
    assert response.url == reverse("admin:seminars_series_changelist")
    assert applied == [(noon(2) + quarter, 1, None), (noon(3) + quarter, 1, None)]
    assert now_of(talks, "starts_at") == [(noon(2),), (noon(3),)]
    assert str(Change.objects.latest("pk").undoes) == "Usual values of ASSET applied to upcoming talks: Start"


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"default_minutes": "90"}, "ends_at", noon(2) + timedelta(minutes=90)),
        ({"default_join_url": "https://meet.example.org/new"}, "join_url", "https://meet.example.org/new"),
        ({"default_passcode": "4711"}, "passcode", "4711"),
        ({"default_join_access": "members"}, "join_access", "members"),
        ({"default_room": ""}, "room_id", None),
    ],
)
def test_each_usual_value_can_be_carried_on(client, series, changes, name, value):
    talk = usual_talk(series, 2)
    save(client, series, **changes)

    apply(client, series)

    assert now_of([talk], name) == [(value,)]


def test_new_usual_topics_can_be_carried_on(client, series):
    rings, fields = make_topic(name="Rings"), make_topic(name="Fields")
    SeriesTopic.objects.create(series=series, topic=rings)
    talk, own = usual_talk(series, 2, topics=[rings]), usual_talk(series, 3, topics=[])
    save(client, series, **with_row(client, series, "topic_rows", topic=fields.pk))

    ticked = chosen_in(carry_on(client, series))
    apply(client, series)

    assert ticked == [talk.pk]
    assert [sorted(map(str, one.topics.all())) for one in (talk, own)] == [["Fields", "Rings"], []]


def moderators_of(*talks):
    shown = Appearance.objects.filter(talk__in=talks, role=Role.MODERATOR).order_by("talk", "order")
    return [(one.talk, one.speaker.name, one.affiliation) for one in shown]


def test_a_new_usual_moderator_is_previewed_applied_and_undone(client, series):
    first, second = usual_talk(series, 2, speakers=["Ada Lovelace", "Emmy Noether"]), usual_talk(series, 3)
    grace = make_speaker(name="Grace Hopper", affiliation="Yale")
    save(client, series, default_moderator=grace.pk)

    page = carry_on(client, series)
    shown = [[(one.label, one.old, one.new) for one in row.prospect.differences] for row in page.context["rows"]]
    before = moderators_of(first, second)
    apply(client, series)

    assert shown == [[("Moderator", "", "Grace Hopper")]] * 2
    assert before == []
    assert moderators_of(first, second) == [(first, "Grace Hopper", "Yale"), (second, "Grace Hopper", "Yale")]
    assert [one.speaker.name for one in first.appearances.in_order()] == [
        "Ada Lovelace",
        "Emmy Noether",
        "Grace Hopper",
    ]
    assert now_of([first, second], "sequence") == [(1,), (1,)]
    assert "hopper" in Talk.objects.get(pk=first.pk).search_text
    undoing.restore(Change.objects.latest("pk"), by=None)
    assert moderators_of(first, second) == []
    assert [one.speaker.name for one in first.appearances.in_order()] == ["Ada Lovelace", "Emmy Noether"]


def test_only_talks_with_the_former_usual_moderator_are_ticked_for_the_next_one(client, series):
    grace, emmy = make_speaker(name="Grace Hopper"), make_speaker(name="Emmy Noether")
    series.default_moderator = grace
    series.save()
    talks = [usual_talk(series, week) for week in (2, 3, 4, 5)]
    usual, own, _none, two = talks
    for talk, person in ((usual, grace), (own, make_speaker(name="Joan Clarke")), (two, grace), (two, emmy)):
        Appearance.objects.create(talk=talk, speaker=person, role=Role.MODERATOR, order=1, affiliation="MIT")
    stamping.stamp(talks)
    save(client, series, default_moderator=emmy.pk)

    page = carry_on(client, series)
    apply(client, series)
    changed = moderators_of(*talks)
    apply(client, series, ticked=[two.pk])

    assert chosen_in(page) == [usual.pk]
    why = "Not ticked, because it did not have the usual value before: Moderator."
    assert [row.why_unticked for row in page.context["rows"]] == ["", why, why, why]
    assert changed == [(usual, "Emmy Noether", ""), (own, "Joan Clarke", "MIT"), (two, "Grace Hopper", "MIT"),
                       (two, "Emmy Noether", "MIT")]  # fmt: skip
    assert moderators_of(two) == [(two, "Emmy Noether", "MIT")]


def test_a_talk_that_the_new_usual_moderator_gives_is_not_ticked_and_the_page_says_why(client, series):
    grace = make_speaker(name="Grace Hopper")
    other = usual_talk(series, 2, speakers=["Ada Lovelace"])
    usual_talk(series, 3, speakers=[grace])
    save(client, series, default_moderator=grace.pk)

    page = carry_on(client, series)
    apply(client, series)

    assert chosen_in(page) == [other.pk]
    why = "Not ticked, because Grace Hopper is a speaker of this talk."
    assert [row.why_unticked for row in page.context["rows"]] == ["", why]
    assert why in words(page.text)
    assert [one.talk for one in Appearance.objects.filter(role=Role.MODERATOR)] == [other]


def test_a_series_that_has_no_usual_moderator_any_more_takes_them_from_its_talks(client, series):
    series.default_moderator = make_speaker(name="Grace Hopper")
    series.save()
    talk = usual_talk(series, 2, speakers=["Ada Lovelace"])
    Appearance.objects.create(talk=talk, speaker=series.default_moderator, role=Role.MODERATOR, order=1)
    save(client, series, default_moderator="")

    apply(client, series)

    assert [one.speaker.name for one in talk.appearances.all()] == ["Ada Lovelace"]


def test_a_talk_that_differs_on_purpose_is_not_ticked_and_the_page_says_why(client, series):
    usual = usual_talk(series, 2)
    own = usual_talk(series, 3, room=make_room(name="414"), starts_at=noon(3) + timedelta(hours=4))
    new = make_room(name="500")
    save(client, series, default_room=new.pk, default_start="13:00")

    page = carry_on(client, series)
    apply(client, series)

    assert chosen_in(page) == [usual.pk]
    why = "Not ticked, because it did not have the usual value before: Room, Start."
    assert [row.why_unticked for row in page.context["rows"]] == ["", why]
    assert now_of([usual, own], "room_id") == [(new.pk,), (own.room_id,)]


@pytest.mark.parametrize("changes", [{"default_passcode": "4711"}, {"default_join_access": "members"}])
def test_a_talk_with_the_link_of_another_meeting_gets_no_passcode_unless_it_is_ticked(client, series, changes):
    usual, own = usual_talk(series, 2), usual_talk(series, 3, join_url="https://elsewhere.example.org/7")
    save(client, series, **changes)

    page = carry_on(client, series)

    assert chosen_in(page) == [usual.pk]
    why = "Not ticked, because it did not have the usual value before: Join link."
    assert [(row.prospect.talk, row.why_unticked) for row in page.context["rows"]] == [(usual, ""), (own, why)]


def test_a_new_link_and_its_passcode_are_carried_on_together(client, series):
    talk = usual_talk(series, 2)
    save(client, series, default_join_url="https://meet.example.org/new", default_passcode="4711")

    apply(client, series)

    assert now_of([talk], "join_url", "passcode") == [("https://meet.example.org/new", "4711")]


def test_a_workshop_of_two_days_keeps_its_length_unless_it_is_ticked(client, series):
    usual_talk(series, 2)
    workshop = usual_talk(series, 3, ends_at=noon(3) + timedelta(days=1, hours=5))
    save(client, series, default_minutes="90")

    apply(client, series)

    assert now_of([workshop], "ends_at") == [(noon(3) + timedelta(days=1, hours=5),)]


def test_a_talk_that_has_the_new_value_already_is_left_out(client, series):
    there, here = usual_talk(series, 2), usual_talk(series, 3, starts_at=noon(3) + timedelta(minutes=15))
    save(client, series, default_start="12:15")

    page = carry_on(client, series)

    assert [row.prospect.talk.pk for row in page.context["rows"]] == [there.pk]
    assert here.pk not in chosen_in(page)


@pytest.mark.parametrize("changes", [{}, {"tagline": "Every week"}, {"default_weekday": "3"}, {"default_start": ""}])
def test_nothing_is_asked_where_no_coming_talk_could_follow(client, series, changes):
    usual_talk(series, 2)

    response = save(client, series, **changes)

    assert response.url == reverse("admin:seminars_series_changelist")


def test_nothing_is_asked_of_a_series_without_coming_talks(client, series):
    usual_talk(series, -1)

    assert save(client, series, default_start="12:15").url == reverse("admin:seminars_series_changelist")


def test_the_page_leads_back_once_all_talks_have_the_values(client, series):
    usual_talk(series, 2)
    save(client, series, default_start="12:15")
    apply(client, series)
    messages_of(client)

    response = carry_on(client, series)

    assert response.url == reverse("admin:seminars_series_changelist")
    assert messages_of(client) == ["All upcoming talks have the usual values of the series."]


def test_the_page_of_a_series_that_one_does_not_organise_is_not_found(client):
    assert carry_on(client, make_series()).status_code == 404


def test_what_is_left_as_it_is_is_not_offered_with_the_next_change(client, series):
    usual_talk(series, 2)
    save(client, series, default_start="12:15")
    save(client, series, default_passcode="4711")

    page = carry_on(client, series)

    assert page.context["form"].values == {"passcode": "4711"}


def test_saving_a_series_leads_to_the_question_from_every_button(client, series):
    draft = make_draft(series=series, starts_at=noon(2))
    words_sent = form_of(client, reverse("admin:seminars_series_change", args=[series.pk]))

    response = client.post(
        reverse("admin:seminars_series_change", args=[series.pk]),
        words_sent | {"default_start": "14:00", "_continue": "on"},
    )

    assert response.url == with_next(
        f"{reverse('admin:carry-on')}?series={series.pk}", reverse("admin:seminars_series_change", args=[series.pk])
    )
    assert now_of([draft], "starts_at") == [(noon(2),)]
