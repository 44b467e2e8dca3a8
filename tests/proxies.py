"""nginx and Caddy with the configurations of deploy/, and Apache, on free ports and without root's folders."""

import contextlib
import http.client
import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

from tests.services import await_port, free_port

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
CADDY = shutil.which("caddy")
APACHE = shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin")
APACHE_MODULES = Path("/usr/lib/apache2/modules")
MODULES = ("mpm_event", "authz_core", "headers", "proxy", "proxy_http")


@contextlib.contextmanager
def nginx(folder, site_port, *, first_lines="", change=lambda text: text):
    """Run nginx in front of a site on this port, after a change of the text; yield its port and its two logs."""
    port, access, errors = free_port(), folder / "access.log", folder / "error.log"
    block = change((DEPLOY / "nginx" / "seminars.conf").read_text())
    block = block.replace("127.0.0.1:8000", f"127.0.0.1:{site_port}").replace("listen 80;", f"listen 127.0.0.1:{port};")
    block = block.replace("listen [::]:80;", first_lines).replace("/var/log/nginx/seminars.log", str(access))
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("proxy", "fastcgi", "uwsgi", "scgi"))
    file = folder / "nginx.conf"
    owner = "user root;" if os.geteuid() == 0 else ""  # who may write into the folder
    file.write_text(
        f"{owner} pid {folder}/pid; error_log {errors} error; events {{ worker_connections 512; }}\n"
        f"http {{ client_body_temp_path {folder}/body; {temporary}\n{block}\n}}"
    )
    with _running([NGINX, "-p", folder, "-c", file, "-e", errors, "-g", "daemon off;"], port):
        yield SimpleNamespace(port=port, access=access, errors=errors)


@contextlib.contextmanager
def caddy(folder, site_port):
    """Run Caddy, without HTTPS, in front of a site on this port; yield its port and its log."""
    port, written = free_port(), folder / "caddy.log"
    block = (DEPLOY / "caddy" / "Caddyfile").read_text()
    block = block.replace("{\n", "{\n\tadmin off\n\tauto_https off\n", 1).replace(
        "127.0.0.1:8000", f"127.0.0.1:{site_port}"
    )
    file = folder / "Caddyfile"
    file.write_text(block.replace("talks.example.edu {", f"http://127.0.0.1:{port} {{"))
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    command = [CADDY, "run", "--adapter", "caddyfile", "--config", file]
    with written.open("wb") as log, _running(command, port, env=home, stderr=log):
        yield SimpleNamespace(port=port, access=written, errors=written)


@contextlib.contextmanager
def apache(folder, site_port, lines, *modules):
    """Run Apache with these lines in front of a site on this port; yield its port and its two logs."""
    port = free_port()
    file = apache_file(folder, port, f"{lines}\nProxyPass / http://127.0.0.1:{site_port}/", *modules)
    with _running([APACHE, "-f", file, "-DFOREGROUND"], port):
        yield SimpleNamespace(port=port, access=folder / "seminars.log", errors=folder / "error.log")


def apache_file(folder, port, lines, *modules, first=""):
    """Write a configuration of Apache with these lines in a virtual host, and with further modules; return its path."""
    loaded = "".join(f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so\n" for name in (*MODULES, *modules))
    file = folder / "apache.conf"
    file.write_text(
        f"{first}\n{loaded}User nobody\nServerName localhost\nServerRoot {folder}\nPidFile {folder}/pid\n"
        f"ErrorLog {folder}/error.log\nMutex fcntl:{folder}\nDefine APACHE_LOG_DIR {folder}\n"
        f"Listen 127.0.0.1:{port}\n<VirtualHost 127.0.0.1:{port}>\n{lines}\n</VirtualHost>\n"
    )
    return file


@contextlib.contextmanager
def _running(command, port, **how):
    process = subprocess.Popen(command, **how)
    try:
        await_port(port)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def ask(port, target, *, method="GET", body=b"", **headers):
    """Ask for an address as it is spelled here; return the status of the answer."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        line.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers.items():
            line.putheader(name.replace("_", "-"), value)
        if body:
            line.putheader("Content-Length", str(len(body)))
        line.endheaders()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may refuse before it has read all
            line.send(body)
        return line.getresponse().status


def paths_in(access, number):
    """Wait until nginx has logged this many paths, and return them. It logs after it answers."""
    deadline = time.monotonic() + 10
    while len(lines := access.read_text().splitlines()) < number and time.monotonic() < deadline:
        time.sleep(0.01)
    return [re.search(r'"(.*)"', line)[1] for line in lines]
