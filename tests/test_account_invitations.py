"""Invite a colleague; the link is good once and for a week; nobody gives more than they have."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client
from django.urls import reverse

from seminars.actions import account_invitations, housekeeping
from seminars.models import Department, User
from seminars.models.account_invitation import AccountRole, Invitation
from tests.admin_forms import signed_in
from tests.factories import in_new_york, make_administrator, make_member, make_organiser
from tests.inviting import ACCOUNT, accept, invite, link_in
from tests.pages import main, words

pytestmark = pytest.mark.django_db

NOW = in_new_york(2025, 11, 3, 9)


@pytest.fixture
def boss():
    return make_administrator(first_name="Ada", last_name="Lovelace")


def form_of_page(page):
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))


def test_a_colleague_is_invited_accepts_and_sees_their_series(boss, series, priml):
    Department.objects.create(pk=1, name="Statistics & Data")

    assert invite(boss, series=[series], first_name="Grace").url == "/admin/people/"
    [sent] = mail.outbox
    browser, done = accept(link_in(sent))

    person = User.objects.get(username="grace")
    assert (sent.to, sent.subject) == (["grace@example.org"], "Statistics & Data: your invitation")
    assert "Ada Lovelace invites you to work on the seminar site of Statistics & Data." in sent.body
    assert "- ASSET" in sent.body
    assert done.url == "/admin/"
    assert (person.email, person.is_superuser, list(person.series.all())) == ("grace@example.org", False, [series])
    assert browser.get("/admin/").status_code == 200
    assert browser.get(f"/admin/seminars/series/{series.pk}/change/").status_code == 200
    assert browser.get(f"/admin/seminars/series/{priml.pk}/change/").status_code == 302


def test_the_link_works_once(boss, series):
    invite(boss, series=[series])
    link = link_in(mail.outbox[0])
    accept(link)

    again = Client().get(link)

    assert again.status_code == 410
    assert "This invitation is no longer valid" in words(main(again))


def test_two_who_accept_at_once_make_one_account(boss, series):
    invite(boss, series=[series])
    invitation = Invitation.objects.get()
    account_invitations.accept(invitation, User(username="first"), "difference engine 2")

    with pytest.raises(account_invitations.ValidationError, match="no longer valid"):
        account_invitations.accept(invitation, User(username="second"), "difference engine 2")


class AnotherIsFaster:
    """Looks at passwords, which is the last check of the form; somebody else takes the name just then."""

    def validate(self, password, user=None):
        make_member(username="Grace")

    def get_help_text(self):
        return ""


def test_a_username_that_somebody_takes_at_the_same_moment_is_refused_at_its_field(boss, series, settings):
    invite(boss, series=[series])
    settings.AUTH_PASSWORD_VALIDATORS = [{"NAME": f"{__name__}.AnotherIsFaster"}]

    _browser, answer = accept(link_in(mail.outbox[0]))

    assert answer.status_code == 200
    assert answer.context["form"].errors == {"username": ["A user with that username already exists."]}
    assert 'value="grace"' in answer.text
    assert Invitation.objects.get().accepted_at is None


def test_the_link_works_for_a_week(boss, series):
    with time_machine.travel(NOW, tick=False) as clock:
        invite(boss, series=[series])
        link = link_in(mail.outbox[0])
        clock.shift(timedelta(days=7, seconds=-1))
        before = Client().get(link).status_code
        clock.shift(timedelta(seconds=1))
        after = Client().get(link).status_code

    assert (before, after) == (302, 410)


def test_a_form_that_was_opened_in_time_is_refused_after_the_week(boss, series):
    with time_machine.travel(NOW, tick=False) as clock:
        invite(boss, series=[series])
        browser = Client()
        browser.get(link_in(mail.outbox[0]))
        clock.shift(timedelta(days=7))

        assert browser.post("/invitation/", ACCOUNT).status_code == 410
    assert not User.objects.filter(username="grace").exists()


def test_sending_again_makes_another_link_and_another_week(boss, series):
    with time_machine.travel(NOW, tick=False) as clock:
        invite(boss, series=[series])
        clock.shift(timedelta(days=8))
        page = words(main(signed_in(boss).get("/admin/people/")))
        signed_in(boss).post("/admin/people/", {"invitation": Invitation.objects.get().pk, "again": "1"})
        old, new = [link_in(message) for message in mail.outbox]

        assert "Expired on" in page
        assert (Client().get(old).status_code, Client().get(new).status_code) == (410, 302)


def test_a_withdrawn_invitation_opens_nothing(boss, series):
    invite(boss, series=[series])

    signed_in(boss).post("/admin/people/", {"invitation": Invitation.objects.get().pk, "withdraw": "1"})

    assert Client().get(link_in(mail.outbox[0])).status_code == 410
    assert "The invitation to" not in words(main(signed_in(boss).get("/admin/people/")))


@pytest.mark.parametrize("token", ["x", "x.y", "WzEsMl0.x", "MQ"])
def test_a_made_up_link_opens_nothing_and_starts_no_session(client, token):
    answer = client.get(f"/private/{token}/invitation/")

    assert (answer.status_code, len(answer.cookies)) == (410, 0)


def test_the_page_with_the_form_keeps_its_secret_out_of_its_address(boss, series):
    invite(boss, series=[series])
    browser = Client()
    opened = browser.get(link_in(mail.outbox[0]))
    page = browser.get(opened.url)

    assert {answer["Cache-Control"] for answer in (opened, page)} == {"private, no-store"}
    assert Invitation.objects.get().key not in page.text


def test_an_account_with_the_address_gets_the_role_once_its_person_is_confirmed(boss, series):
    person = make_member(email="Grace@example.org", username="grace", first_name="Grace", last_name="Hopper")

    asked = invite(boss, series=[series])
    before = list(person.series.all())
    answer = invite(boss, series=[series], known=form_of_page(asked)["known"])

    assert "Grace Hopper (grace) already has an account with this address." in words(main(asked))
    assert before == []
    assert answer.url == "/admin/people/"
    assert list(person.series.all()) == [series]
    assert Invitation.objects.count() == 0
    assert "Sign in as “grace” here:" in mail.outbox[0].body


def test_a_role_is_added_and_none_is_taken_away(boss, series, priml):
    person = make_organiser(priml, email="grace@example.org")

    invite(boss, series=[series], known=person.pk)

    assert set(person.series.all()) == {series, priml}


def test_a_deactivated_account_is_not_brought_back_by_an_invitation(series):
    organiser = make_organiser(series)
    person = make_member(email="grace@example.org", is_active=False)

    answer = invite(organiser, series=[series])

    assert "but it is deactivated" in answer.text
    assert not person.series.exists()


def test_an_address_is_invited_once(boss, series):
    invite(boss, series=[series])

    again = invite(boss, series=[series], email="GRACE@example.org")

    assert "Ada Lovelace has already invited this address." in again.text
    assert 'value="GRACE@example.org"' in again.text
    assert len(mail.outbox) == 1


def test_an_expired_invitation_makes_place_for_another(boss, series, priml):
    with time_machine.travel(NOW, tick=False) as clock:
        invite(boss, series=[series])
        clock.shift(timedelta(days=7))
        invite(boss, series=[priml])

    assert Invitation.objects.get().series.get() == priml


# --- who may ---


def test_members_invite_nobody(series):
    assert invite(make_member(), series=[series]).status_code == 302
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize(("role", "of_theirs"), [("administrator", True), ("member", True), ("organiser", False)])
def test_organisers_give_no_more_than_they_have(series, priml, role, of_theirs):
    answer = invite(make_organiser(series), role=role, series=[series if of_theirs else priml])

    assert (answer.status_code, Invitation.objects.count()) == (200, 0)


def test_organisers_invite_others_to_their_series(series):
    assert invite(make_organiser(series), series=[series]).status_code == 302
    assert Invitation.objects.get().series.get() == series


def test_an_invitation_gives_only_what_its_sender_may_still_give(series, priml):
    organiser = make_organiser(series, priml)
    invite(organiser, series=[series, priml])
    link = link_in(mail.outbox[0])
    before = Client().get(link).status_code
    organiser.series_rows.filter(series=priml).delete()

    assert (before, Client().get(link).status_code) == (302, 410)


def test_an_invitation_of_somebody_who_was_deactivated_is_not_valid(boss, series):
    invite(boss, series=[series])
    User.objects.filter(pk=boss.pk).update(is_active=False)

    assert Client().get(link_in(mail.outbox[0])).status_code == 410


def test_organisers_see_and_withdraw_their_own_invitations_alone(boss, series):
    invite(boss, series=[series])
    client = signed_in(make_organiser(series))

    client.post("/admin/people/", {"invitation": Invitation.objects.get().pk, "withdraw": "1"})

    assert "grace@example.org" not in client.get("/admin/people/").text
    assert Invitation.objects.count() == 1


def test_an_organiser_needs_a_series(boss):
    answer = invite(boss)

    assert "Tick at least one series, or choose another role." in answer.text
    assert 'value="grace@example.org"' in answer.text


def test_an_administrator_is_invited_by_an_administrator(boss):
    invite(boss, role=AccountRole.ADMINISTRATOR)
    accept(link_in(mail.outbox[0]))

    assert User.objects.get(username="grace").is_superuser


# --- accepting ---


def test_a_name_that_is_taken_or_a_weak_password_is_refused_and_the_rest_is_kept(boss, series):
    make_member(username="grace")
    invite(boss, series=[series])

    _browser, taken = accept(link_in(mail.outbox[0]), username="Grace")
    _browser, weak = accept(link_in(mail.outbox[0]), username="hopper", password1="secret", password2="secret")

    assert "A user with that username already exists." in taken.text
    assert 'value="Hopper"' in taken.text
    assert "too short" in weak.text
    assert not User.objects.filter(username="hopper").exists()


def test_the_name_is_the_email_address_unless_another_is_chosen(boss, series):
    invite(boss, series=[series], last_name="Hopper")
    browser = Client()

    page = browser.get(browser.get(link_in(mail.outbox[0])).url).text

    assert re.search(r'name="username" value="grace@example.org"', page)
    assert re.search(r'name="last_name" value="Hopper"', page)


@pytest.mark.parametrize("email", ["o'brien@example.org", "a" * 60 + "@" + ".".join(["b" * 60] * 3) + ".org"])
def test_an_address_that_cannot_be_a_name_is_not_proposed_as_one(boss, email):
    invite(boss, role=AccountRole.MEMBER, email=email)
    browser = Client()

    page = browser.get(browser.get(link_in(mail.outbox[0])).url).text

    assert re.search(r'<input type="text" name="username" maxlength="150"', page)


def test_an_address_that_is_too_long_is_refused(boss):
    email = "a" * 60 + "@" + ".".join(["b" * 60] * 3) + "." + "c" * 20 + ".example.org"

    answer = invite(boss, role=AccountRole.MEMBER, email=email)

    assert "at most 254 characters" in answer.text
    assert Invitation.objects.count() == 0


# --- whose address it is ---


def test_with_mail_only_the_person_who_is_invited_sees_the_link(boss, series):
    organiser = make_organiser(series)
    invite(organiser, series=[series])
    link = link_in(mail.outbox[0])

    pages = [signed_in(person).get("/admin/people/").text for person in (organiser, boss)]

    assert [link in page for page in pages] == [False, False]


@pytest.mark.parametrize("known", ["", "0", "x", "another"])
def test_no_role_is_given_to_an_account_that_the_inviter_has_not_confirmed(boss, known):
    person = make_member(email="provost@example.org", username="mallory")
    sent = boss.pk if known == "another" else known

    answer = invite(boss, role=AccountRole.ADMINISTRATOR, email="provost@example.org", known=sent)

    assert "(mallory) already has an account with this address." in words(main(answer))
    assert 'value="Give them this role"' in answer.text
    assert not User.objects.get(pk=person.pk).is_superuser
    assert not LogEntry.objects.filter(object_id=str(person.pk)).exists()


# --- without mail ---


def test_without_mail_the_link_is_shown_to_copy(boss, series, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    client = signed_in(boss)
    sent = {"email": "grace@example.org", "role": "organiser", "series": [series.pk]}
    page = client.post(reverse("admin:invite"), sent, follow=True)

    assert mail.outbox == []
    assert "This site sends no email. Copy the link below" in page.text
    accept(Invitation.objects.get().address.removeprefix("http://talks.example.edu"))
    assert Invitation.objects.get().address not in client.get("/admin/people/").text


# --- afterwards ---


def test_the_desks_log_says_who_gave_which_role(boss, series):
    invite(boss, series=[series])
    accept(link_in(mail.outbox[0]))

    entry = LogEntry.objects.latest("pk")
    assert (entry.user, entry.object_repr, entry.get_change_message()) == (
        boss, "Grace Hopper", "Organiser of series: ASSET",
    )  # fmt: skip


def test_invitations_are_forgotten_after_three_months(boss, series):
    with time_machine.travel(NOW, tick=False) as clock:
        invite(boss, series=[series])
        clock.shift(timedelta(days=90))
        housekeeping.tidy()
        kept = Invitation.objects.count()
        clock.shift(timedelta(seconds=1))
        housekeeping.tidy()

    assert (kept, Invitation.objects.count()) == (1, 0)
