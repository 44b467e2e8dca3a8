"""Every feed in every format over HTTP: answers, conditional requests, and what stays private."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import unescape

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client

from seminars.actions import shared_rows
from seminars.models import Edition, JoinAccess, State, Talk
from seminars.models.page_addresses import urn

from .database_queries import before_queries
from .factories import in_new_york, make_draft, make_room, make_series, make_speaker, make_talk, make_topic
from .feeds import ADDRESSES, FILES, FILTERS, SCOPES, TYPES, held, make_talk_of_every_scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LINK = "https://zoom.example/j/95189835192"
NOW = in_new_york(2026, 10, 1, 9)
ALLOWED = "GET, HEAD, OPTIONS"
LINK_TO_FEED = r'<link rel="alternate" type="([^"]+)" title="[^"]*" href="([^"]+)">'
each_file = pytest.mark.parametrize("file", FILES)


# --- answers ---


@each_file
def test_every_scope_answers_in_every_format_with_its_talk_and_no_other(client, file):
    talk = make_talk_of_every_scope()
    other = make_talk(room=make_room(), topics=[make_topic()], speakers=[make_speaker()])
    of_everything = [f"/{file}", f"/{file}?past=all"]
    of_one_talk = [address for address in ADDRESSES if file in address and address not in of_everything]

    assert [held(file, client.get(address)) for address in of_one_talk] == [[urn(talk.uid)]] * 5
    assert [held(file, client.get(address)) for address in of_everything] == [
        sorted(map(urn, (talk.uid, other.uid)))
    ] * 2


@each_file
def test_any_site_can_read_a_feed_and_cache_it_for_minutes_but_not_index_it(client, file):
    make_talk()

    answer = client.get(f"/{file}")

    kind = "attachment" if file == "talks.csv" else "inline"
    assert answer["Content-Type"] == TYPES[file]
    assert answer["Content-Disposition"] == f'{kind}; filename="{file}"'
    assert answer["Cache-Control"] == "public, max-age=300"
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Access-Control-Expose-Headers"] == "ETag"
    assert re.fullmatch(r'"[0-9a-f]{32}"', answer["ETag"])
    assert (answer.has_header("Vary"), answer.has_header("Content-Encoding"), answer.cookies) == (False, False, {})


@each_file
@pytest.mark.parametrize("address", ["/series/nope/{}", "/{}?series=nope"])
def test_scripts_of_other_sites_can_read_that_a_feed_does_not_exist(client, file, address):
    answer = client.get(address.format(file))

    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (404, "*")
    assert not client.get("/nothing/").has_header("Access-Control-Allow-Origin")


@each_file
def test_the_same_rows_give_the_same_bytes(client, clock, file):
    for number in range(3):
        make_talk(topics=[make_topic()], speakers=["Ada", "Bob"], starts_at=NOW + timedelta(days=number))
    first = client.get(f"/{file}").content
    clock.shift(3600)
    cache.clear()

    assert client.get(f"/{file}", headers={"accept-language": "de"}).content == first


WISHES = [
    {"accept": "application/json"},
    {"accept": "nonsense"},
    {"accept-encoding": "gzip"},
    {"accept-language": "de"},
    {"range": "bytes=0-9"},
    {"range": "bytes=9-0", "if-range": '"x"'},
]


@each_file
def test_nothing_is_negotiated(client, file):
    make_talk()
    plain = client.get(f"/{file}")

    answers = [client.get(f"/{file}", headers=wish) for wish in WISHES]

    told = [(answer.status_code, answer.content, answer["ETag"]) for answer in answers]
    assert told == [(200, plain.content, plain["ETag"])] * len(WISHES)


@each_file
def test_head_says_what_get_says_and_nothing_else_is_allowed(client, file):
    make_talk()
    got = client.get(f"/{file}")

    head = client.head(f"/{file}")
    strict = Client(enforce_csrf_checks=True)
    others = [strict.generic(method, f"/{file}") for method in ("POST", "PUT", "DELETE", "PROPFIND", "TRACE")]

    assert (head.status_code, head.content, dict(head.headers)) == (200, b"", dict(got.headers))
    assert [(answer.status_code, answer["Allow"]) for answer in others] == [(405, ALLOWED)] * 5


@each_file
def test_scripts_of_other_sites_can_see_which_requests_are_allowed(client, file):
    asking = {"origin": "https://other.example", "access-control-request-method": "GET"}

    answer = client.options(f"/{file}", headers=asking)

    assert (answer.status_code, answer.content, answer["Allow"]) == (204, b"", ALLOWED)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Access-Control-Allow-Methods"] == ALLOWED
    assert answer["Access-Control-Allow-Headers"] == "If-None-Match, If-Modified-Since"


@each_file
def test_a_name_that_is_not_our_host_is_refused(client, file):
    client.get(f"/{file}")
    foreign = {"host": "evil.example"}

    answers = [ask(f"/{file}", headers=foreign) for ask in (client.get, client.head, client.options, client.post)]

    assert [answer.status_code for answer in answers] == [400] * 4


# --- what is asked for ---


@each_file
def test_an_unknown_filter_is_not_found(client, file):
    queries = ["series=none", "topic=none", "room=none", "speaker=none", "mode=none", "series=%00"]

    assert [client.get(f"/{file}?{query}").status_code for query in queries] == [404] * 6


ABSURD = ["past=", "past=some", "%FF=%00", "series=", "x" * 3000, "&&==&", "past[]=all", "series=&topic=", "=", "%",
          "&".join("abcdefgh"[n % 8] for n in range(120)), "file=talks.csv", "ical=1", "format=ics"]  # fmt: skip


@each_file
def test_an_absurd_query_gets_the_whole_feed(client, file):
    make_talk()
    plain = client.get(f"/{file}").content

    answers = [client.get(f"/{file}?{query}") for query in ABSURD]

    assert [(answer.status_code, answer.content) for answer in answers] == [(200, plain)] * len(ABSURD)


@each_file
def test_a_parameter_may_be_repeated(client, file):
    talk = make_talk_of_every_scope(starts_at=in_new_york(2020, 3, 4, 12))
    queries = [f"{FILTERS}&past=all&{FILTERS}", f"past=all&past=none&{FILTERS}", f"past=none&past=all&{FILTERS}"]

    answers = [client.get(f"/{file}?{query}") for query in queries]

    assert [held(file, answer) for answer in answers] == [[urn(talk.uid)]] * 3


@each_file
def test_only_past_all_includes_old_talks(client, file):
    ahead, long_past = make_talk(), make_talk(starts_at=in_new_york(2020, 3, 4, 12))

    assert held(file, client.get(f"/{file}?past=some")) == [urn(ahead.uid)]
    assert held(file, client.get(f"/{file}?past=all")) == sorted([urn(long_past.uid), urn(ahead.uid)])


@each_file
def test_a_joint_talk_is_in_each_of_its_series_and_once_in_their_combination(client, file):
    asset, priml = make_series(slug="asset"), make_series(slug="priml")
    joint = make_talk(series=asset, also_in=[priml])

    addresses = (f"/series/asset/{file}", f"/series/priml/{file}", f"/{file}?series=asset&series=priml")

    assert [held(file, client.get(address)) for address in addresses] == [[urn(joint.uid)]] * 3


@each_file
def test_a_former_slug_is_answered_and_not_redirected(client, file):
    series, room, topic = make_series(slug="old-name"), make_room(slug="room-307"), make_topic(slug="magic")
    talk = make_talk(series=series, room=room, topics=[topic])
    for thing, slug in ((series, "new-name"), (room, "room-414"), (topic, "logic")):
        thing.slug = slug
        shared_rows.save(thing)

    old = [f"/series/old-name/{file}", f"/rooms/room-307/{file}", f"/topics/magic/{file}", f"/{file}?series=old-name"]
    answers = [client.get(address) for address in old]

    assert [(answer.status_code, held(file, answer)) for answer in answers] == [(200, [urn(talk.uid)])] * 4


def test_pages_name_their_feeds_for_programs(client):
    talk = make_talk_of_every_scope()
    pages = ["/", f"/?{FILTERS}", *(f"/{scope}" for scope in SCOPES if scope), "/archive/"]

    named = {page: re.findall(LINK_TO_FEED, client.get(page).text) for page in [*pages, talk.get_absolute_url()]}

    told = [[(kind, client.get(unescape(address))["Content-Type"]) for kind, address in named[page]] for page in pages]
    kinds = [TYPES[file] for file in ("calendar.ics", "feed.atom", "feed.json")]
    assert told == [[(kind.partition(";")[0], kind) for kind in kinds]] * len(pages)
    assert named[talk.get_absolute_url()] == [("text/calendar", f"/talks/{talk.pk}/calendar.ics")]


# --- conditional requests ---


@each_file
def test_either_validator_gives_a_304_for_an_unchanged_feed(client, clock, file):
    make_talk()
    clock.shift(60)
    got = client.get(f"/{file}")

    by_tag = client.get(f"/{file}", headers={"if-none-match": got["ETag"]})
    by_weak_tag = client.get(f"/{file}", headers={"if-none-match": f'"x", W/{got["ETag"]}'})
    by_date = client.get(f"/{file}", headers={"if-modified-since": got["Last-Modified"]})
    by_head = client.head(f"/{file}", headers={"if-none-match": "*"})

    for answer in (by_tag, by_weak_tag, by_date, by_head):
        assert (answer.status_code, answer.content, "Content-Type" in answer) == (304, b"", False)
        for name in ("ETag", "Last-Modified", "Cache-Control", "X-Robots-Tag", "Access-Control-Allow-Origin"):
            assert answer[name] == got[name]


@each_file
def test_the_entity_tag_decides_alone_where_both_are_sent(client, clock, file):
    make_talk()
    clock.shift(60)
    got = client.get(f"/{file}")
    tomorrow = format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)

    changed = client.get(f"/{file}", headers={"if-none-match": '"old"', "if-modified-since": tomorrow})
    unchanged = client.get(
        f"/{file}", headers={"if-none-match": got["ETag"], "if-modified-since": "Mon, 01 Jan 2001 00:00:00 GMT"}
    )

    assert (changed.status_code, changed.content, unchanged.status_code) == (200, got.content, 304)


NONSENSE = [
    {"if-modified-since": "yesterday"},
    {"if-modified-since": "Wed, 99 Foo 2026 25:61:61 GMT"},
    {"if-modified-since": ""},
    {"if-modified-since": "Thu, 01 Jan 1970 00:00:00 GMT"},
    {"if-unmodified-since": "tomorrow"},
    {"if-none-match": "nonsense"},
    {"if-none-match": '"'},
    {"if-none-match": ""},
    {"if-none-match": ",".join(['"a"'] * 500)},
    {"if-none-match": "é"},
]


@each_file
def test_nonsense_gets_the_whole_feed(client, file):
    make_talk()
    plain = client.get(f"/{file}").content

    answers = [client.get(f"/{file}", headers=headers) for headers in NONSENSE]

    assert [(answer.status_code, answer.content) for answer in answers] == [(200, plain)] * len(NONSENSE)


@each_file
def test_a_feed_that_fails_is_a_503_without_a_part_of_the_feed(client, file):
    make_talk()

    def fail():
        raise OperationalError("disk full")

    with before_queries('FROM "seminars_talk"', fail):
        answer = client.get(f"/{file}")

    assert (answer.status_code, answer.content, answer["Retry-After"]) == (503, b"", "120")
    assert (answer.has_header("ETag"), answer["Cache-Control"]) == (False, "no-store")


# --- what stays private ---


def test_no_feed_contains_private_values(client):
    public = make_talk_of_every_scope(title="On engines")
    home, room, topic, speaker = public.series, public.room, public.topics.get(), public.appearances.get().speaker
    hidden = make_series(is_listed=False, slug="secret", name="Hidden series", short_name="HIDDEN")
    speaker.email, speaker.other_names = "ada@private.example", "Byron"
    shared_rows.save(speaker)
    known = {"room": room, "topics": [topic], "speakers": [speaker], "starts_at": NOW + timedelta(days=30)}
    behind_a_door = {"join_url": LINK, "passcode": "leaked-code", "notes": "Leaked notes", "series": home}
    make_draft(**known, title="Leaked draft", series=home)
    make_talk(**known | {"room": None}, title="Leaked unlisted", series=hidden)
    make_talk(**known | behind_a_door | {"room": make_room()}, title="Members only", join_access=JoinAccess.MEMBERS)
    make_talk(**known | behind_a_door | {"room": make_room()}, title="Timed", join_access=JoinAccess.TIMED)

    answers = [client.get(address) for address in ADDRESSES]

    assert {answer.status_code for answer in answers} == {200}
    assert [re.findall("(?i)leaked|hidden|zoom|private|byron", answer.text) for answer in answers] == [[]] * len(
        answers
    )
    for file in FILES:
        told = client.get(f"/{file}").text
        assert ("Members only" in told, "Timed" in told, "/join/" in told) == (True, True, True)
        assert "Leaked unlisted" in client.get(f"/series/secret/{file}").text


@each_file
def test_the_feed_of_a_drafts_speaker_is_not_found(client, file):
    make_draft(speakers=[make_speaker(slug="ada")])

    assert client.get(f"/speakers/ada/{file}").status_code == 404


@each_file
def test_each_public_state_is_in_the_feed_of_everything(client, file):
    made = [urn(make_talk(state=state).uid) for state in State if state != State.DRAFT]

    assert held(file, client.get(f"/{file}")) == sorted(made)


def test_a_visit_makes_no_edition(client):
    make_talk_of_every_scope()
    before = Edition.objects.current()

    for address in ADDRESSES:
        client.get(address)

    assert Edition.objects.current() == before


@each_file
def test_the_queries_of_a_feed_do_not_grow_with_its_talks(client, django_assert_max_num_queries, file):
    def many(number):
        for _ in range(number):
            start = NOW + timedelta(days=Talk.objects.count() + 1)
            make_talk(starts_at=start, topics=[make_topic()], speakers=["Ada", "Bob"], also_in=[make_series()],
                      room=make_room())  # fmt: skip

    many(1)
    counts = []
    for number in (29, 0):
        cache.clear()
        with django_assert_max_num_queries(12) as queries:
            client.get(f"/{file}")
        counts.append(len(queries))
        many(number)

    assert counts[0] == counts[1]
