"""The site emails the owner of an account when the way to sign in or a token changes, no matter who changed it."""

import getpass
import re

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from seminars.actions import housekeeping, outbox, second_step
from seminars.actions.personal_data.accounts import anonymise
from seminars.models import ApiToken, Department, User
from seminars.models.api_token import WRITTEN
from seminars.models.letter import Letter
from tests.admin_forms import signed_in
from tests.factories import make_administrator, make_member, make_organiser
from tests.pages import words
from tests.second_steps import with_passkey, with_second_step
from tests.signing_in import PASSWORD
from tests.signing_in import sign_in as sign_in_with_password
from tests.single_sign_on import know, sign_in
from tests.tokens import make_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(sso):
    """Somebody whose account here has another address than that of the university."""
    return make_member(username="ada", email="ada@example.org")


@pytest.fixture
def boss():
    return make_administrator(first_name="Emmy", last_name="Noether")


def connect(person):
    browser = Client()
    sign_in_with_password(browser, person)
    return sign_in(browser, why="connect")


def disconnect(person, by):
    signed_in(by).post(f"/admin/role/?person={person.pk}", {"disconnect": ""})


def test_the_address_that_an_account_had_is_told_that_it_was_connected(ada):
    """Connecting replaces the address, so the new one may be that of somebody who should not have connected it."""
    Department.objects.update_or_create(
        pk=1, defaults={"contact_name": "Office", "contact_email": "office@example.edu"}
    )
    with time_machine.travel("2026-03-03T02:30:00Z", tick=True):
        connect(ada)

    [message] = mail.outbox
    said = words(message.body)
    assert (message.to, User.objects.get(pk=ada.pk).email) == (["ada@example.org"], "grace@example.edu")
    assert message.subject == "Seminars: your account was connected with Example University"
    assert "Your account “ada” on the seminar site of Seminars was connected with an account at Example Univ" in said
    assert "on Monday, 2 March, 9:30 pm (New York time)" in said
    assert "At the moment they are: Grace Hopper, grace@example.edu" in said
    assert "If it was not you, ask an administrator of the site at once to disconnect the account" in said
    assert message.body.rstrip().endswith("Contact: Office <office@example.edu>")


def test_an_account_that_its_address_connects_is_told(sso):
    make_member(email="Grace@example.edu")
    sso(links_by_email=True)

    sign_in()

    assert [message.to for message in mail.outbox] == [["Grace@example.edu"]]


def test_without_an_address_before_the_new_one_is_told(sso):
    connect(make_member(email=""))

    assert [message.to for message in mail.outbox] == [["grace@example.edu"]]


def test_new_accounts_and_further_sign_ins_tell_nobody(sso):
    sign_in()
    know(sso(), email="murray@example.edu")
    sign_in()

    assert mail.outbox == []


def test_an_account_that_is_disconnected_tells_its_owner_who_did_it(ada, boss):
    connect(ada)
    mail.outbox.clear()

    with time_machine.travel("2026-07-01T16:00:00Z", tick=True):
        disconnect(ada, boss)
        disconnect(ada, boss)  # once more, from a page that was still open

    [message] = mail.outbox
    said = words(message.body)
    assert message.to == ["grace@example.edu"]
    assert message.subject == "Seminars: your account was disconnected from the university"
    assert said.startswith("Emmy Noether disconnected your account “ada” on the seminar site of Seminars from accounts")
    assert "on Wednesday, 1 July, 12 noon (New York time)" in said
    assert "sign in with your password of the site: http://talks.example.edu/sign-in/" in said
    assert "If you did not expect this" in said


def test_who_has_no_password_is_told_whom_to_ask(sso, boss):
    sign_in()

    disconnect(User.objects.get(username="grace"), boss)

    assert "Ask an administrator of the site how you can sign in from now on." in words(mail.outbox[0].body)
    assert "/sign-in/" not in mail.outbox[0].body


@pytest.mark.parametrize(("gone", "said"), [("boss", "An administrator disconnected"), ("ada", "")])
def test_people_may_be_gone_when_it_is_sent(ada, boss, settings, gone, said):
    settings.MAIL_AT_ONCE = False
    connect(ada)
    disconnect(ada, boss)
    {"ada": ada, "boss": boss}[gone].delete()

    outbox.Sender().send_due()

    assert said in "".join(message.body for message in mail.outbox)
    assert len(mail.outbox) == (2 if said else 0)


def test_somebody_who_is_anonymised_is_forgotten_at_the_earlier_address_too(ada, boss, settings):
    settings.MAIL_AT_ONCE = False
    connect(ada)

    anonymise(User.objects.get(pk=ada.pk), by=boss)

    assert Letter.objects.count() == 0


def test_nothing_is_sent_where_no_mail_is_set_up(ada, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    connect(ada)

    assert (ada.identities.count(), Letter.objects.count()) == (1, 0)


def test_changes_of_the_second_step_are_told_in_the_language_of_the_department(boss):
    Department.objects.update_or_create(pk=1, defaults={"language": "de"})
    person = make_administrator(username="ada", email="ada@example.org")

    with_second_step(person)
    second_step.renew_codes(person)
    second_step.remove(person, by=boss)

    told = [words(message.body) for message in mail.outbox]
    assert [message.to for message in mail.outbox] == [["ada@example.org"]] * 3
    assert "Zwei-Faktor-Authentifizierung eingeschaltet. Wenn" in told[0]
    assert "Neue Wiederherstellungscodes erzeugt. Wenn" in told[1]
    assert "ausgeschaltet. (Emmy Noether) Wenn" in told[2]


def test_passkeys_are_told_by_their_names(settings):
    settings.SITE_URL = "https://talks.example.edu"
    person = make_administrator(email="ada@example.org")
    with_second_step(person)
    _device, row, _codes = with_passkey(person, name="100 % mine")

    second_step.remove_device(person, row)

    added, removed = [words(message.body) for message in mail.outbox[1:]]
    assert "Added the passkey “100 % mine”." in added
    assert "Removed the passkey “100 % mine”." in removed


def test_a_command_that_turns_the_second_step_off_is_told_too():
    person = make_administrator(username="ada", email="ada@example.org")
    with_second_step(person)

    call_command("remove_second_step", "ada")

    assert "with the command remove_second_step." in words(mail.outbox[-1].body)


def change_password(person, boss):
    browser = signed_in(person)
    new = {"new_password1": "open sesame 8", "new_password2": "open sesame 8"}
    browser.post("/password/", {"old_password": PASSWORD} | new)


def set_password(person, boss):
    new = {"password1": "open sesame 8", "password2": "open sesame 8", "usable_password": "true"}
    signed_in(boss).post(f"/admin/seminars/user/{person.pk}/password/", new)


def remove_password(person, boss):
    signed_in(boss).post(
        f"/admin/seminars/user/{person.pk}/password/", {"usable_password": "false", "unset-password": ""}
    )


def run_the_command(person, boss):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(getpass, "getpass", lambda prompt: "open sesame 8")
        call_command("changepassword", person.username)


def follow_the_link(person, boss):
    browser = Client()
    browser.post("/password/forgotten/", {"email": person.email})
    link = re.search(r"http://talks\.example\.edu(/password/\S+)", mail.outbox[0].body)[1]
    form = browser.get(link).url
    browser.post(form, {"new_password1": "open sesame 8", "new_password2": "open sesame 8"})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (change_password, "The password of your account “ada”"),
        (follow_the_link, "The password of your account “ada”"),
        (set_password, "An administrator changed or removed the password of your account “ada”"),
        (remove_password, "An administrator changed or removed the password of your account “ada”"),
        (run_the_command, "An administrator changed or removed the password of your account “ada”"),
    ],
)
def test_a_new_password_is_told(boss, change, said):
    person = make_member(username="ada", email="ada@example.org")
    before = person.password

    change(person, boss)

    person.refresh_from_db()
    assert person.password != before
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == (["ada@example.org"], "Seminars: your password was changed")
    assert said in words(mail.outbox[-1].body)


# --- tokens, which act with the rights of an account ---------------------------------------------------------


def test_who_has_an_account_is_told_of_a_token_that_was_made_with_it_and_not_the_token(series):
    ada = make_organiser(series, username="ada", email="ada@example.org")
    desk = signed_in(ada)

    with time_machine.travel("2026-07-01T16:00:00Z", tick=True):
        asked = {"name": "R&D", "series": series.pk, "may_change_talks": "1", "days": "30"}
        made = desk.post("/admin/api-tokens/", asked)

    [message] = mail.outbox
    said = words(message.body)
    [written] = WRITTEN.findall(made.content.decode())
    assert (message.to, message.subject) == (
        ["ada@example.org"], "Seminars: an API token was made with your account"
    )  # fmt: skip
    assert "your account “ada” on the seminar site of Seminars on Wednesday, 1 July, 12 noon (New York time):" in said
    assert f"R&D (sem_…{written[-4:]}) {series} Reads, and changes talks. Valid until Friday, 31 July." in said
    assert "revoke it at once under “API tokens”" in said
    assert "http://talks.example.edu/admin/api-tokens/" in said
    assert written not in str(message.message()) + str(Letter.objects.values())


def test_a_token_for_all_series_is_told_with_all_that_it_may_do_in_the_language_of_the_department(series):
    Department.objects.update_or_create(pk=1, defaults={"language": "de"})

    make_token(make_organiser(series))

    said = words(mail.outbox[0].body)
    assert "Alle Reihen, die Sie betreuen" in said
    assert "Liest und ändert Vorträge. Fügt Vortragende, Räume und Themen hinzu, ändert und löscht sie." in said
    assert "Ändert Reihen und Pausen. Gültig bis" in said


def test_a_token_that_was_revoked_before_the_email_is_sent_is_told_all_the_same(series, settings):
    settings.MAIL_AT_ONCE = False
    make_token(ada := make_organiser(series))
    signed_in(ada).post("/admin/api-tokens/", {"revoke": "1", "token": ApiToken.objects.get().pk})

    outbox.Sender().send_due()

    assert ["Website (sem_…" in message.body for message in mail.outbox] == [True]


def test_a_token_that_an_administrator_revokes_is_told(series, boss):
    make_token(make_organiser(series, username="ada", email="ada@example.org"))
    token = ApiToken.objects.get()
    mail.outbox.clear()

    signed_in(boss).post("/admin/api-tokens/", {"revoke": "1", "token": token.pk})

    [message] = mail.outbox
    said = words(message.body)
    assert (message.to, message.subject) == (["ada@example.org"], "Seminars: an API token of yours was revoked")
    assert said.startswith("Emmy Noether revoked an API token of your account “ada” on the seminar site of Seminars")
    assert f"Website (sem_…{token.ending}) Programs that use it no longer get in." in said


def test_one_s_own_revoking_and_the_end_of_a_token_are_told_nobody(series):
    ada = make_organiser(series)
    for _time in range(2):
        make_token(ada)
    mail.outbox.clear()

    signed_in(ada).post("/admin/api-tokens/", {"revoke": "1", "token": ApiToken.objects.first().pk})
    ApiToken.objects.update(ends_at=timezone.now())
    housekeeping.tidy()

    assert (ApiToken.objects.count(), mail.outbox) == (0, [])


def test_a_token_is_made_where_no_mail_is_set_up(series, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    make_token(make_organiser(series))

    assert (ApiToken.objects.count(), Letter.objects.count()) == (1, 0)
