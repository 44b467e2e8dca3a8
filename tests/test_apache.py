"""Apache as docs/sign-in.md sets it up for Shibboleth: its own check of the lines, and who signs in through them."""

import http.client
import re
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
import requests

from seminars.models import Identity, User
from tests.proxies import APACHE, APACHE_MODULES, apache, apache_file
from tests.services import free_port
from tests.single_sign_on import BACKENDS

PAGE = (Path(__file__).resolve().parent.parent / "docs/sign-in.md").read_text()
BLOCKS = re.findall(r"^```\n(.*?)^```$", PAGE, re.M | re.S)
SHIBBOLETH = APACHE_MODULES / "mod_shib.so"
NEEDED = ["authn_core", "authz_user", "env"]
PASSWORDS = ["auth_basic", "authn_file"]  # in place of Shibboleth

pytestmark = pytest.mark.skipif(not APACHE, reason="not installed here: apache2")


def block(word):
    [found] = [one for one in BLOCKS if word in one]
    return found


def test_apache_understands_every_line_with_shibboleth(tmp_path):
    if not SHIBBOLETH.exists():
        pytest.skip("not installed here: libapache2-mod-shib")
    [demand] = re.findall(r"`(ShibRequestSetting authnContext.*?)`", PAGE)
    lines = block("AuthType shibboleth").replace("    Require valid-user", f"    Require valid-user\n    {demand}")
    loaded = f"LoadModule mod_shib {SHIBBOLETH}"  # named unlike the others
    file = apache_file(tmp_path, free_port(), lines, *NEEDED, first=loaded)

    checked = subprocess.run([APACHE, "-t", "-f", file], capture_output=True, text=True, timeout=30)

    assert checked.returncode == 0, checked.stderr
    assert "Syntax OK" in checked.stderr


@pytest.fixture
def folder():
    """A folder that the account of Apache may read."""
    with tempfile.TemporaryDirectory(prefix="seminars-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def with_passwords(folder, site_port):
    """The lines of the page, where people sign in with a password of Apache instead of Shibboleth."""
    lines = block("AuthType shibboleth").replace("127.0.0.1:8000", f"127.0.0.1:{site_port}")
    lines = lines.replace("    ShibRequestSetting requireSession 1\n", "")
    lines = lines.replace("AuthType shibboleth", f"AuthType Basic\nAuthName x\nAuthUserFile {folder}/passwords")
    (folder / "passwords").write_text("gh17@example.edu:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=\n")  # test
    return f'{lines}SetEnv isMemberOf "staff;algebra"\nSetEnv mail grace@example.edu\nSetEnv displayName "Grace Höpper"'


def begin(address):
    """Press the button in a browser; return the browser, which the site then sends to the address of its proxy."""
    browser = requests.Session()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get(f"{address}/sign-in/", timeout=9).text)
    sent = browser.post(f"{address}/sign-in/sso/", {"csrfmiddlewaretoken": token[1]}, timeout=9)
    assert "/sign-in/sso/return/" in sent.text
    return browser


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_apache_names_who_signs_in_and_nobody_else_can(live_server, settings, settings_with, series, folder):
    settings.AUTHENTICATION_BACKENDS = BACKENDS
    told = dict(line.split("=", 1) for line in block("PROXY_USER_HEADER=").splitlines())
    settings.SINGLE_SIGN_ON = settings_with(**told, SSO_GROUPS="algebra=organiser:asset")["SINGLE_SIGN_ON"]
    made_up = {"X-Remote-User": "root", "X-Remote-Groups": "others", "X-Remote-Name": "Somebody Else"}
    site = live_server.thread.port

    with apache(folder, site, with_passwords(folder, site), *NEEDED, *PASSWORDS) as running:
        address = f"http://127.0.0.1:{running.port}"
        browser = begin(address)
        back = f"{address}/sign-in/sso/return/"
        unknown = browser.get(back, headers=made_up, timeout=9)
        browser.auth = ("gh17@example.edu", "test")
        done = browser.get(back, headers=made_up, timeout=9, allow_redirects=False)
        desk = browser.get(f"{address}/admin/", timeout=9)
        other = begin(address)
    with closing(http.client.HTTPConnection("127.0.0.1", site, source_address=("127.0.0.2", 0))) as line:
        cookies = "; ".join(f"{name}={value}" for name, value in other.cookies.items())
        line.request("GET", "/sign-in/sso/return/", headers=made_up | {"Cookie": cookies})
        refused = line.getresponse()

    person = User.objects.get()
    assert (unknown.status_code, done.status_code, desk.status_code, refused.status) == (401, 302, 200, 403)
    assert Identity.objects.get().subject == "gh17@example.edu"
    assert (person.get_full_name(), person.email) == ("Grace Höpper", "grace@example.edu")
    assert [one.slug for one in person.series.all()] == ["asset"]
