"""What the pages around signing in say."""

import re

import pytest
from django.core import mail

from seminars.models import Department
from tests.factories import make_administrator, make_member
from tests.pages import main, words

pytestmark = pytest.mark.django_db
PASSWORD = "open sesame 7"


def test_a_wrong_password_is_told_without_saying_what_was_wrong(client):
    make_member(username="ada")

    for name in ("ada", "nobody"):
        said = words(main(client.post("/sign-in/", {"username": name, "password": "wrong"})))
        assert "Not signed in Name and password do not match." in said


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
    assert "You can sign in with your new password now." in words(main(done))
    assert client.post("/sign-in/", {"username": "ada", "password": "the engine weaves"}).status_code == 302


def test_a_link_that_was_used_leads_to_another_one(client):
    response = client.get("/password/MQ/nonsense-token/")

    assert "This link was used already or is too old." in words(main(response))


def test_a_password_is_changed_by_those_who_know_it(client):
    client.force_login(make_administrator())
    new = {"new_password1": "the engine weaves", "new_password2": "the engine weaves"}

    refused = client.post("/password/", {"old_password": "wrong", **new})
    done = client.post("/password/", {"old_password": PASSWORD, **new}, follow=True)

    assert "errorlist" in main(refused)
    assert "Your new password is in force." in words(main(done))
