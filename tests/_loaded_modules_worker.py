"""`python -m tests._loaded_modules_worker`: report which modules a process has loaded once it has answered visitors.

It reads a list of addresses as JSON, asks each, and prints their statuses and the names of the modules as JSON.
"""

import json
import logging
import sys


def main():
    import django

    django.setup()
    logging.disable()
    paths = json.load(sys.stdin)
    from django.test import Client

    from seminars import wsgi  # as gunicorn starts: it imports what views and pages need

    assert wsgi.application
    client = Client(headers={"host": "127.0.0.1"}, raise_request_exception=False)
    statuses = {path: client.get(path).status_code for path in paths}
    json.dump({"statuses": statuses, "modules": sorted(sys.modules)}, sys.stdout)


if __name__ == "__main__":
    main()
