"""Before they save, organisers see how many people get an email about a change, and may email none of them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from seminars.actions import talk_news
from seminars.models import State, Talk
from tests.admin_forms import address_of, fields_of, form_of, save, signed_in, transition_page
from tests.factories import in_new_york, make_draft, make_organiser, make_room, make_talk
from tests.readers import make_reader, subjects, told, wait
from tests.tokens import change, program

pytestmark = pytest.mark.django_db

NOW = in_new_york(2025, 11, 3, 9)
NOON = in_new_york(2025, 11, 5, 12)
SILENTLY = {"no_mail": "on"}


@pytest.fixture(autouse=True)
def _outbox(settings, clock):
    """Letters wait until they are sent; the site has told news before."""
    settings.MAIL_AT_ONCE = False
    talk_news.tell()


@pytest.fixture
def client(series):
    return signed_in(make_organiser(series))


@pytest.fixture
def known(series, clock):
    """A talk that subscribers know."""
    talk = make_talk(series=series, title="On engines", starts_at=NOON, room=make_room(name="307"))
    wait(clock, 4)
    return talk


@pytest.fixture
def reader():
    return make_reader()


def test_the_form_of_a_talk_says_how_many_people_are_told(client, known, reader, priml):
    make_reader("grace")
    make_reader("other-series", series=[priml])

    assert told(client.get(address_of(known))) == (
        "2 people get an email if you change time, place, link, title or speakers. Do not email them"
    )


@pytest.mark.parametrize(("sent", "letters"), [({}, 1), (SILENTLY, 0)])
def test_a_form_is_saved_with_and_without_an_email(clock, client, known, reader, sent, letters):
    save(client, known, title="On machines", **sent)
    wait(clock, 4)

    assert (len(subjects()), Talk.objects.get().title) == (letters, "On machines")


@pytest.mark.parametrize(("query", "letters"), [("", 1), ("?silent=true", 0)])
def test_a_program_changes_a_talk_with_and_without_an_email(clock, series, known, reader, query, letters):
    without_address = make_organiser(series, email="")  # to whom no email about the token goes

    change(program(without_address), known, {"title": "On machines"}, query=query)
    wait(clock, 4)

    assert (len(subjects()), Talk.objects.get().title) == (letters, "On machines")


def test_a_preview_keeps_the_tick_and_tells_nobody(clock, client, known, reader):
    sent = form_of(client, address_of(known)) | {"title": "On machines", "_preview": "on"} | SILENTLY
    response = client.post(address_of(known), sent)
    wait(clock, 4)

    assert fields_of(response)["no_mail"] == "on"
    assert subjects() == []


def test_who_saves_a_form_without_a_change_tells_nobody(clock, client, known, reader):
    save(client, known)
    wait(clock, 4)

    assert subjects() == []


@pytest.mark.parametrize(
    ("name", "says"),
    [("cancel", True), ("postpone", True), ("move", True), ("room", True), ("link", True), ("title", True),
     ("notice", False), ("withdraw", False), ("recording", False)],
)  # fmt: skip
def test_the_page_of_a_transition_says_it_where_subscribers_are_told(client, known, reader, name, says):
    expected = "1 person gets an email about this change. Do not email them" if says else ""

    assert told(client.get(transition_page(name, known))) == expected


@pytest.mark.parametrize(("sent", "letters"), [({}, 1), (SILENTLY, 0)])
def test_a_talk_is_cancelled_with_and_without_an_email(clock, client, known, reader, sent, letters):
    client.post(transition_page("cancel", known), {"reason": "Ada is ill."} | sent)
    wait(clock, 4)

    assert (len(subjects()), Talk.objects.get().state) == (letters, State.CANCELLED)


@pytest.mark.parametrize(("sent", "letters"), [({}, 1), (SILENTLY, 0)])
def test_talks_are_announced_with_and_without_an_email(clock, client, series, reader, sent, letters):
    drafts = [make_draft(series=series, starts_at=NOON + timedelta(days=n)) for n in range(2)]
    page = transition_page("announce", *drafts)
    assert told(client.get(page)) == "1 person gets an email about these new talks. Do not email them"
    assert told(client.get(transition_page("announce", drafts[0]))).startswith(
        "1 person gets an email about this new talk."
    )

    client.post(page, sent)
    wait(clock, 4)

    assert (len(subjects()), Talk.objects.public().count()) == (letters, 2)


@pytest.mark.parametrize(("sent", "letters"), [({}, 1), (SILENTLY, 0)])
def test_several_talks_are_changed_with_and_without_an_email(clock, client, series, known, reader, sent, letters):
    make_talk(series=series, starts_at=NOON + timedelta(days=7), room=make_room())
    wait(clock, 4)
    subjects()
    page = reverse("admin:change-talks") + "?" + "&".join(f"talk={talk.pk}" for talk in Talk.objects.all())
    asked = {"chosen": ["room"], "room": make_room(name="414").pk}
    shown = client.post(page, asked | {"_preview": "on"})
    assert told(shown) == "Up to 1 person gets an email about these changes. Do not email them"
    keys = [row.prospect.talk.pk for row in shown.context["rows"]]
    client.post(page, asked | {"seen": fields_of(shown)["seen"], "talk": keys, "_save": "on"} | sent)
    wait(clock, 4)

    assert subjects() == ["Seminars: news about 2 talks"] * letters
    assert set(Talk.objects.values_list("room__name", flat=True)) == {"414"}


def test_what_subscribers_are_not_told_of_several_talks_is_not_counted(client, known, reader):
    page = reverse("admin:change-talks") + f"?talk={known.pk}"

    assert told(client.post(page, {"chosen": ["host"], "host": "Grace", "_preview": "on"})) == ""


@pytest.mark.parametrize(("sent", "letters"), [({}, 1), (SILENTLY, 0)])
def test_a_day_is_closed_with_and_without_an_email(clock, client, known, reader, sent, letters):
    asked = {"day": "2025-11-05", "building": "", "action": "cancel", "reason": "Snow."}
    shown = client.post(reverse("admin:closing"), asked)
    assert told(shown) == "Up to 1 person gets an email about these changes. Do not email them"
    done = {"seen": shown.context["mark"], "talk": [known.pk], "_save": "1"}
    client.post(reverse("admin:closing"), asked | done | sent)
    wait(clock, 4)

    assert (len(subjects()), Talk.objects.get().state) == (letters, State.CANCELLED)


@pytest.mark.parametrize(("sent", "letters"), [({}, 1), (SILENTLY, 0)])
def test_a_schedule_is_saved_with_and_without_an_email(clock, client, series, known, reader, sent, letters):
    page = reverse("admin:schedule") + f"?series={series.pk}&term=2025-08"
    assert told(client.get(page)) == "Up to 1 person gets an email about these changes. Do not email them"
    rows = form_of(client, page) | {"row": [known.pk], f"talk-{known.pk}-title": "On machines", "_save": "1"}
    client.post(page, rows | sent)
    wait(clock, 4)

    assert (len(subjects()), Talk.objects.get().title) == (letters, "On machines")


def test_nothing_is_said_where_nobody_is_told(client, series, known, settings):
    make_reader(wants_changes=False)
    draft = make_draft(series=series, starts_at=NOON)
    past = make_talk(series=series, starts_at=NOW - timedelta(days=1))
    pages = [address_of(known), address_of(draft), address_of(past), transition_page("cancel", known)]

    assert [told(client.get(page)) for page in pages] == [""] * 4

    make_reader("ada")
    assert [bool(told(client.get(page))) for page in pages] == [True, False, False, True]
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert [told(client.get(page)) for page in pages] == [""] * 4


def test_the_number_is_shown_to_those_alone_who_may_change_the_talk(known, reader, priml):
    joint = make_talk(series=known.series, also_in=[priml], starts_at=NOON, room=make_room())
    other = signed_in(make_organiser(priml))

    assert told(other.get(address_of(joint))) == ""
