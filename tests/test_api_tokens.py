"""Tokens for programs: who makes and revokes them, what they open, and when they stop working."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from seminars import limits
from seminars.actions import accounts, api_tokens, housekeeping
from seminars.logs import without_keys
from seminars.models import ApiToken, KeptAnswer, SeriesOrganiser
from seminars.models.api_token import WRITTEN
from tests.admin_forms import errors_in, signed_in
from tests.factories import make_administrator, make_draft, make_member, make_organiser
from tests.tokens import make_token, program

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/api-tokens/"
DRAFTS = "/api/v1/talks?desk=true&state=draft"


@pytest.fixture
def draft(series):
    return make_draft(series=series, title="Quokka")


def asked_for(**typed):
    return {"name": "Website", "days": "30", **typed}


def test_an_organiser_makes_a_token_that_is_shown_once(series, draft):
    desk = signed_in(make_organiser(series))

    made = desk.post(ADDRESS, asked_for(may_change_talks="on"))

    (written,) = set(WRITTEN.findall(made.content.decode()))
    assert "no-store" in made["Cache-Control"]
    assert written not in desk.get(ADDRESS).content.decode()
    answer = Client(headers={"authorization": f"Bearer {written}"}).get("/api/v1/token").json()
    assert (answer["scopes"], answer["series"]) == (["talks"], [series.slug])


def test_no_row_holds_the_token(series):
    written = make_token(make_organiser(series))

    assert written not in str(ApiToken.objects.values())
    assert ApiToken.objects.get().ending == written[-4:]


def test_a_token_is_for_a_series_of_its_person_alone(series, priml):
    refused = signed_in(make_organiser(series)).post(ADDRESS, asked_for(series=priml.pk))

    assert (len(errors_in(refused)), ApiToken.objects.count()) == (1, 0)


def test_an_organiser_revokes_an_own_token_and_nobody_elses(series, draft):
    ours, theirs = make_organiser(series), make_organiser(series)
    used, other = program(ours), program(theirs)
    desk = signed_in(ours)

    for token in ApiToken.objects.all():
        desk.post(ADDRESS, {"revoke": "1", "token": token.pk})

    assert (used.get(DRAFTS).status_code, other.get(DRAFTS).status_code) == (401, 200)


def test_an_administrator_revokes_tokens_of_others(series):
    person = make_organiser(series, first_name="Grace")
    used, desk = program(person), signed_in(make_administrator())

    assert "Grace" in desk.get(ADDRESS).content.decode()
    desk.post(ADDRESS, {"revoke": "1", "token": ApiToken.objects.get().pk})

    assert used.get("/api/v1/token").status_code == 401


def test_a_person_has_so_many_tokens_at_most(series, monkeypatch):
    monkeypatch.setattr(api_tokens, "MOST_TOKENS", 1)
    person = make_organiser(series)
    make_token(person)

    with pytest.raises(ValidationError, match="Revoke one first"):
        make_token(person)


def test_a_member_makes_none():
    assert signed_in(make_member()).post(ADDRESS, asked_for()).status_code == 302
    assert ApiToken.objects.count() == 0


# --- never more than the person --------------------------------------------------------------------------


def deactivate(person, series):
    person.is_active = False
    person.save()


def take_series_away(person, series):
    SeriesOrganiser.objects.filter(user=person).delete()


def set_temporary_password(person, series):
    accounts.give_temporary_password(person, "open sesame 8")


@pytest.mark.parametrize(("act", "status"), [(deactivate, 401), (take_series_away, 403), (set_temporary_password, 403)])
@pytest.mark.parametrize("bound", [False, True])
def test_a_token_ends_with_the_rights_of_its_person(series, draft, act, status, bound):
    person = make_organiser(series)
    used = program(person, series=series if bound else None)
    assert len(used.get(DRAFTS).json()["items"]) == 1

    act(person, series)

    assert used.get(DRAFTS).status_code == status


def test_a_token_of_an_administrator_waits_for_the_second_step_that_the_site_demands(settings):
    used = program(make_administrator())
    settings.ADMINISTRATORS_NEED_SECOND_STEP = True

    assert used.get("/api/v1/token").status_code == 403


def test_a_token_for_one_series_sees_no_draft_of_another(series, priml, draft):
    make_draft(series=priml)
    for person in (make_organiser(series, priml), make_administrator()):
        used = program(person, series=series)

        assert [talk["title"] for talk in used.get(DRAFTS).json()["items"]] == ["Quokka"]


def test_a_token_ends(series):
    used = program(make_organiser(series), days=30)

    with time_machine.travel(timezone.now() + timedelta(days=30)):
        answer = used.get("/api/v1/token")
        assert (answer.status_code, "invalid_token" in answer["WWW-Authenticate"]) == (401, True)
        removed = housekeeping.tidy()

    assert (removed["expired API tokens"], ApiToken.objects.count()) == (1, 0)


@pytest.mark.parametrize("sent", ["Bearer sem_" + "a" * 40, "Bearer x", "Basic YTpi", "Bearer", "", "Bearer \0"])
def test_what_is_no_token_is_refused_even_for_what_is_public(sent):
    assert Client(headers={"authorization": sent}).get("/api/v1/talks").status_code == 401


def test_the_day_of_the_last_use_is_noted(series, monday):
    program(make_organiser(series)).get("/api/v1/token")

    assert str(ApiToken.objects.get().last_used_on) == "2025-11-03"
    assert "Last used on Mon" in signed_in(make_administrator()).get(ADDRESS).content.decode()


def test_answers_to_programs_are_kept_for_a_day(series):
    make_token(make_organiser(series))
    KeptAnswer.objects.create(token=ApiToken.objects.get(), key="a", made_at=timezone.now() - timedelta(hours=24))
    KeptAnswer.objects.create(token=ApiToken.objects.get(), key="b")

    assert (housekeeping.tidy()["answers to programs"], KeptAnswer.objects.get().key) == (1, "b")


# --- limits and logs -------------------------------------------------------------------------------------


def test_requests_are_counted_by_token_and_by_address(series, monkeypatch):
    monkeypatch.setattr(limits, "API_REQUESTS", 2)
    one, other, visitor = program(make_organiser(series)), program(make_organiser(series)), Client()
    for client in (one, visitor):
        statuses = [client.get("/api/v1/breaks", REMOTE_ADDR="192.0.2.7").status_code for _time in range(3)]
        assert statuses == [200, 200, 429]

    refused = visitor.get("/api/v1/breaks", REMOTE_ADDR="192.0.2.7")
    assert 0 < int(refused["Retry-After"]) <= 60
    assert other.get("/api/v1/breaks", REMOTE_ADDR="192.0.2.7").status_code == 200
    assert visitor.get("/api/v1/breaks", REMOTE_ADDR="192.0.2.8").status_code == 200


def test_who_guesses_tokens_is_stopped_and_those_with_a_token_are_not(series, monkeypatch):
    monkeypatch.setattr(limits, "WRONG_API_TOKENS_FROM_ONE_ADDRESS", 2)
    guess = Client(headers={"authorization": "Bearer sem_" + "a" * 40})

    assert [guess.get("/api/v1/talks").status_code for _time in range(3)] == [401, 401, 429]
    assert program(make_organiser(series)).get("/api/v1/talks").status_code == 200


@pytest.mark.parametrize(
    "line", ["Authorization: Bearer {}", "/api/v1/talks?token={}", "/{}/", "x%20{}", "{}"], ids=range(5)
)
def test_no_log_line_contains_a_token(line, series):
    written = make_token(make_organiser(series))

    assert written[4:20] not in without_keys(line.format(written))
    assert written[4:20] not in without_keys(line.format(written.replace("_", "%5F")))


def test_the_desk_says_what_was_done(series):
    desk = signed_in(make_administrator())
    desk.post(ADDRESS, asked_for())
    desk.post(ADDRESS, {"revoke": "1", "token": ApiToken.objects.get().pk})

    assert [entry.change_message for entry in LogEntry.objects.order_by("pk")] == [
        "API token made: Website",
        "API token revoked: Website",
    ]
