"""`manage.py remove_second_step NAME`: for an administrator who has lost all devices and the recovery codes."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from seminars.actions import second_step
from seminars.models import User


class Command(BaseCommand):
    """The password is asked for as before."""

    help = _("Turn off two-factor authentication for an account, which then signs in with the password alone.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help=_("The username of the account."))

    def handle(self, *, username: str, **options: object) -> None:
        person = User.objects.filter(username=username).first()
        if person is None:
            raise CommandError(_("There is no account called %(name)s. Check the username.") % {"name": username})
        second_step.remove(person, by=None)
        self.stdout.write(_("%(name)s now signs in with the password alone.") % {"name": username})
