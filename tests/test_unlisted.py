"""A talk in unlisted series only: its address has a key, and without the key the talk is not found."""

import json
import re
from datetime import UTC
from hashlib import sha256
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seminars.actions import shared_rows, stamping
from seminars.formats.ics_facts import RARE, facts_of, former_digest
from seminars.models import FormerAddress, JointTalk, Talk
from tests.admin_forms import signed_in
from tests.factories import make_administrator, make_draft, make_member, make_organiser, make_series, make_talk
from tests.ics_checker import parsed

pytestmark = pytest.mark.django_db

PARTS = ["", "calendar.ics", "join/", "poster/", "on-engines/"]


@pytest.fixture
def hidden():
    return make_series(name="Hidden", short_name="HID", slug="hidden", is_listed=False)


@pytest.fixture
def talk(hidden):
    return make_talk(
        pk=4321, series=hidden, title="On engines", speakers=["Ada"], join_url="https://meet.example.org/x"
    )


def keyed(talk, part=""):
    return f"/talks/{talk.pk}-{talk.address_key}/{part}"


def listed(series, *, is_listed=True):
    series.is_listed = is_listed
    return shared_rows.save(series)


def told_by(client, address):
    """Status, headers and bytes of an answer, without the address that was asked and the token of the sign-out form."""
    answer = client.get(address)
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.text.replace(address, ""))
    return answer.status_code, {**answer.headers}, text


# --- the address ---


def test_each_talk_has_its_own_key_that_is_too_long_to_guess(hidden):
    keys = {make_talk(series=hidden, shares_room=True).address_key for _ in range(20)}

    assert (len(keys), all(re.fullmatch(r"[a-z2-7]{16}", key) for key in keys)) == (20, True)


def test_the_key_is_part_of_every_address_of_the_talk(talk):
    assert talk.get_absolute_url() == keyed(talk, "on-engines/")
    assert [talk.lasting_path, talk.calendar_path, talk.join_path, talk.poster_path] == [
        keyed(talk), keyed(talk, "calendar.ics"), keyed(talk, "join/"), keyed(talk, "poster/"),
    ]  # fmt: skip


def test_a_talk_in_one_listed_series_has_an_address_without_a_key(hidden):
    joint = make_talk(series=hidden, also_in=[make_series()], title="On looms")

    assert joint.get_absolute_url() == f"/talks/{joint.pk}/on-looms/"


@pytest.mark.parametrize("part", ["", "poster/", "calendar.ics", "on-engines/"])
def test_no_answer_about_the_talk_names_its_address_without_the_key(client, talk, part):
    answer = client.get(keyed(talk, part), follow=True)

    assert answer.status_code == 200
    assert f"/talks/{talk.pk}/" not in answer.text
    assert keyed(talk) in answer.text.replace("\r\n ", "")


@pytest.mark.parametrize("file", ["calendar.ics", "feed.atom", "feed.json", "talks.csv"])
def test_every_feed_of_the_series_leads_to_the_address_with_the_key(client, talk, file):
    text = client.get(f"/series/hidden/{file}").content.decode().replace("\r\n ", "").replace("\\/", "/")

    assert (keyed(talk, "on-engines/") in text, f"/talks/{talk.pk}/" in text) == (True, False)


def test_the_page_of_the_series_and_the_neighbour_lead_to_addresses_with_keys(client, talk, hidden):
    other = make_talk(series=hidden, title="On looms")

    pages = [client.get(address).text for address in ("/series/hidden/", other.get_absolute_url())]

    assert [keyed(talk, "on-engines/") in page for page in pages] == [True, True]


# --- without the key ---


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("key", ["", "-wrong", "-aaaaaaaaaaaaaaaa"])
@pytest.mark.parametrize("who", ["visitor", "member"])
def test_a_wrong_address_is_answered_like_one_of_a_talk_that_does_not_exist(client, talk, part, key, who):
    if who == "member":
        client = signed_in(make_member())
    unknown = talk.pk + 1

    wrong = told_by(client, f"/talks/{talk.pk}{key}/{part}")

    assert wrong[0] == 404
    assert wrong == told_by(client, f"/talks/{unknown}{key}/{part}")


def test_it_is_answered_with_as_many_questions_to_the_database(client, talk):
    def queries(address):
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    for key in ("", "-wrong"):
        assert queries(f"/talks/{talk.pk}{key}/") == queries(f"/talks/{talk.pk + 1}{key}/")


@pytest.mark.parametrize("part", ["", "join/", "poster/", "calendar.ics"])
def test_its_organisers_are_led_from_the_number_to_the_address(talk, hidden, part):
    for desk in (signed_in(make_organiser(hidden)), signed_in(make_administrator())):
        answer = desk.get(f"/talks/{talk.pk}/{part}")

        assert (answer.status_code, answer.headers["Location"]) == (302, keyed(talk, part or "on-engines/"))
    elsewhere = signed_in(make_organiser())
    assert elsewhere.get(f"/talks/{talk.pk}/{part}").status_code == 404


def test_a_draft_in_an_unlisted_series_is_shown_to_its_organisers_alone(client, hidden):
    draft = make_draft(series=hidden)
    desk = signed_in(make_organiser(hidden))

    assert desk.get(keyed(draft), follow=True).status_code == 200
    assert [client.get(address).status_code for address in (keyed(draft), f"/talks/{draft.pk}/")] == [404, 404]


@pytest.mark.parametrize("address", ["/event/5/", "/?event=5", "/event/5/?ical=1"])
def test_a_former_address_leads_only_its_organisers_to_it(client, talk, hidden, address):
    FormerAddress.objects.remember(address, talk)

    assert client.get(address).status_code == (200 if address.startswith("/?") else 404)
    assert keyed(talk) not in client.get(address).content.decode()
    if not address.startswith("/?"):
        led = signed_in(make_organiser(hidden)).get(address)
        assert (led.status_code, led.headers["Location"]) == (302, keyed(talk, "on-engines/"))


# --- when that changes ---


def test_an_address_with_a_key_leads_to_the_plain_one_once_the_series_is_listed(client, talk, hidden):
    before = keyed(talk)
    listed(hidden)

    page, poster, join, calendar = (client.get(f"{before}{part}") for part in ("", "poster/", "join/", "calendar.ics"))

    plain = f"/talks/{talk.pk}"
    assert [page.url, poster.url, join.url] == [f"{plain}/on-engines/", f"{plain}/poster/", f"{plain}/join/"]
    assert calendar.content == client.get(f"{plain}/calendar.ics").content  # in place: some programs follow no redirect


def test_a_wrong_key_of_a_listed_talk_leads_to_it_too(client):
    talk = make_talk(title="On looms")

    answers = [client.get(f"/talks/{talk.pk}-wrong/{part}") for part in ("", "poster/", "calendar.ics")]

    plain = f"/talks/{talk.pk}"
    assert [answer.url for answer in answers] == [f"{plain}/on-looms/", f"{plain}/poster/", f"{plain}/calendar.ics"]


def test_the_number_alone_leads_nowhere_once_the_series_is_unlisted(client, hidden):
    listed(hidden)
    talk = make_talk(series=hidden, title="On looms")
    addresses = [f"/talks/{talk.pk}/{part}" for part in ("on-looms/", "poster/", "calendar.ics")]
    assert [client.get(address).status_code for address in addresses] == [200, 200, 200]

    listed(hidden, is_listed=False)

    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]
    assert client.get(keyed(talk, "on-looms/")).status_code == 200


def test_subscribers_get_one_change_with_the_new_address(client, talk, hidden):
    sequence = Talk.objects.get().sequence

    listed(hidden)
    (entry,) = parsed(client.get("/series/hidden/calendar.ics").content).called("VEVENT")

    assert entry.value("URL").endswith(f"/talks/{talk.pk}/on-engines/")
    assert Talk.objects.get().sequence == sequence + 1
    stamping.stamp(Talk.objects.all())
    assert Talk.objects.get().sequence == sequence + 1


def test_a_talk_that_joins_a_listed_series_gets_a_plain_address(talk):
    JointTalk.objects.create(talk=talk, series=make_series())

    assert Talk.objects.get().get_absolute_url() == f"/talks/{talk.pk}/on-engines/"


# --- talks from before there were keys ---


def test_talks_that_were_there_before_get_keys_and_keep_their_stamps(talk):
    other = make_talk()
    Talk.objects.update(address_key="")
    before = list(Talk.objects.order_by("pk").values_list("sequence", "entry_digest", "changed_at", "updated_at"))

    import_module("seminars.migrations.0006_talk_address_keys").fill(apps, None)

    keys = Talk.objects.values_list("address_key", flat=True)
    assert [len(key) for key in keys] == [16, 16]
    assert len(set(keys)) == 2
    after = list(Talk.objects.order_by("pk").values_list("sequence", "entry_digest", "changed_at", "updated_at"))
    assert after == before
    assert stamping.stamp([Talk.objects.get(pk=other.pk)]) == 0


def test_the_former_digest_of_a_listed_talk_is_the_one_from_before_there_were_keys():
    talk = make_talk(uid="7d9f", pk=12, title="On engines", series=make_series(short_name="ASSET"))
    facts = dict(vars(facts_of(talk)))

    assert facts.pop("address_key") == ""
    told = {name: value for name, value in facts.items() if name not in {"wall_times", "zone", *RARE}}
    written = json.dumps(told, default=lambda moment: moment.astimezone(UTC).isoformat(), sort_keys=True)
    assert former_digest(talk, facts_of(talk)) == sha256(written.encode()).hexdigest()
