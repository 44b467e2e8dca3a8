"""Whom a series invites: ideas, invitations and answers, which only organisers see."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from seminars.actions.undoing import restore
from seminars.models import Change, Role, Speaker, SpeakerInvitation, Talk
from seminars.models.speaker_invitation import InvitationState
from tests.admin_forms import fields_of, form_of, signed_in
from tests.factories import make_draft, make_organiser, make_series, make_speaker, make_talk
from tests.pages import main
from tests.speaking import invite

pytestmark = pytest.mark.django_db


@pytest.fixture
def series():
    return make_series()


@pytest.fixture
def talk(series):
    return make_draft(series=series)


@pytest.fixture
def organiser(series):
    return make_organiser(series, first_name="Grace", last_name="Hopper")


@pytest.fixture
def client(organiser):
    return signed_in(organiser)


@pytest.fixture
def address(series):
    return reverse("admin:speaker-invitations") + f"?series={series.pk}"


@pytest.fixture
def save(client, address):
    """Open the page, type what is given, and save."""

    def saved(**typed):
        sent = form_of(client, address) | {name.replace("__", "-"): value for name, value in typed.items()}
        return client.post(address, sent, follow=True)

    return saved


def speakers_of(talk):
    return [one.speaker.name for one in Talk.objects.get(pk=talk.pk).speakers]


def test_several_people_are_added_in_the_order_of_the_choices(save, talk, organiser):
    save(**{f"new-{talk.pk}-names": "Ada Lovelace (London); Emmy Noether"})

    first, second = SpeakerInvitation.objects.in_order()
    assert [(one.speaker.name, one.choice, one.state) for one in (first, second)] == [
        ("Ada Lovelace", 1, "idea"),
        ("Emmy Noether", 2, "idea"),
    ]
    assert first.speaker.affiliation == "London"
    assert (first.added_by, first.talk) == (organiser, talk)
    assert speakers_of(talk) == []


def test_who_accepts_becomes_the_speaker_and_the_state_says_who_noted_it_and_when(save, talk, organiser):
    one = invite(talk)

    save(**{f"invitation-{one.pk}-state": "invited"})
    one.refresh_from_db()
    assert (one.state, one.invited_by, one.answered_at) == ("invited", organiser, None)
    assert speakers_of(talk) == []

    save(**{f"invitation-{one.pk}-state": "accepted"})
    one.refresh_from_db()
    assert (one.state, one.answered_by) == ("accepted", organiser)
    assert speakers_of(talk) == ["Ada Lovelace"]


def test_who_declines_frees_the_date_and_the_next_choice_is_proposed(save, talk):
    first, second = invite(talk, state="accepted"), invite(talk, "Emmy Noether", choice=2)
    save(**{f"invitation-{first.pk}-state": "invited"})
    save(**{f"invitation-{first.pk}-state": "accepted"})
    assert speakers_of(talk) == ["Ada Lovelace"]

    page = save(**{f"invitation-{first.pk}-state": "declined"}).content.decode()

    assert speakers_of(talk) == []
    assert "is free again. The next choice is Emmy Noether." in page
    assert "To invite next: Emmy Noether" in page
    assert second.state == InvitationState.IDEA


def test_nobody_is_proposed_while_another_person_is_invited(save, talk):
    first = invite(talk, state="invited")
    invite(talk, "Emmy Noether", choice=2, state="invited")
    invite(talk, "Sofja Kowalewskaja", choice=3)

    page = save(**{f"invitation-{first.pk}-state": "declined"}).content.decode()

    assert "next choice" not in page
    assert "To invite next" not in page


def test_ideas_without_a_date_are_put_on_one(save, talk, series):
    save(**{"new-0-names": "Ada Lovelace", "new-0-wanted_from": "2027-05-01", "new-0-wanted_to": "2027-05-31"})
    one = SpeakerInvitation.objects.get()
    assert (one.talk, one.series, one.wanted_from, one.wanted_to) == (
        None, series, date(2027, 5, 1), date(2027, 5, 31),
    )  # fmt: skip

    save(**{f"invitation-{one.pk}-talk": str(talk.pk), f"invitation-{one.pk}-state": "accepted"})

    one.refresh_from_db()
    assert (one.talk, one.wanted_from, one.wanted_to) == (talk, None, None)
    assert speakers_of(talk) == ["Ada Lovelace"]


def test_a_person_who_is_taken_off_a_date_is_an_idea_without_one(save, talk):
    one = invite(talk, state="invited")
    save(**{f"invitation-{one.pk}-state": "accepted"})

    save(**{f"invitation-{one.pk}-leaves_date": "on"})

    one.refresh_from_db()
    assert (one.talk, one.state) == (None, "accepted")
    assert speakers_of(talk) == []


def test_a_person_who_is_removed_from_the_list_stays_a_speaker(save, talk):
    one = invite(talk, state="invited")
    save(**{f"invitation-{one.pk}-state": "accepted"})

    save(**{f"invitation-{one.pk}-remove": "on"})

    assert not SpeakerInvitation.objects.exists()
    assert speakers_of(talk) == ["Ada Lovelace"]


def test_an_undo_takes_the_speaker_away_and_the_invitation_waits_again(save, talk, organiser):
    one = invite(talk, state="invited")
    save(**{f"invitation-{one.pk}-state": "accepted"})

    restore(Change.objects.latest("pk"), by=organiser)

    one.refresh_from_db()
    assert (one.state, speakers_of(talk)) == ("invited", [])


def test_an_invited_person_who_becomes_a_speaker_in_another_way_has_accepted(client, talk):
    one = invite(talk, state="invited")
    schedule = reverse("admin:schedule") + f"?series={talk.series_id}"

    client.post(schedule, form_of(client, schedule) | {f"talk-{talk.pk}-speaker": "Ada Lovelace", "_save": "1"})

    one.refresh_from_db()
    assert (speakers_of(talk), one.state) == (["Ada Lovelace"], "accepted")


def test_moderators_and_other_speakers_stay_when_somebody_accepts(save, series):
    talk = make_talk(series=series, speakers=["Emmy Noether"])
    talk.appearances.create(speaker=make_speaker(name="Grace Chair"), role=Role.MODERATOR, order=1)
    one = invite(talk, state="invited")

    save(**{f"invitation-{one.pk}-state": "accepted"})

    found = [(row.speaker.name, row.role) for row in talk.appearances.in_order()]
    assert found == [("Emmy Noether", "speaker"), ("Ada Lovelace", "speaker"), ("Grace Chair", "moderator")]


def test_two_organisers_do_not_overwrite_each_other(client, address, talk, organiser):
    one = invite(talk, state="invited")
    opened = form_of(client, address)
    SpeakerInvitation.objects.update(state="declined", answered_by=organiser)

    page = client.post(address, opened | {f"invitation-{one.pk}-state": "accepted"})

    assert "Grace Hopper has changed this to “Declined”. Save again to replace it with yours." in page.content.decode()
    assert SpeakerInvitation.objects.get().state == "declined"
    again = fields_of(page) | {f"invitation-{one.pk}-state": "accepted"}
    assert client.post(address, again).status_code == 302
    assert SpeakerInvitation.objects.get().state == "accepted"


def test_what_others_changed_stays_where_nothing_was_typed(client, address, talk):
    one = invite(talk)
    opened = form_of(client, address)
    SpeakerInvitation.objects.update(state="invited")

    client.post(address, opened | {f"invitation-{one.pk}-note": "Prefers May."})

    one.refresh_from_db()
    assert (one.state, one.note) == ("invited", "Prefers May.")


def test_what_was_typed_for_a_person_who_was_removed_is_not_silently_lost(client, address, talk):
    one = invite(talk)
    opened, key = form_of(client, address), one.pk
    one.delete()

    page = client.post(address, opened | {f"invitation-{key}-state": "invited", f"new-{talk.pk}-names": "Bo Li"})

    assert "Someone has removed a person whom you changed." in page.content.decode()
    assert 'value="Bo Li"' in page.content.decode()
    assert not SpeakerInvitation.objects.exists()


def test_a_doubtful_name_is_asked_about_and_nothing_is_saved(save, talk):
    known = make_speaker(name="Ada Lovelace")

    page = save(**{f"new-{talk.pk}-names": "Ada Lovlace"}).content.decode()

    assert "Who is Ada Lovlace?" in page
    assert Speaker.objects.count() == 1
    save(**{f"new-{talk.pk}-names": "Ada Lovlace", f"new-{talk.pk}-who-0": f"ada lovlace|{known.pk}"})
    assert SpeakerInvitation.objects.get().speaker == known


@pytest.mark.parametrize("typed", ["TBA", "to be announced"])
def test_what_names_nobody_is_refused_in_words(save, talk, typed):
    page = save(**{f"new-{talk.pk}-names": typed}).content.decode()

    assert "This names nobody. Enter a name such as Ada Lovelace (London)." in page
    assert f'value="{typed}"' in page
    assert not SpeakerInvitation.objects.exists()


def test_days_in_the_wrong_order_are_refused_and_come_back(save, talk):
    page = save(
        **{"new-0-names": "Ada Lovelace", "new-0-wanted_from": "2027-05-31", "new-0-wanted_to": "2027-05-01"}
    ).content.decode()

    assert "The last day must not be before the first." in page
    assert not SpeakerInvitation.objects.exists()
    assert "Ada Lovelace" in page


def test_a_person_is_on_the_list_of_a_date_once(save, talk):
    invite(talk)

    save(**{f"new-{talk.pk}-names": "Ada Lovelace; Ada Lovelace"})

    assert SpeakerInvitation.objects.count() == 1


def test_an_idea_that_is_put_on_a_date_twice_is_refused(save, talk, series):
    ada = invite(talk).speaker
    other = SpeakerInvitation.objects.create(series=series, speaker=ada)

    page = save(**{f"invitation-{other.pk}-talk": str(talk.pk)}).content.decode()

    assert "This person is already on the list of this date." in page
    other.refresh_from_db()
    assert other.talk is None


def test_names_for_a_date_that_is_gone_come_back_in_the_message(client, address, talk):
    opened, key = form_of(client, address), talk.pk
    talk.delete()

    page = client.post(address, opened | {f"new-{key}-names": "Ada Lovelace"})

    assert "The date for which you typed “Ada Lovelace” is no longer in this term." in page.content.decode()
    assert not SpeakerInvitation.objects.exists()


def test_organisers_see_their_own_series_only(client, talk):
    other = make_draft()
    invite(other, "Emmy Noether")

    assert client.get(reverse("admin:speaker-invitations") + f"?series={other.series_id}").status_code == 404
    assert 'class="invitation' not in client.get(reverse("admin:speaker-invitations")).content.decode()


def test_the_history_of_a_person_tells_other_organisers_of_no_invitation(save, talk):
    save(**{f"new__{talk.pk}__names": "Emmy Noether"})
    person = Speaker.objects.get(name="Emmy Noether")

    history = signed_in(make_organiser(make_series())).get(reverse("admin:seminars_speaker_history", args=[person.pk]))

    assert history.status_code == 200
    assert "Speakers changed" in main(history)
    assert "nvitation" not in main(history)


def test_the_list_says_who_has_spoken_here_before(client, address, talk):
    one = invite(talk)
    make_talk(series=talk.series, speakers=[one.speaker], starts_at=timezone.now() - timedelta(days=100))

    page = client.get(address).content.decode()

    assert "Here before: 1 talk, on " in page


@pytest.mark.parametrize("page", ["speaker-invitations", "schedule"])
def test_the_suggestions_say_who_has_spoken_here_before(client, talk, page):
    make_talk(series=talk.series, speakers=["Emmy Noether"], starts_at=timezone.now() - timedelta(days=100))
    make_speaker(name="Ada Lovelace")

    shown = client.get(reverse(f"admin:{page}") + f"?series={talk.series_id}").content.decode()

    assert '<option value="Emmy Noether" label="Emmy Noether · 1 talk, on ' in shown
    assert '<option value="Ada Lovelace"></option>' in shown


def test_the_list_leads_to_asking_those_who_have_accepted(client, address, save, talk):
    one = invite(talk, state="invited")
    asking = f"{reverse('admin:ask-speaker')}?talk={talk.pk}"
    assert asking not in client.get(address).content.decode()

    page = save(**{f"invitation-{one.pk}-state": "accepted"}).content.decode()

    assert asking in page
    assert reverse("admin:ask-speakers") in page
    assert "Noted by Grace Hopper." in page


def test_a_term_of_60_talks_takes_at_most_20_queries(client, address, series, django_assert_max_num_queries):
    for number in range(60):
        talk = make_draft(series=series, title=f"Talk {number}")
        invite(talk, f"Ada {number} Lovelace", state="invited")
        invite(talk, f"Emmy {number} Noether", choice=2)
    client.get(address)

    with django_assert_max_num_queries(20):
        page = client.get(address).content.decode()

    assert page.count('class="invited-talk"') == 60
