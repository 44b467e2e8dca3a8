#!/usr/bin/env bash
# Expected: of a weekly seminar whose second date moves "this and all following" (RECURRENCE-ID;RANGE=THISANDFUTURE, RFC
#   5545 section 3.8.4.4), each expanded date has a RECURRENCE-ID of its own, the date that it had before: the pair of UID
#   and RECURRENCE-ID identifies a date, so importers can key on it.
# Seen: the times are right, but every date from the change on has the RECURRENCE-ID of the change itself. A program that
#   keys on the pair takes three talks for one.
# Version: recurring-ical-events 3.8.2 with icalendar 7.3.2 from PyPI, Python 3.11. Source: the occurrences of a series
#   after a change copy the changed component; measured here.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check recurring-ical-events==3.8.2 icalendar==7.3.2 \
    2>pip.log || { cat pip.log >&2; exit 2; }
printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//example//EN \
    BEGIN:VEVENT UID:seminar@example.org DTSTAMP:20260101T000000Z DTSTART:20260107T120000Z DTEND:20260107T130000Z \
    "RRULE:FREQ=WEEKLY;COUNT=4" SUMMARY:Seminar END:VEVENT \
    BEGIN:VEVENT UID:seminar@example.org DTSTAMP:20260101T000000Z "RECURRENCE-ID;RANGE=THISANDFUTURE:20260114T120000Z" \
    DTSTART:20260114T140000Z DTEND:20260114T150000Z SUMMARY:Seminar END:VEVENT END:VCALENDAR >feed.ics
venv/bin/python - <<'END'
import datetime

import icalendar
import recurring_ical_events

calendar = icalendar.Calendar.from_ical(open("feed.ics", "rb").read())
events = recurring_ical_events.of(calendar).between(datetime.date(2026, 1, 1), datetime.date(2026, 3, 1))
events.sort(key=lambda event: event["DTSTART"].dt)
seen = [(f"{event['DTSTART'].dt:%d %H:%M}", f"{event['RECURRENCE-ID'].dt:%d %H:%M}") for event in events]
for start, identity in seen:
    print(f"starts January {start}, RECURRENCE-ID January {identity}")
assert seen == [("07 12:00", "07 12:00"), ("14 14:00", "14 12:00"), ("21 14:00", "14 12:00"), ("28 14:00", "14 12:00")]
END
