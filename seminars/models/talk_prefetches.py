"""What is fetched along with talks beside series and room."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import F, Model, Prefetch, QuerySet

from seminars.models.appearance import Appearance
from seminars.models.fetched import keep_fetched
from seminars.models.prepared_query import PreparedQuery
from seminars.models.series import Series
from seminars.models.topic import Topic


def prefetched_for_pages() -> list[Prefetch]:
    """Return what is fetched along with talks beside series and room: three queries however many talks."""
    return [
        Prefetch("appearances", Appearance.objects.in_order().with_page().select_related("speaker")),
        Prefetch("also_in", Series.objects.in_order()),
        Prefetch("topics", Topic.objects.in_order_of_entries()),
    ]


def prefetched_for_lists() -> list[Prefetch]:
    """Return what a list shows of talks beside series and room: two queries, and `has_page` of people is not read."""
    return [
        Prefetch("appearances", Appearance.objects.in_order().select_related("speaker")),
        Prefetch("also_in", Series.objects.in_order()),
    ]


def talks_to_list(talk_model: type[Model], keys: Iterable[int]) -> list[Model]:
    """Read the talks with these primary keys, in their order, with all that lists show; those that are gone are left
    out. Three queries, which Django compiles once; `fetched_rows` finds people and further series."""
    keys = list(keys)
    found = {talk.pk: talk for talk in _TALKS.instances(talk_model, keys)}
    people, further = _by_talk(_PEOPLE.instances(Appearance, keys)), _by_talk(_FURTHER_SERIES.instances(Series, keys))
    for key, talk in found.items():
        _keep(talk, appearances=people.get(key, []), also_in=further.get(key, []))
    return [found[key] for key in keys if key in found]


def fetch_for_pages(talks: Collection[Model]) -> None:
    """Fetch people with `has_page`, further series and topics for `fetched_rows`: three queries, compiled once."""
    _fetch(talks, _PEOPLE_WITH_PAGE)


def fetch_for_entries(talks: Collection[Model]) -> None:
    """Fetch the same, but `has_page` is not read: in an unlisted series, it would take a query for each talk."""
    _fetch(talks, _PEOPLE)


def _fetch(talks: Collection[Model], asked_for_people: PreparedQuery) -> None:
    keys = [talk.pk for talk in talks]
    people, further = asked_for_people.instances(Appearance, keys), _FURTHER_SERIES.instances(Series, keys)
    by_talk = [_by_talk(rows) for rows in (people, further, _TOPICS.instances(Topic, keys))]
    for talk in talks:
        appearances, also_in, topics = (rows.pop(talk.pk, []) for rows in by_talk)
        _keep(talk, appearances=appearances, also_in=also_in, topics=topics)


def fetch_for_page(talk: Model) -> None:
    """Fetch what `fetch_for_entries` does for one talk."""
    _fetch([talk], _PEOPLE)


def prefetch_for_form(talk: Model) -> None:
    """Prefetch people, further series and topics of one talk, as `for_entries` does: three queries, compiled once."""
    people, further = _PEOPLE.instances(Appearance, [talk.pk]), _FURTHER_SERIES.instances(Series, [talk.pk])
    prefetched = talk._prefetched_objects_cache = {}
    for name, rows in (("appearances", people), ("also_in", further), ("topics", _TOPICS.instances(Topic, [talk.pk]))):
        queryset = getattr(talk, name).all()
        queryset._result_cache, queryset._prefetch_done = rows, True  # as Django's `prefetch_one_level` does
        prefetched[name] = queryset
    for person in people:
        person.talk = talk


def fetch_further_series(talks: Iterable[Model]) -> None:
    """Fetch the further series of these talks for `fetched_rows`: one query, compiled once; none without talks."""
    talks = list(talks)
    further = _by_talk(_FURTHER_SERIES.instances(Series, [talk.pk for talk in talks]))
    for talk in talks:
        keep_fetched(talk, also_in=further.get(talk.pk, []))


def _keep(talk: Model, *, appearances: list[Appearance], **further: list[Model]) -> None:
    keep_fetched(talk, appearances=appearances, **further)
    for person in appearances:
        person.talk = talk


def _by_talk(rows: Iterable[Model]) -> dict[int, list[Model]]:
    found = defaultdict(list)
    for row in rows:
        found[row.talk_id].append(row)
    return found


def _talks(talks: QuerySet, keys: list[int]) -> QuerySet:
    return talks.with_keys(keys).with_series_and_room().order_by()


def _people(people: QuerySet, talks: list[int]) -> QuerySet:
    return people.filter(talk__in=talks).in_order().select_related("speaker")


def _people_with_page(people: QuerySet, talks: list[int]) -> QuerySet:
    return _people(people, talks).with_page()


def _further_series(series: QuerySet, talks: list[int]) -> QuerySet:
    return series.filter(joint_rows__talk__in=talks).annotate(talk_id=F("joint_rows__talk")).in_order()


def _topics(topics: QuerySet, talks: list[int]) -> QuerySet:
    return topics.filter(talk_rows__talk__in=talks).annotate(talk_id=F("talk_rows__talk")).in_order_of_entries()


_TALKS, _PEOPLE = PreparedQuery(_talks), PreparedQuery(_people)
_PEOPLE_WITH_PAGE = PreparedQuery(_people_with_page)
_FURTHER_SERIES, _TOPICS = PreparedQuery(_further_series), PreparedQuery(_topics)
