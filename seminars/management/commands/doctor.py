"""`manage.py doctor`: what is wrong with the site and what to do about it, for people and for monitoring."""

import json
from argparse import ArgumentParser
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from seminars.doctor.examining import examine
from seminars.doctor.findings import BY_SEVERITY, Finding, Severity, worst

# What monitoring programs make of an exit status (Monitoring Plugins Development Guidelines §2.4).
STATUS = {Severity.OK: 0, Severity.UNKNOWN: 0, Severity.WARNING: 1, Severity.ERROR: 2}


class Command(BaseCommand):
    """It only reads, so it can run at any time."""

    help = _("Check the site and its machine. Exit status: 0 in order, 1 warnings, 2 errors.")
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help=_("Print JSON for programs."))
        parser.add_argument("--url", default="", help=_("Ask the site at this address instead of SITE_URL."))
        parser.add_argument("--local", action="store_true", help=_("Send no requests to other machines."))

    def handle(self, *, url: str, local: bool, **options: object) -> None:
        url = url.rstrip("/")
        if url and not url.startswith(("http://", "https://")):
            raise CommandError(_("The address in --url must begin with https:// or http://."))
        found = examine(is_outside_asked=not local, url=url)
        state = worst(found)
        if options["json"]:
            self.stdout.write(json.dumps({"state": state, "checks": [asdict(one) for one in found]}, indent=1))
        else:
            self._tell(found, state)
        if STATUS[state]:
            raise SystemExit(STATUS[state])

    def _tell(self, found: list[Finding], state: Severity) -> None:
        """Print a line for monitoring first, then the worst first."""
        counts = {each: sum(one.state is each for one in found) for each in reversed(BY_SEVERITY)}
        numbers = ", ".join(f"{each.word}: {count}" for each, count in counts.items() if count)
        self.stdout.write(f"{state.word} – {numbers}")
        for one in sorted(found, key=lambda one: -BY_SEVERITY.index(one.state)):
            self.stdout.write(f"{one.state.word}: {one.check}: {one.says}")
            if one.advice:
                self.stdout.write(f"    {one.advice}")
