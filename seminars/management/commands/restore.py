"""`manage.py restore FILE`: put a backup into the place of the database."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from seminars.actions.backups import restoring
from seminars.actions.backups.making import explained
from seminars.actions.personal_data import anonymised_keys


class Command(BaseCommand):
    """The old database is kept; a backup that cannot be restored is refused before anything is touched."""

    help = _("Replace the database by a backup, keep the old one beside it, and prepare the site. Stop the site first.")
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help=_("Restore into a scratch database only."))

    def handle(self, *, file: Path, check: bool, **options: object) -> None:
        try:
            if check:
                self._say_checked(file, restoring.check(file))
                return
            with explained():
                anonymised_keys.write()  # the old database may know more; `prepare` reads the file
            kept = restoring.restore(file)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        call_command("prepare", empty=True, stdout=self.stdout)
        self.stdout.write(_("Restored: %(path)s. Start the site again.") % {"path": file})
        if kept:
            sentence = _("The old database is kept as %(name)s. Remove it when you no longer need it.")
            self.stdout.write(sentence % {"name": kept})

    def _say_checked(self, file: Path, was_restored: bool) -> None:
        sentence = _("%(path)s can be restored: it was restored into a scratch database and compared.")
        if not was_restored:
            sentence = _("%(path)s is whole: its rows were counted. The role may not create a scratch database.")
        self.stdout.write(sentence % {"path": file})
