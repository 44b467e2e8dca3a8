"""Former addresses as redirects for the old site's web server, tried with the real nginx and Apache where they are."""

import csv
import io
import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.core.management import call_command

from seminars.models import Department, FormerAddress

from .factories import make_draft, make_series, make_talk
from .services import await_port, free_port

pytestmark = pytest.mark.django_db

NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
APACHE = shutil.which("apache2") or shutil.which("/usr/sbin/apache2")
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
OTHERS = ["/page.html", "/event/draft/", "/event/on-engines/?x"]
ODD = "/événement/a b (1).html?x=1&y=%2F"


@pytest.fixture
def talk():
    talk = make_talk(series=make_series(slug="asset"), title="On engines")
    Department.objects.update_or_create(pk=1)
    for path, thing in {
        "/event/on-engines/": talk,
        ODD: talk,
        "/events/list/?ical=1": talk.series,
        "/?post_type=tribe_events&ical=1&eventDisplay=list": Department.objects.get(),
        "/event/draft/": make_draft(series=talk.series),
    }.items():
        FormerAddress.objects.remember(path, thing)
    return talk


def exported(name):
    out = io.StringIO()
    call_command("export_redirects", f"--{name}", stdout=out)
    return out.getvalue()


def meant(talk):
    """Each old address as a browser asks for it, and the address that it leads to."""
    page = f"{settings.SITE_URL}{talk.get_absolute_url()}"
    return {
        "/?post_type=tribe_events&ical=1&eventDisplay=list": f"{settings.SITE_URL}/calendar.ics",
        "/event/on-engines/": page,
        "/events/list/?ical=1": f"{settings.SITE_URL}/series/asset/calendar.ics",
        "/%C3%A9v%C3%A9nement/a%20b%20%281%29.html?x=1&y=%2F": page,
    }


def test_a_table_of_old_and_new_addresses(talk):
    rows = list(csv.reader(io.StringIO(exported("csv"))))

    assert rows == [["old", "new"], *map(list, meant(talk).items())]


@contextmanager
def running(command):
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        server.terminate()
        server.wait(10)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def location(url):
    """The address that a request is redirected to, "" if it is not."""
    try:
        urllib.request.build_opener(_NoRedirect).open(url, timeout=5).close()
    except urllib.error.HTTPError as answer:
        return answer.headers.get("Location", "")
    return ""


@pytest.mark.skipif(NGINX is None, reason="nginx is not here")
def test_nginx_leads_every_old_address_on(talk, tmp_path):
    port = free_port()
    rules = exported("nginx")
    (tmp_path / "page.html").write_text("old")
    (tmp_path / "nginx.conf").write_text(
        f"daemon off;\npid {tmp_path}/pid;\nerror_log {tmp_path}/error.log;\nevents {{}}\nhttp {{\naccess_log off;\n"
        + "".join(f"{kind}_temp_path {tmp_path}/{kind};\n" for kind in TEMPORARY)
        + f"{rules}\nserver {{\nlisten 127.0.0.1:{port};\nroot {tmp_path};\n"
        "if ($seminars_address) { return 301 $seminars_address; }\n}\n}\n"
    )

    with running([NGINX, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]):
        await_port(port)
        found = {old: location(f"http://127.0.0.1:{port}{old}") for old in meant(talk)}
        others = [location(f"http://127.0.0.1:{port}{old}") for old in OTHERS]

    assert (found, others) == (meant(talk), ["", "", ""])


@pytest.mark.skipif(APACHE is None, reason="Apache is not here")
def test_apache_leads_every_old_address_on(talk, tmp_path):
    port = free_port()
    (tmp_path / "page.html").write_text("old")
    modules = "".join(
        f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"
        for name in ("mpm_event", "authz_core", "rewrite")
    )
    (tmp_path / "apache.conf").write_text(
        f"{modules}User nobody\nServerName localhost\nServerRoot {tmp_path}\n"
        f"PidFile {tmp_path}/pid\nErrorLog {tmp_path}/error.log\n"
        f"Mutex fcntl:{tmp_path}\nListen 127.0.0.1:{port}\n<VirtualHost 127.0.0.1:{port}>\nDocumentRoot {tmp_path}\n"
        f"{exported('apache')}</VirtualHost>\n"
    )

    with running([APACHE, "-f", str(tmp_path / "apache.conf"), "-DFOREGROUND"]):
        await_port(port)
        found = {old: location(f"http://127.0.0.1:{port}{old}") for old in meant(talk)}
        others = [location(f"http://127.0.0.1:{port}{old}") for old in OTHERS]

    assert (found, others) == (meant(talk), ["", "", ""])
