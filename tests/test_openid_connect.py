"""Sign-in with OpenID Connect: what the provider is asked, which answers are refused, and what is told then."""

import base64
import hashlib
import logging
import re
import socket
import time
from urllib.parse import urlencode

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from seminars import limits
from seminars.logs import without_keys
from seminars.models import Identity, User
from seminars.single_sign_on import describes
from tests.admin_forms import signed_in
from tests.factories import make_administrator, make_member
from tests.pages import main, words
from tests.services import free_port
from tests.signing_in import is_signed_in
from tests.signing_in import sign_in as sign_in_with_password
from tests.single_sign_on import (
    answer_of,
    begin,
    know,
    query_of,
    rules,
    settings_for,
    sign_in,
    with_fields,
    with_token,
)

pytestmark = pytest.mark.django_db


def test_the_provider_is_asked_with_a_state_a_nonce_and_a_challenge(sso, university):
    browser = Client()
    page, address = begin(browser)
    asked = query_of(address)
    browser.get(answer_of(address))

    verifier = next(form["code_verifier"] for path, _query, form in university.asked if path == "/oauth2/token")
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert (asked["code_challenge"], asked["code_challenge_method"]) == (challenge, "S256")
    assert (asked["response_type"], asked["client_id"]) == ("code", "seminars")
    assert asked["redirect_uri"] == "http://talks.example.edu/sign-in/sso/return/"
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    assert len(asked["nonce"]) >= 32
    assert "no-store" in page["Cache-Control"]
    assert is_signed_in(browser)


def test_a_query_of_the_endpoint_is_kept(sso, university):
    endpoint = f"{university.issuer}/oauth2/authorize?policy=sign%3Fin"
    university.changes["/.well-known/openid-configuration"] = with_fields(authorization_endpoint=endpoint)

    browser = Client()
    _page, address = begin(browser)
    browser.get(answer_of(address))

    assert address.startswith(f"{endpoint}&")
    assert (query_of(address)["policy"], address.count("?")) == ("sign?in", 1)
    assert is_signed_in(browser)


@pytest.mark.parametrize(
    ("ways", "is_in_form"),
    [
        (None, False),
        (["client_secret_post", "client_secret_basic"], False),
        (["client_secret_post"], True),
    ],
)
def test_the_secret_is_in_the_form_only_where_the_provider_takes_no_header(sso, university, ways, is_in_form):
    described = with_fields(token_endpoint_auth_methods_supported=ways)
    university.changes["/.well-known/openid-configuration"] = described

    browser, _done = sign_in()

    form = next(form for path, _query, form in university.asked if path == "/oauth2/token")
    assert (is_signed_in(browser), form.get("client_secret") == "hush") == (True, is_in_form)


def test_a_link_starts_nothing(sso):
    assert Client().get("/sign-in/sso/").status_code == 405
    assert "Sign in with Example University" in words(main(Client().get("/sign-in/")))


def test_another_site_cannot_send_the_form(sso):
    assert Client(enforce_csrf_checks=True).post("/sign-in/sso/").status_code == 403


@pytest.mark.parametrize("issuer", ["{}", "{}/", "{}/.well-known/openid-configuration"])
def test_the_issuer_may_end_in_a_slash(sso, university, settings_with, settings, issuer):
    read = settings_with(
        OIDC_ISSUER=issuer.format(university.issuer), OIDC_CLIENT_ID="seminars", OIDC_CLIENT_SECRET="hush",
        SSO_NAME="Example University",
    )  # fmt: skip
    settings.SINGLE_SIGN_ON = read["SINGLE_SIGN_ON"]

    browser, _done = sign_in()

    assert is_signed_in(browser)
    assert Identity.objects.get().issuer == university.issuer


@pytest.mark.parametrize(
    ("path", "change", "said"),
    [
        ("/.well-known/openid-configuration", with_fields(issuer="https://elsewhere.example"), "another issuer"),
        ("/oauth2/token", with_token(nonce="other"), "nonce"),
        ("/oauth2/token", with_token(nonce=None), "nonce"),
        ("/oauth2/token", with_token(aud="another-site"), "OAuth2Error"),
        ("/oauth2/token", with_token(iss="https://elsewhere.example"), "OAuth2Error"),
        ("/oauth2/token", with_token(exp=1), "OAuth2Error"),
        ("/oauth2/token", lambda _answer: "{}", "OAuth2Error"),
        ("/oauth2/token", with_fields(id_token=""), "KeyError"),
        ("/userinfo", with_fields(sub="0002"), "different people"),
        ("/userinfo", lambda _answer: "[]", "TypeError"),
    ],
)
def test_an_answer_that_is_not_for_this_sign_in_is_refused(sso, university, caplog, path, change, said):
    browser = Client()
    _page, address = begin(browser)
    university.changes[path] = change

    done = browser.get(answer_of(address))

    assert (done.status_code, is_signed_in(browser), User.objects.count()) == (400, False, 0)
    assert "tell an administrator of this site" in words(main(done))
    [record] = [record for record in caplog.records if record.name == "seminars.views.single_sign_on"]
    assert said in record.getMessage()


@pytest.mark.parametrize(
    ("changed", "is_good"),
    [
        ({}, True),
        ({"issuer": "https://login.example.edu/"}, True),
        ({"issuer": "https://login.example.org"}, False),
        ({"token_endpoint": "http://login.example.edu/token"}, False),
        ({"userinfo_endpoint": "http://login.example.edu/who"}, False),
        ({"authorization_endpoint": None}, False),
        ({"token_endpoint": "https://login.example.edu:port/"}, False),
    ],
)
def test_which_descriptions_of_a_provider_are_good(changed, is_good):
    issuer = "https://login.example.edu"
    told = {"issuer": issuer, "authorization_endpoint": f"{issuer}/auth", "token_endpoint": f"{issuer}/token"}

    assert describes(issuer, told | changed) == is_good


def test_a_subject_that_is_no_identifier_is_refused(sso):
    subject = "x" * 256
    know(sso(), subject)

    browser, done = sign_in(subject=subject)

    assert (done.status_code, is_signed_in(browser)) == (400, False)


def test_a_way_back_works_once_and_in_its_own_browser(sso):
    browser = Client()
    back = answer_of(begin(browser)[1])

    elsewhere = Client().get(back)
    browser.get(back)
    again = browser.get(back)

    assert (elsewhere.status_code, again.status_code) == (400, 400)
    assert "Begin again here." in words(main(again))


@pytest.mark.parametrize("query", ["", "state=", "code=1", "state=x&code=1", "error=server_error", "state=%00"])
def test_a_way_back_without_a_way_there_leads_nowhere(sso, query):
    done = Client().get(f"/sign-in/sso/return/?{query}")

    assert done.status_code == 400
    assert Client().head(f"/sign-in/sso/return/?{query}").status_code == 405


def test_an_answer_that_names_another_provider_is_refused(sso):
    browser = Client()
    back = answer_of(begin(browser)[1])

    done = browser.get(f"{back}&{urlencode({'iss': 'https://elsewhere.example'})}")

    assert (done.status_code, is_signed_in(browser)) == (400, False)


def test_who_declines_at_the_provider_is_told_so(sso, caplog):
    browser = Client()
    _page, address = begin(browser, next="/series/")
    state = query_of(address)["state"]

    done = browser.get(f"/sign-in/sso/return/?error=access_denied&state={state}")

    assert done.status_code == 403
    assert "Example University did not sign you in" in words(main(done))
    assert 'name="next" value="/series/"' in done.text
    assert Client().get("/sign-in/sso/return/?error=access_denied").status_code == 403  # a provider without states


@pytest.mark.parametrize("fails", ["refuses", "hangs"])
def test_a_provider_that_is_away_leaves_the_password(sso, settings, fails):
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.2  # seconds; 5 on a site
    with socket.create_server(("127.0.0.1", 0)) as door:  # accepts connections and never answers
        port = door.getsockname()[1] if fails == "hangs" else free_port()
        settings.SINGLE_SIGN_ON = settings_for(f"http://127.0.0.1:{port}")
        began = time.monotonic()
        page, _address = begin(Client(), next="/series/")

    assert time.monotonic() - began < 3
    assert page.status_code == 502
    assert "Example University does not answer at the moment." in words(main(page))
    assert 'href="/sign-in/?next=/series/"' in page.text


def test_few_requests_wait_for_a_provider_at_the_same_time(sso, monkeypatch):
    monkeypatch.setattr(limits, "TURN_WITHIN", 0.01)
    with limits.place_at_provider(), limits.place_at_provider():
        page, _address = begin(Client())

    assert page.status_code == 502


def test_too_many_from_one_network_wait(sso, monkeypatch):
    monkeypatch.setattr(limits, "SINGLE_SIGN_ONS_FROM_ONE_ADDRESS", 1)
    begin(Client())

    page, _address = begin(Client())

    assert (page.status_code, int(page["Retry-After"]) > 0) == (429, True)


@pytest.mark.parametrize("asked", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:0"])
def test_nobody_is_led_to_another_site(sso, asked):
    _browser, done = sign_in(next=asked)

    assert done.url == "/"


@pytest.mark.parametrize("make", [make_member, make_administrator])
def test_the_owner_of_an_account_connects_it(sso, make):
    person = make(email="hopper@example.org")
    browser = Client()
    sign_in_with_password(browser, person)

    sign_in(browser, why="connect", next="/password/")

    assert Identity.objects.get().user == person
    person.refresh_from_db()
    assert (person.email, person.get_full_name()) == ("grace@example.edu", "Grace Hopper")
    assert sign_in()[0].session["_auth_user_id"] == str(person.pk)


@pytest.mark.parametrize("sent", [{"present_password": "wrong"}, {"present_password": ""}])
def test_nobody_connects_an_account_without_its_password(sso, sent):
    browser = Client()
    sign_in_with_password(browser, make_member())

    page, address = begin(browser, why="connect", **sent)

    assert ("This is not your present password." in words(main(page)), address) == (True, "")


def test_the_button_to_sign_in_connects_nothing(sso):
    person = make_member(email="hopper@example.org")
    browser = Client()
    sign_in_with_password(browser, person)
    page = browser.post("/sign-in/sso/", {"why": "connect"}).text

    browser.get(answer_of(re.search('url=([^"]+)"', page)[1].replace("&amp;", "&")))

    assert Identity.objects.get().user != person


def test_tries_to_connect_are_limited_like_those_to_sign_in(sso, settings):
    browser = Client()
    sign_in_with_password(browser, make_member())
    for _try in range(settings.AXES_FAILURE_LIMIT):
        begin(browser, why="connect", present_password="wrong")

    page, address = begin(browser, why="connect")

    assert (page.status_code, address) == (429, "")


def test_a_connection_is_in_the_history_and_can_be_undone(sso):
    person = make_member(email="hopper@example.org")
    browser = Client()
    sign_in_with_password(browser, person)
    sign_in(browser, why="connect")
    desk = signed_in(make_administrator())
    page = f"/admin/role/?person={person.pk}"
    assert "0001" in words(main(desk.get(page)))

    desk.post(page, {"disconnect": ""})

    assert Identity.objects.count() == 0
    assert browser.get("/password/").status_code == 302
    assert [entry.change_message for entry in LogEntry.objects.order_by("pk")] == [
        "Connected with an account at Example University",
        "Disconnected from accounts at the university",
    ]


def test_no_administrator_disconnects_the_only_way_in(sso):
    know(sso(rules=rules("staff")), groups=["staff"])
    browser, _done = sign_in()

    browser.post(f"/admin/role/?person={User.objects.get().pk}", {"disconnect": ""})

    assert Identity.objects.count() == 1


def test_an_account_of_the_provider_belongs_to_one_person(sso):
    sign_in()
    person = make_member()
    browser = Client()
    sign_in_with_password(browser, person)

    _browser, done = sign_in(browser, why="connect")

    assert done.status_code == 403
    assert "already belongs to another person" in words(main(done))
    assert browser.session["_auth_user_id"] == str(person.pk)


def test_nobody_connects_an_account_that_they_left(sso):
    browser = Client()
    sign_in_with_password(browser, make_member())
    _page, address = begin(browser, why="connect")
    browser.post("/sign-out/")

    done = browser.get(answer_of(address))

    assert done.status_code in (400, 403)
    assert (is_signed_in(browser), Identity.objects.count()) == (False, 0)


def test_what_was_typed_while_signed_out_is_kept(sso):
    _browser, done = sign_in(next="/admin/seminars/talk/add/", kept="title=On+engines")

    assert "You are signed in again" in words(main(done))
    assert 'name="title" value="On engines"' in done.text


def test_signing_out_leads_to_the_end_of_the_session_at_the_provider(sso, university):
    browser, _done = sign_in()

    page = browser.post("/sign-out/")

    assert not is_signed_in(browser)
    expected = urlencode({"client_id": "seminars", "post_logout_redirect_uri": "http://talks.example.edu/"})
    assert f"{university.issuer}/oauth2/end_session?{expected}".replace("&", "&amp;") in page.text


def test_signing_out_ends_here_if_the_provider_has_no_such_address(sso, university):
    university.changes["/.well-known/openid-configuration"] = with_fields(end_session_endpoint=None)
    browser, _done = sign_in()

    assert browser.post("/sign-out/").url == "/"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", 7])
def test_a_provider_names_no_address_that_is_a_script(sso, university, address):
    university.changes["/.well-known/openid-configuration"] = with_fields(end_session_endpoint=address)
    browser, _done = sign_in()

    assert browser.post("/sign-out/").url == "/"


OURS = ("seminars", "django", "allauth")  # the others are those of the provider


def test_no_log_line_holds_a_code_or_a_token(sso, university, caplog):
    with caplog.at_level(logging.DEBUG):
        browser = Client()
        back = answer_of(begin(browser)[1])
        browser.get(back)
        browser.get(back)
    code, state = query_of(back)["code"], query_of(back)["state"]

    said = "\n".join(without_keys(record.getMessage()) for record in caplog.records if record.name.startswith(OURS))

    assert "the state is unknown" in said
    assert code not in said
    assert state not in said
    assert "hush" not in said
