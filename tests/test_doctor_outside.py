"""What the doctor asks of other machines: proxies that pass headers on, mail servers that refuse, known faults."""

import json
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core import signing
from django.test import RequestFactory

from seminars import listings, zone_data
from seminars.doctor import examining, outside, releases, services, signature
from seminars.doctor.findings import Check, Severity, ok
from seminars.formats import ics
from seminars.views import visitors
from tests.findings import states, told
from tests.mailbox import mail_server
from tests.web_server import sends, serving

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
HSTS = {"Strict-Transport-Security": "max-age=31536000"}


A_DECADE = timedelta(days=3650)  # OpenSSL looks at the clock of the machine, which is not that of the tests


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for localhost, with its key, in one file."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - A_DECADE).not_valid_after(now + A_DECADE)
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("certificate") / "site.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


def site(*, overwrites=True, metrics=404, headers=HSTS, base):
    """A site behind a proxy, which overwrites the headers of visitors or passes them on."""

    def answer(handler):
        asked = dict(handler.headers.items())
        if overwrites:
            asked |= {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https" if base["is_https"] else "http"}
        request = RequestFactory().get("/", headers=asked)
        is_checked = signature.is_signed(asked.get(signature.HEADER, ""))
        pages = {
            "/healthz": (200, b"alive\n"),
            "/readyz": (200, b"ready\nvisitor %s\n" % visitors.address(request).encode() if is_checked else b"ready\n"),
            "/metrics": (metrics, b""),
        }
        status, body = pages.get(handler.path, (200, b"front page"))
        further = dict(headers)
        if handler.path == "/" and asked.get("X-Forwarded-Proto") != "https":
            status, further["Location"] = 301, f"https://{asked['Host']}/"
        sends(body, status=status, **further)(handler)

    return answer


@pytest.fixture
def running(certificate, monkeypatch):
    """Serve what `answer` sends, over HTTPS if asked; the address is that of the site."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    def run(*, is_https=False, **options):
        base = {"is_https": is_https}
        return serving(site(base=base, **options), certificate=certificate if is_https else None)

    return run


def home(address):
    return address.removesuffix("/feed.ics")


# --- The address of the site --------------------------------------------------------------------------------------


def test_a_site_in_order(running, behind_proxy):
    with running(is_https=True) as address:
        assert {*states(outside.about_address(home(address))), *states(outside.about_proxy(home(address)))} == {
            Severity.OK
        }


def test_nothing_answers():
    found = list(outside.about_address("http://127.0.0.1:9"))

    assert states(found) == [Severity.ERROR]
    assert "Connection refused" in told(found)


def test_a_certificate_that_nobody_trusts(running, monkeypatch):
    with running(is_https=True) as address:
        monkeypatch.delenv("SSL_CERT_FILE")
        assert "The certificate of" in told(outside.about_address(home(address)))


def test_another_site_at_our_address():
    with serving(sends(b"Welcome to nginx!")) as address:
        assert "it is not this site" in told(outside.about_address(home(address)))


def test_hsts_is_missing(running):
    with running(is_https=True, headers={}) as address:
        assert Severity.WARNING in states(outside.about_address(home(address)))


def test_a_site_that_is_served_without_https_too(running):
    """The plain address believes those who say that they came by HTTPS."""
    with running(overwrites=False) as address:
        assert outside.about_plain(f"{home(address)}/").state is Severity.ERROR
    with running() as address:
        assert outside.about_plain(f"{home(address)}/").state is Severity.OK
    assert outside.about_plain("http://127.0.0.1:9/").state is Severity.OK


# --- The proxy ----------------------------------------------------------------------------------------------------


def test_a_proxy_that_passes_on_what_visitors_send(running, behind_proxy):
    with running(is_https=True, overwrites=False) as address:
        found = list(outside.about_proxy(home(address)))

    assert states(found) == [Severity.ERROR] * 2
    assert "X-Forwarded-For of visitors" in told(found)
    assert "X-Forwarded-Proto of visitors" in told(found)


def test_a_site_that_takes_its_proxy_for_the_visitor(running, settings, monkeypatch):
    settings.BEHIND_PROXY = False
    monkeypatch.setattr(outside.socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("198.51.100.4", 443))])
    assert outside._hides_visitors("127.0.0.1", "https://talks.example.edu")
    assert not outside._hides_visitors("198.51.100.4", "https://talks.example.edu")

    monkeypatch.setattr(outside.socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("127.0.0.1", 443))])
    assert not outside._hides_visitors("127.0.0.1", "https://talks.example.edu")


def test_figures_that_everybody_can_read(running, behind_proxy):
    with running(metrics=200) as address:
        assert "Everybody can read" in told(outside.about_proxy(home(address)))


@pytest.mark.django_db
def test_only_the_doctor_is_told_its_address(client, behind_proxy):
    headers = {"X-Forwarded-For": outside.MADE_UP}

    asked = client.get("/readyz", headers=headers | {signature.HEADER: signature.signed()})
    others = [client.get("/readyz", headers=headers), client.get("/readyz", headers={signature.HEADER: "doctor:x:y"})]
    stolen = signing.dumps("doctor", salt="another")

    assert asked.text.endswith(f"\nvisitor {outside.MADE_UP}\n")
    assert all("visitor" not in answer.text for answer in others)
    assert not signature.is_signed(stolen)


def test_a_signature_is_good_for_a_minute(clock):
    signed = signature.signed()
    clock.shift(timedelta(seconds=59))
    assert signature.is_signed(signed)

    clock.shift(timedelta(seconds=2))
    assert not signature.is_signed(signed)


# --- The feed -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_live_feed(full_talk):
    body = ics.render(listings.everything())
    changed = body.replace(b"\r\n", b"\n")
    with serving(sends(body, Content_Type="text/calendar")) as address:
        assert states(outside.about_live_feed(home(address))) == [Severity.OK]
    with serving(sends(changed, Content_Type="text/calendar")) as address:
        assert Severity.ERROR in states(outside.about_live_feed(home(address)))
    with serving(sends(b"<!doctype html>", Content_Type="text/html")) as address:
        assert "is no calendar (status 200)" in told(outside.about_live_feed(home(address)))


# --- Mail ---------------------------------------------------------------------------------------------------------


def test_a_mail_server_that_takes_our_sender(sent_over):
    with mail_server() as (server, url):
        sent_over(url)
        assert states(services.about_mail_server("")) == [Severity.OK]
    assert (server.connections, server.arrived) == (1, [])


def test_a_mail_server_that_refuses_our_sender(sent_over):
    async def refuse(*_of_the_letter):
        return "550 5.7.1 not from you"

    with mail_server() as (server, url):
        server.handle_MAIL = refuse
        sent_over(url)
        found = list(services.about_mail_server(""))
    assert states(found) == [Severity.ERROR]
    assert "550 5.7.1 not from you" in told(found)


def test_a_mail_server_that_is_away(sent_over):
    sent_over("smtp://127.0.0.1:9")

    assert states(services.about_mail_server("")) == [Severity.ERROR]


def test_no_mail_server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    assert states(services.about_mail_server("")) == [Severity.UNKNOWN]


# --- Releases -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("version", "state"), [("1999a", Severity.OK), ("2999zb", Severity.WARNING)])
def test_newer_time_zone_data(version, state):
    with serving(sends(f"{version}\n".encode())) as address:
        found = list(releases.about_zone_release("", address))

    assert states(found) == [state]
    assert zone_data.current().version in told(found)


@pytest.mark.parametrize(("vulns", "state"), [([], Severity.OK), ([{"id": "PYSEC-1"}], Severity.ERROR)])
def test_known_faults_of_libraries(vulns, state):
    asked = []

    def answer(handler):
        asked.append(json.loads(handler.rfile.read(int(handler.headers["Content-Length"]))))
        results = [
            {"vulns": vulns} if one["package"]["name"].lower() == "django" else {} for one in asked[0]["queries"]
        ]
        sends(json.dumps({"results": results}).encode())(handler)

    with serving(answer) as address:
        found = list(releases.about_security_releases("", address))

    assert states(found) == [state]
    assert ("PYSEC-1" in told(found)) is bool(vulns)
    assert set(asked[0]) == {"queries"}
    assert all(set(one) == {"package", "version"} for one in asked[0]["queries"])


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"results": []}', b'{"results": 3}', b"\xff\n"])
def test_an_index_that_answers_something_else(body):
    with serving(sends(body)) as address:
        found = [*releases.about_zone_release("", address), *releases.about_security_releases("", address)]

    assert states(found) == [Severity.UNKNOWN] * 2


def test_an_index_that_cannot_be_reached():
    with serving(sends(b"", status=503)) as address:
        assert "(503)" in told(releases.about_zone_release("", address))
    assert "Connection refused" in told(releases.about_zone_release("", "http://127.0.0.1:9/"))


# --- All of them at once ------------------------------------------------------------------------------------------


def test_a_machine_that_does_not_answer_is_given_up_and_holds_up_nobody(monkeypatch):
    monkeypatch.setattr(examining, "OUTSIDE_WITHIN", 0.3)
    began = time.monotonic()
    checks = [Check("slow", lambda _url: time.sleep(2) or [ok("late")]), Check("quick", lambda url: [ok(url)])]

    found = examining.Answers(checks, "https://talks.example.edu").collected()

    assert [(one.check, one.state) for one in found] == [("slow", Severity.UNKNOWN), ("quick", Severity.OK)]
    assert time.monotonic() - began < 1.5


def test_an_answer_that_is_no_http():
    with serving(lambda handler: handler.wfile.write(b"?\r\n")) as address, pytest.raises(OSError, match="BadStatus"):
        outside.ask(address)
