"""`manage.py stamp`: tell subscribers' calendars what was changed behind the actions' back, in raw SQL for one."""

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seminars.actions import stamping
from seminars.models import Talk


class Command(BaseCommand):
    """Harmless to repeat: a talk whose entry prints what it did is left alone."""

    help = _("Raise SEQUENCE of each published talk whose calendar entry has changed without it.")

    def handle(self, **options: object) -> None:
        count = stamping.stamp(Talk.objects.all())
        sentence = ngettext("%(count)d talk was stamped.", "%(count)d talks were stamped.", count) % {"count": count}
        self.stdout.write(sentence if count else _("No talk needed a stamp."))
