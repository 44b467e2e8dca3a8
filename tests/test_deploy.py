"""The files of deploy/, checked by the programs that read them."""

import contextlib
import http.server
import re
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
import yaml

from seminars.server.framing import LARGEST_BODY
from seminars.views.uploads import MOST_OCTETS
from tests import proxies
from tests.containerfile import instructions
from tests.proxies import DEPLOY, ask

HOSTING, SCALING = (Path(__file__).resolve().parent.parent / "docs" / f"{name}.md" for name in ("hosting", "scaling"))
UNITS = sorted(path.name for path in (DEPLOY / "systemd").iterdir())
SERVICES = [name for name in UNITS if name.endswith(".service")]
SYSTEMD = shutil.which("systemd-analyze")
with_systemd = pytest.mark.skipif(not SYSTEMD, reason="not installed here: systemd")
with_nginx = pytest.mark.skipif(not proxies.NGINX, reason="not installed here: nginx")
with_caddy = pytest.mark.skipif(not proxies.CADDY, reason="not installed here: caddy")
MEGABYTE = 1_000_000


@pytest.fixture
def units(tmp_path):
    """Copies of the units whose programs are there."""
    for name in UNITS:
        text = (DEPLOY / "systemd" / name).read_text()
        (tmp_path / name).write_text(re.sub(r"^ExecStart=/srv/\S+", "ExecStart=/bin/true", text, flags=re.M))
    return tmp_path


@with_systemd
def test_systemd_understands_each_line_of_the_units(units):
    told = subprocess.run([SYSTEMD, "verify", *(units / name for name in UNITS)], capture_output=True, text=True)

    ours = [line for line in told.stderr.splitlines() if "seminars" in line]
    assert (told.returncode, ours) == (0, []), told.stderr


@with_systemd
def test_systemd_understands_the_changes_for_several_machines(units):
    changes = dict(re.findall(r"`systemctl\sedit\s(\S+)`:\n\n```systemd\n(.*?)^```", SCALING.read_text(), re.M | re.S))
    for name, text in changes.items():
        (folder := units / f"{name if '.' in name else f'{name}.service'}.d").mkdir()
        (folder / "override.conf").write_text(text)

    told = subprocess.run([SYSTEMD, "verify", *(units / name for name in UNITS)], capture_output=True, text=True)

    assert set(changes) == {"seminars.socket", "seminars"}
    assert [line for line in told.stderr.splitlines() if "seminars" in line] == []


@with_systemd
@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_may_do_little(name):
    # The threshold is in tenths. The programs that read files and formulas limit themselves, so they need @resources.
    command = [SYSTEMD, "security", "--offline=true", "--threshold=15", DEPLOY / "systemd" / name]
    told = subprocess.run(command, capture_output=True, text=True)

    assert told.returncode == 0, told.stdout.splitlines()[-1]


def test_all_services_have_the_same_limits_but_for_the_folder_of_the_backups():
    limits = set()
    for name in SERVICES:
        lines = (DEPLOY / "systemd" / name).read_text().partition("# What it may write")[2].partition("\n\n")[0]
        lines = re.sub(r"^(ReadWritePaths=\S+).*", r"\1", lines, flags=re.M).splitlines()[1:]
        limits.add("\n".join(line for line in lines if not line.startswith("#")))

    assert len(limits) == 1
    assert "ProtectSystem=strict" in limits.pop()


class Site(http.server.ThreadingHTTPServer):
    """A site that reads what it is sent and notes how much that was, and which headers came with it."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.received, self.headers, self.paths = [], [], []


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.server.received.append(len(body))
        self.server.headers.append(self.headers)
        self.server.paths.append(self.path)
        self.send_response(204)
        self.end_headers()

    do_POST = do_GET  # noqa: N815

    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def answering():
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def behind():
    """The site, and its port."""
    with answering() as server:
        yield server


@pytest.fixture(params=[pytest.param("nginx", marks=with_nginx), pytest.param("caddy", marks=with_caddy)])
def proxy(request, tmp_path, behind):
    with getattr(proxies, request.param)(tmp_path, behind.server_port) as running:
        yield running


def test_a_proxy_takes_what_the_site_takes_and_not_much_more(proxy, behind):
    """The site says in a sentence what is too large, so the proxy must not refuse it before."""
    largest, too_large = b"x" * MOST_OCTETS, b"x" * (LARGEST_BODY + MEGABYTE)

    assert ask(proxy.port, "/", method="POST", body=largest) == 204
    assert ask(proxy.port, "/", method="POST", body=too_large) in (413, 502)
    assert max(behind.received) == MOST_OCTETS  # Caddy hands over a body while it counts it


def test_a_proxy_overwrites_what_visitors_say_about_themselves(proxy, behind):
    said = {"X_Forwarded_For": "192.0.2.7", "X_Forwarded_Proto": "https", "X_Request_ID": "chosen-by-a-visitor"}

    ask(proxy.port, "/", **said)

    [headers] = behind.headers
    assert (headers["X-Forwarded-For"], headers["X-Forwarded-Proto"]) == ("127.0.0.1", "http")
    assert re.fullmatch(r"[0-9a-f-]{32,36}", headers["X-Request-ID"])
    assert headers["Host"] == f"127.0.0.1:{proxy.port}"


@pytest.fixture
def nginx(tmp_path, behind):
    """nginx that believes where a request says it comes from."""
    lines = "set_real_ip_from 127.0.0.1; real_ip_header X-From;"
    with proxies.nginx(tmp_path, behind.server_port, first_lines=lines) as running:
        yield running


def statuses(nginx, visitors):
    return [ask(nginx.port, "/", X_From=visitor) for visitor in visitors]


@with_nginx
def test_nginx_refuses_a_visitor_who_asks_without_a_pause_and_nobody_else(nginx):
    greedy = statuses(nginx, ["192.0.2.1"] * 800)

    assert greedy[:200] == [204] * 200
    assert greedy[-1] == 429
    assert statuses(nginx, ["192.0.2.2", "2001:db8::1"]) == [204, 204]


@with_nginx
def test_nginx_counts_a_network_of_ipv6_as_one_visitor(nginx):
    """The first half of the addresses is one network; a visitor has all of the second half to choose from."""
    asked = statuses(nginx, [f"2001:db8:0:a::{number:x}" for number in range(800)])

    assert asked[-1] == 429
    assert statuses(nginx, ["2001:db8:0:b::1"]) == [204]


def below_a_path(text):
    """Our configuration, with what docs/hosting.md says under "Under a path"."""
    [advice] = re.findall(r"^\*\*Under a path\.\*\*(.+?)\n\n", HOSTING.read_text(), re.M | re.S)
    _setting, first, second, rewrite, proxy_pass = re.findall(r"`([^`]+)`", advice)
    text, count = re.subn(r"location / \{.+?\}", first, text, count=1, flags=re.S)
    beginning, _, end = second.partition("…")
    text, again = re.subn(r'location ~\* "\((.+?)\)"', lambda found: f"{beginning}{found[1]}{end}", text)
    assert (count, again) == (1, 1)
    return text.replace(f"{proxy_pass} http://127.0.0.1:8000;", f"{rewrite} {proxy_pass} http://127.0.0.1:8000;")


@with_nginx
def test_nginx_can_serve_the_site_under_a_path(tmp_path, behind):
    with proxies.nginx(tmp_path, behind.server_port, change=below_a_path) as nginx:
        for path in ("/calendar.ics?term=1", "/private/key/calendar.ics", "/talks/235-key/"):
            assert ask(nginx.port, f"/seminars{path}") == 204
        assert ask(nginx.port, "/elsewhere/") == 404
        logged = proxies.paths_in(nginx.access, 4)

    assert behind.paths == ["/calendar.ics?term=1", "/private/key/calendar.ics", "/talks/235-key/"]
    assert logged == ["/seminars/calendar.ics", "(not logged)", "(not logged)", "/elsewhere/"]


@with_nginx
def test_nginx_can_share_visitors_among_several_machines(tmp_path, behind):
    [line] = re.findall(r"^```nginx\n(.*)\n```", SCALING.read_text(), re.M)
    with answering() as other:

        def several(text):
            machines = {"10.0.0.11:8000": behind.server_port, "10.0.0.12:8000": other.server_port}
            servers = line
            for machine, port in machines.items():
                servers = servers.replace(machine, f"127.0.0.1:{port}")
            return f"{servers}\n{text.replace('proxy_pass http://127.0.0.1:8000;', 'proxy_pass http://seminars;')}"

        with proxies.nginx(tmp_path, behind.server_port, change=several) as nginx:
            assert [ask(nginx.port, "/private/key/") for _ in range(4)] == [204] * 4

    assert [len(site.paths) for site in (behind, other)] == [2, 2]


def test_the_page_about_hosting_starts_each_unit_that_can_be_started():
    wanted = {name for name in UNITS if "[Install]" in (DEPLOY / "systemd" / name).read_text()}
    words = [
        word for line in re.findall(r"^systemctl enable --now (.*)", HOSTING.read_text(), re.M) for word in line.split()
    ]

    assert {word if "." in word else f"{word}.service" for word in words} == wanted


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="not installed here: docker-compose")
def test_compose_understands_its_file_and_nothing_listens_but_for_the_proxy(tmp_path):
    shutil.copy(DEPLOY / "compose.yaml", tmp_path)
    (tmp_path / ".env").write_text("SITE_URL=https://talks.example.edu\nSECRET_KEY=x\nPOSTGRES_PASSWORD=y\n")

    told = subprocess.run(
        ["docker-compose", "--profile", "backup", "config"], cwd=tmp_path, capture_output=True, text=True
    )

    assert told.returncode == 0, told.stderr
    services = yaml.safe_load(told.stdout)["services"]
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert "127.0.0.1" in str(ports.pop("web"))
    assert ports == {}
    ours = [service for service in services.values() if service["image"] == "seminars"]
    assert len(ours) == 4
    assert [(service["read_only"], service["cap_drop"]) for service in ours] == [(True, ["ALL"])] * 4


def test_compose_refuses_to_start_without_a_password(tmp_path):
    shutil.copy(DEPLOY / "compose.yaml", tmp_path)
    (tmp_path / ".env").write_text("SITE_URL=https://talks.example.edu\n")
    if not shutil.which("docker-compose"):
        pytest.skip("not installed here: docker-compose")

    told = subprocess.run(["docker-compose", "config"], cwd=tmp_path, capture_output=True, text=True)

    assert told.returncode != 0
    assert "compose.yaml" in told.stderr


def test_the_image_gets_only_what_it_copies():
    ignored = (DEPLOY.parent / ".dockerignore").read_text().splitlines()
    copied = {source for word, rest in instructions() if word == "COPY" and "--from" not in rest
              for source in rest.split()[:-1]}  # fmt: skip

    assert {line.removeprefix("!") for line in ignored if line.startswith("!")} == copied
    assert "*" in ignored
