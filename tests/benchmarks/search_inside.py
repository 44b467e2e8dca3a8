"""Ask many questions of the search in one process. This also runs with older builds."""

import random
from time import perf_counter, process_time
from urllib.parse import urlencode

from django.core.management import call_command
from django.test import Client

from seminars import listings
from seminars.models import Talk
from seminars.models.searching import Question, words_of

# How people ask: mostly for a name or for words of a title, now and then with a typo or for something common.
KINDS = ("name", "name", "family name", "title", "title", "word", "beginning", "typo", "abstract", "common")
COMMON = ("the", "e", "learning", "algorithms", "a e i", "theory")


def questions(many):
    """So many questions, equal in every run on the same talks."""
    chance = random.Random(20_000)
    talks = list(Talk.objects.public().listed().order_by("pk").for_entries()[: many * 5])
    talks = [talk for talk in talks if talk.speakers and len(words_of(talk.title)) > 2 and talk.abstract]
    return [_question(KINDS[number % len(KINDS)], chance.choice(talks), chance) for number in range(many)]


def _question(kind, talk, chance):
    name, title = talk.speakers[0].speaker.name, words_of(talk.title)
    long = max(title, key=len)
    at = chance.randrange(1, max(2, len(long) - 1))
    return {
        "name": name,
        "family name": name.split()[-1],
        "title": " ".join(chance.sample(title, 2)),
        "word": chance.choice(title),
        "beginning": long[: max(3, len(long) // 2)],
        "typo": long[:at] + long[at + 1 :],
        "abstract": " ".join(chance.sample(words_of(talk.abstract), 2)),
        "common": chance.choice(COMMON),
    }[kind]


def ask_for_pages(asked):
    """How many milliseconds whole pages take."""
    call_command("collectstatic", verbosity=0, interactive=False)
    client = Client(headers={"host": "127.0.0.1"})
    return _measured(asked, lambda typed: client.get(f"/search/?{urlencode({'q': typed})}").status_code)


def find(asked):
    """How many milliseconds it takes to find talks and to count them, as the first page needs them."""
    return _measured(asked, _found)


def _found(typed):
    listing = listings.search(Question.asked(typed))
    if getattr(listing, "best", ()) and getattr(listing, "number", None):
        return listing  # the first page and the number of talks are known
    is_large = getattr(listing, "is_large", False)
    return listings.Paginator(
        listing.talks.values_list("pk", flat=True) if is_large else listing.talks.primary_keys(), 20
    ).page(1)


def _measured(asked, ask):
    for typed in asked[:10]:
        ask(typed)
    took, began = [], process_time()
    for typed in asked:
        start = perf_counter()
        ask(typed)
        took.append(1000 * (perf_counter() - start))
    took.sort()
    cpu = 1000 * (process_time() - began) / len(asked)
    return {"p95": took[len(took) * 95 // 100 - 1], "median": took[len(took) // 2], "cpu": cpu}
