"""`manage.py serve`: prepare the site, say where it is, start the worker and become gunicorn."""

import os
import socket
import subprocess
import sys
from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections
from django.utils.translation import gettext as _


class Command(BaseCommand):
    """What `make run` ends in; a service manager may call it too."""

    help = _("Serve the site on 127.0.0.1 with gunicorn, after preparing it.")
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--empty", action="store_true", help=_("Do not load the example department."))

        parser.add_argument("--no-worker", action="store_true", help=_("Do not start `manage.py work` beside it."))

    def handle(self, *, empty: bool, no_worker: bool, **options: object) -> None:
        refuse_taken_port(settings.PORT)
        call_command("prepare", empty=empty, stdout=self.stdout)
        here = f"http://127.0.0.1:{settings.PORT}"
        elsewhere = "" if here == settings.SITE_URL else _(", for visitors {site}/").format(site=settings.SITE_URL)
        self.stdout.write(
            _("Seminars is at {here}/{elsewhere}  (Ctrl-C stops it)").format(here=here, elsewhere=elsewhere)
        )
        self.stdout.write(
            _("It listens on 127.0.0.1 only. Before others can reach it, put nginx in front: see docs/hosting.md.")
        )
        self.stdout.flush()
        connections.close_all()
        os.chdir(settings.BASE_DIR)
        if not no_worker:
            manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
            # It ends with this process, and is not hit by Ctrl-C in the middle of a letter.
            subprocess.Popen([*manage, "work", "--parent", str(os.getpid())], start_new_session=True)  # noqa: S603
        os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{settings.PORT}"])  # noqa: S606


def refuse_taken_port(port: int) -> None:
    """Exit with a message that says what to do if the port of 127.0.0.1 is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that we have just left is free
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            sentence = _("Port {port} is reserved for the system. Choose one above 1023: make run PORT=8123")
            sys.exit(sentence.format(port=port))
        except OSError:
            sentence = _("Another program uses port {port}. Stop it, or choose another port: make run PORT=8123")
            sys.exit(sentence.format(port=port))
