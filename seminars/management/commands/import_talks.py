"""`manage.py import_talks FILE`: say what a file would change, then change all of it."""

import shlex
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from seminars import importing
from seminars.importing import Doubt, ImportOptions, ImportPlan, ImportRow, NoDateColumn, Outcome, PlanProgress
from seminars.importing.sources.column_meanings import LEFT_OUT, meanings
from seminars.management.department_command import DepartmentCommand
from seminars.models.department_language import in_department_language

ORDERS = {"dmy": "day-first", "mdy": "month-first"}
MOST_SHOWN = 200  # refusals; a file with more is the wrong file


class Command(DepartmentCommand):
    """Safe to repeat: talks that are already imported are "unchanged"."""

    help = _(
        "Import talks from a calendar, a spreadsheet or a JSON export, or add what the page of one talk says. If a "
        "part is refused, nothing is imported, unless you use --skip-refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            type=Path,
            help=_(
                "An .ics file, a spreadsheet (.xlsx, .xls, .ods, .csv), a JSON export, or a text that begins with "
                "“Name (Affiliation): Title”."
            ),
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
        parser.add_argument(
            "--choose",
            action="append",
            default=[],
            metavar="KEY=VALUE",
            help=_("Answer a question of --list-choices. You can use this several times."),
        )
        parser.add_argument(
            "--list-choices", action="store_true", help=_("Show the questions and possible answers. Import nothing.")
        )
        _add_arguments_for_spreadsheets(parser)

    def handle(self, *, file: Path, series: str, draft: bool, **options: Any) -> None:
        try:
            is_shown = bool(options["verbosity"]) and self.stderr.isatty()
            progress = [self._planning] if is_shown else []
            plan = importing.plan_file(file, _chosen(series, draft, options), *progress)
            _refuse_unknown(plan)
            if options["list_choices"]:
                self._list(plan.doubts)
                return
            self._show(plan)
            if plan.count(Outcome.REFUSED) and not options["skip_refused"]:
                sentence = _("Nothing was imported. Correct the file, or use --skip-refused to import the rest.")
                raise CommandError(sentence)
            self._apply(plan, dry_run=bool(options["dry_run"]), is_silent=not options["verbosity"])
        except NoDateColumn as refused:
            sentence = _("%(reason)s For example: --column %(example)s")
            words = {"reason": " ".join(refused.messages), "example": shlex.quote("Wann=date")}
            raise CommandError(sentence % words) from refused
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused

    def _list(self, doubts: list[Doubt]) -> None:
        for doubt in doubts:
            self.stdout.write(f"{doubt.key}: {doubt.question}")
            for example in doubt.examples:
                self.stdout.write(_("  for example: %(example)s") % {"example": example})
            for value, label in doubt.options or [(doubt.chosen, _("or another text"))]:
                mark = "*" if value == doubt.chosen else " "
                self.stdout.write(f"  {mark} --choose {shlex.quote(f'{doubt.key}={value}')}  {label}")
        if not doubts:
            self.stdout.write(_("There is nothing to choose."))

    def _show(self, plan: ImportPlan) -> None:
        for sentence in (*plan.notes, *plan.made):
            self.stdout.write(sentence)
        shown = [row for row in plan.rows if row.outcome != Outcome.REFUSED]
        refused = [row for row in plan.rows if row.outcome == Outcome.REFUSED]
        for row in sorted([*shown, *refused[:MOST_SHOWN]], key=lambda row: row.line):
            self._show_row(row)
        if more := refused[MOST_SHOWN:]:
            self.stdout.write(_("… and %(count)d more refused") % {"count": len(more)})
        rare = {Outcome.GONE, Outcome.DELETED}
        shown = [outcome for outcome in Outcome if outcome not in rare or plan.count(outcome)]
        counts = ", ".join(f"{plan.count(outcome)} {outcome.label}" for outcome in shown)
        if plan.doubts:
            self.stdout.write(_("Some questions have assumed answers. Use --list-choices to see them."))
        self.stdout.write(_("In total: %(counts)s.") % {"counts": counts})

    def _show_row(self, row: ImportRow) -> None:
        words = {"verdict": row.outcome.label, "line": row.line, "name": row.name}
        sentence = _("%(verdict)s: line %(line)d: %(name)s") if row.line else _("%(verdict)s: %(name)s")
        self.stdout.write(sentence % words)
        for remark in (*row.changes, *row.remarks):
            self.stdout.write(f"  - {remark}")

    def _apply(self, plan: ImportPlan, *, dry_run: bool, is_silent: bool) -> None:
        if dry_run:
            self.stdout.write(_("Nothing was imported: this was a dry run."))
            return
        is_shown = not is_silent and self.stderr.isatty()
        with in_department_language():  # in which the desk shows what the history notes
            importing.apply_plan(plan, progress=self._progress if is_shown else None)
        self.stdout.write(_("Imported.") if plan.does_something else _("Everything has already been imported."))

    def _planning(self, progress: PlanProgress) -> None:
        """Write over the same line of the terminal until all is planned."""
        words = {"planned": progress.planned, "read": progress.read}
        ending = "\n" if progress.planned == progress.read else ""
        self.stderr.write("\r" + _("%(planned)d of %(read)d rows planned") % words, ending=ending)
        self.stderr.flush()

    def _progress(self, done: int, total: int) -> None:
        """Write over the same line of the terminal until all is done."""
        sentence = _("%(done)d of %(total)d talks") % {"done": done, "total": total}
        self.stderr.write(f"\r{sentence}", ending="\n" if done == total else "")
        self.stderr.flush()


def _add_arguments_for_spreadsheets(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="HEADER=MEANING",
        help=_(
            "What a column of a spreadsheet means, by its header, for example “Wann=date”. You can use this "
            "several times. Leave MEANING empty to leave the column out. The meanings are: %(meanings)s."
        )
        % {"meanings": ", ".join(name for name, _label in meanings())},
    )
    parser.add_argument(
        "--date-order",
        choices=sorted(ORDERS),
        help=_("How dates such as 05/11/2026 are read: dmy (the day first) or mdy (the month first)."),
    )


def _chosen(series: str, draft: bool, options: dict[str, Any]) -> ImportOptions:
    return ImportOptions(
        series=series,
        draft=draft,
        choices=dict(map(_answer, options["choose"])),
        columns=dict(map(_column, options["column"])),
        date_order=ORDERS.get(options["date_order"], ""),
    )


def _column(given: str) -> tuple[str, str]:
    header, sign, means = given.rpartition("=")
    if not sign or means not in {LEFT_OUT, *(name for name, _label in meanings())}:
        sentence = _("--column %(given)s: write HEADER=MEANING. “import_talks --help” lists the meanings.")
        raise CommandError(sentence % {"given": given})
    return " ".join(header.split()), means


def _answer(given: str) -> tuple[str, str]:
    key, sign, value = given.partition("=")
    if not sign:
        raise CommandError(_("--choose %(given)s: write KEY=VALUE, as --list-choices shows it.") % {"given": given})
    return key, value


def _refuse_unknown(plan: ImportPlan) -> None:
    if plan.unknown_columns:
        sentence = _("--column %(header)s: the file has no column with this header. Check its spelling.")
        raise CommandError(sentence % {"header": plan.unknown_columns[0]})
    if plan.unknown_choices:
        sentence = _("--choose %(key)s: there is no such question. Use --list-choices to see all of them.")
        raise CommandError(sentence % {"key": plan.unknown_choices[0]})
