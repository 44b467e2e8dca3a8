#!/usr/bin/env bash
# Expected: vdirsyncer copies a calendar from a web address with the UIDs that it has (RFC 5545 section 3.8.4.7 makes the
#   UID the identity of an event), so that an event whose title changes is the same event with another title.
# Seen: its `http` storage gives each event a hash of its content as UID. A changed title, with the same UID and a higher
#   SEQUENCE in the feed, deletes the event and adds another: what a reader keeps with the event by its UID is lost.
#   Its documentation does not say so.
# Version: vdirsyncer 0.21.0 from PyPI, Python 3.11. Source: vdirsyncer/storage/http.py, `_ignore_uids`;
#   https://github.com/pimutils/vdirsyncer/pull/1135 asked for a setting and was closed.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check vdirsyncer==0.21.0 2>pip.log || { cat pip.log >&2; exit 2; }
mkdir web copy status

event() {
    printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//example//EN BEGIN:VEVENT UID:talk-1@example.org \
        DTSTAMP:20260101T000000Z DTSTART:20260105T120000Z DTEND:20260105T130000Z "SEQUENCE:$1" "SUMMARY:$2" \
        END:VEVENT END:VCALENDAR >web/feed.ics
}

event 0 "On engines"
venv/bin/python -u -m http.server --bind 127.0.0.1 --directory web 0 >server.log 2>&1 &
server=$!
until port=$(sed -nE 's/.* port ([0-9]+).*/\1/p' server.log) && [ -n "$port" ]; do sleep 0.1; done
cat >config <<END
[general]
status_path = "$folder/status"
[pair feed]
a = "here"
b = "there"
collections = null
[storage here]
type = "filesystem"
path = "$folder/copy"
fileext = ".ics"
[storage there]
type = "http"
url = "http://127.0.0.1:$port/feed.ics"
END
sync() { venv/bin/vdirsyncer --config config sync >>sync.log 2>&1; }
uid() { sed -nE 's/^UID:([^\r]*)\r?$/\1/p' copy/*.ics; }

yes | venv/bin/vdirsyncer --config config discover >sync.log 2>&1 || true
sync
first=$(uid)
event 1 "On looms"
sync
second=$(uid)

echo "UID in the feed, both times: talk-1@example.org"
echo "UID after the first sync:    $first"
echo "UID after the title changed: $second"
[ "$(find copy -name '*.ics' | wc -l)" = 1 ] && [ "$first" != talk-1@example.org ] && [ "$first" != "$second" ] \
    && [ ${#first} = 64 ] && [ ${#second} = 64 ]
