"""`manage.py import_talks FILE`: say what a calendar or the page of a talk would change, then change all of it."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from seminars import importing
from seminars.importing import ImportOptions, ImportPlan, ImportRow, Outcome

MOST_SHOWN = 200  # refusals; a file with more is the wrong file


class Command(BaseCommand):
    """Safe to repeat: talks that are already imported are "unchanged"."""

    help = _(
        "Import talks from an iCalendar file, or add what the page of one talk says. A refused part "
        "stops the whole import, unless you use --skip-refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help=_("An .ics file, or a text that begins with “Name (Affiliation): Title”.")
        )
        parser.add_argument(
            "--series",
            default="",
            metavar="SLUG",
            help=_("The series of the talks. It is created if it does not exist."),
        )
        parser.add_argument("--dry-run", action="store_true", help=_("Only show what would change."))
        parser.add_argument("--draft", action="store_true", help=_("Import new talks as drafts."))
        parser.add_argument("--skip-refused", action="store_true", help=_("Import the rest if a part is refused."))

    def handle(self, *, file: Path, series: str, draft: bool, **options: object) -> None:
        try:
            plan = importing.plan_file(file, ImportOptions(series=series, draft=draft))
            self._show(plan)
            if plan.count(Outcome.REFUSED) and not options["skip_refused"]:
                sentence = _("Nothing was imported. Correct the file, or use --skip-refused to import the rest.")
                raise CommandError(sentence)
            self._apply(plan, dry_run=bool(options["dry_run"]))
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused

    def _show(self, plan: ImportPlan) -> None:
        for sentence in plan.made:
            self.stdout.write(sentence)
        shown = [row for row in plan.rows if row.outcome != Outcome.REFUSED]
        refused = [row for row in plan.rows if row.outcome == Outcome.REFUSED]
        for row in sorted([*shown, *refused[:MOST_SHOWN]], key=lambda row: row.line):
            self._show_row(row)
        if more := refused[MOST_SHOWN:]:
            self.stdout.write(_("… and %(count)d more refused") % {"count": len(more)})
        counts = ", ".join(f"{plan.count(outcome)} {outcome.label}" for outcome in Outcome)
        self.stdout.write(_("In total: %(counts)s.") % {"counts": counts})

    def _show_row(self, row: ImportRow) -> None:
        words = {"verdict": row.outcome.label, "line": row.line, "name": row.name}
        self.stdout.write(_("%(verdict)s: line %(line)d: %(name)s") % words)
        for remark in row.remarks:
            self.stdout.write(f"  - {remark}")

    def _apply(self, plan: ImportPlan, *, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write(_("Nothing was imported: this was a dry run."))
            return
        plan.apply()
        self.stdout.write(_("Imported.") if plan.does_something else _("Everything has already been imported."))
