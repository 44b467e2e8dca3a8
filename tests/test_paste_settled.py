"""A pasted mail finds the draft of its day, asks where it contradicts what is there, and knows who wrote it."""

from datetime import UTC, date, datetime, time

import pytest
from django.urls import reverse

from seminars.importing.sources.page import read_mail
from seminars.models import Speaker, Talk
from tests.admin_forms import address_of, errors_in, form_of, messages_of
from tests.factories import in_new_york, make_draft, make_series, make_talk

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 29, 15, tzinfo=UTC)
PASTE = reverse("admin:paste")
SIGNED = (
    "Hi Grace,\n\nWednesday 17 March works for me.\n\nBest wishes,\nAda\n\n--\nDr. Ada Lovelace\n"
    "Reader in Mathematics, University of London\nhttps://ada.example.org\n"
)


@pytest.fixture(autouse=True)
def _now(clock):
    pass


@pytest.fixture
def series():
    return make_series(short_name="ASSET", default_weekday=2, default_start=time(12), default_minutes=60)


@pytest.fixture
def draft(series):
    return make_draft(series=series, starts_at=in_new_york(2027, 3, 17, 12), title="", speakers=[])


@pytest.fixture
def paste(organiser_client, draft):
    def pasted(text, **choices):
        return organiser_client.post(PASTE, form_of(organiser_client, PASTE) | {"text": text} | choices)

    return pasted


def test_a_mail_fills_the_draft_of_its_day_and_says_so(organiser_client, paste, draft):
    response = paste("Title: On engines\nSpeaker: Ada Lovelace\nDate: 17 March")

    assert response.url.startswith(address_of(draft))
    assert messages_of(organiser_client, response.url) == ["You are filling in the draft of Wednesday, 17 March 2027."]
    assert form_of(organiser_client, response.url)["title"] == "On engines"


@pytest.mark.parametrize(
    "text", ["Ada Lovelace\n17 March", "Ada Lovelace, 17 March", "Ada Lovelace will speak on 17/3."]
)
def test_a_name_and_a_date_are_enough(organiser_client, paste, draft, text):
    response = paste(text)

    assert response.url.startswith(address_of(draft))
    assert form_of(organiser_client, response.url)["appearances-0-new_name"] == "Ada Lovelace"


def test_the_signature_says_who_writes_and_from_where(organiser_client, paste, draft):
    response = paste(SIGNED)
    form = form_of(organiser_client, response.url)
    organiser_client.post(response.url, form)

    ada = Speaker.objects.get()
    assert (ada.name, ada.affiliation, ada.homepage) == (
        "Ada Lovelace", "University of London", "https://ada.example.org",
    )  # fmt: skip
    assert Talk.objects.get().speaker_names == "Ada Lovelace"


def test_who_wrote_a_mail_does_not_join_the_speaker_who_is_there(organiser_client, paste, series, draft):
    draft.delete()
    planned = make_draft(series=series, starts_at=in_new_york(2027, 3, 17, 12), title="", speakers=["Bo Reed"])

    response = paste(SIGNED.replace("works for me", "works for Bo. Title will follow"))

    assert response.url.startswith(address_of(planned))
    assert form_of(organiser_client, response.url)["appearances-TOTAL_FORMS"] == "1"


def test_a_talk_on_a_day_without_a_draft_begins_there(organiser_client, paste, series):
    response = paste("Title: On engines\nSpeaker: Ada Lovelace\nDate: 24 March\nTime: 3.30–5 pm")
    said = messages_of(organiser_client, response.url)
    form = form_of(organiser_client, response.url)

    assert response.url.startswith(reverse("admin:seminars_talk_add"))
    assert [form[name] for name in ("starts_at_0", "starts_at_1", "ends_at_0", "ends_at_1")] == [
        "2027-03-24", "15:30", "", "17:00",
    ]  # fmt: skip
    assert said == ["The date in the email is Wednesday, 24 March 2027."]


def test_a_chosen_talk_of_another_day_is_asked_about(organiser_client, paste, series, draft):
    other = make_draft(series=series, starts_at=in_new_york(2027, 3, 24, 12), title="")
    mail = "Title: On engines\nSpeaker: Ada Lovelace\nDate: 17 March"

    asked = paste(mail, talk=other.pk)
    kept = paste(mail, talk=other.pk, which="stay")
    moved = paste(mail, talk=other.pk, which="move")
    found = paste(mail, talk=other.pk, which=draft.pk)

    assert errors_in(asked) == ["Choose an answer, then choose “Fill in the form” again. Your text is still here."]
    page = asked.content.decode()
    assert "The email mentions Wednesday, 17 March 2027. Which talk is it for?" in page
    assert "Speaker: Ada Lovelace" in page
    assert kept.url.startswith(address_of(other))
    assert found.url.startswith(address_of(draft))
    assert moved.url.startswith(address_of(other))


def test_a_talk_that_is_moved_by_a_mail_begins_on_its_day(organiser_client, paste, series):
    other = make_draft(series=series, starts_at=in_new_york(2027, 3, 24, 12), title="")

    response = paste("Title: On engines\nSpeaker: Ada\nDate: 18 March, 4 pm", talk=other.pk, which="move")
    form = form_of(organiser_client, response.url)

    assert (form["starts_at_0"], form["starts_at_1"]) == ("2027-03-18", "16:00")


def test_two_drafts_of_the_day_are_asked_about(paste, series, draft):
    second = make_draft(series=series, starts_at=in_new_york(2027, 3, 17, 15), title="Second", speakers=[])

    asked = paste("Title: On engines\nSpeaker: Ada Lovelace\nDate: 17 March")
    chosen = paste("Title: On engines\nSpeaker: Ada Lovelace\nDate: 17 March", which=second.pk)

    assert list(asked.context["form"].fields["which"].choices)[-1] == ("new", "Fill in a new talk of the series")
    assert chosen.url.startswith(address_of(second))


def test_another_speaker_replaces_the_one_of_the_draft_only_if_somebody_says_so(organiser_client, paste, series, draft):
    draft.delete()
    planned = make_draft(series=series, starts_at=in_new_york(2027, 3, 17, 12), title="", speakers=["Bo Reed"])
    mail = "Title: On engines\nSpeaker: Ada Lovelace\nDate: 17 March"

    asked = paste(mail)
    replaced = form_of(organiser_client, paste(mail, who="replace").url)
    both = form_of(organiser_client, paste(mail, who="add").url)
    address = paste(mail, who="keep").url
    kept = form_of(organiser_client, address)

    assert "The talk has Bo Reed, but the email names Ada Lovelace. Who is speaking?" in asked.content.decode()
    assert (replaced.get("appearances-0-DELETE"), replaced["appearances-1-new_name"]) == ("on", "Ada Lovelace")
    assert (both.get("appearances-0-DELETE"), both["appearances-1-new_name"]) == (None, "Ada Lovelace")
    assert kept["appearances-TOTAL_FORMS"] == "1"

    organiser_client.post(paste(mail, who="replace").url, replaced)
    assert Talk.objects.get(pk=planned.pk).speaker_names == "Ada Lovelace"


def test_a_slip_in_the_name_of_the_speaker_who_is_there_makes_no_second_one(organiser_client, paste, series, draft):
    draft.delete()
    make_draft(series=series, starts_at=in_new_york(2027, 3, 17, 12), title="", speakers=["Aisha Okonkwo"])

    response = paste("Title: Rivers\nSpeaker: Aisha Okonkow\nDate: 17 March")

    assert form_of(organiser_client, response.url)["appearances-TOTAL_FORMS"] == "1"


def test_a_time_that_is_not_that_of_the_draft_is_told(organiser_client, paste):
    response = paste("Title: On engines\nSpeaker: Ada Lovelace\nWhen: 17 March, 3 pm")

    assert messages_of(organiser_client, response.url)[-1] == (
        "The email says 3 pm. The talk begins at 12 noon; change it here if the email is right."
    )


def test_several_days_in_a_mail_are_left_to_the_organiser(organiser_client, paste):
    response = paste("Title: On engines\nSpeaker: Ada Lovelace\nWhen: 10 March or 24 March")

    assert messages_of(organiser_client, response.url) == [
        "The email mentions Wednesday, 10 March 2027 or Wednesday, 24 March 2027. Choose the date in the form."
    ]


def test_the_talk_of_somebody_else_is_never_found(organiser_client, paste, draft):
    theirs = make_talk(starts_at=in_new_york(2027, 3, 24, 12), title="Secret")

    response = paste("Title: On engines\nSpeaker: Ada Lovelace\nDate: 24 March")

    assert response.url.startswith(reverse("admin:seminars_talk_add"))
    assert str(theirs.pk) not in response.url.partition("?")[0]


@pytest.mark.parametrize(
    ("text", "names", "affiliation", "days", "start"),
    [
        ("From: Ada Lovelace <ada@x.example>\nTo: Grace <g@x.example>\nDate: Fri, 27 Nov 2026 10:12:00 +0000\n"
         "Subject: Seminar\n\nDear Grace,\n\nI can come on March 17th at 4pm.\n\nTitle: On engines\n\nAda",
         "Ada Lovelace", "", "2027-03-17", 960),
        ("Title: On engines\nSpeaker: Prof. Bo Li (Larkfield)\nDate: 17.3.2027\nTime: 16 Uhr c.t.\n"
         "Abstract: We built it on 5 May 1999.", "Bo Li", "Larkfield", "2027-03-17", 975),
        ("Liebe Grace,\n\nam Mittwoch, den 17. März um 15 Uhr passt es mir gut.\n\nTitel: Maschinen\n\nViele Grüße\n"
         "Hans Müller\n\nProf. Dr. Hans Müller\nUniversität Zürich\n",
         "Hans Müller", "Universität Zürich", "2027-03-17", 900),
        ("---------- Forwarded message ---------\nFrom: Aisha Okonkwo <a@lagos.example>\n"
         "Date: Thu, 26 Nov 2026 at 09:00\nSubject: Re: Talk on 17 March\nTo: <g@x.example>\n\nTitle: Rivers\n"
         "Abstract: They flow.\n", "Aisha Okonkwo", "", "2027-03-17", None),
        ("> Title: Rivers\n> Speaker: Aisha Okonkwo, University of Lagos\n> When: Wed 17 March 2027, 12:00-13:00\n",
         "Aisha Okonkwo", "University of Lagos", "2027-03-17", 720),
        ("Bonjour,\n\nJe parlerai le mercredi 17 mars à 15h30.\n\nTitre : Les machines\n\nCordialement,\nMarie Dupont\n"
         "Université de Lyon", "Marie Dupont", "Université de Lyon", "2027-03-17", 930),
        ("Fecha: miércoles 17 de marzo de 2027\nHora: 15:30\nPonente: Ana Ruiz (Universidad de Sevilla)\nTítulo: Ríos",
         "Ana Ruiz", "Universidad de Sevilla", "2027-03-17", 930),
        ("On Thu, Nov 26, 2026 at 9:00 AM Grace Hopper <g@x.example> wrote:\n> Which date?\n\n"
         "Dear Grace, 17/3 at noon is fine.\n\nTitle: Engines\nBest,\nAda Lovelace\nKing's College London",
         "Ada Lovelace", "King's College London", "2027-03-17", 720),
        ("Title: On engines\nSpeaker: TBA\nDate: 17 March", "", "", "2027-03-17", None),
        ("Title: Theorem 5.12. and page 3/4\nSpeaker: Ada Lovelace", "Ada Lovelace", "", "", None),
    ],
)  # fmt: skip
def test_mails_as_people_write_them(text, names, affiliation, days, start):
    mail = read_mail(text, today=date(2026, 11, 29), organiser="Grace Hopper")
    people = mail.talk.people or ([mail.author.person] if mail.author else [])

    assert ", ".join(one.name for one in people) == names
    assert (people[0].affiliation if people else "") == affiliation
    assert ", ".join(map(str, mail.moments.days)) == days
    assert mail.moments.start == start


def test_the_organiser_who_forwards_a_mail_is_not_its_author():
    mail = read_mail("17 March is fine.\n\nBest,\nGrace Hopper\n", today=date(2026, 11, 29), organiser="Grace Hopper")

    assert mail.author is None
    assert not mail.is_of_a_talk
