"""A separate process draws formulas. One that is slow or crashes costs a moment and no more."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread

import pytest
from django.core.cache import cache

from seminars import text
from seminars.text import mathml
from tests.factories import make_talk

ODD = [sys.executable, str(Path(__file__).with_name("odd_mathml_worker.py"))]

KILLED = (
    "import os, sys; sys.stdout.buffer.write(b'!'); sys.stdout.flush(); sys.stdin.buffer.read(5); "
    "os.kill(os.getpid(), 9)"
)


@pytest.fixture
def odd(monkeypatch):
    """A converter with the worker of tests/odd_mathml_worker.py."""
    converter = mathml.Converter(ODD)
    monkeypatch.setattr(mathml, "converter", converter)
    yield converter
    converter.stop()


@pytest.mark.parametrize("formula", ["slow", "fall", "large"])
def test_a_formula_that_ends_the_worker_is_shown_as_typed_and_the_next_one_is_drawn(odd, formula):
    shown = text.inline(f"${formula}$ and $x$")

    assert shown == f'<code class="tex">{formula}</code> and <math alttext="x"><mi>x</mi></math>'


def test_a_formula_that_ended_the_worker_is_not_tried_again(odd):
    text.inline("$slow$")
    text.inline("$x$")
    worker = odd._worker.pid

    shown = text.html("Once more: $slow$")

    assert shown == '<p>Once more: <code class="tex">slow</code></p>\n'
    assert odd._worker.pid == worker


def test_a_slow_formula_costs_a_quarter_of_a_second_of_processor_time(odd):
    text.inline("$x$")
    began = os.times()

    text.inline("$slow$")
    ended = os.times()

    spent = sum(ended[:4]) - sum(began[:4])
    assert 0.2 < spent < 1


def test_one_text_ends_four_workers_at_most(odd, caplog):
    formulas = " ".join(f"$slow_{number}$" for number in range(10))

    shown = text.html(f"$x$ {formulas} $y$")

    assert shown.count("<math") == 1  # the one before them
    assert len(caplog.messages) == mathml.MOST_ENDED
    assert text.html("$y$") == '<p><math alttext="y"><mi>y</mi></math></p>\n'


@pytest.mark.parametrize(
    ("limit", "kind", "is_postponed"), [("MOST_CPU_SECONDS", "busy", False), ("MOST_SECONDS", "waits", True)]
)
def test_formulas_that_are_slow_each_cannot_add_up(odd, monkeypatch, limit, kind, is_postponed):
    monkeypatch.setattr(mathml, limit, 0.5)
    formulas = " ".join(f"${kind}_{number}$" for number in range(100))  # five seconds

    began = time.monotonic()
    with text.rendering() as rendered:
        shown = text.html(formulas)

    assert time.monotonic() - began < 3
    assert 0 < shown.count("<math") < 50
    assert rendered.is_postponed == is_postponed  # where only the machine was slow, the rest is drawn later
    assert text.html("$y$") == '<p><math alttext="y"><mi>y</mi></math></p>\n'


def test_all_texts_together_end_eight_workers_a_minute_at_most(odd, caplog):
    texts = [f"$slow_{number}$ and $x_{number}$" for number in range(10)]

    shown = [text.inline(one) for one in texts]

    assert len(caplog.messages) == mathml.MOST_ENDED_IN_A_MINUTE
    assert [one.count("<math") for one in shown] == [1] * 7 + [0] * 3  # those after the eighth wait
    odd._ended_at.clear()  # as a minute later
    assert text.inline(texts[9]).count("<math") == 1


def test_a_worker_that_is_halted_is_replaced_in_time_and_the_formula_is_drawn_later(odd, monkeypatch, caplog):
    monkeypatch.setattr(mathml, "MOST_WAITED", 0.5)
    monkeypatch.setattr(mathml, "TRY_AGAIN_IN", 0)
    text.inline("$x$")
    halted = odd._worker.pid
    os.kill(halted, signal.SIGSTOP)

    shown = text.inline("$y$")

    assert shown == '<code class="tex">y</code>'
    assert caplog.messages == [
        "Formulas are shown as typed for now: the worker that draws them failed (it did not answer in time)."
    ]
    assert text.inline("$y$") == '<math alttext="y"><mi>y</mi></math>'
    assert not Path(f"/proc/{halted}").exists()


def test_a_worker_that_never_starts_delays_nobody(monkeypatch):
    silent = mathml.Converter([sys.executable, "-c", "import time; time.sleep(60)"])
    monkeypatch.setattr(mathml, "converter", silent)
    monkeypatch.setattr(mathml, "MOST_WAITED", 0.3)

    began = time.monotonic()
    shown = text.html(" ".join(f"$x_{number}$" for number in range(20)))

    assert shown.count('<code class="tex">') == 20
    assert time.monotonic() - began < 5
    assert silent._worker is None


def test_threads_that_wait_for_a_halted_worker_wait_no_longer_than_one(odd, monkeypatch):
    monkeypatch.setattr(mathml, "MOST_WAITED", 1)
    monkeypatch.setattr(mathml, "TRY_AGAIN_IN", 0)
    text.inline("$x$")

    began = time.monotonic()
    with ThreadPoolExecutor(8) as threads:
        shown = list(threads.map(text.inline, [f"$halt_{number}$" for number in range(8)]))

    assert time.monotonic() - began < 3  # one after another they would take eight seconds
    assert shown == [f'<code class="tex">halt_{number}</code>' for number in range(8)]


def test_a_thread_whose_turn_does_not_come_shows_formulas_as_typed(odd, monkeypatch):
    monkeypatch.setattr(mathml, "MOST_WAITED", 0.2)
    shown = []
    waiting = Thread(target=lambda: shown.append(text.inline("$x$")), daemon=True)

    with odd._lock:
        waiting.start()
        waiting.join(5)
        is_over = not waiting.is_alive()

    assert is_over
    assert shown == ['<code class="tex">x</code>']


def test_a_worker_that_was_told_to_stop_is_no_fault_of_the_formula(odd, tmp_path):
    formula = f"stop {tmp_path / 'once'}"

    assert odd.convert(formula, display=False) == f"<math><mi>{formula}</mi></math>"


def test_without_a_worker_formulas_are_shown_as_typed_and_one_line_says_why(monkeypatch, caplog):
    monkeypatch.setattr(mathml, "converter", mathml.Converter([sys.executable, "-c", "raise SystemExit(3)"]))

    shown = [text.inline(f"$x_{number}$") for number in range(3)]

    assert shown == [f'<code class="tex">x_{number}</code>' for number in range(3)]
    assert caplog.messages == [
        "Formulas are shown as typed for now: the worker that draws them failed (it ended with 3 at its start)."
    ]


def test_each_of_many_threads_gets_its_own_answer(odd):
    formulas = [f"x{number}" for number in range(500)]

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda formula: odd.convert(formula, display=False), formulas))

    assert found == [f"<math><mi>{formula}</mi></math>" for formula in formulas]


def test_a_late_answer_is_not_mistaken_for_the_next_one(odd):
    odd.convert("x", display=False)

    def interrupt(_number, _frame):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with pytest.raises(KeyboardInterrupt):
            odd.convert("slow", display=False)
    finally:
        signal.signal(signal.SIGALRM, before)

    assert odd.convert("y", display=False) == "<math><mi>y</mi></math>"


def test_a_forked_process_uses_its_own_worker(odd):
    odd.convert("x", display=False)
    own = odd._worker.pid

    child = os.fork()
    if child == 0:
        is_right = odd.convert("y", display=False) == "<math><mi>y</mi></math>" and odd._worker.pid != own
        odd._worker.kill()
        os._exit(0 if is_right else 1)
    _pid, status = os.waitpid(child, 0)

    assert status == 0
    assert odd.convert("z", display=False) == "<math><mi>z</mi></math>"


def test_the_worker_ends_with_the_process_that_started_it():
    script = "from seminars.text.mathml import converter; converter.convert('x', display=False); "
    script += "print(converter._worker.pid, flush=True); input()"
    parent = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    worker = int(parent.stdout.readline())

    parent.kill()
    parent.wait()

    assert _is_gone_soon(worker)


def _is_gone_soon(pid):
    for _attempt in range(100):
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["page", "feed"])
def test_an_answer_with_a_postponed_formula_is_not_kept(client, monkeypatch, kind):
    talk = make_talk(title="On $\\alpha_2$", abstract="See $\\alpha_2$.")
    address = talk.get_absolute_url() if kind == "page" else f"{talk.series.get_absolute_url()}calendar.ics"
    works = mathml.converter
    monkeypatch.setattr(mathml, "converter", mathml.Converter([sys.executable, "-c", "raise SystemExit(3)"]))
    cache.clear()  # of the texts that were rendered when the talk was saved
    before = client.get(address)
    monkeypatch.setattr(mathml, "converter", works)

    after = client.get(address)

    assert before.headers["Cache-Control"] == "no-store"
    assert ["ETag" in answer.headers for answer in (before, after)] == [False, True]
    assert ["α" in answer.content.decode() for answer in (before, after)] == [False, True]


def test_workers_that_are_killed_repeatedly_delay_nobody_and_nothing_is_cached(odd, monkeypatch):
    monkeypatch.setattr(odd, "command", [sys.executable, "-c", KILLED])

    shown = text.inline("$x$")
    monkeypatch.setattr(odd, "command", ODD)

    assert shown == '<code class="tex">x</code>'
    assert text.inline("$x$") == '<math alttext="x"><mi>x</mi></math>'
