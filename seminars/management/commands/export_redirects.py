"""`manage.py export_redirects`: the former addresses as redirects for the web server of the old site."""

from argparse import ArgumentParser

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from seminars import access
from seminars.formats import redirects
from seminars.management.department_command import DepartmentCommand
from seminars.models import FormerAddress
from seminars.models.page_addresses import TARGETS


class Command(DepartmentCommand):
    """Writes to standard output. Leaves out what visitors may not see, such as the address of a draft."""

    help = _(
        "Write the former addresses as redirects, for nginx, Apache or as a table. Put them on the web server of the "
        "old site, so that its links and calendars lead to this site."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        chosen = parser.add_mutually_exclusive_group(required=True)
        for name in redirects.FORMATS:
            chosen.add_argument(f"--{name}", action="store_const", const=name, dest="format")

    def handle(self, *, format: str, **options: object) -> None:  # noqa: A002  the name of the option
        addresses = FormerAddress.objects.select_related(*TARGETS).order_by("path")
        public = [one for one in addresses if access.may_see(AnonymousUser(), one.target) and "\n" not in one.path]
        self.stdout.write(redirects.FORMATS[format](public), ending="")
