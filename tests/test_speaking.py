"""The private page of a speaker: what it shows and keeps, and what it says where something is wrong."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from seminars.actions import lifecycle, speaker_requests, talk_changes
from seminars.models import Appearance, Photo, Role, SpeakerAnswer, SpeakerRequest, Throttle
from seminars.models.speaker_request import digest_of
from tests.admin_forms import fields_of
from tests.database_queries import queries_of
from tests.factories import in_new_york, make_draft, make_room, make_series, make_speaker, make_talk
from tests.pages import main, words
from tests.pictures import picture
from tests.speaking import answer_of, ask, opened, path_of, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = in_new_york(2025, 11, 5, 9)


@pytest.fixture
def talk(series, ada):
    room = make_room(name="307", getting_there="Up the stairs")
    start = NOW + timedelta(days=10)
    return make_talk(
        series=series, title="On engines", abstract="Old.", speakers=[ada], room=room, starts_at=start, host="Grace",
        join_url="https://meet.example.org/1", passcode="1815",
    )  # fmt: skip


@pytest.fixture
def asked(talk, ada):
    return ask(talk, ada)


def page(request):
    return Client().get(path_of(request))


def test_the_page_says_what_is_known(asked):
    told = words(main(page(asked)))

    for known in ("Ada Lovelace", "307", "Up the stairs", "1 hour", "Grace", "meet.example.org/1", "1815"):
        assert known in told
    assert opened(asked)["title"] == "On engines"


def test_only_a_digest_of_the_token_is_stored(asked):
    token = path_of(asked).split("/")[2]
    row = SpeakerRequest.objects.values().get()

    assert row["digest"] == digest_of(token)
    assert token not in json.dumps(row, default=str)


def test_opening_the_page_writes_nothing(asked):
    before = list(SpeakerAnswer.objects.values()), list(SpeakerRequest.objects.values())
    page(asked)

    assert (list(SpeakerAnswer.objects.values()), list(SpeakerRequest.objects.values())) == before
    assert not Throttle.objects.exists()


def test_the_page_is_in_no_cache_no_index_and_no_referrer(asked):
    headers = page(asked).headers

    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"


def test_a_draft_is_kept_and_comes_back_on_every_device(asked):
    assert send(asked, button="save", title="On looms", diet="No nuts").url.endswith("?saved")

    typed = opened(asked)
    assert (typed["title"], typed["diet"], typed["abstract"]) == ("On looms", "No nuts", "Old.")
    asked.talk.refresh_from_db()
    assert asked.talk.title == "On engines"
    assert answer_of(asked).waits_since is None


def test_saving_a_draft_takes_few_queries(asked):
    sent = opened(asked) | {"title": "On looms", "_draft": "yes"}

    assert queries_of(lambda: Client().post(path_of(asked), sent)) <= 15
    assert answer_of(asked).draft["title"] == "On looms"


def test_what_is_typed_is_saved_with_the_version_that_follows(asked):
    client, sent = Client(), opened(asked)
    for number in (1, 2):
        told = client.post(path_of(asked), sent | {"title": f"On looms {number}", "_draft": "yes"}).json()
        assert told["version"] == number
        sent["version"] = told["version"]


def test_two_tabs_do_not_overwrite_each_other(asked):
    sent = opened(asked)
    client = Client()
    client.post(path_of(asked), sent | {"title": "First", "save": "yes"})

    told = client.post(path_of(asked), sent | {"title": "Second", "_draft": "yes"})
    assert (told.status_code, "another tab" in told.json()["said"]) == (409, True)
    refused = client.post(path_of(asked), sent | {"title": "Second", "save": "yes"})
    assert refused.status_code == 409
    assert 'value="Second"' in refused.text
    assert answer_of(asked).draft["title"] == "First"

    client.post(path_of(asked), fields_of(refused) | {"save": "yes"})
    assert answer_of(asked).draft["title"] == "Second"


def test_sending_proposes_what_was_changed_and_nothing_else(asked):
    assert send(asked, title="On looms", arrival="The day before").url.endswith("?sent")

    answer = answer_of(asked)
    assert answer.proposed == {"title": "On looms"}
    assert answer.private["arrival"] == "The day before"
    assert answer.waits_since == NOW
    asked.talk.refresh_from_db()
    assert asked.talk.title == "On engines"


def test_what_is_wrong_is_marked_and_nothing_typed_is_lost(asked):
    wrong = send(asked, homepage="not a link", title="On looms", orcid="1")

    assert "Correct what is marked" in words(main(wrong))
    assert "Enter the ORCID like" in wrong.text
    assert 'value="not a link"' in wrong.text
    assert answer_of(asked).draft["homepage"] == "not a link"
    assert answer_of(asked).waits_since is None


def test_200_000_characters_are_kept_as_a_draft_and_refused_when_sent(asked):
    long = "x" * 200_000
    refused = send(asked, abstract=long)

    assert "at most 20000 characters" in words(refused.text)
    assert long in refused.text
    assert answer_of(asked).draft["abstract"] == long

    too_long = send(asked, abstract="y" * 400_000, button="save")
    assert "too much text to keep" in words(main(too_long))
    assert "y" * 400_000 in too_long.text


def test_the_preview_works_with_and_without_script(asked):
    shown = send(asked, button="preview", abstract="*Looms* $x^2$", biography="Of **London**")
    assert "<em>Looms</em>" in shown.text
    assert "<math" in shown.text
    assert "<strong>London</strong>" in shown.text
    assert answer_of(asked).draft["abstract"] == "*Looms* $x^2$"

    part = Client().post(path_of(asked), {"_part": "yes", "_text": "source", "source": "*Looms*"})
    assert part.text.strip() == "<p><em>Looms</em></p>"


def test_typed_scripts_do_not_run(asked):
    odd = '"><script>alert(1)</script>'
    shown = send(asked, button="preview", name=odd, abstract=odd, biography=odd, title=odd, diet=odd)

    assert "<script>alert" not in shown.text


# --- photos ---


def with_photo(asked, file, button="send", **typed):
    return Client().post(path_of(asked), opened(asked) | typed | {"upload": file, button: "yes"})


def test_a_photo_is_made_small_and_proposed_but_at_no_public_address(asked):
    with_photo(asked, picture(size=(3000, 2000)))

    answer = answer_of(asked)
    assert set(answer.proposed) == {"photo"}
    assert bytes(answer.photo)[8:12] == b"WEBP"
    assert not Photo.objects.exists()
    assert Client().get(f"/photos/{answer.photo_digest}.webp").status_code == 404
    assert "data:image/webp;base64," in page(asked).text
    assert send(asked, is_without_picture="on").url.endswith("?sent")
    assert answer_of(asked).proposed == {}


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (lambda: picture("PNG", size=(8000, 5000), mode="RGBA"), "8000 × 5000 pixels"),
        (lambda: picture_of(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"), "cannot read"),
        (lambda: picture_of(b"GIF89a<script>alert(1)</script>"), "cannot read"),
        (lambda: picture_of(b"%PDF-1.7"), "cannot read"),
    ],
    ids=["40 megapixels", "SVG", "GIF and HTML", "PDF"],
)
def test_a_photo_that_we_do_not_take_is_refused_in_a_sentence(asked, file, sentence):
    refused = with_photo(asked, file(), title="On looms")

    assert sentence in words(main(refused))
    assert answer_of(asked).draft["title"] == "On looms"
    assert not answer_of(asked).photo


def test_a_file_of_two_formats_becomes_pixels_alone(asked):
    jpeg = picture().getvalue() + b"PK\x03\x04<script>alert(1)</script>"
    with_photo(asked, picture_of(jpeg))

    assert b"script" not in bytes(answer_of(asked).photo)


def picture_of(raw):
    file = picture()
    file.seek(0)
    file.truncate()
    file.write(raw)
    file.seek(0)
    return file


# --- addresses that no longer work ---


def over(request, **typed):
    answer = Client().post(path_of(request), {"title": "What I typed", **typed})
    return answer.status_code, words(main(answer))


def test_an_altered_address_opens_nothing_and_gives_back_what_was_typed(asked):
    path = path_of(asked)
    answer = Client().post(f"{path[:20]}xx{path[22:]}", {"title": "What I typed"})

    assert answer.status_code == 404
    assert "What I typed" in answer.text


def test_an_address_ends_30_days_after_the_talk_which_it_follows(asked, clock):
    clock.move_to(asked.talk.ends_at + timedelta(days=29))
    assert page(asked).status_code == 200
    clock.move_to(asked.talk.ends_at + timedelta(days=31))
    status, told = over(asked)
    assert (status, "ended 30 days after" in told, "What I typed" in told) == (410, True, True)

    asked.talk.starts_at += timedelta(days=60)
    asked.talk.ends_at += timedelta(days=60)
    talk_changes.save(asked.talk)
    assert page(asked).status_code == 200


def test_a_revoked_and_a_replaced_address_say_so(asked, ada):
    send(asked, button="save", title="On looms")
    new = speaker_requests.replace(asked, by=None).with_talk()

    assert "newer link" in over(asked)[1]
    assert opened(new)["title"] == "On looms"
    speaker_requests.revoke(new)
    assert "closed it" in over(new)[1]


def test_a_talk_that_was_given_to_somebody_else_says_so(asked, talk):
    talk_changes.save(talk, parts=talk_changes.Parts(people=[Appearance(speaker=make_speaker(), order=0)]))

    status, told = over(asked)
    assert (status, "another speaker" in told, "What I typed" in told) == (410, True, True)


def test_who_hosts_a_talk_that_another_person_gives_cannot_change_it(asked, talk, ada):
    people = [Appearance(speaker=make_speaker(), order=0), Appearance(speaker=ada, role=Role.HOST, order=1)]
    talk_changes.save(talk, parts=talk_changes.Parts(people=people))

    status, told = over(asked)
    assert (status, "another speaker" in told) == (410, True)


def test_a_script_is_told_too(asked):
    speaker_requests.revoke(asked)

    answer = Client().post(path_of(asked), {"title": "x", "_draft": "yes"})
    assert (answer.status_code, "no longer works" in answer.json()["said"]) == (410, True)


def test_a_talk_that_was_moved_or_cancelled_says_so(asked, talk):
    lifecycle.cancel(talk, reason="Snow", by=None)
    assert "Snow" in words(main(page(asked)))
    lifecycle.reinstate(talk, by=None)
    lifecycle.move(
        talk, starts_at=talk.starts_at + timedelta(days=1), ends_at=talk.ends_at + timedelta(days=1), by=None
    )
    assert "Moved" in words(main(page(asked)))


def test_a_draft_can_be_asked_about(series, ada):
    asked = ask(make_draft(series=series, speakers=[ada], title=""), ada)

    assert opened(asked)["title"] == ""


def test_after_the_talk_the_page_asks_for_slides_and_the_recording(asked, clock):
    clock.move_to(asked.talk.ends_at + timedelta(days=1))

    told = words(main(page(asked)))
    assert "Link to the slides" in told
    assert "May we publish the recording?" in told
    send(asked, slides_url="https://example.org/slides.pdf", recording="planned")
    assert answer_of(asked).proposed == {"slides_url": "https://example.org/slides.pdf", "recording": "planned"}


# --- limits, languages, zones ---


def test_who_saves_too_often_keeps_what_was_typed(asked, monkeypatch):
    monkeypatch.setattr("seminars.limits.SAVES_OF_ONE_ANSWER", 1)
    send(asked, button="save", title="One")

    refused = send(asked, button="save", title="Two")
    assert refused.status_code == 429
    assert 'value="Two"' in refused.text
    assert Client().post(path_of(asked), {"_part": "yes", "source": "x"}).status_code == 429
    assert "Retry-After" in refused.headers


def test_who_guesses_addresses_is_stopped(monkeypatch):
    monkeypatch.setattr("seminars.limits.UNKNOWN_TOKENS_FROM_ONE_ADDRESS", 1)
    client = Client()

    assert [client.get(f"/private/{n}/speaker/").status_code for n in range(3)] == [404, 429, 429]
    assert Throttle.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "tag"), [("Deutsch", "de"), ("german ", "de"), ("de-CH", "de-CH"), ("Latin", "Latin")]
)
def test_a_speaker_may_name_the_language_of_the_talk(asked, typed, tag):
    send(asked, language=typed)

    assert answer_of(asked).proposed["language"] == tag


def test_the_page_speaks_the_language_of_the_talk(series, ada):
    german = ask(make_talk(series=series, speakers=[ada], language="de-CH"), ada)
    latin = ask(make_talk(series=make_series(), speakers=[ada], language="la"), ada)

    assert '<html lang="de"' in page(german).text
    assert '<html lang="en"' in page(latin).text


def test_the_time_of_another_city_is_shown_without_script(asked):
    client, path = Client(), path_of(asked)

    assert "Tokyo time" in words(client.get(f"{path}?zone=tokyo").text)
    assert "do not know this place" in words(client.get(f"{path}?zone=qqqqqq").text)
    assert "same time" in words(client.get(f"{path}?zone=New York").text)


def test_no_other_private_address_takes_the_token(asked):
    token = path_of(asked).split("/")[2]
    others = ("", "confirm/", "calendar.ics", "talk/", "invitation/")

    statuses = {name: Client().get(f"/private/{token}/{name}").status_code for name in others}
    assert statuses == dict.fromkeys(others, 404) | {"invitation/": 410}  # as for any that is made up
