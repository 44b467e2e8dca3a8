"""The way of a subscriber: ask for mail on a page, confirm, get the talks of the week, change the choice, leave."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from seminars.actions import lifecycle, talk_news, weekly_emails
from seminars.models import Subscriber
from seminars.models.quiet_time import QUIET
from tests.browser.arriving import arrive_at, visits
from tests.factories import make_series, make_talk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def talk():
    talk_news.tell()  # the site knows no talk yet
    series = make_series(name="Asset", short_name="ASSET", slug="asset")
    return make_talk(series=series, title="On engines", starts_at=timezone.now() + timedelta(days=3))


@pytest.fixture(params=["without script at 320", "with script at 1280"])
def visitor(request, new_context, live_server):
    is_narrow = request.param.endswith("320")
    size = {"width": 320, "height": 800} if is_narrow else {"width": 1280, "height": 800}
    return visits(new_context(viewport=size, java_script_enabled=not is_narrow).new_page(), live_server.url)


def link_in(message):
    return urlsplit(re.search(r"http://\S+/private/\S+", message.body)[0]).path


def digest_of_today():
    """Let the digest be due, and return what is sent."""
    Subscriber.objects.update(digest_due_at=timezone.now() - timedelta(minutes=1))
    before = len(mail.outbox)
    weekly_emails.put_due()
    return mail.outbox[before:]


def news_after_a_quiet_time():
    """Let the worker look twice, as it does after some minutes without a further change; return what is sent."""
    before = len(mail.outbox)
    talk_news.tell()
    with time_machine.travel(timezone.now() + QUIET + timedelta(minutes=1)):
        talk_news.tell()
    return mail.outbox[before:]


def test_a_visitor_subscribes_confirms_reads_changes_and_leaves(visitor, talk):
    page = visitor
    subscribe(page)
    private = confirm(page)

    [sent] = digest_of_today()
    assert "On engines" in sent.body
    news_after_a_quiet_time()
    lifecycle.cancel(talk, reason="The speaker is ill.", by=None)
    [told] = news_after_a_quiet_time()
    assert "The speaker is ill." in told.body
    assert {link_in(sent), link_in(told)} == {private}

    page.goto(page.site + private)
    page.get_by_label("The talks of the week").uncheck()
    page.get_by_role("button", name="Save").click()
    arrive_at(page, f"{private}?saved")
    expect(page.get_by_role("status").filter(has_text="Your choice is saved.")).to_be_visible()
    assert digest_of_today() == []

    Client().post(private, {"List-Unsubscribe": "One-Click"})  # as mail programs send it (RFC 8058 §3.2)
    assert not Subscriber.objects.exists()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("This link does not work any more")


def subscribe(page):
    """Type an address on the page of a series, choose and send the form."""
    page.goto(f"{page.site}/series/asset/")
    page.get_by_label("Email address").fill("ada@example.org")
    page.get_by_role("button", name="Choose what to get").click()
    arrive_at(page, "/subscribe/mail/")
    expect(page.get_by_label("Email address")).to_have_value("ada@example.org")
    expect(page.get_by_label("Asset")).to_be_checked()
    page.get_by_label("Each new talk").check()
    page.wait_for_timeout(2100)  # a person takes longer
    page.get_by_role("button", name="Send me the link").click()
    arrive_at(page, "/subscribe/mail/sent/")


def confirm(page):
    """Open the link in the message and press the button; return the path of the private page."""
    page.goto(page.site + link_in(mail.outbox[0]))
    page.get_by_role("button", name="Confirm").click()
    subscriber = Subscriber.objects.get()
    private = urlsplit(subscriber.address).path
    arrive_at(page, private)
    assert (subscriber.wants_digest, subscriber.wants_new_talks) == (True, True)
    return private


def test_what_is_wrong_is_said_beside_it_and_what_was_typed_comes_back(visitor, talk):
    page = visitor
    page.goto(f"{page.site}/subscribe/mail/")
    page.get_by_label("Email address").fill("ada@example.org")
    page.get_by_label("The talks of the week").uncheck()
    page.get_by_label("Changes").uncheck()
    page.get_by_label("Asset").check()
    page.wait_for_timeout(2100)
    page.get_by_role("button", name="Send me the link").click()

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_text("Tick at least one kind of mail.")).to_be_visible()
    expect(page.get_by_label("Email address")).to_have_value("ada@example.org")
    expect(page.get_by_label("Asset")).to_be_checked()
    assert mail.outbox == []
