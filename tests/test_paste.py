"""Paste the mail of a speaker into a box: it fills the form of a talk, and only the organiser saves it."""

from datetime import time

import pytest
from django.urls import reverse

from seminars.models import Edition, JoinAccess, Speaker, Talk
from tests.admin_forms import address_of, errors_in, form_of, messages_of, signed_in
from tests.factories import make_draft, make_member, make_organiser, make_series, make_speaker, make_talk
from tests.imports import SEEDS, with_the_real_files

pytestmark = pytest.mark.django_db

PASTE = reverse("admin:paste")
MAIL = (
    "Dear Grace,\n\nTitle: On engines\nSpeaker: Ada Lovelace (London)\nWhen: noon\nAbstract: They weave.\n\n"
    "Bio: Born in 1815.\n\nZoom: https://zoom.us/j/77\nPasscode: tea\n"
)


@pytest.fixture
def series():
    return make_series(default_weekday=2, default_start=time(12), default_passcode="usual")


def pasted(client, text=MAIL, **choices):
    """The address of the form that the box leads to."""
    response = client.post(PASTE, form_of(client, PASTE) | {"text": text} | choices)
    assert response.status_code == 302, errors_in(response)
    return response.url


def leftovers(client, address):
    return client.get(address).context["rest"]


def test_the_form_of_a_new_talk_is_filled_and_nothing_is_saved(organiser_client, series):
    edition = Edition.objects.current()

    form = form_of(organiser_client, pasted(organiser_client))

    names = ["series", "title", "abstract", "join_url", "passcode", "starts_at_1", "appearances-0-new_name",
             "appearances-0-affiliation", "appearances-0-biography"]  # fmt: skip
    assert [form[name] for name in names] == [
        str(series.pk), "On engines", "They weave.", "https://zoom.us/j/77", "tea", "12:00", "Ada Lovelace",
        "London", "Born in 1815.",
    ]  # fmt: skip
    assert (Talk.objects.count(), Speaker.objects.count(), Edition.objects.current()) == (0, 0, edition)


def test_text_that_belongs_to_no_field_is_shown(organiser_client):
    assert leftovers(organiser_client, pasted(organiser_client)).split("\n") == ["Dear Grace,", "", "When: noon"]


def test_saving_the_form_makes_the_talk_with_its_speaker_and_biography(organiser_client):
    address = pasted(organiser_client)

    response = organiser_client.post(address, form_of(organiser_client, address))

    talk, ada = Talk.objects.get(), Speaker.objects.get()
    assert response.status_code == 302
    assert (talk.title, talk.speaker_names, talk.passcode) == ("On engines", "Ada Lovelace", "tea")
    assert (ada.affiliation, ada.biography) == ("London", "Born in 1815.")


def test_the_mail_may_fill_a_draft_that_is_planned_and_says_what_it_replaces(organiser_client, series):
    draft = make_draft(series=series, title="Something", join_url="", abstract="")

    address = pasted(organiser_client, talk=draft.pk)
    form = form_of(organiser_client, address)
    shown = leftovers(organiser_client, address)
    organiser_client.post(address, form)

    draft.refresh_from_db()
    assert address.startswith(address_of(draft))
    assert "Title until now: Something" in shown
    assert (draft.title, draft.abstract, draft.speaker_names) == ("On engines", "They weave.", "Ada Lovelace")
    assert draft.starts_at == Talk.objects.get().starts_at


def test_a_known_speaker_is_chosen_and_their_biography_stays(organiser_client):
    ada = make_speaker(name="Ada Lovelace", biography="Our own.")

    address = pasted(organiser_client)
    form = form_of(organiser_client, address)

    assert (form["appearances-0-speaker"], form["appearances-0-new_name"]) == (str(ada.pk), "")
    assert form["appearances-0-biography"] == "Our own."
    assert "Biography:\nBorn in 1815." in leftovers(organiser_client, address)


def test_a_known_speaker_without_a_biography_gets_it(organiser_client):
    ada = make_speaker(name="Ada Lovelace")
    address = pasted(organiser_client)

    organiser_client.post(address, form_of(organiser_client, address))

    ada.refresh_from_db()
    assert ada.biography == "Born in 1815."


def test_a_speaker_of_the_talk_is_not_added_again(organiser_client, series):
    draft = make_draft(series=series, title="", speakers=["Ada Lovelace"])

    form = form_of(organiser_client, pasted(organiser_client, talk=draft.pk))

    assert form["appearances-TOTAL_FORMS"] == "1"


@pytest.mark.parametrize("mail", [MAIL, MAIL.replace("Speaker: Ada Lovelace (London)\n", "")])
def test_a_speaker_of_the_talk_gets_a_missing_biography(organiser_client, series, mail):
    draft = make_draft(series=series, title="", speakers=["Ada Lovelace"])
    address = pasted(organiser_client, mail, talk=draft.pk)

    shown = leftovers(organiser_client, address)
    organiser_client.post(address, form_of(organiser_client, address))

    assert Speaker.objects.get().biography == "Born in 1815."
    assert "Born" not in shown


def test_a_speaker_of_the_talk_keeps_an_existing_biography(organiser_client, series):
    ada = make_speaker(name="Ada Lovelace", biography="Our own.")
    draft = make_draft(series=series, title="", speakers=[ada])
    address = pasted(organiser_client, talk=draft.pk)

    shown = leftovers(organiser_client, address)
    organiser_client.post(address, form_of(organiser_client, address))

    assert Speaker.objects.get().biography == "Our own."
    assert "Biography:\nBorn in 1815." in shown


def test_a_biography_of_two_speakers_is_left_to_the_organiser(organiser_client):
    address = pasted(
        organiser_client, MAIL.replace("Ada Lovelace (London)", "Ada Lovelace (London), Grace Hopper (Yale)")
    )
    form = form_of(organiser_client, address)

    assert [form[f"appearances-{row}-new_name"] for row in (0, 1)] == ["Ada Lovelace", "Grace Hopper"]
    assert "Biography:\nBorn in 1815." in leftovers(organiser_client, address)


@with_the_real_files
def test_the_page_of_a_real_talk_fills_the_form(organiser_client):
    form = form_of(organiser_client, pasted(organiser_client, (SEEDS / "talk-page.txt").read_text()))

    assert form["title"].startswith("The coverage principle in language models")
    assert form["appearances-0-new_name"] == "Akshay Krishnamurthy"
    assert form["join_url"] == "https://upenn.zoom.us/j/91064109577"


def test_text_that_belongs_to_no_field_is_still_shown_beside_an_error(organiser_client):
    address = pasted(organiser_client)

    response = organiser_client.post(address, form_of(organiser_client, address) | {"ends_at_1": "11:00:00"})

    assert errors_in(response) == ["The end must be after the start. Choose a later end."]
    assert "When: noon" in response.context["rest"]


def test_the_mail_is_forgotten_once_the_form_is_saved(organiser_client):
    address = pasted(organiser_client)
    organiser_client.post(address, form_of(organiser_client, address))

    assert "pasted" not in organiser_client.session
    assert form_of(organiser_client, address)["title"] == ""


def test_text_without_a_talk_stays_in_the_box_with_a_message(organiser_client):
    response = organiser_client.post(PASTE, form_of(organiser_client, PASTE) | {"text": "Shall we have lunch?"})

    assert "Shall we have lunch?" in response.content.decode()
    assert errors_in(response)[0].startswith("We could not find a title, speaker or abstract.")


def test_an_organiser_fills_only_talks_of_their_own(organiser_client):
    theirs, joint = make_draft(title="Secret"), make_draft(title="Joint secret")

    page = organiser_client.get(f"{PASTE}?talk={theirs.pk}").content.decode()
    answers = [
        organiser_client.post(PASTE, form_of(organiser_client, PASTE) | {"text": MAIL, "talk": talk.pk})
        for talk in (theirs, joint)
    ]
    foreign = organiser_client.post(
        PASTE, form_of(organiser_client, PASTE) | {"text": MAIL, "series": theirs.series_id}
    )

    assert "Secret" not in page
    assert [answer.status_code for answer in (*answers, foreign)] == [200] * 3


def test_talks_that_lack_something_are_offered_and_the_one_asked_for_too(organiser_client, series):
    lacking = make_draft(series=series, title="")
    full = make_talk(series=series, abstract="Full.", speakers=["Grace Hopper"])

    offered = [
        set(organiser_client.get(address).context["form"].fields["talk"].queryset)
        for address in (PASTE, f"{PASTE}?talk={full.pk}", f"{PASTE}?talk=x")
    ]

    assert offered == [{lacking}, {lacking, full}, {lacking}]


def test_the_pasted_mail_of_one_person_is_not_in_the_form_of_another(organiser_client, series):
    address = pasted(organiser_client)

    form = form_of(signed_in(make_organiser(series)), address)

    assert (form["title"], "appearances-0-biography" in form) == ("", True)


def test_a_member_has_no_box():
    assert signed_in(make_member()).get(PASTE).status_code == 302


def test_the_seal_of_a_mail_is_taken_as_text(organiser_client):
    address = pasted(organiser_client, 'Title: <script>alert(1)</script> "x"\nSpeaker: Ada\nWhen: <b>now</b>')

    page = organiser_client.get(address).content.decode()

    assert "<script>alert(1)" not in page
    assert messages_of(organiser_client) == []


LEAKING = (
    "Title: On engines\nSpeaker: Ada Lovelace\nAbstract: They weave. Dial in: +1 215 555 0100\n\nThe end.\n"
    "Bio: Born in 1815. My room: https://conf.example.edu/ada?pwd=tea\n"
)


@pytest.fixture
def closed_series(series):
    series.default_join_access = JoinAccess.TIMED
    series.save()
    return series


def test_links_and_numbers_to_join_with_go_to_the_private_notes_with_a_message(organiser_client, closed_series):
    address = pasted(organiser_client, LEAKING)

    [said] = messages_of(organiser_client, address)
    form = form_of(organiser_client, address)

    assert (form["abstract"], form["appearances-0-biography"]) == ("They weave.\n\nThe end.", "Born in 1815. My room:")
    assert form["notes"] == "+1 215 555 0100\nhttps://conf.example.edu/ada?pwd=tea"
    assert said == (
        "We left out what looks like a meeting link, a dial-in number or a passcode: +1 215 555 0100, "
        "https://conf.example.edu/ada?pwd=tea. You can find it in the private notes. If everyone may see it, move it "
        "back."
    )


def test_the_notes_of_a_draft_stay_above_what_was_left_out(organiser_client, closed_series):
    draft = make_draft(series=closed_series, title="", notes="Ask about the bus.", join_access=JoinAccess.TIMED)

    form = form_of(organiser_client, pasted(organiser_client, LEAKING, talk=draft.pk))

    assert form["notes"].split("\n") == [
        "Ask about the bus.",
        "",
        "+1 215 555 0100",
        "https://conf.example.edu/ada?pwd=tea",
    ]


def test_where_everyone_may_see_the_link_nothing_is_left_out(organiser_client, series):
    form = form_of(organiser_client, pasted(organiser_client, LEAKING))

    assert series.default_join_access == JoinAccess.OPEN
    assert (form["abstract"], form["notes"]) == ("They weave. Dial in: +1 215 555 0100\n\nThe end.", "")


def test_a_draft_decides_for_itself_who_may_see_the_link(organiser_client, series):
    open_to_all = make_draft(series=series, title="", join_access=JoinAccess.OPEN)
    for_members = make_draft(series=series, title="", join_access=JoinAccess.MEMBERS)

    forms = [
        form_of(organiser_client, pasted(organiser_client, LEAKING, talk=talk.pk))
        for talk in (open_to_all, for_members)
    ]

    assert ["Dial in" in form["abstract"] for form in forms] == [True, False]


def test_a_mail_with_a_wrapped_link_and_an_invitation_gives_link_and_passcode(organiser_client, series):
    mail = (
        "Title: On engines\nSpeaker: Ada Lovelace\nAbstract: They weave.\n\n________________________________\n"
        "Microsoft Teams-Besprechung\nHier klicken, um an der Besprechung teilzunehmen<https://nam02.safelinks."
        "protection.outlook.com/?url=https%3A%2F%2Fteams.microsoft.com%2Fl%2Fmeetup-join%2F19&data=1>\n"
        "Besprechungs-ID: 111 222 333\nKennung: aB1\n________________________________\n"
    )

    form = form_of(organiser_client, pasted(organiser_client, mail))

    assert (form["abstract"], form["join_url"], form["passcode"], form["notes"]) == (
        "They weave.", "https://teams.microsoft.com/l/meetup-join/19", "aB1", "",
    )  # fmt: skip
