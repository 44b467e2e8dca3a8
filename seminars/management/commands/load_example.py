"""`manage.py load_example`: fill an empty site with a department to look at."""

from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from seminars.actions import example
from seminars.management.department_command import DepartmentCommand


class Command(DepartmentCommand):
    """The same seed in the same hour gives the same rows."""

    help = _("Load an example department into an empty site, with two past years and one coming term.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--talks", type=int, help=_("Create exactly this many talks: upcoming ones first, then past ones.")
        )
        parser.add_argument(
            "--seed", type=int, default=1, help=_("Use a different number to create a different department.")
        )

    def handle(self, *, talks: int | None, seed: int, **options: object) -> None:
        try:
            count = example.load(talks=talks, seed=seed)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        if options["verbosity"]:
            self.stdout.write(_("The example is loaded: %(count)d talks.") % {"count": count})
