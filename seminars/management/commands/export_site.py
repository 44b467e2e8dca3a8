"""`manage.py export_site [FILE]`: everything that the site stores, in one archive, to keep or to take elsewhere."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from seminars.actions import site_archive
from seminars.management.department_command import DepartmentCommand
from seminars.times import today


class Command(DepartmentCommand):
    """Safe while people edit: the archive holds one committed state."""

    help = _("Write everything that the site stores into one archive (zip). It holds private data: keep it safe.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help=_("Default: seminars-DATE.zip in this folder."))

    def handle(self, *, file: Path | None, **options: object) -> None:
        path = file or Path(f"seminars-{today():%Y-%m-%d}.zip")
        if path.exists():
            raise CommandError(_("%(path)s already exists. Choose another name, or remove it.") % {"path": path})
        try:
            site_archive.write(path)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        self.stdout.write(_("Written: %(path)s.") % {"path": path})
