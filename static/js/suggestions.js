// Suggests what a search finds while somebody types: an editable combobox with a listbox, as the ARIA Authoring
// Practices Guide has it. `data-suggestions` of a field is the address that answers `?q=…` with
// {told, groups: [{title, rows: [{name, beside, address}]}]}. Enter without a chosen suggestion searches, as it does
// without script.

const WAIT = 150; // milliseconds after the last key

function element(name, attributes, ...content) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...content);
  return made;
}

/** A group of the list: its title, and an option for each row. */
function groupOf({ title, rows }, id) {
  const head = element("li", { id: `${id}-title`, role: "presentation", class: "suggestions-title" }, title);
  const options = rows.map(({ name, beside, address }, place) => {
    const option = element("li", { id: `${id}-${place}`, role: "option", "aria-selected": "false" });
    option.append(element("span", { dir: "auto" }, name));
    if (beside) option.append(" ", element("span", { dir: "auto", class: "quiet" }, beside));
    option.dataset.address = address;
    return option;
  });
  return element("ul", { role: "group", "aria-labelledby": head.id }, head, ...options);
}

class Suggestions {
  constructor(field) {
    this.field = field;
    this.list = element("div", { id: `${field.id}-list`, role: "listbox", "aria-label": field.labels[0].textContent });
    this.list.className = "suggestions";
    this.list.hidden = true;
    this.told = element("output", { class: "unseen" });
    const combobox = { role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id };
    for (const [name, value] of Object.entries({ ...combobox, "aria-autocomplete": "list", autocomplete: "off" }))
      field.setAttribute(name, value);
    field.form.append(this.list, this.told);
    field.addEventListener("input", () => this.ask());
    field.addEventListener("keydown", (event) => this.press(event));
    field.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", (event) => this.open(event.target.closest("[role=option]")));
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  get chosen() {
    return this.list.querySelector("[aria-selected=true]");
  }

  ask() {
    clearTimeout(this.timer);
    this.question?.abort();
    if (!this.field.value.trim()) this.close();
    else this.timer = setTimeout(() => this.fetch(this.field.value), WAIT);
  }

  async fetch(typed) {
    this.question = new AbortController();
    try {
      const address = `${this.field.dataset.suggestions}?${new URLSearchParams({ q: typed })}`;
      const answer = await fetch(address, { signal: this.question.signal, redirect: "error" });
      if (answer.ok) this.show(await answer.json());
    } catch {
      this.close(); // offline, signed out, or another letter was typed: Enter searches all the same
    }
  }

  show({ told, groups }) {
    if (document.activeElement !== this.field) return;
    this.list.replaceChildren(...groups.map((group, place) => groupOf(group, `${this.list.id}-${place}`)));
    this.told.textContent = told;
    this.choose(null);
    this.list.hidden = !groups.length;
    this.field.setAttribute("aria-expanded", String(!this.list.hidden));
  }

  close() {
    clearTimeout(this.timer);
    this.question?.abort();
    this.choose(null);
    this.list.hidden = true;
    this.told.textContent = "";
    this.field.setAttribute("aria-expanded", "false");
  }

  choose(option) {
    this.chosen?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.field.setAttribute("aria-activedescendant", option.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  open(option) {
    if (option) location.assign(option.dataset.address);
  }

  press(event) {
    if (event.isComposing || this.list.hidden) return;
    const { options, chosen } = this;
    const ends = { ArrowDown: options[0], ArrowUp: options.at(-1) };
    if (event.key in ends) {
      const next = options[options.indexOf(chosen) + (event.key === "ArrowDown" ? 1 : -1)];
      this.choose(chosen && next ? next : ends[event.key]);
    } else if (event.key === "Enter" && chosen) this.open(chosen);
    else if (event.key === "Escape") this.close();
    else {
      if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) this.choose(null); // back to the text
      return;
    }
    event.preventDefault();
  }
}

for (const field of document.querySelectorAll("input[data-suggestions]")) new Suggestions(field);
