"""`manage.py personal_data`: what the site stores about one person, as JSON, or the end of it."""

import json
from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from seminars.actions.personal_data import accounts, addresses, exporting, speakers
from seminars.management.department_command import DepartmentCommand
from seminars.models import Speaker, User


class Command(DepartmentCommand):
    """Without --anonymise it only reads."""

    help = _("Print all that is stored about a person as JSON, or anonymise them.")
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        whom = parser.add_mutually_exclusive_group(required=True)
        whom.add_argument("--speaker", type=int, help=_("The number in the address of the speaker's form."))
        whom.add_argument("--account", help=_("The name with which the person signs in."))
        whom.add_argument("--email", help=_("An address, for example of a subscriber."))
        parser.add_argument(
            "--anonymise", metavar="NAME", help=_("Anonymise them. Type the name again: it cannot be undone.")
        )

    def handle(self, *, anonymise: str | None, **options: str | int | None) -> None:
        row, name = _row(options)
        if anonymise is None:
            found = _exported(row)
            self.stdout.write(json.dumps(found, cls=exporting.encoder, indent=1, ensure_ascii=False))
            return
        if anonymise != name:
            raise CommandError(_("“%(typed)s” is not the name: it is “%(name)s”.") % {"typed": anonymise, "name": name})
        try:
            found = _anonymised(row)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        for what, number in found.items():
            self.stdout.write(f"{what}: {number}")


def _row(options: dict[str, str | int | None]) -> tuple[Speaker | User | str, str]:
    """Return whom the options name, and their name; an address stands for itself."""
    if email := options["email"]:
        return str(email), str(email)
    if (key := options["speaker"]) is not None:
        found: Speaker | User | None = Speaker.objects.filter(pk=key).first()
    else:
        found = User.objects.filter(username=options["account"]).first()
    if found is None:
        raise CommandError(_("There is no such person."))
    return found, found.name if isinstance(found, Speaker) else found.username


def _exported(row: Speaker | User | str) -> dict:
    if isinstance(row, str):
        return exporting.of_email(row)
    return exporting.of_speaker(row) if isinstance(row, Speaker) else exporting.of_account(row)


def _anonymised(row: Speaker | User | str) -> dict[str, int]:
    if isinstance(row, str):
        return addresses.remove(row)
    return speakers.anonymise(row, by=None) if isinstance(row, Speaker) else accounts.anonymise(row, by=None)
