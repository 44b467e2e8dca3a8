// Keeps a hallway screen true: clock and day, and the page's own content anew each minute. When the network goes away,
// what was shown stays, with the time at which it was true, and says what is over.
const EVERY = 60_000; // milliseconds
const PATIENCE = 20_000; // milliseconds until an answer counts as lost

const zone = document.querySelector("[data-clock]").dataset.zone;
const language = document.documentElement.dataset.dates;
const form = (tongue, parts) => new Intl.DateTimeFormat(tongue, { timeZone: zone, ...parts });
const times = form(language, { hour: "numeric", minute: "2-digit" });
const tongue = language === "en" ? "en-GB" : language; // dates read as on our own pages: the day before the month
const [weekdays, dates] = [form(tongue, { weekday: "long" }), form(tongue, { day: "numeric", month: "long" })];
let freshAt = new Date();
let isStale = false;

const clock = (moment) => times.format(moment).replace(/\s?([AP])M$/, (_, half) => ` ${half.toLowerCase()}m`);
const day = (moment) => `${weekdays.format(moment)}, ${dates.format(moment)}`;

// Without a network a screen goes by the hours it was told: what is over, what is on by now, what is no longer today.
function age(now) {
  for (const time of document.querySelectorAll("[data-end]")) {
    const isOver = new Date(time.dataset.end) <= now;
    const heading = time.closest("section").querySelector("h2");
    const word = isOver ? heading.dataset.over : new Date(time.dateTime) <= now && heading.dataset.now;
    if (word) heading.textContent = word;
    time.closest("li, section").classList.toggle("is-over", isOver);
  }
  if (day(now) !== day(freshAt)) for (const part of document.querySelectorAll("[data-day]")) part.textContent = part.dataset.day;
}

function tell() {
  const now = new Date();
  document.querySelector("[data-clock]").textContent = clock(now);
  document.querySelector(".screen-today").textContent = day(now);
  if (isStale) age(now);
  const asOf = document.querySelector(".as-of");
  if (isStale) asOf.textContent = asOf.dataset.words.replace("{clock}", clock(freshAt));
  asOf.hidden = !isStale;
}

// Styles and scripts of a new release have other addresses.
const made = (page) => [...page.querySelectorAll("link[rel=stylesheet], script")].map((part) => part.getAttribute("href") ?? part.getAttribute("src")).join();

// The accents keep their address, so they are fetched anew and laid over those that came with the page.
const accents = new CSSStyleSheet();
document.adoptedStyleSheets = [accents];

async function fetched(address) {
  const answer = await fetch(address, { cache: "no-cache", signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer.text();
}

async function refresh() {
  try {
    const page = new DOMParser().parseFromString(await fetched(location.href), "text/html");
    const main = page.querySelector("main.screen");
    if (!main) throw new Error("this is no screen");
    if (made(page) !== made(document)) return location.reload();
    accents.replaceSync(await fetched(document.querySelector("[data-accents]").href));
    document.querySelector("main").replaceWith(document.adoptNode(main));
    freshAt = new Date();
    isStale = false;
  } catch {
    isStale = true;
  }
  tell();
}

tell();
setInterval(tell, 1000);
setInterval(refresh, EVERY);
addEventListener("online", refresh);
