"""Import the page of one talk: it adds missing values and reports differences."""

import pytest
from django.core.exceptions import ValidationError

from seminars.models import Edition, Speaker, Talk
from tests.factories import make_draft, make_series, make_speaker, make_talk
from tests.imports import ENGINES, PAGE, importing, written

pytestmark = pytest.mark.django_db

TITLE = "On the weaving of numbers: cards, wheels and patience"


def speakers_of(talk):
    return [str(speaker) for speaker in Talk.objects.for_pages().get(pk=talk.pk).speakers]


def test_speaker_affiliation_and_biography_are_added():
    talk = make_talk(title=TITLE)

    importing(PAGE)
    speaker = Speaker.objects.get()

    assert speakers_of(talk) == ["Ada Lovelace (Analytical Society)"]
    assert (speaker.affiliation, speaker.sort_name) == ("Analytical Society", "Lovelace, Ada")
    assert speaker.biography.startswith("Ada Lovelace translates, annotates and computes.")
    assert speaker.biography.endswith("\n\nShe is fond of horses and of flying machines.")


def test_an_abstract_and_a_link_that_are_missing_are_added():
    talk = make_talk(title=TITLE)

    importing(PAGE)
    talk.refresh_from_db()

    assert talk.abstract.startswith("A machine that is told what to do by punched cards")
    assert talk.join_url == "https://example.zoom.us/j/99988877766"


def test_subscribers_see_one_change():
    talk = make_talk(title=TITLE)

    importing(PAGE)
    talk.refresh_from_db()

    assert talk.sequence == 1


def test_the_title_is_recognised_with_any_case_accents_and_quotation_marks():
    talk = make_talk(title="“On the Weaving of Númbers: cards, wheels and patience.”")

    importing(PAGE)

    assert speakers_of(talk) == ["Ada Lovelace (Analytical Society)"]


def test_a_draft_stays_a_draft():
    talk = make_draft(title=TITLE)

    importing(PAGE)
    talk.refresh_from_db()

    assert (talk.state, speakers_of(talk)) == ("draft", ["Ada Lovelace (Analytical Society)"])


def test_a_known_speaker_is_found_and_keeps_what_is_known():
    ada = make_speaker(name="ADA LOVELACE", affiliation="London", biography="Of our own making.")
    talk = make_talk(title=TITLE)

    said = importing(PAGE)
    ada.refresh_from_db()

    assert speakers_of(talk) == ["ADA LOVELACE (Analytical Society)"]
    assert (ada.affiliation, ada.biography, Speaker.objects.count()) == ("London", "Of our own making.", 1)
    assert "The page has a different biography of ADA LOVELACE. This site’s biography was not changed." in said


def test_a_speaker_is_found_by_another_name():
    ada = make_speaker(name="Augusta King", other_names="Ada Lovelace; A. Byron")
    talk = make_talk(title=TITLE)

    importing(PAGE)

    assert [one.speaker for one in talk.speakers] == [ada]


def test_a_speaker_is_found_by_the_sort_name_as_on_the_desk():
    ada = make_speaker(name="Augusta King", sort_name="Ada Lovelace")
    talk = make_talk(title=TITLE)

    importing(PAGE)

    assert [one.speaker for one in talk.speakers] == [ada]


def test_the_affiliation_decides_between_two_people_of_one_name():
    make_speaker(name="Ada Lovelace", affiliation="London")
    right = make_speaker(name="Ada Lovelace", affiliation="Analytical Society")
    talk = make_talk(title=TITLE)

    importing(PAGE)

    assert [one.speaker for one in talk.speakers] == [right]


def test_a_name_of_two_people_matches_neither_unless_one_is_chosen():
    namesakes = [make_speaker(name="Ada Lovelace", affiliation=city) for city in ("London", "Paris")]
    talk = make_talk(title=TITLE)

    asked = importing(PAGE, list_choices=True)
    importing(PAGE, choose=[f"person:ada lovelace (analytical society)={namesakes[1].pk}"])

    assert "Who is “Ada Lovelace (Analytical Society)”?" in asked
    assert [one.speaker for one in talk.speakers] == [namesakes[1]]


def test_another_speaker_here_stays_and_is_reported():
    talk = make_talk(title=TITLE, speakers=["Charles Babbage"])

    said = importing(PAGE)

    assert speakers_of(talk) == ["Charles Babbage"]
    assert "The page names Ada Lovelace as the speaker, but this site has Charles Babbage." in said


def test_an_affiliation_that_is_missing_is_added():
    talk = make_talk(title=TITLE, speakers=["Ada Lovelace"])

    importing(PAGE)

    assert speakers_of(talk) == ["Ada Lovelace (Analytical Society)"]


def test_different_meetings_are_reported_and_the_calendars_is_kept():
    importing(ENGINES, series="engine")

    said = importing(PAGE)

    assert (
        "The page has a different link (https://example.zoom.us/j/99988877766) from this site "
        "(https://example.zoom.us/j/11122233344). This site’s link was kept."
    ) in said
    assert Talk.objects.get(title=TITLE).join_url == "https://example.zoom.us/j/11122233344"


def test_the_same_meeting_with_a_passcode_in_its_address_is_no_difference():
    make_talk(title=TITLE, join_url="https://example.zoom.us/j/99988877766?pwd=abc")

    assert "different" not in importing(PAGE)


def test_a_different_abstract_is_reported_and_left():
    talk = make_talk(title=TITLE, abstract="Of our own making.")

    said = importing(PAGE)
    talk.refresh_from_db()

    assert talk.abstract == "Of our own making."
    assert "The page has a different abstract. This site’s abstract was not changed." in said


def test_the_second_import_reports_only_the_difference():
    importing(ENGINES, series="engine")
    importing(PAGE)
    edition = Edition.objects.current()

    said = importing(PAGE).splitlines()

    assert said[0] == f"unchanged: line 1: {TITLE}"
    assert said[1].startswith("  - The page has a different link")
    assert said[2:] == ["In total: 0 new, 0 changed, 1 unchanged, 0 refused.", "Everything has already been imported."]
    assert Edition.objects.current() == edition


def test_a_dry_run_changes_nothing():
    talk = make_talk(title=TITLE)

    said = importing(PAGE, dry_run=True)

    assert said.splitlines()[:4] == [
        "speaker created: Ada Lovelace",
        f"changed: line 1: {TITLE}",
        "  - speaker: Ada Lovelace (Analytical Society)",
        "  - biography of Ada Lovelace",
    ]
    assert (speakers_of(talk), Speaker.objects.count()) == ([], 0)


def test_an_unknown_title_is_refused_with_what_to_do():
    make_talk(title="Something else")

    assert importing(PAGE) == (
        f"REFUSED: No talk on this site is called “{TITLE}”. Import its calendar first, add the talk, or correct its "
        "title. Then import this page again."
    )


def test_the_named_series_decides_between_two_talks_of_one_title():
    make_talk(title=TITLE)
    talk = make_talk(title=TITLE, series=make_series(slug="engine"))

    said = importing(PAGE)
    importing(PAGE, series="engine")

    assert said == f"REFUSED: 2 talks on this site are called “{TITLE}”. Choose the series, or use --series SLUG."
    assert speakers_of(talk) == ["Ada Lovelace (Analytical Society)"]


def test_several_speakers_are_added_in_their_order(tmp_path):
    talk = make_talk(title="On looms")
    page = (
        "Ada Lovelace (Analytical Society), Mary Somerville (Oxford) and Charles Babbage: On looms\n\nAbstract\nWool.\n"
    )
    page = page.replace("Charles Babbage:", "Charles Babbage (Cambridge):")

    importing(written(tmp_path, page, "page.txt"))

    assert speakers_of(talk) == [
        "Ada Lovelace (Analytical Society)",
        "Mary Somerville (Oxford)",
        "Charles Babbage (Cambridge)",
    ]


def test_a_change_after_the_plan_is_not_overwritten():
    from seminars import importing as package
    from seminars.actions import talk_changes

    talk = make_talk(title=TITLE)
    plan = package.plan_file(PAGE, package.ImportOptions())
    talk.abstract = "Meanwhile."
    talk_changes.save(talk)

    with pytest.raises(ValidationError, match="Someone changed these talks after you previewed the import"):
        package.apply_plan(plan)

    assert (Talk.objects.get().abstract, Speaker.objects.count()) == ("Meanwhile.", 0)


def test_a_link_that_no_talk_can_hold_stops_the_whole_page(tmp_path):
    talk = make_talk(title="On looms")
    link = "https://example.zoom.us/j/1?pwd=" + "x" * 500
    page = f"Ada Lovelace (Analytical Society): On looms\n\nAbstract\nWool.\n\nZoom: {link}\n"

    said = importing(written(tmp_path, page, "page.txt"))
    talk.refresh_from_db()

    assert said.splitlines()[1] == "  - Ensure this value has at most 500 characters (it has 532)."
    assert (talk.abstract, talk.join_url, Speaker.objects.count()) == ("", "", 0)
