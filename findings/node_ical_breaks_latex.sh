#!/usr/bin/env bash
# Expected: iCalendar writes a backslash as two (RFC 5545 section 3.3.11), so that the abstract "$\nabla u \neq 0$" is
#   sent as "$\\nabla u \\neq 0$" and a reader gets it back; ical.js does.
# Seen: node-ical looks for "\n" first, takes the second backslash of the pair for the beginning of a line break, and
#   gives a backslash, a line break and "abla". This spoils each LaTeX command that begins with n or N (\nu, \nmid, \nu_0).
# Version: node-ical 0.26.1 beside ical.js 2.2.1, from npm. Source: measured here; ruby-icalendar had the same
#   (https://github.com/icalendar/icalendar/pull/323).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . ical.js@2.2.1 node-ical@0.26.1 >npm.log 2>&1 \
    || { cat npm.log >&2; exit 2; }
printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//example//EN BEGIN:VEVENT UID:talk-1@example.org \
    DTSTAMP:20260101T000000Z DTSTART:20260105T120000Z DTEND:20260105T130000Z SUMMARY:Seminar \
    'DESCRIPTION:Let $\\nabla u \\neq 0$.\nAll welcome.' END:VEVENT END:VCALENDAR >feed.ics
cat >read.mjs <<'END_OF_SCRIPT'
import assert from "assert";
import fs from "fs";
import ICAL from "ical.js";
import ical from "node-ical";

const content = fs.readFileSync("feed.ics", "utf8");
const right = new ICAL.Component(ICAL.parse(content)).getFirstSubcomponent("vevent").getFirstPropertyValue("description");
const [event] = Object.values(ical.sync.parseICS(content)).filter(({ type }) => type === "VEVENT");
console.log("ical.js:  ", JSON.stringify(right));
console.log("node-ical:", JSON.stringify(event.description));
assert.equal(right, "Let $\\nabla u \\neq 0$.\nAll welcome.");
assert.equal(event.description, "Let $\\\nabla u \\\neq 0$.\nAll welcome.");
END_OF_SCRIPT
node read.mjs
