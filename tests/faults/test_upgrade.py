"""The upgrade from the first schema: every row is still there, and calendars get no change of an unchanged talk."""

import json
from io import BytesIO

import pytest
from PIL import Image

from tests import atom_checker, ics_checker, serving
from tests.faults.upgrading import by_model
from tests.services import empty_database

# Since then its address spells ß as ss, and its entry prints the address.
SPELT_ANEW = {"16"}


def upgraded(rows):
    """Rows that the first program wrote, and this one migrated."""
    with serving.organiser(rows, commands="tests.faults.upgrading") as operator:
        operator("fill")
        operator("upgrade")
    return rows


@pytest.fixture(scope="module")
def upgraded_file(tmp_path_factory):
    return upgraded(tmp_path_factory.mktemp("upgraded") / "rows.sqlite3")


@pytest.fixture(scope="module")
def upgraded_database(postgres):
    with empty_database(postgres.address) as address:
        yield upgraded(address)


@pytest.fixture
def operator(rows, fill):
    """A process in a database which the first program filled, after its upgrade."""
    with serving.organiser(fill(rows, "upgraded"), commands="tests.faults.upgrading") as operator:
        yield operator


def test_every_row_identity_and_stamp_is_there_after_the_upgrade(operator):
    kept = operator("stamps")
    told = {str(row["pk"]): row["fields"] for label, rows in by_model() if label == "seminars.talk" for row in rows}
    assert operator("counts") == {label: len(rows) for label, rows in by_model()}
    for name in ("uid", "sequence", "entry_digest"):
        assert {key: stamps[name] for key, stamps in kept.items()} == {key: row[name] for key, row in told.items()}
    assert len({row["sequence"] for row in told.values()}) > 2


def test_talks_and_their_history_have_the_wall_times_of_their_moments(operator):
    stored, there = operator("wall_times")

    assert stored == there
    assert len([wall for wall in stored if wall]) > 100


def test_saving_an_unchanged_talk_sends_nothing_to_subscribers(operator):
    before = operator("stamps")

    operator("renew_former")
    operator("save_all_untouched")

    after = operator("stamps")
    for stamps in (*before.values(), *after.values()):
        del stamps["entry_digest"]  # it has another form now
    assert {key for key in before if after[key] != before[key] and before[key]["published_at"]} == SPELT_ANEW
    drafts = [key for key in before if not before[key]["published_at"]]
    assert [after[key]["sequence"] for key in drafts] == [0] * len(drafts)


def test_feeds_and_old_addresses_answer_after_the_upgrade(operator, rows):
    paths = [row["fields"]["path"] for label, found in by_model() if label == "seminars.formeraddress" for row in found]

    with serving.site(rows) as server:
        calendar, atom, jsonfeed, table = (
            server.get(f"/{name}?past=all") for name in ("calendar.ics", "feed.atom", "feed.json", "talks.csv")
        )
        front, led = server.get("/"), [server.get(path).headers["Location"] for path in paths]
        reached = [server.get(address).status for address in led]

    assert [answer.status for answer in (calendar, atom, jsonfeed, table, front)] == [200] * 5
    assert ics_checker.complaints(calendar.body) == []
    assert atom_checker.complaints(atom.body) == []
    assert len(json.loads(jsonfeed.body)["items"]) == calendar.body.count(b"BEGIN:VEVENT")
    assert reached == [200] * len(paths)


def test_photos_have_their_portraits_after_the_upgrade(operator, rows):
    [digest, *_others] = [row["pk"] for label, found in by_model() if label == "seminars.photo" for row in found]

    with serving.site(rows) as server:
        portrait = server.get(f"/portraits/{digest}.webp").body

    assert Image.open(BytesIO(portrait)).size == (192, 192)
