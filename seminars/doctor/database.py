"""What the rows say: whether they can be read at all, migrations, the worker, mail, and the calendar feed."""

from collections.abc import Iterator
from datetime import datetime

from django.db import Error, connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seminars import listings, mail, zone_data
from seminars.actions import zone_changes
from seminars.doctor import feed_checker, files
from seminars.doctor.findings import Finding, error, ok, warning
from seminars.formats import ics
from seminars.models import Letter, PeriodicTask, schema
from seminars.models.department import in_department_zone
from seminars.models.periodic_task import SENDING_LETTERS

MOST = 3  # complaints about the feed that are told
APART = 2  # seconds


def about_database() -> Iterator[Finding]:
    """Look whether the database answers, as the user whom its files belong to.

    SQLite would make a missing file, and another user would leave files beside it that the site cannot write.
    """
    database = files.sqlite_file()
    if database and not database.exists():
        yield error(_("There is no database %(path)s."), _("Run: manage.py prepare"), path=database)
    elif database and (others := list(files.about_user())):
        yield from others
    else:
        yield _about_connection()


def _about_connection() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as failure:
        return error(
            _("The database does not answer (%(reason)s)."),
            _("See that it runs and that DATABASE_URL is right."),
            reason=type(failure).__name__,
        )
    return ok(_("The database answers."))


def about_migrations() -> Iterator[Finding]:
    """Compare the migrations of this program with those of the database."""
    if newer := list(about_newer_release()):
        yield from newer
    elif missing := schema.missing_migrations():
        yield error(
            _("Migrations are missing in the database: %(missing)s."),
            _("Run: manage.py upgrade"),
            missing=", ".join(missing),
        )
    else:
        yield ok(_("The database is at the newest migration."))


def about_newer_release() -> Iterator[Finding]:
    """Look for migrations in the database that this program does not have."""
    if unknown := schema.unknown_migrations([".".join(one) for one in schema.applied_migrations()]):
        yield error(
            _("The database was migrated by a newer release: this one does not know %(migration)s."),
            _("Install that release again, or restore the backup that “manage.py upgrade” made."),
            migration=max(unknown),
        )


def about_clock() -> Iterator[Finding]:
    """Compare the clocks of this machine and of the database; SQLite has that of this machine."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (theirs,) = cursor.fetchone()
        yield about_difference(timezone.now(), theirs)


def about_difference(ours: datetime, theirs: datetime) -> Finding:
    """Say how far two clocks are apart."""
    seconds = round(abs((ours - theirs).total_seconds()), 1)
    if seconds > APART:
        return warning(
            _("The clocks of this machine and of the database differ by %(seconds)s seconds."),
            _("Synchronise both, on Debian with: timedatectl set-ntp true"),
            seconds=seconds,
        )
    return ok(_("The clocks of this machine and of the database agree."))


def about_zone_rules() -> Iterator[Finding]:
    """Look whether another machine has newer time zone data than this one."""
    if other := zone_changes.followed_elsewhere():
        yield error(
            _("This machine reads time zone data %(version)s, but talks follow %(other)s of another machine."),
            _("Update tzdata on this machine as well."),
            version=zone_data.current().version,
            other=other,
        )


def about_worker() -> Iterator[Finding]:
    """Look when a worker was last there, and which of its tasks failed."""
    if PeriodicTask.objects.is_worker_there(timezone.now()):
        yield ok(_("The worker is running."))
    else:
        yield error(
            _("The worker is not running: no mail is sent, no source is read and nothing is tidied up."),
            _("Run: systemctl restart seminars-worker"),
        )
    for task in PeriodicTask.objects.with_problems():
        yield warning(
            _("The task “%(name)s” failed: %(problem)s"),
            _("The journal of the worker says more: journalctl -u seminars-worker"),
            name=task.name,
            problem=task.problem,
        )


def about_letters() -> Iterator[Finding]:
    """Look whether mail is set up, and at letters that wait or could not be sent."""
    found = []
    if not mail.is_set_up():
        found.append(
            warning(_("Mail is off: messages go to the journal."), _("Set EMAIL_URL in .env to your mail server."))
        )
    if late := Letter.objects.late(timezone.now()).count():
        sentence = ngettext(
            "%(count)s message has waited for more than 15 minutes.",
            "%(count)s messages have waited for more than 15 minutes.",
            late,
        )
        found.append(warning(sentence, _("See “Mail” on the desk."), count=late))
    if failed := Letter.objects.failed().count():
        sentence = ngettext("%(count)s message could not be sent.", "%(count)s messages could not be sent.", failed)
        found.append(warning(sentence, _("See “Mail” on the desk, and send them again or discard them."), count=failed))
    if PeriodicTask.objects.problem_of(SENDING_LETTERS):
        found.append(error(_("The mail server takes no messages."), _("“Mail” on the desk has its answer.")))
    yield from found or [ok(_("Mail is set up, and no message is late."))]


def about_feed() -> Iterator[Finding]:
    """Check the calendar of all talks on its bytes."""
    with in_department_zone():
        yield from about_calendar(ics.render(listings.everything()))


def about_calendar(body: bytes) -> Iterator[Finding]:
    """Check a calendar on its bytes against RFC 5545 and 7986."""
    complaints = feed_checker.complaints(body)
    for complaint in complaints[:MOST]:
        yield error(
            _("Calendar programs may refuse the feed: %(complaint)s."),
            _("Tell the authors of the program, with the file calendar.ics."),
            complaint=complaint,
        )
    if not complaints:
        count = body.count(b"BEGIN:VEVENT")
        sentence = ngettext(
            "The calendar feed is valid (%(count)s talk).", "The calendar feed is valid (%(count)s talks).", count
        )
        yield ok(sentence, count=count)
