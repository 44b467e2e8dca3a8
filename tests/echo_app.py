"""A WSGI application for tests of the server: it describes the request, or sends as many bytes as the path says."""

import hashlib
import json
from time import sleep


def application(environ, start_response):
    """Describe the request.

    `/bytes/N` sends N bytes, `/sleep` answers after a second, `/unread` does not read the body of the request,
    `/headers` sends what WSGI tells of the headers and of the sender, and `/breaks` fails in the middle of its answer.
    """
    path = environ["PATH_INFO"]
    if path == "/breaks":
        start_response("200 OK", [("Content-Length", "1000")])
        return half_of_it()
    if path.startswith("/bytes/"):
        body = b"x" * int(path.removeprefix("/bytes/"))
    elif path == "/headers":
        told = {name: value for name, value in environ.items() if name.startswith(("HTTP_", "REMOTE_"))}
        body = json.dumps(told).encode()
    elif path == "/unread":
        body = b"unread"
    else:
        sleep(1 if path == "/sleep" else 0)
        sent = environ["wsgi.input"].read()
        body = f"{environ['REQUEST_METHOD']} {path} {len(sent)} {hashlib.sha256(sent).hexdigest()}".encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


def half_of_it():
    yield b"x" * 500
    raise RuntimeError("the test asked for a broken answer")
