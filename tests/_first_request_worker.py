"""`python -m tests._first_request_worker`: report how a new process answers its very first request.

It reads a list of addresses and the cookie of an organiser as JSON, asks each in a process of its own that has not
spoken to the database before, and prints the statuses as JSON.
"""

import json
import logging
import os
import sys


def main():
    import django

    django.setup()
    logging.disable()
    asked = json.load(sys.stdin)
    from django.test import Client

    from seminars import wsgi  # as gunicorn starts: it imports what views and pages need

    assert wsgi.application
    client = Client(headers={"host": "127.0.0.1"}, raise_request_exception=False)
    if asked["session"]:
        client.cookies["sessionid"] = asked["session"]
    json.dump({path: answered(client, path) for path in asked["paths"]}, sys.stdout)


def answered(client, path):
    """The status of the answer of a copy of this process, which ends with it."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writing, str(client.get(path).status_code).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        return int(pipe.read() or 0)


if __name__ == "__main__":
    main()
