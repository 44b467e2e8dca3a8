"""The baseline: a WSGI function that only sends a response from memory."""

import json
import os
from base64 import b64decode
from pathlib import Path

ANSWERS = {
    address: (status, [tuple(header) for header in headers], b64decode(body))
    for address, (status, headers, body) in json.loads(Path(os.environ["BARE_ANSWERS"]).read_text()).items()
}


def application(environ, start_response):
    """Send the answer of the site at this address. A client that waits for the start can ask for "/"."""
    address = environ["PATH_INFO"] + (f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else "")
    if "HTTP_IF_NONE_MATCH" in environ:
        address = f"304 {address}"
    status, headers, body = ANSWERS.get(address) or ("204 No Content", [], b"")
    start_response(status, headers)
    return [body]
