"""nginx in front of several web machines."""

import shutil
import subprocess

from tests.benchmarks.serving import Server
from tests.services import await_port

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
# Two machines as in docs/hosting.md; deploy/nginx is for one.
CONFIGURATION = """
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    upstream seminars {{ {servers} }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://seminars;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-Proto $scheme;
        }}
    }}
}}
"""


class Front(Server):
    """nginx before the machines; it is asked as they are."""

    def __init__(self, folder, port, machines):
        self.port = port
        servers = " ".join(f"server 127.0.0.1:{machine.port};" for machine in machines)
        file = folder / "nginx.conf"
        file.write_text(CONFIGURATION.format(folder=folder, port=self.port, servers=servers))
        folder.chmod(0o755)
        command = [NGINX, "-p", folder, "-c", file, "-e", folder / "error.log", "-g", "daemon off;"]
        self.process = subprocess.Popen(command)
        await_port(self.port)
