"""`manage.py take_bounce [RECIPIENT] < report`: for a mail server that hands reports to a program."""

import os
import sys
from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.db import Error
from django.utils.translation import gettext as _

from seminars.actions import bounces


class Command(BaseCommand):
    """Ends well whatever the message is, as mail servers would send a report about it; 75 lets them try later."""

    help = _("Read a report about a message that could not be delivered from standard input.")
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("recipient", nargs="*", help=_("The address to which the report was sent."))

    def handle(self, *, recipient: list[str], **options: object) -> None:
        report = sys.stdin.buffer.read(bounces.LARGEST)
        try:
            bounces.take(report, recipient)
        except Error:
            sys.exit(os.EX_TEMPFAIL)
