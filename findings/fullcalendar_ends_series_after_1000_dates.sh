#!/usr/bin/env bash
# Expected: a rule without an end has none (RFC 5545 section 3.3.10: neither COUNT nor UNTIL), so FullCalendar's plugin for
#   iCalendar feeds shows a daily tea that began on 2 January 2023 in each month from then on.
# Seen: the tea ends on 27 September 2025, its 1,000th date, without a message. The plugin counts dates from the first of
#   the series, not from the month that it shows, and no setting changes that. A weekly seminar ends after 19 years.
# Version: @fullcalendar/icalendar 6.1.21 with @fullcalendar/core 6.1.22, ical.js 1.5.0 and jsdom 24.1.3, from
#   npm. Source: `maxIterations` in the plugin's source; its documentation does not mention it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . @fullcalendar/core@6.1.22 @fullcalendar/icalendar@6.1.21 \
    @fullcalendar/daygrid@6.1.22 ical.js@1.5.0 jsdom@24.1.3 >npm.log 2>&1 || { cat npm.log >&2; exit 2; }
printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//example//EN BEGIN:VEVENT UID:tea@example.org \
    DTSTAMP:20230101T000000Z DTSTART:20230102T150000Z RRULE:FREQ=DAILY SUMMARY:Tea END:VEVENT END:VCALENDAR >feed.ics
cat >show.cjs <<'END'
const fs = require("fs");
const { JSDOM } = require("jsdom");

const { window } = new JSDOM("<div id=calendar></div>", { pretendToBeVisual: true });
Object.assign(globalThis, { window, document: window.document, HTMLElement: window.HTMLElement, Node: window.Node });
const { Calendar } = require("@fullcalendar/core");
const plugins = [require("@fullcalendar/icalendar").default, require("@fullcalendar/daygrid").default];

const url = "data:text/calendar," + encodeURIComponent(fs.readFileSync("feed.ics", "utf8"));
const month = process.argv[2];
const calendar = new Calendar(window.document.getElementById("calendar"), {
  plugins,
  initialView: "dayGridMonth",
  initialDate: `${month}-01`,
  timeZone: "UTC",
  events: { url, format: "ics" },
  loading(isLoading) {
    if (isLoading) return;
    setTimeout(() => {
      const days = calendar.getEvents().map((event) => event.startStr.slice(0, 10));
      const inMonth = days.filter((day) => day.startsWith(month)).sort();
      console.log(`${month}: ${inMonth.length} teas, the last on ${inMonth.at(-1) ?? "no day"}`);
      process.exit(0);
    });
  },
});
calendar.render();
END
for month in 2025-08 2025-09 2025-10; do node show.cjs "$month"; done >seen.txt
cat seen.txt
diff - seen.txt <<'END'
2025-08: 31 teas, the last on 2025-08-31
2025-09: 27 teas, the last on 2025-09-27
2025-10: 0 teas, the last on no day
END
