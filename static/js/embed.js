// <seminar-list series="asset" limit="5" heading-level="3" theme="auto">: the upcoming talks, on any page of any site.
// What organisers typed is only ever set as text. Until the talks are there, or when they cannot be fetched, what stands
// between the tags is shown.
(() => {
  const WORDS = { /* words */ };
  const own = document.currentScript?.src ?? [...document.scripts].map((one) => one.src).find((src) => /\/embed\.js($|\?)/.test(src));
  const home = new URL(".", own);
  const FILTERS = ["series", "topic", "room", "speaker"]; // slugs, several separated by spaces
  const MOVED_SHOWN_FOR = 14 * 24 * 3600 * 1000; // milliseconds
  const CALLED_OFF = ["cancelled", "postponed"];
  const STYLE = `
    :host { display: block; line-height: 1.45; }
    :host([hidden]) { display: none; }
    :host([theme="light"]) { background: #fff; color: #1d1c1a; }
    :host([theme="dark"]) { background: #15171b; color: #edebe7; }
    :host([theme="light"]), :host([theme="dark"]) { padding: 0.5em 1em; }
    ul { margin: 0; padding: 0; list-style: none; }
    li { padding-block: 0.9em; border-block-start: 1px solid color-mix(in srgb, currentColor 22%, transparent); }
    li:first-child { border: 0; }
    p, .title { margin: 0.15em 0; overflow-wrap: anywhere; }
    .title { font-size: 1.15em; line-height: 1.25; }
    a { color: inherit; text-decoration-thickness: 0.06em; text-underline-offset: 0.18em; }
    .join { display: inline-block; margin-block-start: 0.4em; padding: 0.35em 1.1em; border: 1px solid; border-radius: 2em; font-weight: 600; text-decoration: none; }
    .join:hover { text-decoration: underline; }
    .when { font-weight: 600; }
    .badge { display: inline-block; margin-inline-start: 0.5em; padding: 0 0.55em; border: 1px solid; border-radius: 1em; font-size: 0.85em; font-weight: 600; }
    .notice { padding-inline-start: 0.6em; border-inline-start: 0.2em solid; }
    .missing { font-style: italic; }`;

  const make = (name, text = "", kind = "") => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const fill = (sentence, words) => sentence.replace(/{(\w+)}/g, (_, name) => words[name]);
  const typed = (name, text, kind) => Object.assign(make(name, text, kind), { dir: "auto" });
  const link = (text, address) => Object.assign(typed("a", text), { href: /^https?:/.test(address) ? address : home });

  class Clock {
    constructor(zone, language) {
      // Dates read as on our own pages: the day before the month.
      const tongue = language === "en" ? "en-GB" : language;
      const form = (parts) => new Intl.DateTimeFormat(parts.hour ? language : tongue, { timeZone: zone, ...parts });
      this.weekdays = form({ weekday: "long" });
      this.days = form({ day: "numeric", month: "long" });
      this.years = form({ day: "numeric", month: "long", year: "numeric" });
      this.times = form({ hour: "numeric", minute: "2-digit" });
      // Numbers, not text: browsers write the dates of one locale in different orders.
      const numbers = { calendar: "gregory", numberingSystem: "latn", year: "numeric", month: "numeric", day: "numeric" };
      this.dates = new Intl.DateTimeFormat("en", { timeZone: zone, ...numbers });
    }
    // The midnight, in UTC, of the date of a moment in the zone; dates can be compared and subtracted.
    date(moment) {
      const parts = Object.fromEntries(this.dates.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
      return new Date(Date.UTC(parts.year, parts.month - 1, parts.day));
    }
    day(moment) {
      const isThisYear = this.date(moment).getUTCFullYear() === this.date(new Date()).getUTCFullYear();
      return `${this.weekdays.format(moment)}, ${(isThisYear ? this.days : this.years).format(moment)}`;
    }
    time(moment) {
      const said = this.times.format(moment);
      const half = said.match(/^12:00\s?([AP])M$/)?.[1];
      if (half) return half === "P" ? WORDS.noon : WORDS.midnight;
      return said.replace(/(:00)?\s?([AP])M$/, (_, sharp, letter) => ` ${letter.toLowerCase()}m`);
    }
    moment = (at) => fill(WORDS.moment, { day: this.day(at), clock: this.time(at) });
    hours(start, end) {
      const days = (this.date(new Date(end - 1)) - this.date(start)) / 86_400_000;
      const until = days > 1 ? this.moment(end) : this.time(end);
      const words = days > 1 ? WORDS.until : days === 1 ? WORDS.hoursOvernight : WORDS.hours;
      return `${this.day(start)}, ${fill(words, { start: this.start(start, days ? null : end), end: until })}`;
    }
    // "12" of "12–1:15 pm": as on our own pages, "am" or "pm" is said once where both ends share it.
    start(start, end) {
      const half = (moment) => moment && this.times.format(moment).match(/[AP]M$/)?.[0];
      const isShared = half(start) && half(start) === half(end) && this.time(start) !== WORDS.midnight;
      return isShared ? this.times.format(start).replace(/(:00)?\s?[AP]M$/, "") : this.time(start);
    }
  }

  function read({ url, language, _seminars: told }, feedLanguage) {
    const clock = new Clock(told.zone, feedLanguage);
    const [start, end, now] = [new Date(told.start), new Date(told.end), new Date()];
    const isOff = CALLED_OFF.includes(told.state);
    const isAhead = isOff ? clock.date(new Date(end - 1)) >= clock.date(now) : end > now;
    const isHappening = !isOff && start <= now && now < end;
    const isMoved = !isOff && told.moved_at && now - new Date(told.moved_at) < MOVED_SHOWN_FOR;
    return { ...told, url, language, clock, start, end, isOff, isAhead, isHappening, isMoved };
  }

  const badges = (talk) => [
    talk.isOff && WORDS[talk.state],
    talk.isHappening && WORDS.happening,
    talk.state === "tentative" && WORDS.tentative,
    talk.isMoved && WORDS.moved,
    !talk.isOff && talk.is_online_only && WORDS.onlineOnly,
  ].filter(Boolean);

  function place({ room, mode }) {
    if (!room) return mode === "online" ? WORDS.online : WORDS.noPlace;
    const name = [room.building, room.name].filter(Boolean).join(", ");
    const formerly = room.former_name && fill(WORDS.formerly, { name: room.former_name });
    return [name, formerly, mode === "hybrid" && WORDS.andOnline].filter(Boolean).join(" ");
  }

  function heading(talk, level) {
    const names = talk.speakers.map((person) => person.name).join(", ");
    const text = link(talk.title || names || WORDS.nothing, talk.url);
    if (talk.title && talk.language) text.lang = talk.language;
    const title = make(`h${level}`, "", "title");
    const struck = talk.state === "cancelled" ? title.appendChild(make("s")) : title;
    struck.append(text);
    return title;
  }

  function people({ speakers, title }) {
    if (!speakers.length) return typed("p", WORDS.noSpeaker, "who missing");
    const named = ({ name, affiliation }) => (title ? `${name}${affiliation ? ` (${affiliation})` : ""}` : affiliation);
    return typed("p", speakers.map(named).filter(Boolean).join(", "), "who");
  }

  function entry(talk, level) {
    const item = make("li");
    const when = make("p", "", "when");
    const time = make("time", talk.clock.hours(talk.start, talk.end));
    time.dateTime = talk.start.toISOString();
    when.append(time, ...badges(talk).flatMap((word) => [" ", make("span", word, "badge")]));
    item.append(when, heading(talk, level), people(talk));
    if (!talk.title && talk.speakers.length) item.append(make("p", WORDS.noTitle, "missing"));
    const series = talk.series.map((one) => one.short_name).join(" + ");
    item.append(typed("p", talk.isOff ? series : `${series} · ${place(talk)}`, "where"));
    if (talk.isMoved) item.append(make("p", fill(WORDS.previously, { when: talk.clock.moment(new Date(talk.moved_from)) }), "previously"));
    if (talk.notice) item.append(typed("p", talk.notice, "notice"));
    if (talk.isHappening && talk.join) item.append(make("p")), item.lastChild.append(Object.assign(link(WORDS.join, talk.join.address), { className: "join" }));
    return item;
  }

  class SeminarList extends HTMLElement {
    static observedAttributes = [...FILTERS, "limit", "heading-level"];
    #asked = 0;

    connectedCallback() {
      if (!this.shadowRoot) {
        const sheet = new CSSStyleSheet(); // a policy against inline styles does not concern it
        sheet.replaceSync(STYLE);
        this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
        this.shadowRoot.append(make("slot"));
      }
      this.#show();
    }

    attributeChangedCallback() {
      if (this.shadowRoot) this.#show();
    }

    #number(name, most, usual) {
      const asked = Number.parseInt(this.getAttribute(name), 10);
      return asked >= 1 && asked <= most ? asked : usual;
    }

    async #show() {
      const turn = ++this.#asked;
      await null; // several attributes that change at once ask once
      if (turn !== this.#asked) return;
      const address = new URL("feed.json", home);
      for (const name of FILTERS)
        for (const slug of (this.getAttribute(name) ?? "").split(/\s+/).filter(Boolean)) address.searchParams.append(name, slug);
      address.searchParams.append("upcoming", "");
      address.searchParams.append("limit", this.#number("limit", 50, 10));
      try {
        const answer = await fetch(address, { credentials: "omit" });
        if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
        const feed = await answer.json();
        if (turn === this.#asked) this.shadowRoot.replaceChildren(...this.#list(feed));
      } catch (error) {
        console.warn("seminar-list:", error.message);
      }
    }

    #list({ items, language, _seminars: told }) {
      const talks = items.map((item) => read(item, language)).filter((talk) => talk.isAhead);
      const list = make("ul");
      list.setAttribute("role", "list");
      list.append(...talks.map((talk) => entry(talk, this.#number("heading-level", 6, 3))));
      const warning = told.is_example ? [make("p", WORDS.example, "notice")] : [];
      return [...warning, talks.length ? list : make("p", WORDS.empty, "empty")];
    }
  }

  if (!customElements.get("seminar-list")) customElements.define("seminar-list", SeminarList);
})();
