"""Warnings about unusual values, which never stop a save."""

from datetime import timedelta

import pytest

from seminars.actions import lifecycle
from seminars.models import Appearance, Break, Role
from seminars.selectors.talk_warnings import warnings_of
from tests.factories import in_new_york, make_draft, make_series, make_speaker, make_talk

pytestmark = pytest.mark.django_db

NOON = in_new_york(2030, 11, 6, 12)  # a Wednesday
HOUR = timedelta(hours=1)
RECORDING = "The join link looks like a recording. That belongs under “Afterwards”: link to the recording."


def odd(start=NOON, hours=1, **fields):
    return warnings_of(make_talk(starts_at=start, ends_at=start + hours * HOUR, **fields))


@pytest.mark.parametrize(
    ("talk", "sentences"),
    [
        ({}, []),
        ({"hours": 4}, []),
        ({"hours": 5}, ["It takes 5 hours. Is the end time right?"]),
        ({"hours": 25.5}, ["It takes 25.5 hours. Is the end time right?"]),
        ({"start": NOON.replace(hour=7)}, []),
        (
            {"start": NOON.replace(hour=6, minute=59)},
            ["It begins at 6:59 am. Should it be in the afternoon?"],
        ),
        ({"start": NOON.replace(day=9)}, ["It is on a weekend: Saturday, 9 November 2030. Is the date right?"]),
        ({"join_url": "https://upenn.zoom.us/j/91064109577"}, []),
        ({"join_url": "https://meet.example.edu/recap/7"}, []),
        *(
            ({"join_url": url}, [RECORDING])
            for url in (
                "https://upenn.zoom.us/rec/share/abc",
                "https://www.youtube.com/watch?v=7",
                "https://youtu.be/7",
                "https://upenn.hosted.panopto.com/Panopto/Pages/Viewer.aspx?id=7",
            )
        ),
    ],
)  # fmt: skip
def test_unusual_values_give_a_warning(talk, sentences):
    assert odd(**talk) == sentences


def test_a_series_that_meets_on_saturdays_is_not_odd():
    assert odd(start=NOON.replace(day=9), series=make_series(default_weekday=5)) == []


def test_a_break_of_the_series_or_of_all_series_gives_a_warning():
    series = make_series()
    for whose, reason in ((series, "Retreat"), (None, "Veterans"), (make_series(), "Elsewhere")):
        Break.objects.create(series=whose, first_on="2030-11-05", last_on="2030-11-06", reason=reason)

    assert odd(series=series) == [
        "It is in a break: Retreat. Is the date right?",
        "It is in a break: Veterans. Is the date right?",
    ]
    assert odd(series=series, start=NOON + timedelta(days=1)) == []


def test_a_second_talk_of_a_speaker_in_a_term_gives_a_warning():
    ada, series = make_speaker(name="Ada Lovelace"), make_series(short_name="ASSET")
    make_talk(speakers=[ada], series=series, starts_at=NOON - timedelta(days=14))
    make_talk(speakers=[ada], starts_at=NOON - timedelta(days=365))
    make_draft(speakers=[ada], starts_at=NOON - timedelta(days=7))
    lifecycle.cancel(make_talk(speakers=[ada], starts_at=NOON), reason="Snow", by=None)
    Appearance.objects.create(talk=make_talk(starts_at=NOON), speaker=ada, role=Role.MODERATOR)

    assert odd(speakers=[ada, "Emmy Noether"]) == [
        "Ada Lovelace speaks twice in this term: also on Wednesday, 23 October 2030 (ASSET)."
    ]


def test_only_drafts_of_the_same_series_count_for_the_warning():
    ada, series = make_speaker(name="Ada Lovelace"), make_series(short_name="ASSET")
    make_draft(speakers=[ada], series=series, starts_at=NOON - timedelta(days=7))

    elsewhere, at_home = odd(speakers=[ada], state="draft"), odd(speakers=[ada], series=series, state="draft")

    assert (elsewhere, len(at_home)) == ([], 1)


def test_a_talk_that_is_called_off_is_not_odd_any_more():
    talk = make_talk(starts_at=NOON, ends_at=NOON + 9 * HOUR)

    assert warnings_of(lifecycle.cancel(talk, reason="Snow", by=None)) == []
