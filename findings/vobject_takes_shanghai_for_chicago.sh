#!/usr/bin/env bash
# Expected: two talks of a joint seminar, at noon in Chicago and at noon in Shanghai, are written with two zones, since
#   their times have zones with two names (America/Chicago, Asia/Shanghai).
# Seen: vobject names a zone by an abbreviation, CST for both, and writes one VTIMEZONE for the two: that of the time that
#   it met first since the process began. So each program that reads the file shows the talk in Shanghai at noon in
#   Chicago, 14 hours late. It is the same with Kolkata and Dublin (IST), even in two calendars.
# Version: vobject 0.9.9, read by icalendar 7.3.2, with tzdata 2026.6; all from PyPI, Python 3.11. Source:
#   https://github.com/py-vobject/vobject/issues/117.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check vobject==0.9.9 icalendar==7.3.2 tzdata==2026.6 \
    2>pip.log || { cat pip.log >&2; exit 2; }
venv/bin/python - >seen.txt <<'END'
import datetime
from zoneinfo import ZoneInfo

import icalendar
import vobject


def written(*names):
    calendar = vobject.iCalendar()
    for name in names:
        event = calendar.add("vevent")
        event.add("uid").value = f"{name}@example.org"
        event.add("dtstart").value = datetime.datetime(2026, 11, 4, 12, tzinfo=ZoneInfo(name))
        event.add("summary").value = name
    return calendar.serialize()


for names in (("America/Chicago", "Asia/Shanghai"), ("Asia/Kolkata",), ("Europe/Dublin",)):
    for event in icalendar.Calendar.from_ical(written(*names)).events:
        meant = datetime.datetime(2026, 11, 4, 12, tzinfo=ZoneInfo(event["SUMMARY"])).astimezone(datetime.UTC)
        read = event.start.astimezone(datetime.UTC)
        print(f"{event['SUMMARY']}: TZID {event['DTSTART'].params['TZID']}, meant {meant:%H:%M}, read {read:%H:%M} UTC")
END
cat seen.txt
diff - seen.txt <<'END'
America/Chicago: TZID CST, meant 18:00, read 18:00 UTC
Asia/Shanghai: TZID CST, meant 04:00, read 18:00 UTC
Asia/Kolkata: TZID IST, meant 06:30, read 06:30 UTC
Europe/Dublin: TZID IST, meant 12:00, read 06:30 UTC
END
