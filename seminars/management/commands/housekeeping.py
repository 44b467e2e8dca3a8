"""`manage.py housekeeping`: remove data that is no longer needed; the worker does it once a day."""

from django.utils.translation import gettext as _

from seminars.actions import housekeeping, rule_clashes
from seminars.management.department_command import DepartmentCommand
from seminars.models import SearchWord, SpeakerName, Talk


class Command(DepartmentCommand):
    """Safe to run at any time and to repeat."""

    help = _("Remove expired sessions, old failed sign-ins and old files, and say how many.")
    requires_system_checks = []

    def handle(self, *, verbosity: int, **options: object) -> None:
        for what, number in housekeeping.tidy().items():
            if verbosity:
                self.stdout.write(_("Removed {number} {what}").format(number=number, what=what))
        Talk.objects.take_wall_times()
        rule_clashes.forget_what_is_over()  # drafts that were in the way may have been deleted
        SearchWord.objects.rebuild()  # words that no talk has any more are forgotten
        SpeakerName.objects.rebuild()  # workers of an earlier release may have saved people after `manage.py prepare`
