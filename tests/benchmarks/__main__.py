"""`make bench`: report which figures hold, and exit with 1 if one falls short."""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

from tests.benchmarks import (
    backups,
    desk,
    edits,
    imports,
    mail,
    million,
    once,
    rates,
    report,
    schedule,
    search,
    several_talks,
    talk_form,
    talk_news,
    typed_text,
    uploads,
    wrk,
    zone_changes,
)
from tests.benchmarks.rows import Table
from tests.benchmarks.site import Bench

# Run in each round. Measurements that need no repetition run only in the last round.
EVERY_ROUND = {
    "rates": rates.beside_bare,
    "stored": rates.beside_small,
    "edits": edits.after_an_edit,
    "edits-elsewhere": edits.everywhere_else,
    "edits-stored": edits.with_more_stored,
    "edits-shown": edits.with_more_shown,
    "large-feed": edits.large_feed,
    "search": once.searching,
    "sitemap": once.listing_all,
    "start": once.starting,
}
AT_THE_END = {
    "memory": once.remembering,
    "queries": once.counting,
    "weight": once.weighing,
    "people": once.finding_people,
    "cards": once.drawing,
    "crowd": once.crowding,
    "whole-feeds": edits.whole_feeds,  # after "memory", which is that of a worker without whole feeds
    "search-questions": search.asking,
    "desk": desk.opening,
    "talk-form": talk_form.opening_and_saving,
    "several-talks": several_talks.changing,
    "schedule": schedule.saving,
    "typed-text": typed_text.saving_and_showing,
    "photos": uploads.photos,
    "calendars": uploads.calendars,
    "imports": imports.large_calendars,
    "mail": mail.sending,
    "zones": zone_changes.following_rules,
    "talk-news": talk_news.telling,
    "backups": backups.backing_up,
    "million": million.serving,
}


def main() -> int:
    asked = arguments()
    chosen = asked.only or [*EVERY_ROUND, *AT_THE_END]
    if {"rates", "stored"} & {*chosen}:
        wrk.refuse_without()
    table, began = Table(), monotonic()
    with ExitStack() as running:
        bench = Bench(running, asked.settings, asked.beside)
        for number in range(asked.rounds):
            print(f"round {number + 1} of {asked.rounds} …", file=sys.stderr, flush=True)
            for name, measure in EVERY_ROUND.items():
                if name in chosen:
                    measure(bench, table)
        for name, measure in AT_THE_END.items():
            if name in chosen:
                measure(bench, table)
    print(report.as_text(table))
    if not asked.only:
        report.write(table, rounds=asked.rounds, minutes=(monotonic() - began) / 60)
    return 1 if table.short else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often everything is measured in turn (3)")
    parser.add_argument("--only", action="append", choices=[*EVERY_ROUND, *AT_THE_END], help="may be given repeatedly")
    parser.add_argument("--settings", default="seminars.settings", help="the settings that the site is served with")
    parser.add_argument(
        "--beside",
        type=Path,
        help="an older checkout, to compare imports, search, the form of a talk and the schedule with",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
