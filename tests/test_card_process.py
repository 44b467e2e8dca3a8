"""The process that draws cards: it is started when needed, replaced when it ended, and ends when it is idle."""

import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from seminars.formats import card_drawing
from seminars.formats.card_facts import HEIGHT, WIDTH, Card
from seminars.formats.card_process import COMMAND, Drawer, NotDrawn

CARD = Card(
    department="Mathematics", typeface="both", accent="#1a5fb4", logo="", logo_has_plate=False, label="ASSET",
    title="On engines", people="Ada Lovelace", lines=("4 November", "Room 7"), state="", is_off=False,
    face="", initials="AL",
)  # fmt: skip
QUICKLY_IDLE = "from seminars.formats import card_worker; card_worker.IDLE_SECONDS = 1; card_worker.main()"
ENDS_WITHIN_AN_ANSWER = (
    "import sys; from seminars.formats.card_worker import LENGTH;"
    "sys.stdin.buffer.read(LENGTH.size); sys.stdout.buffer.write(LENGTH.pack(100) + b'half')"
)


@pytest.fixture
def drawer_of():
    """Make drawers; each is stopped at the end."""
    made = []

    def make(command=COMMAND):
        made.append(Drawer(command))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def test_a_card_is_the_same_from_the_process(drawer_of):
    content = drawer_of().draw(CARD, {})

    assert content == card_drawing.draw(CARD, {})
    with closing(Image.open(BytesIO(content))) as opened:
        assert opened.size == (WIDTH, HEIGHT)


def test_a_process_that_somebody_ended_is_replaced(drawer_of):
    drawer = drawer_of()
    first = drawer.draw(CARD, {})
    drawer._process.kill()
    drawer._process.wait()

    assert drawer.draw(CARD, {}) == first


def test_a_process_that_is_not_needed_ends_and_is_started_again(drawer_of):
    drawer = drawer_of([sys.executable, "-c", QUICKLY_IDLE])
    first = drawer.draw(CARD, {})

    assert drawer._process.wait(timeout=30) != 0
    assert drawer.draw(CARD, {}) == first


def test_a_picture_that_cannot_be_read_costs_no_other_card(drawer_of, capfd):
    drawer = drawer_of()

    with pytest.raises(NotDrawn):
        drawer.draw(replace(CARD, face="x"), {"x": b"no picture"})
    assert "UnidentifiedImageError" in capfd.readouterr().err
    assert drawer.draw(CARD, {})[:4] == b"\x89PNG"


def test_half_an_answer_is_no_card(drawer_of):
    with pytest.raises(NotDrawn):
        drawer_of([sys.executable, "-c", ENDS_WITHIN_AN_ANSWER]).draw(CARD, {})


def test_each_thread_gets_the_card_that_it_asked_for(drawer_of):
    drawer, cards = drawer_of(), [replace(CARD, title=f"Talk {number}") for number in range(8)]

    with ThreadPoolExecutor(len(cards)) as threads:
        drawn = list(threads.map(lambda card: drawer.draw(card, {}), cards))

    assert drawn == [card_drawing.draw(card, {}) for card in cards]
