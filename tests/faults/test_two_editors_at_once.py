"""Two people save one talk at the same moment: one wins, the other gets a message and keeps the typed text."""

import html
from threading import Barrier, Thread

from tests import serving
from tests.admin_forms import form_of
from tests.faults.health import answers_at_once
from tests.saving import address_of

ROUNDS = 5
TOLD = "changed this talk while you had it open. Nothing is saved yet; what you typed is kept."


def saved_at_once(desks, address, titles):
    """Open two forms, send both at the same moment, and return the answers."""
    forms = [form_of(desk, address) | {"title": title} for desk, title in zip(desks, titles, strict=True)]
    start, answers = Barrier(len(desks)), {}

    def save(desk, form):
        start.wait()
        answers[form["title"]] = desk.post(address, form)

    threads = [Thread(target=save, args=pair) for pair in zip(desks, forms, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_one_of_two_editors_wins_and_the_other_keeps_the_typed_text(rows, organiser):
    key = organiser("keys")[0]
    before, saved = organiser("stands", key), []
    with serving.site(rows) as server, answers_at_once(server):
        desks = [serving.Desk(server, organiser("session", name)) for name in ("ada", "grace")]
        for number in range(ROUNDS):
            titles = [f"On looms {number}", f"On weaving {number}"]

            answers = saved_at_once(desks, address_of(key), titles)

            (winner,) = [title for title in titles if answers[title][0] == 302]
            (other,) = [title for title in titles if answers[title][0] == 200]
            page = html.unescape(answers[other][1])
            assert (TOLD in page, f'value="{other}"' in page) == (True, True)
            saved.append(winner)

    stands = organiser("stands", key)
    assert stands["history"][len(before["history"]) :] == saved
    assert stands["sequence"] - before["sequence"] == ROUNDS
