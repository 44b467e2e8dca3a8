"""Letters about new and changed talks: what they say, and to whom they go."""

import re
from datetime import timedelta

import pytest

from seminars.actions import lifecycle, stamping, talk_changes, talk_news
from seminars.actions.outbox import Sender
from seminars.models import JoinAccess, Letter, Subscriber, Talk, ToldTalk
from seminars.models.letter import LetterKind, LetterState
from tests.factories import in_new_york, make_draft, make_room, make_series, make_speaker, make_talk, make_topic
from tests.readers import arrived, into, make_reader, move, prepare, subjects, wait

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "waiting")]

NOW = in_new_york(2025, 11, 3, 9)
NOON = in_new_york(2025, 11, 5, 12)


# --- what it says -------------------------------------------------------------------------------------


def body_after(clock, change):
    change()
    wait(clock, 4)
    [message] = arrived()
    return message.body.partition("\n\n-- \n")[0]


def test_a_new_talk(clock, begun, series):
    make_reader()
    talk = make_draft(
        series=series, title="On engines", speakers=[make_speaker(name="Ada", affiliation="London")],
        room=make_room(name="307"), starts_at=NOON, join_url="https://zoom.example/j/1",
    )  # fmt: skip
    body = body_after(clock, lambda: lifecycle.announce(talk, tentative=True, by=None))

    assert body == (
        "New talk\n\n"
        "Provisional: time and place may still change.\n\n"
        "ASSET: Ada – On engines\n"
        "Wednesday, 5 November 2025, 12–1 pm, New York time\n"
        "Gutmann Hall, 307\n"
        "Speaker: Ada (London)\n\n"
        f"Join online: http://talks.example.edu/talks/{talk.pk}/join/\n"
        f"Details: http://talks.example.edu{talk.get_absolute_url()}"
    )


@pytest.mark.parametrize(
    ("change", "first"),
    [
        (lambda talk: lifecycle.cancel(talk, reason="Ada is ill.", by=None), "Cancelled\n\nAda is ill."),
        (lambda talk: lifecycle.postpone(talk, by=None), "Postponed\n\nASSET: Ada"),
        (lambda talk: lifecycle.change_room(talk, room=None, by=None), "Place: Gutmann Hall, 307 → To be announced\n"),
        (lambda talk: lifecycle.amend(talk, title="", by=None), "Title: On engines → To be announced\n"),
        (lambda talk: lifecycle.amend(talk, join_url="https://z.example/1", by=None), "People can join online\n"),
        (
            lambda talk: talk_changes.save(talk, parts=talk_changes.Parts(people=[])),
            "Speakers: Ada → To be announced\n",
        ),
    ],
)
def test_what_is_different_comes_first(clock, known, change, first):
    make_reader()

    assert body_after(clock, lambda: change(known)).startswith(first)


def test_a_postponed_talk_with_a_new_date_goes_ahead(clock, known):
    make_reader()
    lifecycle.postpone(known, by=None)
    lifecycle.change_room(known, room=into("414"), by=None)
    wait(clock, 12)
    assert subjects() == ["Postponed – ASSET: Ada – On engines (Wednesday, 5 November 2025)"]
    clock.move_to(NOON + timedelta(days=30))

    body = body_after(clock, lambda: move(known, hours=24 * 60))

    assert re.match(r"The talk goes ahead after all\nTime: .* → .*\nRoom: .*307 → .*414\n", body)


def test_another_link_is_told_without_the_link(clock, known):
    make_reader()
    lifecycle.amend(known, join_url="https://zoom.example/old", passcode="tulip", by=None)
    wait(clock, 4)
    arrived()
    lifecycle.amend(known, join_url="https://zoom.example/new", by=None)
    wait(clock, 4)

    [message] = arrived()
    assert message.body.startswith("The link for joining online has changed\n\n")
    assert not {"zoom.example", "tulip"} & set(re.findall(r"zoom\.example|tulip", message.message().as_string()))


def test_a_link_that_is_closed_or_opened_is_no_news(clock, known):
    make_reader()
    lifecycle.amend(known, join_url="https://zoom.example/1", passcode="tulip", by=None)
    wait(clock, 4)
    arrived()
    for access in (JoinAccess.TIMED, JoinAccess.OPEN):
        known.refresh_from_db()
        known.join_access = access
        talk_changes.save(known)
        wait(clock, 4)

    assert subjects() == []
    assert not re.search("zoom|tulip", str(ToldTalk.objects.get().facts))


def test_html_says_the_same(clock, known):
    make_reader()
    lifecycle.amend(known, title="1 < 2 & <b>", by=None)
    wait(clock, 4)

    [message] = arrived()
    [html] = [part.content for part in message.alternatives]
    assert "<li>Title: <s>On engines</s> → <strong>1 &lt; 2 &amp; &lt;b&gt;</strong></li>" in html
    assert f'<a href="http://talks.example.edu{Talk.objects.get().get_absolute_url()}">' in html


def test_a_letter_is_in_the_language_of_its_reader(clock, known):
    make_reader(language="de")
    make_reader("other")
    lifecycle.cancel(known, by=None)
    wait(clock, 4)

    assert {message.body.partition("\n")[0] for message in arrived()} == {"Fällt aus", "Cancelled"}


# --- to whom ------------------------------------------------------------------------------------------


def readers_of(*messages):
    return sorted(to.partition("@")[0] for message in messages for to in message.to)


def test_readers_get_what_they_chose(clock, begun, series, priml):
    engines = make_topic()
    make_reader("all")
    make_reader("asset", series=[series])
    make_reader("priml", series=[priml])
    make_reader("engines", topics=[engines])
    make_reader("only-changes", wants_new_talks=False)
    make_reader("only-new", wants_changes=False)
    make_reader("only-digests", wants_new_talks=False, wants_changes=False)
    suspended = make_reader("suspended")
    Subscriber.objects.filter(pk=suspended.pk).update(suspended_at=NOW)
    talk = make_draft(series=series, topics=[engines], starts_at=NOON)

    lifecycle.announce(talk, by=None)
    wait(clock, 4)
    announced = readers_of(*arrived())
    move(talk)
    wait(clock, 4)

    assert announced == ["all", "asset", "engines", "only-new"]
    assert readers_of(*arrived()) == ["all", "asset", "engines", "only-changes"]


def test_a_joint_talk_makes_one_letter_for_each_reader_of_either_series(clock, begun, series, priml):
    make_reader("both", series=[series, priml])
    make_reader("asset", series=[series])
    make_reader("priml", series=[priml])
    talk = make_draft(series=series, also_in=[priml], starts_at=NOON)
    lifecycle.announce(talk, by=None)
    wait(clock, 4)

    assert readers_of(*arrived()) == ["asset", "both", "priml"]


def test_a_talk_that_joins_a_series_is_new_to_its_readers_alone(clock, known, series, priml):
    topic = make_topic()
    known.topics.add(topic)
    make_reader("all")
    make_reader("engines", topics=[topic])
    make_reader("both", series=[series, priml])
    make_reader("priml", series=[priml])
    make_reader("changes", series=[priml], wants_new_talks=False)
    known.also_in.add(priml)
    stamping.stamp([known])
    wait(clock, 12)

    [message] = arrived()
    assert (readers_of(message), message.body.partition("\n")[0]) == (["priml"], "New talk")
    known.also_in.remove(priml)
    stamping.stamp([known])
    wait(clock, 12)
    assert arrived() == []


def test_a_talk_that_joins_its_first_listed_series_is_new_to_those_who_chose_all(clock, begun, series):
    hidden = make_series(is_listed=False)
    make_reader("all")
    make_reader("hidden", series=[hidden])
    talk = make_talk(series=hidden, starts_at=NOON)
    wait(clock, 12)
    assert readers_of(*arrived()) == ["hidden"]
    talk.also_in.add(series)
    stamping.stamp([talk])
    wait(clock, 12)

    assert readers_of(*arrived()) == ["all"]


def test_a_talk_that_joins_a_series_and_moves_is_one_item_of_one_letter(clock, known, priml):
    make_reader("asset", series=[known.series])
    make_reader("priml", series=[priml])
    known.also_in.add(priml)
    move(known)
    wait(clock, 12)

    found = {message.to[0]: message.body.partition(":")[0].partition("\n")[0] for message in arrived()}
    assert found == {"asset@example.org": "Time", "priml@example.org": "New talk"}


def test_a_talk_of_an_unlisted_series_is_told_to_subscribers_of_that_series_alone(clock, begun):
    hidden, engines = make_series(is_listed=False), make_topic()
    make_reader("all")
    make_reader("engines", topics=[engines])
    make_reader("hidden", series=[hidden])
    talk = make_draft(series=hidden, topics=[engines], starts_at=NOON)
    lifecycle.announce(talk, by=None)
    wait(clock, 4)

    [message] = arrived()
    assert readers_of(message) == ["hidden"]
    assert talk.address_key in message.body


def test_a_talk_that_is_hidden_before_the_letter_goes_out_is_not_shown_to_others(clock, known):
    hidden = make_series(is_listed=False)
    make_reader()
    lifecycle.change_room(known, room=into("414"), by=None)
    prepare(clock)
    known.refresh_from_db()
    known.series = hidden
    talk_changes.save(known)
    Sender().send_due()

    assert (subjects(), Letter.objects.get().state) == ([], LetterState.DROPPED)


def test_who_leaves_before_the_letter_goes_out_does_not_get_it(clock, known):
    for name in ("gone", "other-choice", "suspended", "stays"):
        make_reader(name)
    lifecycle.change_room(known, room=into("414"), by=None)
    prepare(clock)
    Subscriber.objects.get(email="gone@example.org").delete()
    Subscriber.objects.filter(email="other-choice@example.org").update(wants_changes=False)
    Subscriber.objects.filter(email="suspended@example.org").update(suspended_at=NOW)
    Sender().send_due()

    assert readers_of(*arrived()) == ["stays"]


def test_an_import_of_many_talks_sends_one_letter(clock, begun, series, priml):
    make_reader()
    make_reader("asset", series=[series])
    talks = [
        make_draft(series=(series, priml)[number % 2], title=f"Number {number:02}", starts_at=NOON + timedelta(days=n))
        for n, number in enumerate(range(60))
    ]
    for talk in talks:
        lifecycle.announce(talk, by=None)
        clock.shift(3)
        talk_news.tell()
    wait(clock, 4)

    some, all_of_them = sorted(arrived(), key=lambda message: len(message.body))
    assert (readers_of(some), readers_of(all_of_them)) == (["asset"], ["reader"])
    assert [message.subject for message in (some, all_of_them)] == [
        "Seminars: news about 30 talks", "Seminars: news about 60 talks"
    ]  # fmt: skip
    assert len(re.findall(r"Number \d\d \(", some.body)) == 30
    assert len(re.findall(r"Number \d\d \(", all_of_them.body)) == 50
    assert "10 more talks are on the site: http://talks.example.edu/" in all_of_them.body


# --- what must not be in a letter ---------------------------------------------------------------------


@pytest.mark.parametrize("access", [JoinAccess.TIMED, JoinAccess.MEMBERS])
def test_no_letter_has_what_is_not_public(clock, begun, series, access):
    secret = {"notes": "vicuna", "host": "", "join_url": "https://vicuna.example/1", "passcode": "vicuna-2"}
    ada = make_speaker(name="Ada", email="vicuna@example.org")
    make_reader("alpaca")
    make_reader("llama")
    make_draft(series=series, title="vicuna", starts_at=NOON)
    talk = make_draft(series=series, speakers=[ada], join_access=access, starts_at=NOON, **secret)
    lifecycle.announce(talk, by=None)
    wait(clock, 4)
    lifecycle.amend(talk, title="On engines", join_url="https://vicuna.example/2", by=None)
    wait(clock, 4)

    letters = {message.to[0]: message.message().as_string() for message in arrived()}
    assert len(letters) == 2
    for to, letter in letters.items():
        others = {"alpaca@example.org", "llama@example.org"} - {to}
        assert not [word for word in ("vicuna", *others) if word in letter]


def test_a_letter_is_one_of_a_list(clock, known):
    reader = make_reader()
    lifecycle.cancel(known, by=None)
    wait(clock, 4)

    [message] = arrived()
    assert message.extra_headers["List-Unsubscribe"] == f"<{reader.address}>"
    assert Letter.objects.get().kind == LetterKind.NEWS
