"""`manage.py remove_second_step NAME`: for an administrator who has lost the app and the recovery codes."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from seminars.actions import second_step
from seminars.models import User


class Command(BaseCommand):
    """The password is asked for as before."""

    help = _("Remove the second step of a person, who can then sign in with the password alone.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help=_("The name with which the person signs in."))

    def handle(self, *, username: str, **options: object) -> None:
        person = User.objects.filter(username=username).first()
        if person is None:
            raise CommandError(_("Nobody signs in as %(name)s.") % {"name": username})
        second_step.remove(person, by=None)
        self.stdout.write(_("%(name)s now signs in with the password alone.") % {"name": username})
