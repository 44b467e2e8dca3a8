"""The page of the desk about mail."""

from datetime import timedelta

import pytest
from django.utils import timezone

from seminars.actions import housekeeping
from seminars.models import Letter, PeriodicTask
from seminars.models.letter import LetterKind, LetterState
from seminars.models.periodic_task import SENDING_LETTERS
from tests.factories import make_administrator, make_organiser
from tests.pages import main, words

pytestmark = pytest.mark.django_db

PAGE = "/admin/outbox/"


@pytest.fixture
def desk(client):
    client.force_login(make_administrator())
    return client


def letter(to="ada@example.org", **fields):
    now = timezone.now()
    return Letter.objects.create(kind=LetterKind.INVITATION, key=to, to=to, **{"done_at": now} | fields)


def failed(to="ada@example.org"):
    return letter(to, state=LetterState.FAILED, tries=3, problem=f"550 5.1.1 <{to}> no such <b>person</b>")


def seen(ago):
    now = timezone.now()
    PeriodicTask.objects.create(name=SENDING_LETTERS, due_at=now, done_at=now - ago)


def test_it_says_that_mail_is_off(desk, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    assert "Mail is off." in words(main(desk.get(PAGE)))


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (None, "The worker is not running, so no message is sent. Ask"),
        (timedelta(minutes=3), "The worker is not running, so no message is sent. It was last seen on"),
        (timedelta(seconds=40), "The worker is running. It was last seen on"),
    ],
)
def test_it_says_whether_a_worker_runs(desk, ago, said):
    if ago is not None:
        seen(ago)

    assert said in words(main(desk.get(PAGE)))


def test_letters_that_could_not_be_sent_are_shown_with_the_words_of_the_server(desk):
    failed()

    page = words(main(desk.get(PAGE)))

    assert "Invitation to the desk: ada@example.org" in page
    assert "The reason: 550 5.1.1 <ada@example.org> no such <b>person</b>" in page


def test_one_letter_is_sent_again_and_the_others_stay(desk):
    ada, _grace = failed("ada@example.org"), failed("grace@example.org")

    page = desk.post(PAGE, {"letter": ada.pk}, follow=True)

    assert "1 message will be sent again." in page.text
    assert dict(Letter.objects.values_list("to", "state")) == {
        "ada@example.org": LetterState.WAITING,
        "grace@example.org": LetterState.FAILED,
    }


def test_one_letter_or_all_are_discarded(desk):
    ada, grace, emmy = failed("ada@example.org"), failed("grace@example.org"), failed("emmy@example.org")
    letter("zoe@example.org", state=LetterState.SENT)

    desk.post(PAGE, {"letter": ada.pk, "discard": "1"})
    left = Letter.objects.failed().count()
    page = desk.post(PAGE, {"letter": [grace.pk, emmy.pk], "discard": "1"}, follow=True)

    assert (left, "2 messages were discarded." in page.text) == (2, True)
    assert [one.to for one in Letter.objects.all()] == ["zoe@example.org"]


def test_a_link_to_a_new_password_that_could_not_be_sent_is_not_sent_later(desk):
    failed()
    Letter.objects.update(kind=LetterKind.PASSWORD)

    page = desk.get(PAGE).text
    desk.post(PAGE, {"letter": Letter.objects.get().pk})

    assert ("Discard: New password" in page, "Send again: New password" in page) == (True, False)
    assert Letter.objects.failed().count() == 1


def test_it_says_why_the_mail_server_takes_nothing(desk):
    seen(timedelta(0))
    PeriodicTask.objects.update(problem="553 5.7.1 <seminars@example.org> sender refused")

    page = words(main(desk.get(PAGE)))

    assert "takes no messages at the moment. The reason: 553 5.7.1 <seminars@example.org> sender refused" in page


def test_a_worker_that_was_seen_in_the_future_does_not_run(desk):
    seen(-timedelta(days=3))

    assert "The worker is not running" in words(main(desk.get(PAGE)))


def test_a_letter_that_waits_or_was_sent_is_neither_sent_again_nor_discarded(desk):
    waiting, sent = letter("ada@example.org"), letter("grace@example.org", state=LetterState.SENT)

    for one in (waiting, sent):
        desk.post(PAGE, {"letter": one.pk, "discard": "1"})
        desk.post(PAGE, {"letter": one.pk})

    assert set(Letter.objects.values_list("state", flat=True)) == {LetterState.WAITING, LetterState.SENT}


@pytest.mark.parametrize("number", ["x", "9" * 30, "-1", ""])
def test_an_odd_number_of_a_letter_is_none(desk, number):
    failed()

    assert desk.post(PAGE, {"letter": number}, follow=True).status_code == 200
    assert Letter.objects.failed().count() == 1


def test_only_administrators_see_it(client):
    failed()
    client.force_login(make_organiser())

    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"letter": Letter.objects.get().pk, "discard": "1"}).status_code == 403
    assert Letter.objects.count() == 1


def test_the_first_page_of_the_desk_names_unsent_letters_to_administrators_alone(desk, client):
    now = timezone.now()
    assert "unsent-letters" not in desk.get("/admin/").text
    late = letter(done_at=None)
    Letter.objects.update(made_at=now - timedelta(minutes=16))
    assert "Messages have been waiting for more than 15 minutes." in words(main(desk.get("/admin/")))
    late.delete()
    failed()
    assert "Some messages could not be sent." in words(main(desk.get("/admin/")))

    client.force_login(make_organiser())

    assert "unsent-letters" not in client.get("/admin/").text


def test_letters_are_forgotten_a_month_after_they_were_sent():
    now = timezone.now()
    letter("old@example.org", state=LetterState.SENT, done_at=now - timedelta(days=31))
    letter("new@example.org", state=LetterState.SENT, done_at=now - timedelta(days=29))
    letter("waiting@example.org", done_at=None)

    housekeeping.tidy()

    assert sorted(Letter.objects.values_list("to", flat=True)) == ["new@example.org", "waiting@example.org"]
