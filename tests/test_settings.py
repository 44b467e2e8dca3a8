"""Settings from the environment: a wrong value is named, and the scheme of SITE_URL decides about HTTPS."""

import re
import socket
import time
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.factories import make_talk
from tests.services import free_port

ROOT = Path(__file__).resolve().parent.parent
NAMES = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M)
HTTPS_ONLY = ["SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "too short"),
        ("DEBUG", "perhaps"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PORT", "http"),
        ("SITE_URL", "talks.example.edu"),
        ("SITE_URL", "ftp://talks.example.edu"),
        ("SITE_URL", "https://"),
        ("SITE_URL", "https://talks.example.edu/?page=1"),
        ("DATABASE_URL", "mysql://localhost/talks"),
        ("CACHE_URL", "memcache://localhost"),
        ("SHARED_CACHE_SECONDS", "-1"),
        ("SHARED_CACHE_SECONDS", "3601"),
        ("EMAIL_URL", "pigeon://localhost"),
        ("BOUNCE_ADDRESS", "bounces"),
        ("BOUNCE_ADDRESS", "a+b@example.edu"),
        ("BOUNCE_MAILBOX", "https://example.edu"),
        ("BOUNCE_MAILBOX", "imaps://example.edu/INBOX"),
        ("BOUNCE_MAILBOX", "imaps://user:pass/word@example.edu/INBOX"),
        ("BOUNCE_MAILBOX", "imaps://user:1#2@example.edu/INBOX"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("LANGUAGE_CODE", "tlh"),
        ("VISITOR_LANGUAGES", "de, tlh"),
        ("VISITOR_LANGUAGES", "ja"),
        ("LOG_LEVEL", "CHATTY"),
        ("LOG_FORMAT", "xml"),
        ("ADMINS", "ops"),
        ("ADMINS", "ops@example.edu; b@example.edu"),
        ("ADMINS", "Ops <ops@example.edu>"),
        ("METRICS_FROM", "localhost"),
        ("METRICS_FROM", "10.0.0.1/24"),
        ("BEHIND_PROXY", "nginx"),
        ("HSTS_SUBDOMAINS", "some"),
        ("HSTS_SECONDS", "a year"),
    ],
)
def test_a_wrong_value_stops_the_start_and_is_named(settings_with, name, value):
    environment = {"SITE_URL": "https://talks.example.edu", name: value}

    with pytest.raises(ImproperlyConfigured, match=rf"^{name}: .+ \.env"):
        settings_with(**environment)


def test_no_message_repeats_a_password(settings_with):
    with pytest.raises(ImproperlyConfigured) as refusal:
        settings_with(DATABASE_URL="mysql://talks:hunter2@localhost/talks")

    assert "hunter2" not in str(refusal.value)


def test_https_in_the_address_makes_everything_secure(settings_with):
    settings = settings_with(SITE_URL="https://talks.example.edu")

    assert {name: settings[name] for name in HTTPS_ONLY} == dict.fromkeys(HTTPS_ONLY, True)
    assert settings["SECURE_HSTS_SECONDS"] == 365 * 24 * 60 * 60
    assert settings["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert settings["CSRF_TRUSTED_ORIGINS"] == ["https://talks.example.edu"]


def test_http_in_the_address_asks_for_nothing_that_it_cannot_keep(settings_with):
    settings = settings_with(SITE_URL="http://127.0.0.1:8000")

    assert {name: settings[name] for name in HTTPS_ONLY} == dict.fromkeys(HTTPS_ONLY, False)
    assert settings["SECURE_HSTS_SECONDS"] == 0
    assert settings["SECURE_PROXY_SSL_HEADER"] is None


def test_the_header_of_a_proxy_is_believed_only_where_there_is_one(settings_with):
    settings = settings_with(SITE_URL="https://talks.example.edu", BEHIND_PROXY="no")

    assert settings["SECURE_PROXY_SSL_HEADER"] is None


def test_the_address_follows_the_port(settings_with):
    assert settings_with(PORT="8123")["SITE_URL"] == "http://127.0.0.1:8123"


def test_a_path_in_the_address_prefixes_addresses_and_cookies(settings_with):
    settings = settings_with(SITE_URL="https://example.edu/seminars/")

    assert settings["SITE_URL"] == "https://example.edu/seminars"
    assert settings["FORCE_SCRIPT_NAME"] == "/seminars"
    assert settings["SESSION_COOKIE_PATH"] == settings["CSRF_COOKIE_PATH"] == "/seminars/"


def test_without_a_path_no_request_chooses_a_prefix(settings_with):
    assert settings_with(SITE_URL="https://talks.example.edu")["FORCE_SCRIPT_NAME"] == ""


@pytest.mark.parametrize(
    ("site", "prefix"), [("https://example.edu", ""), ("https://example.edu/semi.nars", "semi.nars/")]
)
def test_load_balancers_ask_for_health_without_https(settings_with, site, prefix):
    exempt = re.compile(*settings_with(SITE_URL=site)["SECURE_REDIRECT_EXEMPT"])
    here = [f"{prefix}{name}" for name in ("healthz", "readyz", "metrics")]
    asked = [*here, f"{prefix}rooms/healthz", "xhealthz", "semixnars/healthz"]

    assert [bool(exempt.search(path)) for path in asked] == [True, True, True, False, False, False]


def test_the_site_answers_to_its_own_name_and_to_this_machine(settings_with):
    settings = settings_with(SITE_URL="https://talks.example.edu")

    assert settings["ALLOWED_HOSTS"] == ["talks.example.edu", "127.0.0.1", "localhost"]


def test_hosts_are_a_list_with_commas(settings_with):
    settings = settings_with(ALLOWED_HOSTS="talks.example.edu, seminars.example.edu,")

    assert settings["ALLOWED_HOSTS"] == ["talks.example.edu", "seminars.example.edu", "127.0.0.1", "localhost"]


def test_sqlite_waits_for_its_turn_and_lets_readers_read(settings_with):
    options = settings_with()["DATABASES"]["default"]["OPTIONS"]

    assert options["timeout"] >= 20
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]


def test_postgresql_gets_a_pool_and_keeps_what_its_address_says(settings_with):
    database = settings_with(DATABASE_URL="postgres://talks:secret@db.example.edu/talks?sslmode=require")["DATABASES"]

    assert database["default"]["ENGINE"] == "seminars.postgresql"
    assert database["default"]["OPTIONS"]["sslmode"] == "require"
    assert database["default"]["OPTIONS"]["pool"]["min_size"] == 1


def test_no_request_is_one_transaction(settings_with):
    assert "ATOMIC_REQUESTS" not in settings_with()["DATABASES"]["default"]


def test_redis_is_asked_at_its_address(settings_with):
    cache = settings_with(CACHE_URL="redis://cache.example.edu:6379/1")["CACHES"]["default"]

    assert cache["BACKEND"] == "seminars.cache_backends.redis.FailsafeRedisCache"
    assert cache["LOCATION"] == "redis://cache.example.edu:6379/1"


@pytest.fixture(params=["refuses", "hangs"])
def port_where_redis_fails(request):
    if request.param == "refuses":
        yield free_port()
    else:
        with socket.create_server(("127.0.0.1", 0)) as door:  # accepts connections and never answers
            yield door.getsockname()[1]


@pytest.mark.django_db
def test_without_redis_every_page_is_rendered_again(settings_with, settings, client, caplog, port_where_redis_fails):
    settings.CACHES = settings_with(CACHE_URL=f"redis://127.0.0.1:{port_where_redis_fails}/0")["CACHES"]
    talk, *_others = [make_talk(title=f"Engines, part {n}", abstract="Of $n$ gears.") for n in range(10)]
    began = time.monotonic()

    for path in ("/", "/calendar.ics", talk.get_absolute_url(), "/search/?q=engines"):
        assert b"part 0" in client.get(path).content

    assert time.monotonic() - began < 6  # also on a busy machine; waiting at each page would take longer
    said = [record for record in caplog.records if record.levelname != "INFO"]
    assert [(record.name, record.exc_info) for record in said] == [("seminars.cache_backends.redis", None)]


def test_local_memory_is_the_cache_by_default(settings_with):
    cache = settings_with()["CACHES"]["default"]

    assert cache["BACKEND"] == "seminars.cache_backends.memory.MemoryCache"


def test_mail_by_smtp_has_what_its_address_says(settings_with):
    settings = settings_with(EMAIL_URL="smtp+tls://office:secret@mail.example.edu:587")

    assert settings["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"]) == ("mail.example.edu", 587)
    assert (settings["EMAIL_HOST_USER"], settings["EMAIL_HOST_PASSWORD"]) == ("office", "secret")
    assert settings["EMAIL_USE_TLS"] is True


def test_the_content_policy_forbids_inline_scripts_and_styles(settings_with):
    directives = settings_with()["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]

    assert directives["default-src"] == ["'none'"]
    assert directives["script-src"] == directives["style-src"] == ["'self'"]


def test_a_blank_value_is_the_default(settings_with):
    settings = settings_with(TIME_ZONE=" ", LANGUAGE_CODE="", DEBUG="")

    assert (settings["TIME_ZONE"], settings["LANGUAGE_CODE"], settings["DEBUG"]) == ("America/New_York", "en", False)


@pytest.mark.parametrize(("asked", "offered"), [("es, de,es,", ["es", "de"]), ("none", [])])
def test_the_languages_for_visitors_are_named_in_their_order(settings_with, asked, offered):
    assert settings_with(VISITOR_LANGUAGES=asked)["VISITOR_LANGUAGES"] == offered


OIDC = {
    "OIDC_ISSUER": "https://login.example.edu/",
    "OIDC_CLIENT_ID": "seminars",
    "OIDC_CLIENT_SECRET": "hush",
    "SSO_NAME": "Example University",
}
PROXY = {"PROXY_USER_HEADER": "X-Remote-User", "TRUSTED_PROXIES": "127.0.0.1, unix", "SSO_NAME": "Example University"}


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        ({}, "OIDC_CLIENT_ID", "seminars"),
        ({}, "SSO_GROUPS", "staff=administrator"),
        ({}, "LOCAL_SIGN_IN", "no"),
        ({}, "OIDC_REQUIRED_AMR", "mfa"),
        (OIDC, "OIDC_ISSUER", "login.example.edu"),
        (OIDC, "OIDC_ISSUER", "http://login.example.edu"),
        (OIDC, "OIDC_ISSUER", "https://login.example.edu?x=1"),
        (OIDC, "OIDC_CLIENT_SECRET", ""),
        (OIDC, "SSO_NAME", ""),
        (OIDC, "SSO_GROUPS", "staff"),
        (OIDC, "SSO_GROUPS", "staff=owner"),
        (OIDC, "SSO_GROUPS", f"{'x' * 256}=administrator"),
        (OIDC, "SSO_GROUPS", "staff=administrator:algebra"),
        (OIDC, "SSO_GROUPS", "algebra=organiser"),
        (OIDC, "SSO_GROUPS", "=administrator"),
        (OIDC, "SSO_UNKNOWN", "perhaps"),
        (OIDC, "SSO_LINK_BY_EMAIL", "yes"),
        (OIDC, "PROXY_USER_HEADER", "X-Remote-User"),
        (PROXY, "PROXY_USER_HEADER", "X_Remote_User"),
        (PROXY, "PROXY_GROUPS_HEADER", "Groups:"),
        (OIDC, "OIDC_REQUIRED_ACR", "gold,silver"),
        (PROXY, "OIDC_REQUIRED_ACR", "gold"),
        (PROXY, "OIDC_REQUIRED_AMR", "mfa"),
        (PROXY, "TRUSTED_PROXIES", ""),
        (PROXY, "TRUSTED_PROXIES", "proxy.example.edu"),
        (PROXY, "ADMINISTRATORS_NEED_SECOND_STEP", "sometimes"),
    ],
)
def test_a_wrong_value_of_single_sign_on_stops_the_start_and_is_named(settings_with, given, name, value):
    with pytest.raises(ImproperlyConfigured, match=rf"^{name}: .+ \.env"):
        settings_with(**given | {name: value})


def test_ways_to_sign_in_are_separated_by_blanks(settings_with):
    read = settings_with(**OIDC, OIDC_REQUIRED_ACR=" gold  https://refeds.org/profile/mfa", OIDC_REQUIRED_AMR="mfa")

    assert read["SINGLE_SIGN_ON"].required_acr == ("gold", "https://refeds.org/profile/mfa")
    assert read["SINGLE_SIGN_ON"].required_amr == ("mfa",)


def test_single_sign_on_without_its_library_stops_the_start(settings_with, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

    with pytest.raises(ImproperlyConfigured, match="make sign-in-libraries"):
        settings_with(**OIDC)


def test_groups_are_read_with_their_series(settings_with):
    said = "CN=staff,OU=maths=administrator; algebra = organiser:algebra, topology ;"

    rules = settings_with(**OIDC, SSO_GROUPS=said)["SINGLE_SIGN_ON"].rules

    found = [(rule.group, rule.series) for rule in rules]
    assert found == [("CN=staff,OU=maths", ""), ("algebra", "algebra"), ("algebra", "topology")]


def test_without_single_sign_on_nothing_of_it_is_installed(settings_with):
    settings = settings_with()

    assert (settings["SINGLE_SIGN_ON"], settings["LOCAL_SIGN_IN"]) == (None, None)
    assert [app for app in settings["INSTALLED_APPS"] if "llauth" in app] == []
    assert settings["AUTHENTICATION_BACKENDS"][1:] == ["django.contrib.auth.backends.ModelBackend"]


@pytest.mark.parametrize(("said", "may"), [("yes", None), ("no", set()), ("root, Ada", {"root", "Ada"})])
def test_passwords_can_be_left_to_few(settings_with, said, may):
    settings = settings_with(**PROXY, LOCAL_SIGN_IN=said)

    assert settings["LOCAL_SIGN_IN"] == may
    assert settings["SINGLE_SIGN_ON"].trusted_proxies == {"127.0.0.1", "unix"}


def test_the_secret_of_the_client_is_in_no_representation(settings_with):
    assert "hush" not in repr(settings_with(**OIDC)["SINGLE_SIGN_ON"])


def test_only_a_site_with_administrators_mails_errors(settings_with):
    chosen = settings_with(ADMINS="ops@example.edu, b@example.edu")

    assert [address for _name, address in chosen["ADMINS"]] == ["ops@example.edu", "b@example.edu"]
    assert chosen["LOGGING"]["root"]["handlers"] == ["console", "mail"]
    assert settings_with()["LOGGING"]["root"]["handlers"] == ["console"]
