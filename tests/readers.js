// Prints the starts of all events in a calendar file, in UTC and sorted: read by ical.js, then by node-ical.
const fs = require("fs");
const ICAL = require("ical.js").default || require("ical.js");
const nodeIcal = require("node-ical");

const text = fs.readFileSync(process.argv[2], "utf8");

const calendar = new ICAL.Component(ICAL.parse(text));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(new ICAL.Timezone(zone));
const byIcalJs = calendar.getAllSubcomponents("vevent").map((event) => new ICAL.Event(event).startDate.toJSDate());

const byNodeIcal = Object.values(nodeIcal.sync.parseICS(text))
  .filter((part) => part.type === "VEVENT")
  .map((event) => new Date(event.start));

const inUtc = (starts) => starts.map((start) => start.toISOString()).sort();
console.log(JSON.stringify([inUtc(byIcalJs), inUtc(byNodeIcal)]));
