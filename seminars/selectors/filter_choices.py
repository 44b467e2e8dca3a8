"""What visitors can choose from when they filter talks or subscribe to some."""

from collections.abc import Iterable

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from seminars import text
from seminars.models.appearance import JointTalk
from seminars.models.prepared_query import PreparedQuery
from seminars.models.room import Room
from seminars.models.series import Series
from seminars.models.speaker import Speaker
from seminars.models.states import Material
from seminars.models.talk import Talk
from seminars.models.talk_queries import TalkQuerySet
from seminars.models.topic import Topic

SORTED_BY = {"series": "name", "topic": "name", "room": "name", "speaker": "sort_name"}

MOST_KEYS, MANY_TALKS = 500, 2000  # talks

Choices = dict[str, dict[str, str]]

MATERIAL: Choices = {"has": dict(Material.choices)}


def choices_to_follow(talks: TalkQuerySet) -> Choices:
    """Return what one can subscribe to: all listed series, rooms and topics, and those who appear at `talks`."""
    things = {
        "series": Series.objects.listed(),
        "topic": Topic.objects.all(),
        "room": Room.objects.all(),
        "speaker": Speaker.objects.filter(talks__in=talks.order_by().values("pk")),
    }
    return _named(things)


def choices_to_search() -> Choices:
    """Return what a search can be narrowed to: all listed series, topics and rooms; people are searched by name."""
    return _by_kind(("series", "topic", "room"), _TO_SEARCH.rows(Series)) | MATERIAL


def choices_among(talks: TalkQuerySet, keys: list[int] | None = None) -> Choices:
    """Return the names of the series, topics, rooms and speakers of these talks by slug, in order.

    If there are more than MANY_TALKS, no speakers are offered: nobody reads thousands of names, and the search finds
    people. One query if the `keys` of the talks are given, else two. Without keys, SQLite finds the talks again for
    each kind, which takes 3 MB. More than MOST_KEYS keys take more.
    """
    if keys is None:
        keys = list(talks.order_by().values_list("pk", flat=True)[: MANY_TALKS + 1])
    things = _asked(keys if len(keys) <= MOST_KEYS else talks.order_by().values("pk"))
    if len(keys) > MANY_TALKS:
        del things["speaker"]
    return _named(things)


def keys_of(talks: TalkQuerySet, chosen: TalkQuerySet) -> tuple[list[int], list[int]]:
    """Return the keys of all of these talks, and of the chosen ones among them, each in order: one query."""
    is_chosen = Case(When(pk__in=chosen.order_by().values("pk"), then=True), default=False)
    rows = list(talks.annotate(is_chosen=is_chosen).values_list("pk", "is_chosen"))
    return [key for key, _is_chosen in rows], [key for key, is_chosen in rows if is_chosen]


def choices_among_most(talks: TalkQuerySet) -> Choices:
    """Return the names of the series and topics of these talks by slug, in order: one query.

    It looks for one talk of each. That is quick if most series and topics have one, however many talks there are.
    """
    of_series = Q(Exists(talks.filter(series=OuterRef("pk")))) | Q(
        pk__in=JointTalk.objects.filter(talk__in=talks.order_by().values("pk")).values("series")
    )
    on_topic = Exists(talks.filter(topic_rows__topic=OuterRef("pk")))
    return _named({"series": Series.objects.listed().filter(of_series), "topic": Topic.objects.filter(on_topic)})


def _named(things: dict[str, QuerySet]) -> Choices:
    return _by_kind(things, _rows(things))


def _rows(things: dict[str, QuerySet]) -> QuerySet:
    """Return the kind, slug, name and sort key of all of these things: one query."""
    parts = [
        rows.order_by().values_list(Value(kind), "slug", "name", F(SORTED_BY[kind])) for kind, rows in things.items()
    ]
    return parts[0].union(*parts[1:])


def _by_kind(kinds: Iterable[str], rows: Iterable[tuple[str, str, str, str]]) -> Choices:
    found: Choices = {kind: {} for kind in kinds}
    for kind, slug, name, _key in sorted(rows, key=lambda row: (text.sort_key(row[3]), row[1])):
        found[kind][slug] = name
    return found


def _rows_to_search(series: QuerySet) -> QuerySet:
    return _rows({"series": series.listed(), "topic": Topic.objects.all(), "room": Room.objects.all()})


_TO_SEARCH = PreparedQuery(_rows_to_search)


def _asked(talks: list[int] | QuerySet) -> dict[str, QuerySet]:
    at_home = Talk.objects.filter(pk__in=talks).values("series")
    joint = JointTalk.objects.filter(talk__in=talks).values("series")
    return {
        "series": Series.objects.listed().filter(Q(pk__in=at_home) | Q(pk__in=joint)),
        "topic": Topic.objects.filter(talks__in=talks),
        "room": Room.objects.filter(talks__in=talks),
        "speaker": Speaker.objects.filter(talks__in=talks),
    }
