// Says a talk's time on the reader's clock, below the department's, where the two differ at that moment.

const MINUTE = 60_000;

/** Minutes that the zone written at the end of an ISO moment ("-05:00", "Z") is ahead of UTC. */
const offsetOf = (iso) => {
  const [, sign, hours, minutes] = iso.match(/([+-])(\d\d):(\d\d)$/) ?? [null, "+", 0, 0];
  return Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes));
};

const differs = (iso) => -new Date(iso).getTimezoneOffset() !== offsetOf(iso);

/** "10 pm", as our own times are written; 24 hours where the language counts so. */
const clock = (moment, language) =>
  new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" })
    .format(moment)
    .replace(/((?<!^12):00)?\s?([AP])M$/, (_, sharp, half) => ` ${half.toLowerCase()}m`);

const day = (moment, language) => new Intl.DateTimeFormat(language, { weekday: "long" }).format(moment);

const words = (moment, language) => `${day(moment, language)}, ${clock(moment, language)}`;

for (const line of document.querySelectorAll(".your-time")) {
  const { starts, ends, words: sentence } = line.dataset;
  if (!differs(starts)) continue;
  const language = document.documentElement.dataset.dates;
  const start = new Date(starts);
  const end = new Date(ends);
  const isShort = end - start < 12 * 60 * MINUTE && start.toDateString() === end.toDateString();
  line.textContent = sentence
    .replace("{start}", words(start, language))
    .replace("{end}", isShort ? clock(end, language) : words(end, language));
  line.hidden = false;
}
