"""`manage.py rollback`: take migrations back, so that an earlier release can use the database with all its rows."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from seminars.actions.backups import backup_file, going_back
from seminars.management import running


class Command(BaseCommand):
    """It runs with the newer release, which knows how to take its migrations back."""

    help = _("Take back the migrations that came after a backup and keep all other rows. Stop the site first.")
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path, help=_("The backup that “manage.py upgrade” made."))
        parser.add_argument("--check", action="store_true", help=_("Only print what would be taken back."))

    def handle(self, *, backup: Path, check: bool, **options: object) -> None:
        try:
            manifest = backup_file.manifest_of(backup)
            steps = going_back.steps_to(manifest)
            for step in steps:
                self.stdout.write(_("To take back: {migration}").format(migration=step))
                if noticed := going_back.NOTICED.get(step):
                    self.stdout.write(str(noticed))
            if check:
                return
            if running.masters() or running.workers():
                raise CommandError(
                    _("The site is running. Stop it first: systemctl stop seminars.socket seminars seminars-worker")
                )
            going_back.refuse_use()
            if steps:
                call_command("backup", stdout=self.stdout)
                going_back.go(manifest)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        sentence = _(
            "The database is ready for the earlier release. Install that release (git checkout, make libraries), run "
            "its “manage.py prepare”, and start the site."
        )
        self.stdout.write(sentence)
