"""The process that draws cards: `card_process.py` starts it and sends one card at a time.

It ends by itself when nobody has asked for a card for a while, which gives back the memory of Pillow and the fonts.
"""

import json
import signal
import struct
import sys
from base64 import b64decode
from importlib import import_module
from pathlib import Path

IDLE_SECONDS = 60  # without a card to draw
CARD_SECONDS = 8  # by the clock, for one card; usual ones take some 30 ms
LENGTH = struct.Struct("!I")  # octets of the request or of the answer that follows


def main() -> None:
    """Answer requests from standard input until it ends. A signal without a handler ends what takes too long."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    drawing, facts = import_module("seminars.formats.card_drawing"), import_module("seminars.formats.card_facts")
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    signal.alarm(IDLE_SECONDS)
    while head := requests.read(LENGTH.size):
        signal.alarm(CARD_SECONDS)
        asked = json.loads(requests.read(*LENGTH.unpack(head)))
        pictures = {digest: b64decode(content) for digest, content in asked["pictures"].items()}
        answer = drawing.draw(facts.Card(**asked["card"]), pictures)
        answers.write(LENGTH.pack(len(answer)) + answer)
        answers.flush()
        signal.alarm(IDLE_SECONDS)


if __name__ == "__main__":
    main()
