"""Invitations whose sender may no longer give the role, or that somebody has no use for: what is listed and sent."""

import pytest
from django.core import mail
from django.test import Client

from seminars.actions import account_invitations
from seminars.models.account_invitation import Invitation
from tests.admin_forms import signed_in
from tests.factories import make_administrator, make_member, make_organiser
from tests.inviting import accept, invite, link_in
from tests.pages import main, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_is_set_up")]


@pytest.fixture
def mail_is_set_up(settings):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def boss():
    return make_administrator()


@pytest.fixture
def dead(series):
    """An invitation of somebody who looks after nothing any more."""
    organiser = make_organiser(series, first_name="Bea")
    invite(organiser, series=[series])
    organiser.series_rows.all().delete()
    return Invitation.objects.get()


def send_again(by, invitation):
    return signed_in(by).post("/admin/people/", {"invitation": invitation.pk, "again": "1"}, follow=True)


@pytest.mark.usefixtures("dead")
def test_it_is_not_listed_as_waiting(boss):
    page = words(main(signed_in(boss).get("/admin/people/")))

    assert "No longer valid: Bea can no longer give this role." in page
    assert "Waiting for an answer" not in page


def test_it_stands_in_nobodys_way(boss, dead, priml):
    invite(boss, series=[priml])

    assert [one.invited_by for one in Invitation.objects.all()] == [boss]
    assert not Invitation.objects.filter(pk=dead.pk).exists()


def test_sending_it_again_makes_it_the_senders(boss, dead):
    send_again(boss, dead)

    assert Invitation.objects.get().invited_by == boss
    assert Client().get(link_in(mail.outbox[1])).status_code == 302


def test_another_who_sends_a_good_one_again_leaves_it_to_its_sender(boss, series):
    organiser = make_organiser(series)
    invite(organiser, series=[series])

    send_again(boss, Invitation.objects.get())

    assert Invitation.objects.get().invited_by == organiser


def test_its_sender_cannot_send_it_again(dead, priml):
    dead.invited_by.series_rows.create(series=priml)

    page = send_again(dead.invited_by, dead)

    assert "You may no longer give this role. Withdraw the invitation." in page.text
    assert len(mail.outbox) == 1


def test_an_invitation_to_somebody_who_has_an_account_by_now_is_not_sent_again(boss, series):
    invite(boss, series=[series])
    make_member(email="Grace@example.org", username="hopper")

    page = send_again(boss, Invitation.objects.get())

    assert "(hopper) now has an account with this address." in words(page.text)
    assert len(mail.outbox) == 1


def test_an_invitation_that_was_accepted_is_not_sent_again(boss, series):
    invite(boss, series=[series])
    shown = Invitation.objects.get()
    accept(link_in(mail.outbox[0]))

    with pytest.raises(account_invitations.ValidationError, match="accepted or withdrawn"):
        account_invitations.send_again(shown, by=boss)
    assert len(mail.outbox) == 1


def test_an_invitation_whose_series_are_deleted_is_not_valid(boss, series):
    invite(boss, series=[series])
    series.delete()

    assert Client().get(link_in(mail.outbox[0])).status_code == 410


def test_many_invitations_of_one_person_ask_no_more_questions(series, django_assert_max_num_queries):
    organiser = make_organiser(series)
    for number in range(10):
        invite(organiser, series=[series], email=f"{number}@example.org")
    client = signed_in(organiser)

    with django_assert_max_num_queries(15):
        client.get("/admin/people/")
