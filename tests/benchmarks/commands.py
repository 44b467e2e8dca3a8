"""The commands of the organiser process. The import sets up Django."""

from itertools import count
from statistics import median
from time import perf_counter

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from seminars.actions import accounts, shared_rows, talk_changes
from seminars.calendar_periods import Month
from seminars.formats import card
from seminars.models import Appearance, Department, Photo, Series, Speaker, Talk, TalkTopic, User
from seminars.models.searching import words_of
from seminars.times import today

CARDS = 40
numbers = count(1)


def places():
    """The values for the addresses: a talk on the front page, and its series, room, speaker and topic."""
    talk, department = the_talk(), Department.objects.current()
    return {
        "talk": talk.get_absolute_url(),
        "pk": talk.pk,
        "series": talk.series.slug,
        "room": talk.room.slug if talk.room else "",
        "speaker": talk.speakers[0].speaker.slug if talk.speakers else "",
        "topic": talk.topics.all()[0].slug if talk.topics.all() else "",
        "photo": Photo.objects.values_list("digest", flat=True).first() or "",
        "talk_card": card.card_link(talk, department).path,
        "series_card": card.card_link(talk.series, department).path,
        "card": card.card_link(department, department).path,
        "token": token(),
        "year": Department.objects.current().academic_year().slug,
        "month": Month.of(today()).slug,
    }


def draw_cards():
    """Milliseconds that the card of each of some talks takes, and of one that begins to draw."""
    department = Department.objects.current()
    talks = Talk.objects.public().listed().latest_first().for_lists()[:CARDS]
    took = []
    for shown in (card.card_of(talk, department) for talk in talks):
        began = perf_counter()
        card.render(shown, Photo.objects.contents(shown.pictures))
        took.append(1000 * (perf_counter() - began))
    return took


def token():
    """The secret part of the address of a private calendar that shows every series."""
    person = User.objects.first() or User.objects.create_superuser("organiser")
    return accounts.renew_calendar(person).feed_token


def the_talk():
    """The next talk with every value."""
    return complete(Talk.objects.public().listed().upcoming())


def complete(talks):
    """The first of these talks with every value, if possible in two series."""
    found = list(talks.for_pages()[:200])
    richness = [(len(talk.topics.all()) > 0) + bool(talk.room and talk.speakers and talk.abstract) for talk in found]
    joint = [len(talk.all_series) > 1 for talk in found]
    return max(zip(richness, joint, [-n for n in range(len(found))], found, strict=True))[3]


def keep_one_of_each():
    """Delete every talk but one ahead and one past, of the same people and topics, and a draft: each list shows one."""
    ahead, past = the_talk(), complete(Talk.objects.public().listed().past())
    draft = Talk.objects.drafts().filter(appearances__isnull=False).first()
    Talk.objects.exclude(pk__in=[ahead.pk, past.pk, draft.pk]).delete()
    Talk.objects.filter(pk=past.pk).update(series=ahead.series, room=ahead.room, shares_room=True)
    Appearance.objects.filter(talk=past).delete()
    Appearance.objects.create(talk=past, speaker=ahead.speakers[0].speaker)
    TalkTopic.objects.filter(talk=past).delete()
    TalkTopic.objects.bulk_create(TalkTopic(talk=past, topic=topic) for topic in ahead.topics.all())


def edit(pk):
    """Change one talk in page, list and calendar, including its abstract."""
    talk, number = Talk.objects.get(pk=pk), next(numbers)
    talk.notice = f"Coffee at {number} minutes to twelve"
    talk.abstract = f"{talk.abstract.partition('Edit ')[0].rstrip()}\n\nEdit {number}."
    talk_changes.save(talk)
    return talk.notice


def rename_all_series():
    """Change every entry, so that no cached one can be used."""
    number = next(numbers)
    for series in Series.objects.all():
        series.short_name = f"{series.short_name.partition(' ')[0]} {number}"
        shared_rows.save(series)


def queries(addresses):
    """The number of queries of each address with an empty cache."""
    client = Client(headers={"host": "127.0.0.1"})
    counted = {}
    for address in addresses:
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address)
        asked = [query["sql"] for query in captured if not query["sql"].startswith(("BEGIN", "COMMIT"))]
        counted[address] = [answer.status_code, len(asked)]
    return counted


def find_a_speaker(many):
    """The seconds it takes to find one of so many people by a typed name: by the index, and by reading all names."""
    Speaker.objects.bulk_create(Speaker(name=f"Jürgen Müller{n}", slug=f"jurgen-{n}") for n in range(many))
    ways = {"index": lambda: list(Speaker.objects.looked_for(f"Müller{many - 1}")), "reading_all": _read_all_names}
    return {name: median(_seconds(way) for _ in range(9)) for name, way in ways.items()}


def _read_all_names():
    return [words_of(f"{name} {others}") for name, others in Speaker.objects.values_list("name", "other_names")]


def _seconds(way):
    began = perf_counter()
    way()
    return perf_counter() - began
