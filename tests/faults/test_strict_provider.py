"""Sign-in at oidc-provider, which takes the standard at its word.

It wants the exact redirect address, PKCE, a nonce, and the secret in the way that the client is registered with.
"""

import json
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client

from seminars.doctor import sign_in as sign_in_of_doctor
from seminars.doctor.findings import Severity
from seminars.models import Identity, User
from tests.pages import main, words
from tests.services import free_port
from tests.signing_in import is_signed_in
from tests.single_sign_on import BACKENDS, PERSON, begin, rules, settings_for

HERE = Path(__file__).resolve().parent.parent
PROGRAM = HERE / "oidc_provider/provider.js"
INSTALLED = HERE.parent / ".cache/oidc-provider"  # by `make strict-provider`
NODE = 20  # the oldest Node.js that it runs on
RETURN = "http://talks.example.edu/sign-in/sso/return/"
SECRET = "hu+sh% "  # each sign means something in a header or a form
MFA = "urn:example:two-factor"
CLIENT = {"client_id": "seminars", "client_secret": SECRET, "redirect_uris": [RETURN]}

pytestmark = pytest.mark.django_db


class Provider:
    """The provider, as a process; PUT /person says who sits in front of the browser."""

    def __init__(self):
        self.port = free_port()
        self.issuer = f"http://localhost:{self.port}"

    def start(self):
        with PROGRAM.open() as program:  # it finds its libraries in the folder where it runs
            self.process = subprocess.Popen(
                ["node", "--input-type=module", "-", str(self.port), json.dumps([CLIENT])],
                cwd=INSTALLED, stdin=program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip
        assert self.process.stdout.readline() == "ready\n"

    def stop(self):
        self.process.kill()
        self.process.communicate()

    def be(self, subject="0001", acr=None, amr=None, **claims):
        person = {"claims": PERSON | {"sub": subject} | claims, "acr": acr, "amr": amr}
        requests.put(f"{self.issuer}/person", json=person, timeout=5).raise_for_status()


@pytest.fixture(scope="module")
def running():
    if not (INSTALLED / "installed.json").is_file():
        pytest.skip("not installed here: oidc-provider; `make strict-provider` installs it if there is npm")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    if int(version[1:].partition(".")[0]) < NODE:
        pytest.skip(f"oidc-provider needs Node.js {NODE}, not {version.strip()}")
    provider = Provider()
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture
def provider(running, settings):
    settings.AUTHENTICATION_BACKENDS = BACKENDS
    settings.SINGLE_SIGN_ON = settings_for(running.issuer, client_secret=SECRET, rules=rules("algebra=asset"))
    running.be()
    return running


def at_provider(address):
    """Go where a browser goes from there; return the answer that leads back, or the last page of the provider."""
    with requests.Session() as browser:
        answer = browser.get(address, allow_redirects=False, timeout=5)
        while answer.is_redirect and not answer.headers["Location"].startswith(RETURN):
            answer = browser.get(answer.next.url, allow_redirects=False, timeout=5)
        return answer


def sign_in(browser=None):
    browser = browser or Client()
    _page, address = begin(browser)
    parts = urlsplit(at_provider(address).headers["Location"])
    return browser, browser.get(f"{parts.path}?{parts.query}")


def test_the_first_visit_of_somebody_unknown_gives_no_rights(provider):
    browser, done = sign_in()

    person = User.objects.get()
    assert (done.status_code, is_signed_in(browser)) == (302, True)
    assert (person.get_full_name(), person.email) == ("Grace Hopper", "grace@example.edu")
    assert (person.is_superuser, person.series.count()) == (False, 0)
    assert "ask an administrator to make you an organiser" in browser.get("/admin/", follow=True).text


def test_a_group_gives_a_series_until_the_next_sign_in_without_it(provider, series):
    found = []
    for groups in (["algebra"], []):
        provider.be(groups=groups)
        sign_in()
        found.append([one.slug for one in User.objects.get().series.all()])

    assert found == [["asset"], []]


@pytest.mark.parametrize(
    ("required", "as_told", "is_in"),
    [
        ({"required_acr": (MFA, "phr")}, {"acr": MFA}, True),
        ({"required_acr": (MFA,)}, {"acr": "phr"}, False),
        ({"required_acr": (MFA,)}, {"amr": ["mfa"]}, False),
        ({"required_amr": ("mfa", "hwk")}, {"amr": ["pwd", "hwk"]}, True),
        ({"required_amr": ("mfa",)}, {"amr": ["pwd"]}, False),
    ],
)
def test_the_provider_says_how_somebody_signed_in(provider, settings, required, as_told, is_in):
    settings.SINGLE_SIGN_ON = settings_for(provider.issuer, client_secret=SECRET, **required)
    provider.be(**as_told)

    browser, done = sign_in()

    assert (is_signed_in(browser), User.objects.count()) == (is_in, int(is_in))
    assert is_in or "wants you to sign in with a second factor" in words(main(done))


def test_a_way_to_sign_in_that_the_provider_does_not_have_is_found(provider, settings):
    settings.SINGLE_SIGN_ON = settings_for(provider.issuer, client_secret=SECRET, required_acr=("gold",))

    [finding] = sign_in_of_doctor.about_sign_in("")

    assert (finding.state, MFA in finding.advice) == (Severity.ERROR, True)


def test_a_provider_that_is_away_is_named_and_knows_everybody_again_afterwards(provider):
    sign_in()
    provider.stop()
    page, address = begin(Client())
    provider.start()
    provider.be()
    browser, _done = sign_in()

    assert (page.status_code, address) == (502, "")
    assert "Example University does not answer at the moment." in words(main(page))
    assert (is_signed_in(browser), Identity.objects.count()) == (True, 1)


def test_an_address_of_the_site_that_is_not_registered_is_explained(provider, settings):
    """The provider shows a page of its own, so that its codes get nowhere else: the site hears nothing."""
    settings.SITE_URL = "http://talks.example.org"

    answer = at_provider(begin(Client())[1])
    [finding] = sign_in_of_doctor.about_sign_in("")

    assert (answer.status_code, "redirect_uri" in answer.text) == (400, True)
    assert (finding.state, "Register exactly this address" in finding.advice) == (Severity.ERROR, True)
    assert "http://talks.example.org/sign-in/sso/return/" in finding.says


def test_a_wrong_secret_is_explained(provider, settings, caplog):
    settings.SINGLE_SIGN_ON = settings_for(provider.issuer, client_secret="hush")

    browser, done = sign_in()
    [finding] = sign_in_of_doctor.about_sign_in("")

    assert (done.status_code, is_signed_in(browser)) == (400, False)
    assert "tell an administrator of this site" in words(main(done))
    assert "it does not take OIDC_CLIENT_ID with OIDC_CLIENT_SECRET" in caplog.text
    assert (finding.state, "does not take OIDC_CLIENT_SECRET" in finding.says) == (Severity.ERROR, True)


def test_the_doctor_signs_nobody_in(provider):
    [finding] = sign_in_of_doctor.about_sign_in("")

    assert (finding.state, finding.says) == (Severity.OK, "The provider of single sign-on knows this site.")


@pytest.mark.parametrize(
    ("issuer", "said"),
    [("{}/realms/other", "does not describe the provider"), ("http://localhost:1", "does not answer")],
)
def test_a_wrong_issuer_is_explained(provider, settings, issuer, said):
    settings.SINGLE_SIGN_ON = settings_for(issuer.format(provider.issuer))

    [finding] = sign_in_of_doctor.about_sign_in("")

    assert (finding.state, said in finding.says) == (Severity.ERROR, True)
