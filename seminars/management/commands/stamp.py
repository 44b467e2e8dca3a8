"""`manage.py stamp`: bring up to date what depends on rows that were written in another way, in SQL for example."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seminars.actions import stamping
from seminars.management.department_command import DepartmentCommand
from seminars.models import SearchWord, SpeakerName, Talk


class Command(DepartmentCommand):
    """Safe to repeat: talks with unchanged entries and people with known names are not changed."""

    help = _(
        "After you change rows with SQL: raise SEQUENCE of each published talk whose calendar entry has changed, "
        "and let searches find people by their new names."
    )

    def handle(self, **options: object) -> None:
        Talk.objects.take_wall_times()
        count = stamping.stamp(Talk.objects.all())
        stamping.rebuild_search()
        SearchWord.objects.rebuild()
        sentence = ngettext("%(count)d talk was stamped.", "%(count)d talks were stamped.", count) % {"count": count}
        self.stdout.write(sentence if count else _("No talk needed a stamp."))
        if people := SpeakerName.objects.rebuild():
            sentence = ngettext(
                "%(count)d person is found by new names.", "%(count)d people are found by new names.", people
            )
            self.stdout.write(sentence % {"count": people})
