"""`manage.py fetch_sources`: look at the sources of all series; the worker does it every quarter of an hour."""

from django.utils.translation import gettext as _

from seminars.importing.following import Found, follow
from seminars.management.department_command import DepartmentCommand
from seminars.models import Source
from seminars.models.department_language import in_department_language


class Command(DepartmentCommand):
    """Safe to run at any time and to repeat; a source that fails does not stop the others."""

    help = _(
        "Check the addresses that series follow. Apply their changes if an organiser has allowed "
        "this and nothing is in doubt. Otherwise they wait on the desk."
    )

    def handle(self, *, verbosity: int, **options: object) -> None:
        with in_department_language():  # in which the desk shows what is noted here
            self._follow_all(verbosity)

    def _follow_all(self, verbosity: int) -> None:
        for source in Source.objects.followed():
            found = follow(source)
            if verbosity > 1 or (verbosity and found is not Found.UNCHANGED):
                words = {"series": source.series, "url": source.url, "found": found.value}
                self.stdout.write(_("%(series)s: %(url)s: %(found)s") % words)
            if verbosity and found is Found.FAILED:
                self.stderr.write(f"  {source.problem}")
