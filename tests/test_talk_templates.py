"""What new talks of a series begin with, in every way to make one."""

from datetime import date, time

import pytest
from django.urls import reverse

from seminars.actions import copying_terms, planning, schedule, talk_defaults
from seminars.actions.chosen_people import ChosenPerson
from seminars.actions.copying_terms import CopiedTerm
from seminars.actions.merging import Merger, merge
from seminars.actions.planning import Plan
from seminars.actions.schedule import NewSlot
from seminars.formats.spreadsheet_columns import empty_rows
from seminars.models import Appearance, Change, SeriesTopic, Talk
from seminars.models.gaps import Gap, gaps_of
from seminars.models.terms import Term
from tests.admin_forms import address_of, form_of, save, signed_in
from tests.factories import (
    in_new_york,
    make_administrator,
    make_organiser,
    make_series,
    make_speaker,
    make_talk,
    make_topic,
)
from tests.imports import calendar, event, importing, written

pytestmark = pytest.mark.django_db

USUAL = {
    "host": "The dean’s office", "language": "de", "audience": "Students", "programme": "Coffee 15:30",
    "recording": "planned", "notes": "Book the projector.",
}  # fmt: skip


@pytest.fixture
def series():
    defaults = {f"default_{name}": value for name, value in USUAL.items()}
    series = make_series(short_name="ASSET", default_weekday=2, default_start=time(12), **defaults)
    SeriesTopic.objects.create(series=series, topic=make_topic(name="Rings"))
    return series


def usual_of(talk):
    return {name: getattr(talk, name) for name in USUAL}


def topics_of(talk):
    return [topic.name for topic in talk.topics.all()]


def test_the_form_begins_with_them(series):
    form = form_of(signed_in(make_organiser(series)), reverse("admin:seminars_talk_add") + f"?series={series.pk}")

    assert {name: form[name] for name in USUAL} == USUAL


def test_the_form_of_a_talk_after_another_begins_with_them(series):
    assert talk_defaults.defaults_after(make_talk(series=series)).items() >= USUAL.items()


def test_a_planned_term_has_them(series):
    plan = Plan(series, date(2030, 10, 2), date(2030, 10, 2), frozenset({2}), (time(12),), 60)

    (talk,) = planning.make(plan, keep={"2030-10-02T12:00"}, by=None)

    assert (usual_of(talk), topics_of(talk)) == (USUAL, ["Rings"])


def test_a_copied_term_has_them(series):
    old = make_talk(series=series, host="Grace Hopper", starts_at=in_new_york(2029, 10, 3, 12))
    terms = {"old": Term.of(date(2029, 10, 1), 8), "new": Term.of(date(2030, 10, 1), 8)}

    (talk,) = copying_terms.make(CopiedTerm((series,), **terms), keep={str(old.pk)}, by=None)

    assert (usual_of(talk), topics_of(talk)) == (USUAL, ["Rings"])


AHEAD = {"DTSTART;TZID=America/New_York": "20300306T120000", "DTEND;TZID=America/New_York": "20300306T130000"}


def test_an_imported_talk_has_them_where_its_source_says_nothing(series, tmp_path):
    importing(written(tmp_path, calendar(event(**AHEAD))), series=series.slug)

    talk = Talk.objects.get()
    assert (usual_of(talk), topics_of(talk)) == (USUAL, ["Rings"])
    assert (talk.room.name, talk.join_url) == ("Room 12", "")


def test_an_imported_talk_keeps_what_its_source_says(series, tmp_path):
    said = {"CATEGORIES": "Fields", "DESCRIPTION": "Host: Grace Hopper\\n\\nWhat engines do."}
    importing(written(tmp_path, calendar(event(**AHEAD, **said))), series=series.slug)

    talk = Talk.objects.get()
    assert (talk.host, topics_of(talk), talk.audience) == ("Grace Hopper", ["Fields"], "Students")


def test_a_second_import_leaves_them_alone(series, tmp_path):
    file = written(tmp_path, calendar(event(**AHEAD)))
    importing(file, series=series.slug)

    said = importing(file, series=series.slug)

    assert "1 unchanged" in said
    assert (usual_of(Talk.objects.get()), topics_of(Talk.objects.get())) == (USUAL, ["Rings"])


def test_a_past_talk_that_is_imported_does_not_have_them(series, tmp_path):
    importing(written(tmp_path, calendar(event())), series=series.slug)

    assert usual_of(Talk.objects.get()) == dict.fromkeys(USUAL, "") | {"recording": "unknown"}
    assert topics_of(Talk.objects.get()) == []


def test_an_empty_sheet_has_them(series):
    (row,) = empty_rows(series, 1)

    assert row.items() >= USUAL.items()


def test_a_new_host_and_language_are_offered_to_coming_talks(series):
    make_talk(series=series, host="The dean’s office", language="de")

    client = signed_in(make_administrator())
    response = save(client, series, default_host="Grace Hopper", default_language="en")

    assert response.url.startswith(reverse("admin:carry-on") + f"?series={series.pk}&next=")
    assert "Grace Hopper" in client.get(response.url).text


# --- the usual moderator and the outline of an abstract ---

OUTLINE = "Background: …\nResults: …"


@pytest.fixture
def moderated(series):
    series.default_moderator = make_speaker(name="Grace Hopper", affiliation="Yale")
    series.default_abstract = OUTLINE
    series.save()
    return series


def people_of(talk):
    return [(one.speaker.name, one.role, one.affiliation) for one in Appearance.objects.filter(talk=talk).in_order()]


GRACE = ("Grace Hopper", "moderator", "Yale")


def test_a_planned_term_has_the_usual_moderator(moderated):
    plan = Plan(moderated, date(2030, 10, 2), date(2030, 10, 2), frozenset({2}), (time(12),), 60)

    (talk,) = planning.make(plan, keep={"2030-10-02T12:00"}, by=None)

    assert (people_of(talk), talk.abstract) == ([GRACE], "")


def test_a_copied_term_has_the_usual_moderator(moderated):
    old = make_talk(series=moderated, starts_at=in_new_york(2029, 10, 3, 12), speakers=["Ada Lovelace"])
    terms = {"old": Term.of(date(2029, 10, 1), 8), "new": Term.of(date(2030, 10, 1), 8)}

    (talk,) = copying_terms.make(CopiedTerm((moderated,), **terms), keep={str(old.pk)}, by=None)

    assert people_of(talk) == [GRACE]


def test_a_new_row_of_the_schedule_has_the_usual_moderator_after_its_speakers(moderated):
    chosen = [ChosenPerson("Ada Lovelace"), ChosenPerson("Emmy Noether")]
    rows = [
        NewSlot("new-1", moderated, {"starts_at": in_new_york(2030, 10, 2, 12), "speakers": chosen}),
        NewSlot("new-2", moderated, {"starts_at": in_new_york(2030, 10, 9, 12)}),
    ]

    first, second = schedule.save([], added=rows, by=None).added

    assert [name for name, _role, _affiliation in people_of(first)] == ["Ada Lovelace", "Emmy Noether", "Grace Hopper"]
    assert people_of(second) == [GRACE]


def test_an_imported_talk_has_the_usual_moderator(moderated, tmp_path):
    file = written(tmp_path, calendar(event(**AHEAD)))
    importing(file, series=moderated.slug)

    assert "1 unchanged" in importing(file, series=moderated.slug)
    assert people_of(Talk.objects.get()) == [GRACE]
    assert "hopper" in Talk.objects.get().search_text


@pytest.mark.parametrize(
    ("said", "people"),
    [
        ({"DESCRIPTION": "Chair: Emmy Noether\\n\\nWhat engines do."}, [("Emmy Noether", "moderator", "")]),
        ({"DESCRIPTION": "Speaker: Grace Hopper\\n\\nWhat engines do."}, [("Grace Hopper", "speaker", "Yale")]),
        ({name: at.replace("2030", "2020") for name, at in AHEAD.items()}, []),
    ],
)
def test_an_imported_talk_keeps_its_moderator_or_none(moderated, tmp_path, said, people):
    """Not where the file names another, where the usual one is the speaker, and where the talk is over."""
    importing(written(tmp_path, calendar(event(**AHEAD | said))), series=moderated.slug)

    assert people_of(Talk.objects.get()) == people


def test_a_file_that_names_moderator_and_host_later_replaces_the_usual_ones(moderated, tmp_path):
    importing(written(tmp_path, calendar(event(**AHEAD))), series=moderated.slug)
    said = {"DESCRIPTION": "Chair: Emmy Noether\\nHost: Mary Somerville\\n\\nWhat engines do."}

    importing(written(tmp_path, calendar(event(**AHEAD | said))), series=moderated.slug)

    assert (people_of(Talk.objects.get()), Talk.objects.get().host) == (
        [("Emmy Noether", "moderator", "")], "Mary Somerville",
    )  # fmt: skip


def test_a_moderator_chosen_here_is_not_replaced_by_the_file(moderated, tmp_path):
    importing(written(tmp_path, calendar(event(**AHEAD))), series=moderated.slug)
    Appearance.objects.update(speaker=make_speaker(name="Joan Clarke"))
    said = {"DESCRIPTION": "Chair: Emmy Noether\\n\\nWhat engines do."}

    told = importing(written(tmp_path, calendar(event(**AHEAD | said))), series=moderated.slug)

    assert [name for name, _role, _affiliation in people_of(Talk.objects.get())] == ["Joan Clarke"]
    assert "not changed, because it was edited here (Joan Clarke" in told


@pytest.mark.parametrize("way", ["series={series}", "after={talk}"])
def test_the_form_begins_with_the_usual_moderator_and_a_blank_row_for_the_speaker(moderated, way):
    talk = make_talk(series=moderated, starts_at=in_new_york(2030, 10, 2, 12))
    client = signed_in(make_organiser(moderated))
    address = reverse("admin:seminars_talk_add") + "?" + way.format(series=moderated.pk, talk=talk.pk)
    form = form_of(client, address)

    client.post(address, form | {"title": "On looms", "appearances-0-new_name": "Ada Lovelace"})

    assert form["abstract"].splitlines() == OUTLINE.splitlines()
    new = Talk.objects.get(title="On looms")
    assert [name for name, _role, _affiliation in people_of(new)] == ["Ada Lovelace", "Grace Hopper"]
    assert people_of(new)[1] == GRACE


def test_a_usual_moderator_alone_is_no_speaker_who_was_left_out(moderated):
    client = signed_in(make_organiser(moderated))
    address = reverse("admin:seminars_talk_add") + f"?series={moderated.pk}"

    client.post(address, form_of(client, address))

    talk = Talk.objects.get()
    assert people_of(talk) == [GRACE]
    assert {Gap.SPEAKER, Gap.ABSTRACT} <= set(gaps_of(talk))


def test_an_outline_is_shown_until_it_is_filled_in_and_never_saved(moderated):
    talk = make_talk(series=moderated, abstract="", starts_at=in_new_york(2130, 10, 2, 12))
    client, before = signed_in(make_organiser(moderated)), Change.objects.count()

    assert form_of(client, address_of(talk))["abstract"].splitlines() == OUTLINE.splitlines()
    save(client, talk)
    assert Talk.objects.get().abstract == ""
    assert Change.objects.count() == before

    save(client, talk, abstract=OUTLINE.replace("Results: …", "Results: looms."))
    assert Talk.objects.get().abstract == "Background: …\nResults: looms."


def test_an_outline_is_not_shown_for_a_talk_that_is_over(moderated):
    talk = make_talk(series=moderated, abstract="", starts_at=in_new_york(2020, 10, 2, 12))

    assert form_of(signed_in(make_organiser(moderated)), address_of(talk))["abstract"] == ""


def test_an_outline_of_the_series_that_was_chosen_first_is_not_saved_either(moderated):
    other = make_series(default_abstract="Who: …")
    client = signed_in(make_organiser(moderated, other))
    address = reverse("admin:seminars_talk_add") + f"?series={moderated.pk}"

    client.post(address, form_of(client, address) | {"series": other.pk})

    assert (Talk.objects.get().series, Talk.objects.get().abstract) == (other, "")


def test_an_empty_sheet_names_the_usual_moderator(moderated):
    (row,) = empty_rows(moderated, 1)

    assert row["moderators"] == "Grace Hopper"


def test_merging_two_people_keeps_who_usually_chairs(moderated):
    kept = make_speaker(name="Grace M. Hopper")

    merge(Merger(kept, moderated.default_moderator), by=None)

    moderated.refresh_from_db()
    assert moderated.default_moderator == kept


def test_a_usual_moderator_cannot_be_deleted_and_the_page_says_where_they_are_needed(moderated):
    page = signed_in(make_administrator()).get(address_of(moderated.default_moderator, "delete"))

    assert f'<a href="{address_of(moderated)}">' in page.text
