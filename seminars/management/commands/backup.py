"""`manage.py backup [PATH]`: a backup of the database that has been restored once, made while the site runs."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from seminars.actions.backups import making
from seminars.actions.personal_data import anonymised_keys


class Command(BaseCommand):
    """Safe while people edit: the backup holds one committed state."""

    help = _("Back up the database into one file, and restore that file into a scratch database to check it.")
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, nargs="?", help=_("A new file or a folder. Default: BACKUP_DIR."))
        parser.add_argument(
            "--keep", type=int, help=_("Then remove all but the newest backups in the folder: how many to keep.")
        )

    def handle(self, *, path: Path | None, keep: int | None, **options: object) -> None:
        path = path or self._usual_folder()
        is_folder = path.is_dir()
        if keep is not None and (keep < 1 or not is_folder):
            raise CommandError(_("--keep needs a folder and a number of 1 or more."))
        path = path / making.own_name() if is_folder else path
        try:
            was_restored = making.make(path)
            with making.explained():
                anonymised_keys.write()
            if keep:
                making.remove_older(path, keep)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        sentence = _("Written, restored into a scratch database and compared: %(path)s.")
        if not was_restored:
            sentence = _(
                "Written and read back, but not restored: %(path)s. The role of the database may not create one. To "
                "have each backup restored, let PostgreSQL's administrator run: ALTER ROLE … CREATEDB"
            )
        self.stdout.write(sentence % {"path": path})

    def _usual_folder(self) -> Path:
        try:
            with making.explained():
                settings.BACKUP_DIR.mkdir(mode=0o700, exist_ok=True)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        return settings.BACKUP_DIR
