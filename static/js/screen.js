// Keeps a hallway screen true: a clock, and the page's own content anew each minute. When the network goes away, what
// was shown stays, with the time at which it was true.
const EVERY = 60_000; // milliseconds
const PATIENCE = 20_000; // milliseconds until an answer counts as lost

const zone = document.querySelector("[data-clock]").dataset.zone;
const form = new Intl.DateTimeFormat(document.documentElement.dataset.dates, { hour: "numeric", minute: "2-digit", timeZone: zone });
let freshAt = new Date();
let isStale = false;

const clock = (moment) => form.format(moment).replace(/\s?([AP])M$/, (_, half) => ` ${half.toLowerCase()}m`);

function tell() {
  document.querySelector("[data-clock]").textContent = clock(new Date());
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
