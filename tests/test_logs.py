"""No log line contains a secret key: not in our lines, in those of gunicorn, or in those of the proxy."""

import json
import logging
import re
import socketserver
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator

from seminars.logs import FORMATTERS, WithoutKeys
from seminars.models.preview_address import PreviewAddress
from seminars.models.talk_address import new_address_key
from tests import proxies, serving
from tests.factories import make_member
from tests.proxies import ask, paths_in
from tests.services import free_port
from tests.tables import with_tables

HOSTING = Path(__file__).resolve().parent.parent / "docs" / "hosting.md"
KEY = "quokkakey"  # not a valid key, so no signature reveals it
TALK_KEY = "abcdefgh234567xy"
ODD = [
    f"/private/{KEY}/calendar.ics",
    f"/private/ {KEY}/calendar.ics",
    f"/private//{KEY}",
    f"/private /{KEY}",
    f"/private/x y/{KEY}",
    f'/private/"{KEY}"/talk/',
    f"/private/\n{KEY}",
    f"/private/x\n{KEY}",
    f"/private/?{KEY}",
    f"/private\\{KEY}",
    f"/PRIVATE//{KEY}",
    f"/seminars/private/./{KEY}",
    f"/%70rivate/{KEY}",
    f"%2Fprivate%2F{KEY}",
    f"%252fprivate%252F%20{KEY}",
    f"/sign-in/?next=/private/{KEY}/talk/",
    f"/sign-in/?next=%2Fpassword%2FMQ%2F{KEY}%2F",
    f"/password/MQ/{KEY}/",
    f"/password/ MQ/{KEY}/",
    f"/password/sent/{KEY}/",
    f"/private;{KEY}/c",
    f"/private HTTP/1.1/{KEY}/c",
    f"/private/ HTTP/1.1{KEY}/c",
    f"/x/private/forgotten/?{KEY}",
    f"/password/forgotten/?{KEY}",
    f"/password/new/ {KEY}",
    f"/private?{KEY}",
    f"/private%3B{KEY}",
    f"/private%2{KEY}",
    f"/talks/235-{KEY}/",
    f"/talks/235-{KEY}/join/?a=b",
    f"/talks//235%2D{KEY}/calendar.ics",
    f"/talks/%32%33%35%2d{KEY}/",
    f"/talks/%32%33%35-{KEY[:-1]}/",
    f"/%74alks/235-{KEY}",
    f"/sign-in/?next=%2Ftalks%2F235-{KEY}%2F",
]


def record_of(message, *arguments, **further):
    """A log record as `logging` makes it, before any handler."""
    return logging.getLogger("somebody.else").makeRecord("x", logging.ERROR, "x.py", 1, message, arguments, **further)


@pytest.mark.parametrize("formatter", FORMATTERS.values())
@pytest.mark.parametrize("address", ODD)
def test_no_spelling_of_an_address_reveals_its_key(address, formatter):
    lines = [
        formatter().format(record)
        for record in (
            record_of(f"Not Found: {address}", exc_info=None),
            record_of("Not Found: %s", address, exc_info=None),
            record_of('"%s" 404 179', f"GET {address} HTTP/1.1", exc_info=None),
            record_of("%s %s", "/", f"Referer: https://talks.example.edu{address}", exc_info=None),
        )
    ]

    assert [line for line in lines if KEY in line] == []
    assert "404 179" in lines[2]


@pytest.mark.parametrize("formatter", FORMATTERS.values())
@pytest.mark.parametrize("address", [address for address in ODD if "\n" not in address])
def test_no_traceback_and_no_stack_contains_a_key(address, formatter):
    try:
        raise ValueError(address) from LookupError({"path": address})
    except ValueError as error:
        record = record_of("Failed", exc_info=(type(error), error, error.__traceback__), sinfo=f"Stack:\n  {address}")

    told = formatter().format(record)

    assert KEY not in told
    assert [word in told for word in ("ValueError", "LookupError", "Stack:", "test_logs.py")] == [True] * 4


@pytest.mark.django_db
def test_a_real_key_is_in_no_log_line():
    person = make_member(feed_key="k" * 22)
    for key in (person.feed_token, PreviewAddress.of(7).token, default_token_generator.make_token(person)):
        secret = re.split(r"[.-]", key, maxsplit=2)[-1]

        told = WithoutKeys().format(record_of("/pirvate/%s/calendar.ics?a=%s", key, key, exc_info=None))

        assert secret not in told


@pytest.mark.parametrize("place", ["/tallks/235-{}/", "/235-{}", "q=235-{}&b", "Referer: x/235-{}/join/ HTTP/1.1/"])
def test_the_key_of_an_unlisted_talk_is_in_no_log_line(place):
    key = new_address_key()

    assert key not in WithoutKeys().format(record_of(place.format(key), exc_info=None))


@pytest.mark.parametrize("place", ["/pr/vate/{}/", "Signature: {}", "/x%2E{}"])
def test_a_signature_alone_is_in_no_log_line(place):
    signature = "kZ3" + "aB-_9xYq" * 5

    assert signature not in WithoutKeys().format(record_of(place.format(signature), exc_info=None))


@pytest.mark.parametrize(
    "place", ["/sign-in/sso/return/?{}", "/sign-in/sso/return?{}", "sign-in%2Fsso%2freturn%2F%3F{}"]
)
def test_the_code_of_a_single_sign_on_is_in_no_log_line(place):
    line = f'"GET {place.format("code=Sp1x&state=af0ifjsldkj")} HTTP/1.1" 302 0'

    told = WithoutKeys().format(record_of(line, exc_info=None))

    assert ("Sp1x" in told, "af0ifjsldkj" in told, told.endswith('HTTP/1.1" 302 0')) == (False, False, True)


@pytest.mark.parametrize(
    "line",
    [
        "Not Found: /sign-in/sso/return/",
        "Not Found: /talks/7/on-engines/",
        "Not Found: /series/asset/2026-27-private-engines/",
        '"GET /password/ HTTP/1.1" 302 0',
        "Not Found: /password/forgotten/",
        '"GET /password/sent/ HTTP/1.1" 200 17',
        "Redis fails (Timeout reading from socket): for 10 seconds everything is rendered anew.",
    ],
)
def test_other_lines_stay_as_they_are(line):
    assert WithoutKeys().format(record_of(line, exc_info=None)) == line


def test_every_log_handler_removes_keys():
    formatters = {handler["formatter"] for handler in settings.LOGGING["handlers"].values()}

    assert {settings.LOGGING["formatters"][name]["()"] for name in formatters} == {WithoutKeys}


def test_a_million_characters_are_quick():
    began = time.thread_time()

    for text in ("%25" * 300_000, "private/" * 100_000, "private" + " " * 1_000_000, "a." * 400_000, "-" * 1_000_000):
        WithoutKeys().format(record_of(text, exc_info=None))

    assert time.thread_time() - began < 5


@pytest.mark.slow
def test_the_lines_of_gunicorn_contain_no_key(tmp_path):
    """A gunicorn with its access log on, including the Referer."""
    rows, file = with_tables(tmp_path / "rows.sqlite3"), tmp_path / "access.log"
    arguments = f"--access-logfile {file} --access-logformat '%(r)s %(s)s %(f)s'"
    with serving.organiser(rows) as organiser:
        organiser("prepare")
    with serving.site(rows, GUNICORN_CMD_ARGS=arguments) as server:
        serving.await_workers(server, without=[])
        for path in (f"/private/{KEY}/calendar.ics", f"/%70rivate//%20{KEY}", "/series/"):
            server.get(path, {"Referer": f"http://127.0.0.1/private/{KEY}/talk/"})

    written = file.read_text()
    assert KEY not in written
    assert [line.split()[1] for line in written.splitlines() if "HTTP" in line][-3:] == [
        "/private/…", "/%70rivate/…", "/series/",
    ]  # fmt: skip


# --- nginx and Caddy with the configurations of deploy/, Apache with that of docs/hosting.md ---


@pytest.fixture
def nginx(tmp_path):
    """nginx in front of a site that is down, which is when it writes the most."""
    if not proxies.NGINX:
        pytest.skip("not installed here: nginx")
    with proxies.nginx(tmp_path, free_port()) as running:
        yield running


@pytest.fixture
def caddy(tmp_path):
    if not proxies.CADDY:
        pytest.skip("not installed here: caddy")
    with proxies.caddy(tmp_path, free_port()) as running:
        yield running


TARGETS = [
    f"/private/{KEY}/calendar.ics",
    f"/private/%20{KEY}/calendar.ics",
    f"/private//{KEY}/calendar.ics",
    f"/PRIVATE/{KEY}/",
    f"/%70rivate/{KEY}/",
    f"/%2Fprivate%2F{KEY}",
    f"/talks/../private/{KEY}/talk/",
    f"/seminars/private/{KEY}/talk/",
    f"/private/%0A{KEY}/",
    f"/password/MQ/{KEY}/",
    f"/private;{KEY}/c",
    f"/talks/235-{KEY}/",
    f"/talks//235%2D{KEY}/calendar.ics",
    f"/TALKS/235-{KEY}/join/",
    f"/x/235-{TALK_KEY}/{KEY}",
]


@pytest.mark.parametrize("target", TARGETS)
def test_our_nginx_logs_no_key(nginx, target):
    port, access, errors = nginx.port, nginx.access, nginx.errors

    statuses = [
        ask(port, target, Referer=f"http://127.0.0.1:{port}{target}"),
        ask(port, "/series/", Referer=f"http://127.0.0.1:{port}/"),
    ]

    assert statuses == [502, 502]
    assert paths_in(access, 2) == ["(not logged)", "/series/"]
    assert (KEY in access.read_text(), KEY in errors.read_text()) == (False, False)
    assert "/series/" in errors.read_text()


@pytest.mark.parametrize("target", [f"/sign-in/?next=/private/{KEY}/talk/", f"/?{KEY}"])
def test_our_nginx_logs_neither_queries_nor_where_people_came_from(nginx, target):
    access = nginx.access

    ask(nginx.port, target, Referer=f"http://127.0.0.1:{nginx.port}/private/{KEY}/")

    assert paths_in(access, 1) == [target.partition("?")[0]]
    assert KEY not in access.read_text()


@pytest.fixture
def apache(tmp_path, hangs_up):
    """Apache with the lines of docs/hosting.md, in front of a site that ends each connection without an answer."""
    if not proxies.APACHE:
        pytest.skip("not installed here: apache2")
    [lines] = re.findall(r"^```apache\n(.*?)^```", HOSTING.read_text(), re.M | re.S)
    with proxies.apache(tmp_path, hangs_up, lines) as running:
        yield running


@pytest.fixture
def hangs_up():
    """The port of such a site."""
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_apache_with_our_lines_logs_no_key(apache):
    for target in (*TARGETS, f"/private/%GG{KEY}", f"/private/{KEY}/../../.."):
        ask(apache.port, target, Referer=f"http://127.0.0.1:{apache.port}{target}")
    ask(apache.port, f"/sign-in/?next=/private/{KEY}/talk/", Referer=f"http://127.0.0.1:{apache.port}/private/{KEY}/")

    assert paths_in(apache.access, 2) == ["/", "/sign-in/"]
    assert (KEY in apache.access.read_text(), KEY in apache.errors.read_text()) == (False, False)
    assert "returned by /sign-in/" in apache.errors.read_text()


def test_our_caddy_logs_no_key(caddy):
    targets = [target for target in TARGETS if "%0A" not in target]
    for target in [*targets, f"/sign-in/?next=/private/{KEY}/talk/"]:
        ask(caddy.port, target, Referer=f"http://127.0.0.1:{caddy.port}/private/{KEY}/")
    ask(caddy.port, "/series/")

    lines = map(json.loads, caddy.access.read_text().splitlines())
    asked = [line["request"]["uri"] for line in lines if line.get("logger", "").startswith("http.log.access")]

    assert asked == ["/sign-in/", "/series/"]
    assert KEY not in caddy.access.read_text()
