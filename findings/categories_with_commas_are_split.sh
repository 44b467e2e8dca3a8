#!/usr/bin/env bash
# Expected: "CATEGORIES:Groups\, rings and fields,Topology" names two topics: a comma with a backslash belongs to the name
#   (RFC 5545 sections 3.3.11 and 3.8.1.2). icalendar and ical.js read it so.
# Seen: three libraries split at both commas. ical (which Home Assistant uses), node-ical and ts-ics give three topics, the
#   first with a backslash at its end; ical does so to calendars that it wrote itself, with the right backslash.
# Version: ical 14.3.1 and icalendar 7.3.2 from PyPI, Python 3.11; ical.js 2.2.1, node-ical 0.26.1 and ts-ics 2.4.6 from
#   npm. Source: measured here.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check ical==14.3.1 icalendar==7.3.2 2>pip.log \
    || { cat pip.log >&2; exit 2; }
npm install --silent --no-audit --no-fund --prefix . ical.js@2.2.1 node-ical@0.26.1 ts-ics@2.4.6 >npm.log 2>&1 \
    || { cat npm.log >&2; exit 2; }
printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//example//EN BEGIN:VEVENT UID:talk-1@example.org \
    DTSTAMP:20260101T000000Z DTSTART:20260105T120000Z DTEND:20260105T130000Z SUMMARY:Seminar \
    'CATEGORIES:Groups\, rings and fields,Topology' END:VEVENT END:VCALENDAR >feed.ics
cat >read.py <<'END_OF_PYTHON'
import datetime
import json

import icalendar
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event

content = open("feed.ics", "rb").read()
print("icalendar", json.dumps([str(one) for one in icalendar.Calendar.from_ical(content).events[0]["CATEGORIES"].cats]))
print("ical", json.dumps(IcsCalendarStream.calendar_from_ics(content.decode()).events[0].categories))
mine = Event(summary="Seminar", start=datetime.date(2026, 1, 5), categories=["Groups, rings and fields"])
written = IcsCalendarStream.calendar_to_ics(Calendar(events=[mine]))
print("ical writes", next(line for line in written.splitlines() if line.startswith("CATEGORIES")))
print("and reads", json.dumps(IcsCalendarStream.calendar_from_ics(written).events[0].categories))
END_OF_PYTHON
cat >read.mjs <<'END_OF_SCRIPT'
import fs from "fs";
import ICAL from "ical.js";
import ical from "node-ical";
import { convertIcsCalendar } from "ts-ics";

const content = fs.readFileSync("feed.ics", "utf8");
const event = new ICAL.Component(ICAL.parse(content)).getFirstSubcomponent("vevent");
const [found] = Object.values(ical.sync.parseICS(content)).filter(({ type }) => type === "VEVENT");
console.log("ical.js", JSON.stringify(event.getFirstProperty("categories").getValues()));
console.log("node-ical", JSON.stringify(found.categories));
console.log("ts-ics", JSON.stringify(convertIcsCalendar(undefined, content).events[0].categories));
END_OF_SCRIPT
{ venv/bin/python read.py; node read.mjs; } >seen.txt
cat >expected.txt <<'END_OF_TOPICS'
icalendar ["Groups, rings and fields", "Topology"]
ical ["Groups\\", " rings and fields", "Topology"]
ical writes CATEGORIES:Groups\, rings and fields
and reads ["Groups\\", " rings and fields"]
ical.js ["Groups, rings and fields","Topology"]
node-ical ["Groups\\","rings and fields","Topology"]
ts-ics ["Groups\\"," rings and fields","Topology"]
END_OF_TOPICS
cat seen.txt
diff expected.txt seen.txt
