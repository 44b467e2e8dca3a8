// Says talks' times on another clock, below the department's, where the two differ at that moment: the reader's own, or
// that of the zone that they choose. The choice is kept in this tab.

const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const language = document.documentElement.dataset.dates;
const form = (zone, parts) => new Intl.DateTimeFormat(language, { timeZone: zone, ...parts });

/** What writes a moment like this in a zone: made once for each zone, as a browser takes long to make one. */
const writer = (parts) => {
  const made = new Map();
  return (moment, zone) => {
    if (!made.has(zone)) made.set(zone, form(zone, parts));
    return made.get(zone).format(moment);
  };
};

const wall = writer({ dateStyle: "short", timeStyle: "short" });
const day = writer({ weekday: "long" });
const hours = writer({ hour: "numeric", minute: "2-digit" });

/** "10 pm", as our own times are written; 24 hours where the language counts so. */
const clock = (moment, zone) =>
  hours(moment, zone).replace(/((?<!^12):00)?\s?([AP])M$/, (_, sharp, half) => ` ${half.toLowerCase()}m`);

const words = (moment, zone) => `${day(moment, zone)}, ${clock(moment, zone)}`;

/** Fill in a line with the times of its talk in a zone, or hide it where they are those above it. */
const fill = (line, zone, sentence) => {
  const [start, end] = [new Date(line.dataset.starts), new Date(line.dataset.ends)];
  line.hidden = !zone || wall(start, zone) === wall(start, line.dataset.zone);
  if (line.hidden) return;
  const isShort = end - start < 43_200_000 && day(start, zone) === day(end, zone);
  line.textContent = sentence
    .replace("{zone}", () => zone.split("/").at(-1).replaceAll("_", " "))
    .replace("{start}", words(start, zone))
    .replace("{end}", isShort ? clock(end, zone) : words(end, zone));
};

const fillAll = (chosen) => {
  for (const line of document.querySelectorAll(".your-time")) {
    const isOurs = chosen === line.dataset.zone;
    const zone = chosen || ("always" in line.dataset ? own : "");
    fill(line, isOurs ? "" : zone, zone === own ? line.dataset.words : line.dataset.there);
  }
};

const isKnown = (zone) => {
  try {
    return Boolean(form(zone, {}));
  } catch {
    return false;
  }
};

const remembered = () => {
  try {
    return sessionStorage.getItem("zone");
  } catch {
    return null; // storage is switched off
  }
};

const remember = (zone) => {
  try {
    sessionStorage.setItem("zone", zone);
  } catch {
    // The choice holds for this page alone.
  }
};

const kept = remembered();
const chosen = kept && isKnown(kept) ? kept : "";
fillAll(chosen);

/** Offer every zone that the browser knows. */
const offerZones = (picker) => {
  const select = picker.querySelector("select");
  const known = Intl.supportedValuesOf?.("timeZone") ?? [];
  const offered = new Set([own, ...known, "UTC", chosen].filter((zone) => zone && zone !== select.value));
  for (const zone of offered) select.add(new Option(zone.replaceAll("_", " "), zone));
  if (chosen) select.value = chosen;
  select.addEventListener("change", () => {
    remember(select.value);
    fillAll(select.value);
  });
  picker.classList.remove("is-waiting");
};

const picker = document.querySelector(".zone-picker");
if (picker) requestAnimationFrame(() => setTimeout(offerZones, 0, picker)); // the page is shown first
