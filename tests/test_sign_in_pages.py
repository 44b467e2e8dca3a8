"""The texts of the pages around signing in."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from seminars import limits
from seminars.models import Department
from tests.factories import in_new_york, make_administrator, make_member
from tests.pages import main, words

pytestmark = pytest.mark.django_db
PASSWORD = "open sesame 7"


def test_the_error_after_a_wrong_password_does_not_say_which_field_was_wrong(client):
    make_member(username="ada")

    for name in ("ada", "nobody"):
        said = words(main(client.post("/sign-in/", {"username": name, "password": "wrong"})))
        assert "Not signed in The username or password is wrong." in said


def test_a_forgotten_password_is_replaced_by_way_of_the_mail(client):
    Department.objects.create(pk=1, name="Statistics & Data")
    make_member(username="ada", email="ada@example.org")

    assert client.post("/password/forgotten/", {"email": "ada@example.org"}).headers["Location"] == "/password/sent/"
    [sent] = mail.outbox
    [link] = re.findall(r"http://talks\.example\.edu(/password/\S+)", sent.body)
    form = client.get(link, follow=True)
    new = {"new_password1": "the engine weaves", "new_password2": "the engine weaves"}
    done = client.post(form.request["PATH_INFO"], new, follow=True)

    assert sent.subject == "Statistics & Data: a new password"
    assert "“ada” at Statistics & Data." in sent.body
    assert "You can now sign in with your new password." in words(main(done))
    assert client.post("/sign-in/", {"username": "ada", "password": "the engine weaves"}).status_code == 302


def test_a_link_that_was_used_leads_to_another_one(client):
    response = client.get("/password/MQ/nonsense-token/")

    assert "This link has already been used or is too old." in words(main(response))


def test_a_password_is_changed_by_those_who_know_it(client):
    client.force_login(make_administrator())
    new = {"new_password1": "the engine weaves", "new_password2": "the engine weaves"}

    refused = client.post("/password/", {"old_password": "wrong", **new})
    done = client.post("/password/", {"old_password": PASSWORD, **new}, follow=True)

    assert "errorlist" in main(refused)
    assert "Your password has been changed." in words(main(done))


def test_changing_a_password_does_not_help_to_guess_it(client, settings):
    person, address = make_member(username="ada"), "/password/"
    person.set_password(PASSWORD)
    person.save()
    new = {"new_password1": "the engine weaves", "new_password2": "the engine weaves"}

    with time_machine.travel(in_new_york(2025, 11, 5, 9, 30), tick=False) as clock:
        client.force_login(person)
        guesses = [
            client.post(address, {"old_password": f"{number}", **new}, headers={"x_forwarded_for": f"192.0.2.{number}"})
            for number in range(settings.AXES_FAILURE_LIMIT + 1)
        ]
        right = client.post(address, {"old_password": PASSWORD, **new})
        clock.shift(timedelta(hours=settings.AXES_COOLOFF_TIME))
        later = client.post(address, {"old_password": PASSWORD, **new})

    refused = "Your password was not changed You have tried too many times. Try again after 9:46 am, New York time."
    assert [answer.status_code for answer in guesses] == [200] * settings.AXES_FAILURE_LIMIT + [429]
    assert (right.status_code, right["Retry-After"], refused in words(main(right))) == (429, "900", True)
    assert later.status_code == 302


def test_the_page_after_a_request_says_how_many_links_there_are(client):
    assert f"You can ask for {limits.LINKS_FOR_ONE_EMAIL} links an hour." in words(main(client.get("/password/sent/")))
