"""A WSGI function for tests of the server: it says what it was sent, and sends as much as it is asked for."""

import hashlib
from time import sleep


def application(environ, start_response):
    """`/bytes/N` answers N bytes, `/sleep` after a second, `/unread` without reading; all else says what came."""
    path = environ["PATH_INFO"]
    if path.startswith("/bytes/"):
        body = b"x" * int(path.removeprefix("/bytes/"))
    elif path == "/unread":
        body = b"unread"
    else:
        sleep(1 if path == "/sleep" else 0)
        sent = environ["wsgi.input"].read()
        body = f"{environ['REQUEST_METHOD']} {path} {len(sent)} {hashlib.sha256(sent).hexdigest()}".encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
