"""`manage.py prepare`: bring rows and static files up to date and, the first time, make a department to look at."""

import fcntl
import shutil
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seminars import build_digest, zone_data
from seminars.actions import accounts, example, stamping, zone_changes
from seminars.actions.personal_data import after_restoring, anonymised_keys
from seminars.models import Edition, SpeakerName, Talk
from seminars.models.department import in_department_zone

TURN = 1_936_028_778  # the number of the lock in PostgreSQL; any will do that nothing else in the database takes


class Command(BaseCommand):
    """Safe to repeat; if there is nothing to do, it only checks."""

    help = _("Migrate, collect static files and, if there is no account yet, create one and load the example.")
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--empty", action="store_true", help=_("Do not load the example department."))

    def handle(self, *, empty: bool, **options: object) -> None:
        settings.VAR_DIR.mkdir(mode=0o700, exist_ok=True)  # passwords and passcodes lie in it
        with one_at_a_time():
            call_command("migrate", verbosity=0, interactive=False)
            with transaction.atomic():
                Edition.objects.make()  # so that nothing rendered before the migration is used
            shutil.rmtree(settings.VAR_DIR / "large", ignore_errors=True)  # long responses that earlier releases kept
            with in_department_zone():
                Talk.objects.take_wall_times()  # as for people below
                stamping.renew_former()
                moved = zone_changes.follow_present_rules()
            SpeakerName.objects.rebuild()  # an earlier release may have saved people since the last time
            self._anonymise_again()
            if not settings.DEBUG:
                collect_static_files()
            sign_in = open_department(with_example=not empty)
        if moved:
            sentence = ngettext(
                "Time zone rules changed (%(version)s). %(count)d talk keeps its local time; its time in UTC is new.",
                "Time zone rules changed (%(version)s). %(count)d talks keep their local times; those in UTC are new.",
                moved,
            )
            self.stdout.write(sentence % {"count": moved, "version": zone_data.current().version})
        if sign_in:
            self.stdout.write(_("Sign in with these, then choose your own password:"))
            self.stdout.write(_("  name {name}  password {password}").format(name=sign_in[0], password=sign_in[1]))

    def _anonymise_again(self) -> None:
        """Do so after a restore, which may have been interrupted; any other time there is nobody."""
        done, refused = after_restoring.anonymise_again(anonymised_keys.known())
        if done:
            sentence = ngettext(
                "%(count)s person who was anonymised after this backup is anonymous again.",
                "%(count)s people who were anonymised after this backup are anonymous again.",
                done,
            )
            self.stdout.write(sentence % {"count": done})
        if refused:
            self.stdout.write(
                _("The only administrator had been anonymised. Make another one, then run: manage.py prepare")
            )


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait while another process prepares this folder or, on PostgreSQL, another machine the same database.

    Both locks end with the process that holds them, however it ends.
    """
    with (settings.VAR_DIR / "prepare.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [TURN])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [TURN])


def open_department(*, with_example: bool) -> tuple[str, str] | None:
    """Make the first account and, if asked, the example with it, or neither; None where somebody has an account.

    Rows that are there already, imported for example, are left alone.
    """
    with transaction.atomic():
        sign_in = accounts.first_organiser()
        if sign_in and with_example and not example.has_rows():
            call_command("load_example", verbosity=0)
    return sign_in


def collect_static_files() -> None:
    """Collect unless the sources are those of the last time: compressing them takes seconds.

    Without a fingerprint the last time did not end, and may have left half a file that looks new.
    """
    fingerprint = static_fingerprint()
    written = settings.VAR_DIR / "static.fingerprint"
    if not written.exists():
        shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
    elif settings.STATIC_ROOT.is_dir() and written.read_text() == fingerprint:
        return
    written.unlink(missing_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    written.write_text(fingerprint)


def static_fingerprint() -> str:
    """Return a digest of each file that would be collected, with what is made of them."""
    found = (storage.path(path) for finder in get_finders() for path, storage in finder.list([]))
    files = build_digest.digest_of({path: Path(path) for path in found})
    return f"{files} {settings.WHITENOISE_KEEP_ONLY_HASHED_FILES}"
