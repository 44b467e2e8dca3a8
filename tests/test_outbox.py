"""The outbox: what a mail server answers, leases, limits, and several workers."""

import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import OperationalError
from django.utils import timezone

from seminars.actions import accounts, outbox
from seminars.actions.outbox import Sender, ServerAway
from seminars.models import Letter
from seminars.models.letter import LEASE, PAUSES, LetterKind, LetterState
from tests.factories import in_new_york, make_administrator, make_member, make_series
from tests.mailbox import mail_server
from tests.services import free_port

pytestmark = pytest.mark.django_db

NOW = in_new_york(2025, 11, 5, 9)


@pytest.fixture
def clock(settings):
    """Letters wait until they are sent, at this time."""
    settings.MAIL_AT_ONCE = False
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def ask(*names):
    """Put a letter for each of these people into the outbox."""
    for name in names:
        make_member(username=name, email=f"{name}@example.org")
        accounts.send_password_link(f"{name}@example.org")


def states():
    """What became of each letter; the outbox forgets to whom those went that were sent."""
    return sorted(Letter.objects.values_list("state", "to"))


def test_nobody_waits_for_letters_to_many_others(clock):
    kinds = [LetterKind.DIGEST, LetterKind.ANNOUNCEMENT, LetterKind.NEWS, LetterKind.CALENDAR, LetterKind.PASSWORD]
    outbox.put_all([Letter(kind=kind, key=kind, to="ada@example.org", about={}) for kind in kinds])

    claimed = Letter.objects.claim(len(kinds))

    assert [letter.kind for letter in claimed] == [
        LetterKind.CALENDAR, LetterKind.PASSWORD, LetterKind.NEWS, LetterKind.DIGEST, LetterKind.ANNOUNCEMENT,
    ]  # fmt: skip


def test_a_letter_waits_and_is_sent_once(clock):
    ask("ada")
    assert mail.outbox == []

    assert [Sender().send_due(), Sender().send_due()] == [1, 0]

    assert [message.to for message in mail.outbox] == [["ada@example.org"]]
    assert list(Letter.objects.values_list("state", "to")) == [(LetterState.SENT, "")]


def test_one_key_is_one_letter(clock):
    for _ in range(3):
        outbox.put(LetterKind.PASSWORD, "ada@example.org", key="password:1")

    assert Letter.objects.count() == 1


def test_a_letter_says_what_the_rows_say_when_it_is_sent(clock):
    ask("ada", "grace")
    from seminars.models import User

    User.objects.filter(username="ada").update(username="countess")
    User.objects.filter(username="grace").update(is_active=False)
    Sender().send_due()

    [message] = mail.outbox
    assert "countess" in message.body
    assert states() == [("dropped", ""), ("sent", "")]


def test_what_comes_too_late_is_not_sent_and_is_on_the_desk(clock):
    ask("ada")
    clock.shift(accounts.LINK_IS_WANTED)

    Sender().send_due()

    assert (mail.outbox, states()) == ([], [("failed", "ada@example.org")])


def test_all_letters_go_over_one_connection(clock, sent_over):
    with mail_server() as (server, url):
        sent_over(url)
        ask(*(f"person{number}" for number in range(50)))

        assert Sender().send_due() == 50

    assert (len(server.arrived), server.connections) == (50, 1)


def test_answers_of_the_mail_server_decide_about_each_letter_alone(clock, sent_over):
    answers = {"busy@example.org": ["451 4.3.0 busy"], "gone@example.org": ["550 5.1.1 no such person"],
               "dead@example.org": ["close"], "late@example.org": ["accept, close"]}  # fmt: skip
    with mail_server(answers=answers) as (server, url):
        sent_over(url)
        ask("ada", "busy", "gone", "dead", "late", "zoe")
        Sender().send_due()
        first = states()
        clock.shift(PAUSES[0])
        Sender().send_due()

    assert first == [
        ("failed", "gone@example.org"), ("sent", ""), ("sent", ""),
        ("waiting", "busy@example.org"), ("waiting", "dead@example.org"), ("waiting", "late@example.org"),
    ]  # fmt: skip
    assert sorted(server.recipients) == [
        f"{name}@example.org" for name in ("ada", "busy", "dead", "late", "late", "zoe")
    ]
    late = [message["Message-ID"] for to, message in server.arrived if to == ["late@example.org"]]
    assert late[0] == late[1]
    assert Letter.objects.failed().get().problem == "550 5.1.1 no such person <gone@example.org>"


def test_pauses_grow_and_end(clock, sent_over):
    with mail_server(answers={"busy@example.org": ["451 busy"] * 20}) as (_server, url):
        sent_over(url)
        ask("busy")
        Letter.objects.update(expires_at=None)
        for pause in PAUSES:
            Sender().send_due()
            assert (Letter.objects.get().state, Letter.objects.get().due_at) == (
                LetterState.WAITING,
                timezone.now() + pause,
            )
            clock.shift(pause - timedelta(seconds=1))
            assert Sender().send_due() == 0
            clock.shift(1)
        Sender().send_due()

    letter = Letter.objects.get()
    assert (letter.state, letter.tries) == (LetterState.FAILED, len(PAUSES) + 1)


def test_a_mail_server_that_is_away_takes_no_try_from_any_letter(clock, sent_over):
    sent_over(f"smtp://127.0.0.1:{free_port()}")
    ask("ada", "grace")

    with pytest.raises(ServerAway):
        Sender().send_due()

    assert list(Letter.objects.values_list("state", "tries", "leased_until")) == [("waiting", 0, None)] * 2


def test_the_log_has_no_address_and_no_words_of_the_server(clock, sent_over, caplog):
    with mail_server(refusal="no such person:") as (_server, url):
        sent_over(url)
        ask("ada")
        Sender().send_due()

    assert [record.getMessage() for record in caplog.records if record.name == "seminars.mail"] == [
        "The mail server refused an address. The desk shows its answer under “Mail”."
    ]
    assert "ada" not in caplog.text


def test_letters_of_a_killed_worker_are_sent_by_the_next_once_their_lease_is_over(clock):
    ask("ada", "grace")
    Letter.objects.claim(1)  # and then it was killed

    Sender().send_due()
    assert [state for state, _to in states()] == ["sent", "waiting"]
    clock.shift(LEASE)
    Sender().send_due()

    assert sorted(message.to[0] for message in mail.outbox) == ["ada@example.org", "grace@example.org"]


def test_a_worker_that_was_asleep_leaves_its_letter_to_the_one_that_took_it(clock):
    ask("ada")
    [letter] = Letter.objects.claim(1)
    clock.shift(LEASE + timedelta(seconds=1))
    [taken] = Letter.objects.claim(1)

    assert letter.renew_lease(timezone.now()) is False
    letter.note_failed(timezone.now(), "too late")

    assert (taken.pk, Letter.objects.get().state) == (letter.pk, LetterState.WAITING)


@pytest.mark.parametrize("behind", [timedelta(milliseconds=1), timedelta(seconds=40), timedelta(minutes=20)])
def test_a_worker_whose_clock_is_behind_takes_nothing_from_another(clock, behind):
    ask("ada")
    Letter.objects.claim(1)
    clock.shift(-behind)

    assert Letter.objects.claim(1) == []


def test_a_clock_that_was_ahead_for_days_holds_up_nothing_when_it_is_right_again(clock, settings):
    settings.MAIL_PER_MINUTE = 2
    clock.shift(timedelta(days=300))
    ask("ada", "grace")
    Letter.objects.update(expires_at=None)
    Letter.objects.claim(1)
    Letter.objects.filter(leased_until=None).update(tries=1, due_at=timezone.now() + PAUSES[0])
    clock.shift(-timedelta(days=300))

    assert Sender().send_due() == 2


def test_the_rate_holds_for_all_workers_together(clock, settings):
    settings.MAIL_PER_MINUTE = 3
    ask("ada", "grace", "emmy", "mary", "rosa")

    sent = [Sender().send_due(), Sender().send_due()]
    clock.shift(61)
    sent.append(Sender().send_due())

    assert sent == [3, 0, 2]


def test_a_worker_that_stops_gives_back_what_it_had_taken(clock):
    ask("ada", "grace", "emmy")
    looks = iter([False, False, True, True])

    Sender(lambda: next(looks)).send_due()

    assert [state for state, _to in states()] == ["sent", "waiting", "waiting"]
    assert Letter.objects.waiting().exclude(leased_until=None).count() == 0


def test_a_fault_in_one_letter_stops_no_other(clock):
    outbox.put(LetterKind.INVITATION, "odd@example.org", key="invitation:odd")  # it says not which
    ask("ada")

    Sender().send_due()

    assert states() == [("sent", ""), ("waiting", "odd@example.org")]
    assert Letter.objects.get(to="odd@example.org").problem == "KeyError"


REFUSALS = [
    smtplib.SMTPHeloError(504, b"need a full name"),
    smtplib.SMTPConnectError(554, b"no"),
    smtplib.SMTPSenderRefused(553, b"no", "x@example.org"),
    smtplib.SMTPDataError(421, b"closing"),
    smtplib.SMTPDataError(530, b"sign in"),
]


@pytest.mark.parametrize("error", REFUSALS, ids=repr)
def test_a_server_that_refuses_the_site_takes_no_try_from_any_letter(clock, monkeypatch, error):
    ask("ada", "grace")

    def refuse(_backend, _messages):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        with pytest.raises(ServerAway):
            Sender().send_due()
    before = list(Letter.objects.values_list("state", "tries"))
    clock.shift(PAUSES[0])

    assert before == [("waiting", 0)] * 2
    assert Sender().send_due() == 2


def test_a_letter_that_was_taken_is_noted_although_the_database_was_busy(clock, monkeypatch, transactional_db):
    ask("ada")
    real, busy = Letter.note_sent, iter([OperationalError("locked"), OperationalError("locked"), None])

    def note(letter, now):
        if error := next(busy):
            raise error
        real(letter, now)

    monkeypatch.setattr(Letter, "note_sent", note)
    monkeypatch.setattr(outbox.connections, "close_all", lambda: None)  # the rows are in memory
    monkeypatch.setattr(outbox.time, "sleep", lambda _seconds: None)

    assert [Sender().send_due(), Sender().send_due(), len(mail.outbox)] == [1, 0, 1]


def test_a_letter_whose_end_could_not_be_noted_keeps_its_lease_and_holds_up_no_other(clock, monkeypatch):
    ask("ada", "grace")
    real = Letter.note_sent

    def note(letter, now):
        if letter.to == "ada@example.org":
            raise OperationalError("away")
        real(letter, now)

    monkeypatch.setattr(Letter, "note_sent", note)
    with pytest.raises(OperationalError):
        Sender().send_due()

    assert [Sender().send_due(), len(mail.outbox)] == [1, 2]


def test_words_of_a_server_have_no_control_characters():
    assert outbox.words_of(smtplib.SMTPDataError(554, b"no\x00 \r\nway\x1b[31m")) == "554 no way [31m"


def test_a_role_that_was_taken_back_is_not_announced(clock):
    person, boss = make_member(email="ada@example.org"), make_administrator()
    series = make_series()
    about = {"person": person.pk, "by": boss.pk, "role": "organiser", "series": [series.pk]}
    outbox.put(LetterKind.ROLE, person.email, key="role:1", **about)

    Sender().send_due()

    assert (mail.outbox, states()) == ([], [("dropped", "")])


def test_the_sender_may_have_a_host_with_an_umlaut(clock, settings):
    settings.DEFAULT_FROM_EMAIL = "seminars@bücher.example"
    ask("ada")

    Sender().send_due()

    assert mail.outbox[0].extra_headers["Message-ID"].endswith("@xn--bcher-kva.example>")
