"""nginx in front of several web machines."""

import shutil
import subprocess

from tests.benchmarks.serving import Server
from tests.services import await_port

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
# Several machines as in docs/scaling.md; deploy/nginx is for one.
CONFIGURATION = """
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    proxy_cache_path {folder}/cache keys_zone=pages:1m;
    upstream seminars {{ {servers} }}
    server {{
        listen 127.0.0.1:{port};
        {cache}
        location / {{
            proxy_pass http://seminars;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-Proto $scheme;
        }}
    }}
}}
"""

# nginx as a CDN that keeps pages as their headers allow: docs/scaling.md.
CACHE = """
        proxy_cache pages;
        proxy_cache_lock on;
        proxy_cache_background_update on;
        proxy_cache_bypass $cookie_sessionid;
        proxy_no_cache $cookie_sessionid;
        add_header X-Cache $upstream_cache_status always;
"""


class Front(Server):
    """nginx before the machines; it is asked as they are."""

    def __init__(self, folder, port, machines, cache=""):
        self.port = port
        servers = " ".join(f"server 127.0.0.1:{machine.port};" for machine in machines)
        file = folder / "nginx.conf"
        file.write_text(CONFIGURATION.format(folder=folder, port=self.port, servers=servers, cache=cache))
        folder.chmod(0o755)
        self.command = [NGINX, "-p", folder, "-c", file, "-e", folder / "error.log", "-g", "daemon off;"]
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command)
        await_port(self.port)
