"""Subscribing by email: the form, the link that confirms the address, the private page, and what robots get."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from seminars import limits
from seminars.actions import housekeeping, subscriptions
from seminars.forms.subscriptions import OPEN_FOR
from seminars.models import Subscriber, SubscriptionRequest, Throttle
from tests.factories import in_new_york, make_series, make_topic
from tests.pages import main, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2025, 11, 5, 9)  # a Wednesday
FORM = "/subscribe/mail/"
WEEKLY = {"wants_digest": "on", "digest_day": "0", "digest_hour": "8"}


@pytest.fixture
def ask(client, clock):
    """Open the form, take ten seconds, and send it."""

    def ask(email="ada@example.org", *, path=FORM, **chosen):
        began = re.search(r'name="began" value="([^"]+)"', client.get(path).text)[1]
        clock.shift(10)
        return client.post(path, {"email": email, "began": began, **(chosen or WEEKLY)})

    return ask


@pytest.fixture
def subscribe(ask):
    """Ask, open the link of the message and confirm."""

    def subscribe(email="ada@example.org", **chosen):
        ask(email, **chosen)
        page = Client().post(link_in(mail.outbox[-1]))
        assert page.status_code == 302
        return Subscriber.objects.get(email=email)

    return subscribe


def link_in(message):
    return re.search(r"http://\S+/private/\S+", message.body)[0].removeprefix("http://talks.example.edu")


def path_of(subscriber):
    return subscriber.address.removeprefix("http://talks.example.edu")


def test_an_address_is_confirmed_before_it_gets_anything(ask, series):
    assert ask(wants_changes="on", series=[series.pk]).url == "/subscribe/mail/sent/"

    [sent] = mail.outbox
    link = link_in(sent)
    assert sent.to == ["ada@example.org"]
    assert "changes to announced talks" in sent.body
    assert series.name in sent.body
    assert not Subscriber.objects.exists()

    page = Client().get(link)  # as a scanner does
    assert not Subscriber.objects.exists()
    assert "Confirm your address" in words(main(page))

    done = Client().post(link)
    subscriber = Subscriber.objects.get()
    assert done.url == f"{path_of(subscriber)}?confirmed"
    assert (subscriber.is_for_all, list(subscriber.series.all())) == (False, [series])
    assert (subscriber.wants_digest, subscriber.wants_new_talks, subscriber.wants_changes) == (False, False, True)
    assert Client().post(link).status_code == 404


def test_the_answer_tells_nothing_about_an_address(ask, subscribe):
    subscribe("ada@example.org")

    known, unknown = ask("ada@example.org"), ask("grace@example.org")

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [message.to for message in mail.outbox[1:]] == [["ada@example.org"], ["grace@example.org"]]


def test_who_subscribes_again_keeps_what_they_had(subscribe, series, priml):
    topic = make_topic()
    first = subscribe(series=[series.pk], **WEEKLY)
    again = subscribe("ADA@example.org".lower(), series=[priml.pk], topics=[topic.pk], wants_new_talks="on")

    assert again.pk == first.pk
    assert set(again.series.all()) == {series, priml}
    assert list(again.topics.all()) == [topic]
    assert (again.wants_digest, again.wants_new_talks, again.wants_changes) == (True, True, False)


def test_nothing_ticked_means_all_talks(subscribe):
    assert subscribe(**WEEKLY).is_for_all


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"email": "ada@"}, "Enter a valid email address."),
        ({"wants_digest": ""}, "Tick at least one kind of mail."),
        ({"email": '"a\x0bBcc:grace@example.org"@example.org'}, "Enter a valid email address."),
        ({"email": f"ada@{'ü' * 60}.example"}, "Enter a valid email address."),
        ({"series": "12345"}, "12345 is not one of the available choices."),
        ({"topics": "9" * 40}, "is not one of the available choices."),
        ({"homepage": "http://spam.example"}, "Leave this field blank."),
        ({"began": "forged"}, "This form was open for a long time."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(ask, sent, said):
    page = ask(**{"email": "ada@example.org", "wants_changes": "", **WEEKLY, "digest_hour": "17", **sent})

    assert said in page.text
    assert f'value="{escape(sent.get("email", "ada@example.org"))}"' in page.text
    assert '<option value="17" selected>' in page.text
    assert mail.outbox == []


@pytest.mark.parametrize(("site", "sent"), [("cross-site", 0), ("same-origin", 1), ("same-site", 1), ("none", 1)])
def test_another_site_cannot_let_its_visitors_ask(client, clock, site, sent):
    began = re.search(r'name="began" value="([^"]+)"', client.get(FORM).text)[1]
    clock.shift(10)

    page = client.post(FORM, {"email": "ada@example.org", "began": began, **WEEKLY}, headers={"Sec-Fetch-Site": site})

    assert len(mail.outbox) == sent
    assert sent or 'value="ada@example.org"' in page.text


def test_a_form_sent_within_a_second_comes_back(client):
    began = re.search(r'name="began" value="([^"]+)"', client.get(FORM).text)[1]

    page = client.post(FORM, {"email": "ada@example.org", "began": began, **WEEKLY})

    assert "faster than people type" in page.text
    assert mail.outbox == []


def test_a_form_from_before_the_clock_was_set_back_is_taken(client, clock):
    clock.shift(3600)
    began = re.search(r'name="began" value="([^"]+)"', client.get(FORM).text)[1]
    clock.shift(-3600)

    assert client.post(FORM, {"email": "ada@example.org", "began": began, **WEEKLY}).status_code == 302


def test_a_form_of_yesterday_comes_back(client, clock):
    began = re.search(r'name="began" value="([^"]+)"', client.get(FORM).text)[1]
    clock.shift(OPEN_FOR + 1)

    page = client.post(FORM, {"email": "ada@example.org", "began": began, **WEEKLY})

    assert "This form was open for a long time." in page.text


def test_after_some_requests_a_network_answers_a_question(ask, client, clock):
    for number in range(limits.SUBSCRIPTIONS_WITHOUT_QUESTION):
        ask(f"person{number}@example.org")
    page = client.get(FORM).text
    first, second = map(int, re.search(r"what is (\d) plus (\d)\?", page).groups())
    began = re.search(r'name="began" value="([^"]+)"', page)[1]
    clock.shift(10)
    sent = {"email": "ada@example.org", "began": began, **WEEKLY}

    wrong = client.post(FORM, {**sent, "answer": str(first + second + 1)})
    right = client.post(FORM, {**sent, "answer": str(first + second)})

    assert "Enter the sum as a number." in wrong.text
    assert right.status_code == 302
    assert len(mail.outbox) == limits.SUBSCRIPTIONS_WITHOUT_QUESTION + 1


def test_one_address_gets_few_messages_an_hour(ask, monkeypatch):
    monkeypatch.setattr(limits, "SUBSCRIPTIONS_WITHOUT_QUESTION", 100)

    answers = {ask("ada@example.org").url for _ in range(limits.CONFIRMATIONS_FOR_ONE_EMAIL + 2)}

    assert answers == {"/subscribe/mail/sent/"}
    assert len(mail.outbox) == limits.CONFIRMATIONS_FOR_ONE_EMAIL


def test_one_network_asks_so_often_an_hour(ask, monkeypatch):
    monkeypatch.setattr(limits, "SUBSCRIPTIONS_WITHOUT_QUESTION", 100)
    monkeypatch.setattr(limits, "SUBSCRIPTIONS_FROM_ONE_ADDRESS", 2)

    pages = [ask(f"person{number}@example.org") for number in range(3)]

    assert [page.status_code for page in pages] == [302, 302, 429]
    assert "Nothing was sent" in pages[2].text
    assert 'value="person2@example.org"' in pages[2].text


def test_a_subscriber_changes_the_choice(subscribe, client, series):
    subscriber = subscribe()

    done = client.post(path_of(subscriber), {"wants_changes": "on", "series": [series.pk]})

    subscriber.refresh_from_db()
    assert done.url == f"{path_of(subscriber)}?saved"
    assert (subscriber.wants_digest, subscriber.wants_changes, subscriber.is_for_all) == (False, True, False)
    assert subscriber.digest_due_at is None
    assert list(subscriber.series.all()) == [series]
    assert "Your choice is saved." in client.get(done.url).text


def test_a_mistaken_change_is_not_saved(subscribe, client):
    subscriber = subscribe()

    page = client.post(path_of(subscriber), {"digest_day": "9"})

    assert "Your choice is not saved yet." in page.text
    assert Subscriber.objects.get().wants_digest


@pytest.mark.parametrize("sent", [{"List-Unsubscribe": "One-Click"}, {"end": "yes"}])
def test_one_post_ends_it_and_nothing_is_kept(subscribe, sent):
    subscriber = subscribe()

    page = Client(enforce_csrf_checks=True).post(path_of(subscriber), sent)

    assert (page.status_code, Subscriber.objects.count(), SubscriptionRequest.objects.count()) == (200, 0, 0)
    assert Client().get(path_of(subscriber)).status_code == 404


def test_who_leaves_while_their_choice_is_saved_has_left(subscribe, series):
    open_page = Subscriber.objects.get(pk=subscribe().pk)
    subscriptions.end(Subscriber.objects.get())

    assert not subscriptions.change(open_page, [series], [])
    assert not Subscriber.objects.exists()


def test_two_presses_on_the_button_begin_it_once(ask, series, priml):
    ask(series=[series.pk], **WEEKLY)
    first, second = SubscriptionRequest.objects.get(), SubscriptionRequest.objects.get()

    subscriber = subscriptions.confirm(first)
    subscriptions.change(subscriber, [priml], [])
    again = subscriptions.confirm(second)

    assert again == subscriber
    assert list(again.series.all()) == [priml]
    subscriptions.end(again)
    assert subscriptions.confirm(second) is None
    assert not Subscriber.objects.exists()


def test_capitals_are_no_other_address_and_a_dotless_i_is(subscribe):
    first = subscribe("ada@gmail.example")

    assert subscribe("ada@gmaıl.example") != first
    assert Subscriber.objects.with_address("ADA@GMAIL.EXAMPLE").get() == first


def test_the_page_of_a_subscriber_is_kept_by_nobody(subscribe, client):
    page = client.get(path_of(subscribe()))

    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_an_unlisted_series_is_offered_where_its_page_leads_here(ask, client):
    hidden = make_series(short_name="Hidden", name="Reading group", slug="hidden", is_listed=False)

    assert "Reading group" not in client.get(FORM).text
    assert "Reading group" in client.get(f"{FORM}?series=hidden").text
    assert ask(path=f"{FORM}?series=hidden", series=[hidden.pk], **WEEKLY).status_code == 302
    assert "Reading group" in mail.outbox[0].body


@pytest.mark.parametrize("way", ["its address", "the small form"])
def test_an_unlisted_series_is_chosen_with_what_the_page_sends(client, clock, way):
    hidden = make_series(short_name="Hidden", name="Reading group", slug="hidden", is_listed=False)
    first = client.get(f"{FORM}?series=hidden") if way == "its address" else client.post(FORM, {"of": "hidden"})
    form = re.search(r'<form class="form choices.*?</form>', first.text, re.DOTALL)[0]
    unseen = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', form))
    clock.shift(10)

    client.post(FORM, {**unseen, "email": "ada@example.org", "series": [hidden.pk], **WEEKLY})

    assert "Reading group" in mail.outbox[0].body


def test_the_small_form_of_a_series_hands_on_what_was_typed(client, series):
    page = client.post(FORM, {"email": "ada@example.org", "of": series.slug}).text

    assert 'value="ada@example.org"' in page
    assert re.search(rf'name="series" value="{series.pk}"[^>]* checked', page)
    assert mail.outbox == []


@pytest.mark.parametrize("path", ["/subscribe/", "/series/asset/"])
def test_pages_have_the_small_form_where_the_site_sends_mail(client, series, settings, path):
    assert f'action="{FORM}"' in client.get(path).text

    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    from django.core.cache import cache

    cache.clear()
    assert f'action="{FORM}"' not in client.get(path).text
    assert client.get(FORM).status_code == 404


def test_people_get_mail_and_pages_in_the_language_of_the_page(ask, client, settings):
    settings.VISITOR_LANGUAGES = ["de"]
    ask(path=f"/de{FORM}", **WEEKLY)

    [sent] = mail.outbox
    assert "Bestätigen Sie" in sent.subject
    page = client.post(link_in(sent), follow=True)
    assert 'lang="de"' in page.text


def test_the_digest_is_due_at_the_hour_of_the_department(subscribe):
    subscriber = subscribe(wants_digest="on", digest_day="0", digest_hour="8")

    assert subscriber.digest_due_at == in_new_york(2025, 11, 10, 8)
    assert subscriber.next_digest(in_new_york(2026, 3, 4)) == in_new_york(2026, 3, 9, 8)  # clocks go forward before


@pytest.mark.parametrize("hour", ["7", "9"])
def test_an_hour_earlier_or_later_holds_from_the_next_digest_on(subscribe, client, hour):
    subscriber = subscribe(wants_digest="on", digest_day="0", digest_hour="8")

    client.post(path_of(subscriber), {"wants_digest": "on", "digest_day": "0", "digest_hour": hour})

    assert Subscriber.objects.get().digest_due_at == in_new_york(2025, 11, 10, int(hour))


def test_requests_that_nobody_confirmed_are_forgotten(ask, clock):
    ask()
    clock.shift(timedelta(days=3, minutes=1))

    assert Client().get(link_in(mail.outbox[0])).status_code == 404
    housekeeping.tidy()

    assert not SubscriptionRequest.objects.exists()


def test_the_counts_do_not_tell_who_asked(ask):
    ask()

    assert not any("ada" in row.key for row in Throttle.objects.all())
    assert timezone.now() < Throttle.objects.first().ends_at
