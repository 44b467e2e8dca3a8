"""Runs all checks. Those that ask other machines run at the same time, and are given up after OUTSIDE_WITHIN."""

import time
from collections.abc import Iterable
from dataclasses import replace
from threading import Thread

from django.conf import settings
from django.db import Error
from django.utils import translation
from django.utils.translation import gettext as _

from seminars.doctor import backups, configuration, database, files, machine, outside, releases, services, sign_in
from seminars.doctor.findings import Check, Finding, Severity, unknown

OUTSIDE_WITHIN = 7  # seconds for all of them; a resolver that does not answer keeps to no limit of ours

ON_THIS_MACHINE = (
    Check("settings", configuration.about_settings),
    Check("framework", configuration.about_deployment),
    Check("permissions", files.about_permissions),
    Check("timers", machine.about_timers),
    Check("clock", machine.about_clock),
    Check("zone-data", machine.about_zone_data),
)
REACHABLE = Check("database", database.about_database)
IN_THE_DATABASE = (
    Check("migrations", database.about_migrations),
    Check("database-clock", database.about_clock),
    Check("zone-rules", database.about_zone_rules),
    Check("disk", files.about_disk),
    Check("backup", backups.about_backups),
    Check("worker", database.about_worker),
    Check("mail", database.about_letters),
    Check("cache", services.about_cache),
    Check("feed", database.about_feed),
)
OUTSIDE = (
    Check("mail-server", services.about_mail_server),
    Check("sign-in", sign_in.about_sign_in),
    Check("address", outside.about_address),
    Check("proxy", outside.about_proxy),
    Check("live-feed", outside.about_live_feed),
    Check("zone-release", releases.about_zone_release),
    Check("security-releases", releases.about_security_releases),
)


def examine(*, is_outside_asked: bool, url: str = "") -> list[Finding]:
    """Return what all checks find; without a database those that need one are left out.

    `url` is the address at which the site is asked as by a visitor, SITE_URL if empty.
    """
    answers = Answers(OUTSIDE if is_outside_asked else (), url or settings.SITE_URL)
    found = [finding for check in ON_THIS_MACHINE for finding in found_by(check)]
    reached = found_by(REACHABLE)
    found += reached
    if not any(finding.state is Severity.ERROR for finding in reached):
        found += [finding for check in IN_THE_DATABASE for finding in found_by(check)]
    return found + answers.collected()


def found_by(check: Check, *about: str) -> list[Finding]:
    """Return what a check finds; an error of the database or of a file is one that could not look."""
    try:
        found = list(check.look(*about))
    except (Error, OSError) as failure:
        sentence = _("It could not be checked: %(reason)s.")
        found = [unknown(sentence, reason=getattr(failure, "strerror", None) or type(failure).__name__)]
    return [replace(finding, check=check.name) for finding in found]


class Answers:
    """Checks that ask other machines, each in a thread, which none of them uses the database in."""

    def __init__(self, checks: Iterable[Check], url: str) -> None:
        self._until = time.monotonic() + OUTSIDE_WITHIN
        self._found: dict[str, list[Finding] | None] = dict.fromkeys(check.name for check in checks)
        language = translation.get_language()
        self._threads = [Thread(target=self._ask, args=(check, url, language), daemon=True) for check in checks]
        for thread in self._threads:
            thread.start()

    def _ask(self, check: Check, url: str, language: str | None) -> None:
        with translation.override(language):
            self._found[check.name] = found_by(check, url)

    def collected(self) -> list[Finding]:
        """Wait for the answers that come in time, and return them all."""
        for thread in self._threads:
            thread.join(max(0, self._until - time.monotonic()))
        found = []
        for name, findings in self._found.items():
            late = unknown(_("There was no answer within %(seconds)s seconds."), seconds=OUTSIDE_WITHIN)
            found += findings or [replace(late, check=name)]
        return found
