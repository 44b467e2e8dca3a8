#!/usr/bin/env bash
# Expected: a workshop from 24 October 2026, 16:00 in Berlin, the night when the clocks go back. With DURATION:P1D it ends
#   at 16:00 on the 25th, because days are nominal; with DURATION:PT24H at 15:00, because hours are exact (RFC 5545
#   section 3.3.6). An observing night from 22:00 with DURATION:PT6H ends at 03:00.
# Seen: six libraries, and none is right for both. icalendar, recurring-ical-events, ical (Home Assistant) and ical.js end
#   the exact ones an hour late; icalevents and node-ical end the nominal one an hour early.
# Version: icalendar 7.3.2, recurring-ical-events 3.8.2, ical 14.3.1 and icalevents 0.3.1 from PyPI, Python 3.11; ical.js
#   2.2.1 and node-ical 0.26.1 from npm. Source: measured here; https://github.com/libical/libical/issues/630 explains
#   the rule for another library.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check icalendar==7.3.2 recurring-ical-events==3.8.2 \
    ical==14.3.1 icalevents==0.3.1 2>pip.log || { cat pip.log >&2; exit 2; }
npm install --silent --no-audit --no-fund --prefix . ical.js@2.2.1 node-ical@0.26.1 >npm.log 2>&1 \
    || { cat npm.log >&2; exit 2; }
cat >zone.txt <<'END_OF_ZONE'
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
END_OF_ZONE
event() {
    printf '%s\n' BEGIN:VEVENT "UID:$1" DTSTAMP:20260101T000000Z "DTSTART;TZID=Europe/Berlin:$2" "DURATION:$1" \
        "SUMMARY:$1" END:VEVENT
}
{
    printf '%s\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//example//EN
    cat zone.txt
    event P1D 20261024T160000
    event PT24H 20261024T160000
    event PT6H 20261024T220000
    echo END:VCALENDAR
} | sed 's/$/\r/' >feed.ics
cat >read.py <<'END_OF_PYTHON'
import datetime
import importlib
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from ical.calendar_stream import IcsCalendarStream

BERLIN = ZoneInfo("Europe/Berlin")
NAMES = ("P1D", "PT24H", "PT6H")
first, last = datetime.datetime(2026, 10, 1, tzinfo=datetime.UTC), datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)
content = open("feed.ics", "rb").read()
calendar = icalendar.Calendar.from_ical(content)


def show(library, ends):
    print(library, *(f"{name} {ends[name].astimezone(BERLIN):%H:%M}" for name in NAMES))


show("icalendar", {str(event["UID"]): event.end for event in calendar.events})
show("recurring-ical-events", {str(e["UID"]): e.end for e in recurring_ical_events.of(calendar).between(first, last)})
show("ical", {event.uid: event.end for event in IcsCalendarStream.calendar_from_ics(content.decode()).timeline})
read = importlib.import_module("icalevents.icalevents")  # last: it changes how icalendar makes zones
show("icalevents", {event.uid: event.end for event in read.events(string_content=content, start=first, end=last)})
END_OF_PYTHON
cat >read.mjs <<'END_OF_SCRIPT'
import fs from "fs";
import ICAL from "ical.js";
import ical from "node-ical";

const content = fs.readFileSync("feed.ics", "utf8");
const clock = (moment) => moment.toLocaleTimeString("en-GB", { timeZone: "Europe/Berlin", timeStyle: "short" });
const show = (library, ends) => console.log(library, ...["P1D", "PT24H", "PT6H"].map((name) => `${name} ${clock(ends[name])}`));

const calendar = new ICAL.Component(ICAL.parse(content));
calendar.getAllSubcomponents("vtimezone").forEach((zone) => ICAL.TimezoneService.register(zone));
const events = calendar.getAllSubcomponents("vevent").map((event) => new ICAL.Event(event));
show("ical.js", Object.fromEntries(events.map((event) => [event.uid, event.endDate.toJSDate()])));
const found = Object.values(ical.sync.parseICS(content)).filter(({ type }) => type === "VEVENT");
show("node-ical", Object.fromEntries(found.map((event) => [event.uid, event.end])));
END_OF_SCRIPT
{ venv/bin/python -W ignore read.py; node read.mjs; } >seen.txt
cat >expected.txt <<'END_OF_TIMES'
icalendar P1D 16:00 PT24H 16:00 PT6H 04:00
recurring-ical-events P1D 16:00 PT24H 16:00 PT6H 04:00
ical P1D 16:00 PT24H 16:00 PT6H 04:00
icalevents P1D 15:00 PT24H 15:00 PT6H 03:00
ical.js P1D 16:00 PT24H 16:00 PT6H 04:00
node-ical P1D 15:00 PT24H 15:00 PT6H 03:00
END_OF_TIMES
echo "RFC 5545: P1D 16:00 PT24H 15:00 PT6H 03:00"
cat seen.txt
diff expected.txt seen.txt
