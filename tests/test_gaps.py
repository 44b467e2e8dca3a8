"""The missing parts of a talk: the property of the row and the database query agree."""

import pytest

from seminars.actions import lifecycle
from seminars.models import Appearance, Gap, Role, Talk, gaps_of, lacking
from tests.factories import make_room, make_series, make_speaker, make_talk

pytestmark = pytest.mark.django_db


def gaps(talk):
    return gaps_of(Talk.objects.for_pages().get(pk=talk.pk))


def test_an_empty_talk_lacks_everything_but_a_link():
    assert gaps(make_talk(title="")) == [Gap.SPEAKER, Gap.TITLE, Gap.ABSTRACT, Gap.ROOM]


def test_a_whole_talk_lacks_nothing():
    ada = make_speaker(biography="She wove.")

    assert gaps(make_talk(speakers=[ada], abstract="Looms.", room=make_room())) == []


def test_a_talk_online_lacks_no_room():
    assert Gap.ROOM not in gaps(make_talk(join_url="https://zoom.example.edu/j/1"))


def test_a_link_is_missing_only_where_the_series_usually_gives_one():
    series = make_series(default_join_url="https://zoom.example.edu/j/1")

    assert [Gap.LINK in gaps(make_talk(room=make_room(), **home)) for home in ({"series": series}, {})] == [True, False]


def test_a_talk_that_is_called_off_lacks_nothing():
    assert gaps(lifecycle.cancel(make_talk(title=""), by=None)) == []


def test_a_committee_makes_no_speaker():
    talk = make_talk()
    Appearance.objects.create(talk=talk, speaker=make_speaker(), role=Role.COMMITTEE)

    assert (Gap.SPEAKER in gaps(talk), Gap.BIOGRAPHY in gaps(talk)) == (True, False)


@pytest.mark.parametrize("gap", Gap)
def test_the_row_and_the_query_agree(gap):
    series = make_series(default_join_url="https://zoom.example.edu/j/1")
    url = "https://zoom.example.edu/j/2"
    talks = [
        make_talk(title="", series=series),
        make_talk(speakers=[make_speaker(biography="She wove."), make_speaker()], room=make_room(), series=series),
        make_talk(speakers=[make_speaker(biography="She wove.")], abstract="Looms.", join_url=url),
        lifecycle.cancel(make_talk(title="", series=series), by=None),
    ]

    assert set(Talk.objects.filter(lacking(gap))) == {talk for talk in talks if gap in gaps(talk)}
