"""`manage.py upgrade`: bring the site to the release that was just installed, in the order that loses nothing."""

import shlex
import subprocess
from argparse import ArgumentParser
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, SystemCheckError
from django.db import Error
from django.utils.translation import gettext as _

from seminars.doctor import database, examining, files
from seminars.doctor.findings import Check, Severity
from seminars.management import running
from seminars.models import schema

BEFORE = (
    Check("user", files.about_user),
    Check("database", database.about_database),
    Check("migrations", database.about_newer_release),
    Check("disk", files.about_disk),
)


class Command(BaseCommand):
    """It stops at the first step that fails, before the running site is touched, and can be run again."""

    help = _(
        "After a new release is installed: check, back up, migrate, collect static files, then reload the running site."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--reload",
            metavar="COMMAND",
            help=_("Run this command to reload the site and its worker, instead of sending them signals."),
        )

    def handle(self, *, reload: str | None, **options: object) -> None:
        self._refuse_trouble()
        self.stdout.write(_("Backing up …"))
        call_command("backup", stdout=self.stdout)
        self._migrate()
        if reload:
            self._run(reload)
        else:
            self._reload()
            self._restart_workers()
        self.stdout.write(_("The site has the new release."))

    def _refuse_trouble(self) -> None:
        for check in BEFORE:
            for finding in examining.found_by(check):
                if finding.state is Severity.ERROR:
                    raise CommandError(f"{finding.says} {finding.advice}")

    def _migrate(self) -> None:
        missing = schema.missing_migrations()
        self.stdout.write(
            _("Migrating: {missing} …").format(missing=", ".join(missing)) if missing else _("Nothing to migrate.")
        )
        try:
            call_command("prepare", empty=True, stdout=self.stdout)
            call_command("check", stdout=self.stdout)
        except (Error, OSError, ValidationError, SystemCheckError) as failure:
            sentence = _(
                "The upgrade stopped: %(reason)s. The site goes on with the earlier release, which is still in "
                "memory. Run this command again, or go back with “manage.py rollback” (docs/hosting.md)."
            )
            raise CommandError(sentence % {"reason": f"{type(failure).__name__}: {failure}"}) from failure

    def _run(self, command: str) -> None:
        ended = subprocess.run(shlex.split(command), check=False)  # noqa: S603  the operator's own command
        if ended.returncode:
            raise CommandError(_("“%(command)s” failed. Reload the site yourself.") % {"command": command})

    def _reload(self) -> None:
        masters = running.masters()
        if not masters:
            self.stdout.write(_("No running site was found. Start it: systemctl start seminars"))
        late = [master for master in masters if not running.reload_site(master)]
        self._refuse_late(late, "seminars")

    def _restart_workers(self) -> None:
        workers = running.workers()
        if not workers:
            self.stdout.write(_("No running worker was found. Start it: systemctl start seminars-worker"))
        late = [worker for worker in workers if not running.restart_worker(worker)]
        self._refuse_late(late, "seminars-worker")

    def _refuse_late(self, late: Iterable[running.Process], unit: str) -> None:
        for process in late:
            sentence = _(
                "The process %(number)s was told to take the new release, but no new one has come. See why: "
                "journalctl -u %(unit)s. Then run: systemctl restart %(unit)s"
            )
            raise CommandError(sentence % {"number": process.number, "unit": unit})
