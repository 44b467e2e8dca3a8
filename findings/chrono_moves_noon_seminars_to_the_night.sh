#!/usr/bin/env bash
# Expected: "11-12:30pm", as many announcements write it, is 11 am to 12:30 pm: a span of ninety minutes. "1-2:30pm" is in the
#   afternoon as a whole.
# Seen: chrono gives the first time the "pm" of the second, finds that it is later, and moves the end to the next day: a
#   seminar of ninety minutes lasts from 11 pm to 12:30 pm of the day after. The same for each span over noon (10-12pm,
#   11:30-1pm). If "am" is written, or both are in the afternoon, it is right.
# Version: chrono-node 2.10.3 from npm. Source: measured here; https://github.com/wanasit/chrono/issues/224 is about the
#   opposite, an end without its half of the day.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . chrono-node@2.10.3 >npm.log 2>&1 || { cat npm.log >&2; exit 2; }
cat >read.mjs <<'END'
import * as chrono from "chrono-node";

const shown = (moment) => moment.date().toISOString().slice(5, 16).replace("T", " ");
for (const span of ["11-12:30pm", "10-12pm", "11:30-1pm", "11am-12:30pm", "1-2:30pm"]) {
  const [found] = chrono.parse(`Nov 5, 2026, ${span}`, new Date("2026-10-01T00:00:00Z"));
  console.log(`${span}: ${shown(found.start)} to ${shown(found.end)}`);
}
END
TZ=UTC node read.mjs >seen.txt
cat seen.txt
diff - seen.txt <<'END'
11-12:30pm: 11-05 23:00 to 11-06 12:30
10-12pm: 11-05 22:00 to 11-06 12:00
11:30-1pm: 11-05 23:30 to 11-06 13:00
11am-12:30pm: 11-05 11:00 to 11-05 12:30
1-2:30pm: 11-05 13:00 to 11-05 14:30
END
