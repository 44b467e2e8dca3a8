"""A password that somebody else chose or read opens nothing but the page that replaces it."""

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from seminars.actions import accounts
from seminars.models import JoinAccess, User
from tests.admin_forms import form_of
from tests.factories import make_administrator, make_draft, make_member, make_organiser, make_series, make_talk
from tests.pages import main, words
from tests.signing_in import PASSWORD, send, sign_in

pytestmark = pytest.mark.django_db

OWN = {"new_password1": "difference engine 2", "new_password2": "difference engine 2"}
CHOOSE = "/password/?next=/admin/"


@pytest.fixture
def newcomer():
    """Somebody who looks after a series and has a temporary password."""
    return make_organiser(has_temporary_password=True)


@pytest.fixture
def browser(newcomer):
    """The newcomer's browser after the sign-in, which sends the token of each form."""
    browser = Client(enforce_csrf_checks=True)
    assert sign_in(browser, newcomer, address="/sign-in/?next=/admin/").url == CHOOSE
    return browser


def test_the_printed_password_leads_to_an_own_one_and_then_to_the_desk():
    name, password = accounts.first_organiser()
    browser = Client(enforce_csrf_checks=True)

    step = send(browser, "/sign-in/?next=/admin/", username=name, password=password).url
    page = words(main(browser.get(step)))
    done = send(browser, step, **OWN)

    assert step == CHOOSE
    assert "is temporary, because someone else has seen it. Choose your own password to continue to the desk." in page
    assert done.url == "/admin/"
    assert browser.get("/admin/").status_code == 200
    assert sign_in(Client(enforce_csrf_checks=True), User.objects.get(), password).status_code == 200


@pytest.mark.parametrize("address", ["/admin/", "/admin/seminars/talk/", "/admin/my-calendar/", "/admin/nowhere/"])
def test_every_page_of_the_desk_leads_to_the_choice_of_a_password(browser, address):
    assert browser.get(address).url == f"/password/?next={address}"


def test_nothing_is_saved_before_the_password_is_chosen(newcomer):
    client = Client()
    client.force_login(newcomer)

    answer = client.post("/admin/my-calendar/", {"renew": "1"})

    assert answer.url == CHOOSE
    newcomer.refresh_from_db()
    assert newcomer.feed_key == ""


def test_drafts_and_links_for_members_stay_hidden_until_then(browser, newcomer):
    series = newcomer.series.get()
    soon = {"starts_at": timezone.now(), "join_url": "https://meet.example.org/x"}
    draft, talk = make_draft(series=series), make_talk(series=series, join_access=JoinAccess.MEMBERS, **soon)

    addresses = [draft.get_absolute_url(), f"/talks/{talk.pk}/join/"]
    before = [browser.get(address).status_code for address in addresses]
    send(browser, CHOOSE, **OWN)
    after = [browser.get(address).status_code for address in addresses]

    assert (before, after) == ([404, 200], [200, 302])


def test_public_pages_stay_open(browser):
    assert {browser.get(address).status_code for address in ("/", "/series/", "/colours.css", "/calendar.ics")} == {200}


def test_the_temporary_password_is_refused_as_the_own_one(browser, newcomer):
    same = send(browser, CHOOSE, new_password1=PASSWORD, new_password2=PASSWORD)

    assert "This is the temporary password. Choose a different one." in same.text
    newcomer.refresh_from_db()
    assert newcomer.has_temporary_password


def test_people_can_sign_out_instead(browser):
    token = browser.cookies["csrftoken"].value

    assert browser.post("/sign-out/", {"csrfmiddlewaretoken": token}).url == "/"
    assert "_auth_user_id" not in browser.session


def test_the_choice_leads_to_no_other_site(browser):
    assert send(browser, "/password/?next=https://evil.example.org/", **OWN).url == "/"


def test_what_was_typed_while_signed_out_waits_until_the_password_is_chosen(newcomer):
    browser = Client()
    typed = {"username": newcomer.username, "password": PASSWORD, "next": "/admin/my-calendar/", "kept": "renew=1&a=b"}

    step = browser.post("/sign-in/", typed).url
    page = browser.post(step, OWN).text

    assert step == "/password/?next=/admin/my-calendar/"
    assert 'action="/admin/my-calendar/"' in page
    assert '<input type="hidden" name="a" value="b">' in page


def test_a_password_that_an_administrator_sets_is_temporary(administrator_client):
    person = make_member()
    new = {"password1": "difference engine 2", "password2": "difference engine 2", "usable_password": "true"}

    administrator_client.post(f"/admin/seminars/user/{person.pk}/password/", new | {"set-password": "1"})
    form = form_of(administrator_client, "/admin/seminars/user/add/")
    administrator_client.post("/admin/seminars/user/add/", form | new | {"username": "grace", "email": "g@example.org"})

    flags = {user.username: user.has_temporary_password for user in User.objects.exclude(is_superuser=True)}
    assert flags == {person.username: True, "grace": True}


def test_administrators_change_their_own_password_where_everybody_does():
    boss = make_administrator()
    client = Client()
    client.force_login(boss)

    assert client.get(f"/admin/seminars/user/{boss.pk}/password/").url == "/password/"


def test_a_link_by_mail_replaces_a_temporary_password_too(newcomer):
    client = Client()
    client.post("/password/forgotten/", {"email": newcomer.email})
    address = mail.outbox[0].body.partition("http://talks.example.edu")[2].split()[0]
    client.post(client.get(address).url, OWN)

    newcomer.refresh_from_db()
    assert not newcomer.has_temporary_password


def test_the_private_calendar_goes_on_while_a_password_is_temporary(client):
    person = accounts.renew_calendar(make_organiser(make_series(), has_temporary_password=True))

    assert client.get(f"/private/{person.feed_token}/calendar.ics").status_code == 200
