#!/usr/bin/env bash
# Expected: FullCalendar's plugin for iCalendar feeds shows a talk at 16:00 in Berlin (TZID, with its VTIMEZONE) at 10:00 to
#   a visitor in New York, like a talk at the same moment that is written in UTC.
# Seen: it shows the first at 16:00 to everybody, wherever they are, and the second rightly at 10:00: two talks at one
#   moment stand six hours apart. The documentation of the plugin (fullcalendar.io/docs/icalendar) does not mention zones.
# Version: @fullcalendar/icalendar 6.1.21 with @fullcalendar/core 6.1.22, ical.js 1.5.0 and jsdom 24.1.3, from
#   npm. Source: https://github.com/fullcalendar/fullcalendar/issues/7456; the plugin writes each time with toString() of
#   ical.js, which leaves the zone out.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . @fullcalendar/core@6.1.22 @fullcalendar/icalendar@6.1.21 \
    @fullcalendar/daygrid@6.1.22 ical.js@1.5.0 jsdom@24.1.3 >npm.log 2>&1 || { cat npm.log >&2; exit 2; }
printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//example//EN \
    BEGIN:VTIMEZONE TZID:Europe/Berlin BEGIN:DAYLIGHT DTSTART:19960331T020000 "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU" \
    TZOFFSETFROM:+0100 TZOFFSETTO:+0200 END:DAYLIGHT BEGIN:STANDARD DTSTART:19961027T030000 \
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU" TZOFFSETFROM:+0200 TZOFFSETTO:+0100 END:STANDARD END:VTIMEZONE \
    BEGIN:VEVENT UID:1@example.org DTSTAMP:20260101T000000Z "DTSTART;TZID=Europe/Berlin:20261104T160000" \
    "SUMMARY:with a zone" END:VEVENT \
    BEGIN:VEVENT UID:2@example.org DTSTAMP:20260101T000000Z DTSTART:20261104T150000Z "SUMMARY:in UTC" END:VEVENT \
    END:VCALENDAR >feed.ics
cat >show.cjs <<'END'
const fs = require("fs");
const { JSDOM } = require("jsdom");

const { window } = new JSDOM("<div id=calendar></div>", { pretendToBeVisual: true });
Object.assign(globalThis, { window, document: window.document, HTMLElement: window.HTMLElement, Node: window.Node });
const { Calendar } = require("@fullcalendar/core");
const plugins = [require("@fullcalendar/icalendar").default, require("@fullcalendar/daygrid").default];

const url = "data:text/calendar," + encodeURIComponent(fs.readFileSync("feed.ics", "utf8"));
const calendar = new Calendar(window.document.getElementById("calendar"), {
  plugins,
  initialView: "dayGridMonth",
  initialDate: "2026-11-01",
  events: { url, format: "ics" },
  loading(isLoading) {
    if (isLoading) return;
    setTimeout(() => {
      for (const event of calendar.getEvents()) console.log(`${event.title}: ${event.startStr}`);
      process.exit(0);
    });
  },
});
calendar.render();
END
TZ=America/New_York node show.cjs >seen.txt
cat seen.txt
diff - seen.txt <<'END'
with a zone: 2026-11-04T16:00:00-05:00
in UTC: 2026-11-04T10:00:00-05:00
END
