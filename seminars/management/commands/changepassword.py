"""`manage.py changepassword [NAME]`: Django's, which also tells the owner of the account."""

from getpass import getuser

from django.contrib.auth.management.commands import changepassword

from seminars.actions import accounts
from seminars.models import User


class Command(changepassword.Command):
    """Anyone who can run it can change any account, so the owner gets the email about a change by an administrator."""

    def handle(self, *args: object, **options: object) -> str:
        done = super().handle(*args, **options)
        accounts.tell_of_password(User.objects.get(username=options["username"] or getuser()), by=None)
        return done
