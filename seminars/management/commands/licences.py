"""`manage.py licences`: under which licences the libraries and bundled files stand."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from seminars.management import libraries


class Command(BaseCommand):
    """It reads what is installed, and nothing else."""

    help = _("List the licences of all libraries and bundled files; fail if one is unknown.")
    requires_system_checks = []

    def handle(self, **options: Any) -> None:
        parts = [*libraries.libraries(), *libraries.bundled()]
        nobody_knows = _("unknown")
        for part in parts:
            self.stdout.write(f"{f'{part.name} {part.version}'.strip()}: {part.licence or nobody_knows}")
        if refused := [part.name for part in parts if not part.is_accepted]:
            sentence = _(
                "These licences are unknown or not accepted: %(names)s. Read them, then add them to "
                "seminars/management/libraries.py or replace the library."
            )
            raise CommandError(sentence % {"names": ", ".join(refused)})
