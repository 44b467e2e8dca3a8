"""Settings, all from the environment or `.env`; a wrong value stops the start and names its variable."""

import re
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from seminars import build_digest, logs, single_sign_on, zone_names

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
ERRORS_DIR = VAR_DIR / "errors"  # when which error was mailed

env = environ.Env()
env.read_env(BASE_DIR / ".env")


def _refuse(name: str, sentence: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name}: {sentence} Set it in the environment or in .env (see .env.example).")


def _names_user_and_host(address: str) -> bool:
    parts = urlsplit(address)
    try:
        return bool(parts.username and parts.hostname and (parts.port is None or parts.port))
    except ValueError:  # with what it takes for the port, which may be a piece of the password
        return False


def _str(name: str, default: str = "") -> str:
    """A blank value is the default, so that `NAME=` in `.env` does no harm."""
    return env.str(name, default="").strip() or default


def _bool(name: str, default: bool) -> bool:
    raw = _str(name).lower()
    words = {"": default} | dict.fromkeys(("1", "true", "yes", "on"), True)
    words |= dict.fromkeys(("0", "false", "no", "off"), False)
    if raw not in words:
        raise _refuse(name, f"{raw!r} is neither true nor false.")
    return words[raw]


def _int(name: str, default: int, bounds: tuple[int, int] | None = None) -> int:
    raw = _str(name, str(default))
    if not raw.isascii() or not raw.isdigit():
        raise _refuse(name, f"{raw!r} is not a whole number.")
    if bounds and not bounds[0] <= int(raw) <= bounds[1]:
        raise _refuse(name, f"{raw} is not between {bounds[0]} and {bounds[1]}.")
    return int(raw)


def _url(name: str, default: str, schemes: tuple[str, ...]) -> str:
    raw = _str(name, default)
    if urlsplit(raw).scheme not in schemes:
        raise _refuse(name, f"{raw.split(':')[0]!r} is not one of the schemes {', '.join(schemes)}.")
    return raw


DEBUG = _bool("DEBUG", default=False)

SECRET_KEY = _str("SECRET_KEY")
if len(SECRET_KEY) < 32:
    raise _refuse("SECRET_KEY", "it is missing or shorter than 32 characters; `make run` writes a fresh one.")

# --- Where the site lives -------------------------------------------------------------------------

PORT = _int("PORT", 8000, (1, 65535))
SITE_URL = _url("SITE_URL", f"http://127.0.0.1:{PORT}", ("http", "https")).rstrip("/")
_site = urlsplit(SITE_URL)
if not _site.hostname or _site.query or _site.fragment:
    raise _refuse("SITE_URL", f"{SITE_URL!r} is not an address such as https://talks.example.edu.")
FORCE_SCRIPT_NAME = _site.path  # "" too: None would let a request's SCRIPT_NAME decide what is kept for everyone
IS_HTTPS = _site.scheme == "https"

_named_hosts = [host.strip() for host in _str("ALLOWED_HOSTS").split(",") if host.strip()]
# This machine asks whether the site is well, by its own names.
ALLOWED_HOSTS = list(dict.fromkeys([*(_named_hosts or [_site.hostname]), "127.0.0.1", "localhost"]))
CSRF_TRUSTED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"]

SECURE_SSL_REDIRECT = IS_HTTPS
_prefix = f"{_site.path}/".removeprefix("/")
SECURE_REDIRECT_EXEMPT = [rf"^{re.escape(_prefix)}(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = _int("HSTS_SECONDS", 31_536_000) if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS and _bool("HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = SECURE_HSTS_INCLUDE_SUBDOMAINS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = None  # SecurityHeadersMiddleware sets it, for documents alone
METRICS_FROM = [word.strip() for word in _str("METRICS_FROM", "127.0.0.0/8,::1").split(",") if word.strip()]
for _network in METRICS_FROM:
    try:
        ip_network(_network)
    except ValueError:
        raise _refuse("METRICS_FROM", f"{_network!r} is not an address or network such as 10.0.0.0/24.") from None
BEHIND_PROXY = _bool("BEHIND_PROXY", default=IS_HTTPS)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{_site.path}/"
X_FRAME_OPTIONS = "DENY"
# Subdomains and the preload list are the department's own decision about names that are not ours.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# --- What it is made of ---------------------------------------------------------------------------

INSTALLED_APPS = [
    "seminars",
    "seminars.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "simple_history",
]

MIDDLEWARE = [
    "seminars.middleware.one_chunk_of_stack",
    "django.middleware.security.SecurityMiddleware",
    "seminars.middleware.SecurityHeadersMiddleware",
    "seminars.middleware.AddressLanguageMiddleware",
    "seminars.page_cache.middleware.PageCacheMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "seminars.middleware.DepartmentLanguageMiddleware",
    "csp.middleware.CSPMiddleware",
    "seminars.middleware.TolerantSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "seminars.middleware.SignInStepsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

SIMPLE_HISTORY_DATE_INDEX = False  # history is looked up by change and by talk

ROOT_URLCONF = "seminars.urls"
WSGI_APPLICATION = "seminars.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["seminars.templatetags.languages", "seminars.templatetags.seminars"],
        },
    },
]

# --- Rows and cached answers ----------------------------------------------------------------------

DATABASE_URL = _url(
    "DATABASE_URL",
    f"sqlite:///{VAR_DIR / 'seminars.sqlite3'}",
    ("sqlite", "postgres", "postgresql"),
)
DATABASES = {"default": environ.Env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 30,  # seconds that a writer waits for its turn
        "cached_statements": 4,  # in each thread: Python keeps 128 at 20 KB each, and only the edition's comes often
        "transaction_mode": "IMMEDIATE",  # take the write lock first, so that no transaction fails half way
        # Each thread has a connection: 2 MB of pages in each, which the system keeps anyway, would be too much.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-100;",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = None  # opening the file anew costs more than the query of a request
else:
    DATABASES["default"]["ENGINE"] = "seminars.postgresql"
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # In the same network PostgreSQL answers within milliseconds: after two seconds, waiting for a connection is no use.
    # What the address says after `?`, such as sslmode, is kept.
    DATABASES["default"]["OPTIONS"] = {
        "pool": {"min_size": 1, "max_size": 8, "timeout": 2, "reconnect_timeout": 2},  # connections; seconds
        "connect_timeout": 2,  # seconds; a machine that does not answer at all
        "tcp_user_timeout": 4000,  # milliseconds; a machine that vanishes while connected
        # Of a primary and its standbys the one that is the primary now.
        **({"target_session_attrs": "read-write"} if "," in DATABASES["default"]["HOST"] else {}),
    } | DATABASES["default"].get("OPTIONS", {})

BACKUP_DIR = BASE_DIR / _str("BACKUP_DIR", "var/backups")  # where `manage.py backup` writes

CACHE_URL = _url("CACHE_URL", "locmemcache://", ("locmemcache", "redis", "rediss"))
CACHES = {"default": environ.Env.cache_url_config(CACHE_URL)}
if CACHE_URL.startswith("redis"):
    CACHES["default"]["BACKEND"] = "seminars.cache_backends.redis.FailsafeRedisCache"
    # In the same network it answers within a millisecond, and the largest answer takes 0.04 s at 1 Gbit/s.
    CACHES["default"]["OPTIONS"] = {"socket_connect_timeout": 0.25, "socket_timeout": 0.25}  # seconds
else:
    CACHES["default"]["BACKEND"] = "seminars.cache_backends.memory.MemoryCache"
CACHES["default"]["KEY_PREFIX"] = build_digest.digest(BASE_DIR)  # no build gets what another one rendered
CACHES["default"]["KEY_FUNCTION"] = "seminars.cache_backends.cache_key"
SHARED_CACHE_SECONDS = _int("SHARED_CACHE_SECONDS", 0, (0, 3600))  # 0: a CDN asks each time; edits show at once

# --- People ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "seminars.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "front"
CSRF_FAILURE_VIEW = "seminars.admin.signing_in.token_refused"
LOGOUT_REDIRECT_URL = "front"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # a visitor has no cookie at all
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # by the name alone, anybody could lock anybody out
AXES_HANDLER = "seminars.limits.SignInLimits"  # which also limits by the address alone
AXES_CLIENT_IP_CALLABLE = "seminars.views.visitors.network"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # tries beyond the limit write nothing
AXES_DISABLE_ACCESS_LOG = True  # who signs in, when and from where is nobody's business
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_CALLABLE = "seminars.views.signing_in.locked"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "kept", "next", "csrfmiddlewaretoken"]  # not kept of a try

SECOND_STEP_ALWAYS = _str("ADMINISTRATORS_NEED_SECOND_STEP").lower() == "always"  # after single sign-on too
ADMINISTRATORS_NEED_SECOND_STEP = SECOND_STEP_ALWAYS or _bool("ADMINISTRATORS_NEED_SECOND_STEP", default=False)
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0  # `limits.no_code_until` counts guesses of both together

SINGLE_SIGN_ON = single_sign_on.read(_str, _refuse)
LOCAL_SIGN_IN = single_sign_on.read_local(_str, _refuse, has_other_way=SINGLE_SIGN_ON is not None)
AUTHENTICATION_BACKENDS = single_sign_on.backends(SINGLE_SIGN_ON, LOCAL_SIGN_IN)
if SINGLE_SIGN_ON and SINGLE_SIGN_ON.issuer:
    INSTALLED_APPS += single_sign_on.APPS
    MIGRATION_MODULES = single_sign_on.NO_MIGRATIONS

_email = environ.Env.email_url_config(_url("EMAIL_URL", "consolemail://", tuple(environ.Env.EMAIL_SCHEMES)))
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
MAIL_AT_ONCE = False  # `manage.py work` sends what is in the outbox; tests look at it right after they asked for it
MAIL_PER_MINUTE = _int("MAIL_PER_MINUTE", 0)  # letters of all workers together; 0: no limit
if MAIL_PER_MINUTE < 0:
    raise _refuse("MAIL_PER_MINUTE", f"{MAIL_PER_MINUTE} is negative. Use 0 for no limit.")
EMAIL_HOST = _email["EMAIL_HOST"] or "localhost"
EMAIL_PORT = _email["EMAIL_PORT"] or 25
EMAIL_HOST_USER = _email["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20  # seconds to connect; `actions/outbox.py` gives answers longer
BOUNCE_ADDRESS = _str("BOUNCE_ADDRESS", "")  # name@host; what comes back goes to name+TOKEN@host
if BOUNCE_ADDRESS and not re.fullmatch(r"[^@\s+]{1,30}@[^@\s]+", BOUNCE_ADDRESS):
    raise _refuse("BOUNCE_ADDRESS", f"“{BOUNCE_ADDRESS}” is not an address such as bounces@example.edu.")
BOUNCE_MAILBOX = _str("BOUNCE_MAILBOX", "")  # imaps://user:password@host/folder, which the worker reads
if BOUNCE_MAILBOX and urlsplit(BOUNCE_MAILBOX).scheme not in ("imap", "imaps"):
    raise _refuse("BOUNCE_MAILBOX", "It does not begin with imaps://, as in imaps://user:password@example.edu/INBOX.")
if BOUNCE_MAILBOX and not _names_user_and_host(BOUNCE_MAILBOX):
    raise _refuse(
        "BOUNCE_MAILBOX",
        "It names no user and host, as imaps://user:password@example.edu/INBOX does. Write “/” in a password as %2F, "
        "“#” as %23, “?” as %3F and “@” as %40.",
    )
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _str("FROM_EMAIL", f"seminars@{_site.hostname}")

# --- Words and clocks -----------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = _str("TIME_ZONE", "America/New_York")
if (_zone := zone_names.known_zone(TIME_ZONE)) is None:
    _like = zone_names.nearest_zone(TIME_ZONE) or "Europe/Berlin"
    raise _refuse("TIME_ZONE", f"{TIME_ZONE!r} is not a name of the IANA time zone database. Did you mean {_like}?")
TIME_ZONE = _zone

# Whether calendar entries say the time in words while the rules of its zone are new (docs/feeds.md).
TIMES_IN_WORDS = _bool("TIMES_IN_WORDS", default=True)

# Whether `manage.py fetch_sources` may read servers of the private network that this machine is in (docs/hosting.md).
SOURCES_MAY_BE_PRIVATE = _bool("SOURCES_MAY_BE_PRIVATE", default=False)

LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGES = [  # English is in the code; the others need a compiled catalogue
    (code, name)
    for code, name in [
        ("en", _("English")),
        ("de", _("German")),
        ("es", _("Spanish")),
        ("fr", _("French")),
        ("ja", _("Japanese")),
    ]
    if code == "en" or (BASE_DIR / "locale" / code / "LC_MESSAGES" / "django.mo").exists()
]
LANGUAGE_CODE = _str("LANGUAGE_CODE", "en")
if LANGUAGE_CODE not in dict(LANGUAGES):
    raise _refuse("LANGUAGE_CODE", f"{LANGUAGE_CODE!r} is not one of {', '.join(dict(LANGUAGES))}.")

TRANSLATED_LANGUAGES = [code for code, _name in LANGUAGES if code != "ja"]  # of Japanese we have only dates
_asked = _str("VISITOR_LANGUAGES", ",".join(TRANSLATED_LANGUAGES))
# The languages that visitors may choose, in the order of the menu.
VISITOR_LANGUAGES = list(dict.fromkeys(filter(None, map(str.strip, _asked.split(","))))) if _asked != "none" else []
if _unknown := ", ".join(code for code in VISITOR_LANGUAGES if code not in TRANSLATED_LANGUAGES):
    _choices = ", ".join([*TRANSLATED_LANGUAGES, "none"])
    raise _refuse("VISITOR_LANGUAGES", f"{_unknown!r} is not one of {_choices}.")

# --- Files ----------------------------------------------------------------------------------------

WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # pages use only these, and each worker lists every file
STATIC_URL = f"{FORCE_SCRIPT_NAME}/static/"  # in full: a relative one is settled before the prefix is known
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "seminars.static_files.BundledStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "seminars.views.uploads.NotTooMuch",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000

# --- What a browser may do ------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# What no page of ours asks a browser for. Only names that browsers know: of others Chromium complains on each page.
_unused = (
    "accelerometer autoplay camera display-capture encrypted-media geolocation gyroscope hid idle-detection "
    "local-fonts magnetometer microphone midi payment picture-in-picture publickey-credentials-get "
    "screen-wake-lock serial usb xr-spatial-tracking"
)
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in _unused.split())
PERMISSIONS_POLICY_FOR_PASSKEYS = PERMISSIONS_POLICY.replace("publickey-credentials-get=(), ", "")  # views/second_step

# --- What is written down -------------------------------------------------------------------------

LOG_LEVEL = _str("LOG_LEVEL", "INFO").upper()
if LOG_LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
    raise _refuse("LOG_LEVEL", f"{LOG_LEVEL!r} is not one of DEBUG, INFO, WARNING, ERROR, CRITICAL.")
LOG_FORMAT = _str("LOG_FORMAT", "text").lower()
if LOG_FORMAT not in logs.FORMATTERS:
    raise _refuse("LOG_FORMAT", f"{LOG_FORMAT!r} is neither text nor json.")
_administrators = [word.strip() for word in _str("ADMINS").split(",") if word.strip()]
if not all(re.fullmatch(r"[^@\s]+@[^@\s]+", address) for address in _administrators):
    raise _refuse("ADMINS", "It is not a list of email addresses, separated by commas.")
ADMINS = [(address, address) for address in _administrators]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": logs.FORMATTERS[LOG_FORMAT], "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "filters": {"without_refused_writes": {"()": "seminars.logs.WithoutRefusedWrites"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "axes": {"level": "WARNING"},  # who signs in is nobody's business, who is locked out is
        "django": {"handlers": []},  # everything comes by the console above
        "django.request": {"filters": ["without_refused_writes"]},
        "django.server": {"handlers": ["console"], "propagate": False},  # the lines of runserver
        "fido2": {"level": "WARNING"},  # nor who uses a passkey
    },
}
if ADMINS:
    LOGGING["handlers"]["mail"] = {
        "class": "seminars.error_mail.ErrorMail",
        "level": "ERROR",
        "folder": ERRORS_DIR,
    }
    LOGGING["root"]["handlers"].append("mail")
