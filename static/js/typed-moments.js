// Shows beside a box for a day or a time how the server reads what is typed, and offers the browser's own calendar.
// Without script, the same text is read when the form is sent.

const address = document.querySelector("script[data-address][src*=typed-moments]").dataset.address;

/** Ask the server how it reads the box, and say so under it. */
async function say(box, said) {
  const typed = box.value;
  if (!typed.trim()) {
    said.textContent = "";
    return;
  }
  const body = new FormData();
  body.set("csrfmiddlewaretoken", box.form.elements.csrfmiddlewaretoken.value);
  body.set("kind", box.dataset.typed);
  body.set("near", box.dataset.near ?? "");
  body.set("typed", typed);
  try {
    const answer = await fetch(address, { method: "POST", body, redirect: "error" });
    if (answer.ok && typed === box.value) said.textContent = await answer.text();
  } catch {
    said.textContent = ""; // offline, or signed out: saving will say so
  }
}

/** A button that opens the calendar or the clock of the browser; what is chosen there goes into the box as text. */
function picker(box) {
  const native = document.createElement("input");
  native.type = box.dataset.typed === "day" ? "date" : "time";
  native.tabIndex = -1;
  native.className = "unseen";
  native.setAttribute("aria-hidden", "true");
  const button = document.createElement("button");
  button.type = "button";
  if (box.matches(".schedule *")) button.tabIndex = -1; // there, Tab goes from cell to cell
  button.className = "choose-moment";
  button.dataset.opens = native.type; // which icon it has
  button.setAttribute("aria-label", [box.dataset.choose, nameOf(box)].filter(Boolean).join(": "));
  button.addEventListener("click", () => native.showPicker());
  native.addEventListener("change", () => {
    if (!native.value) return;
    box.value = native.value;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.dispatchEvent(new Event("change", { bubbles: true }));
    box.focus();
  });
  return [button, native];
}

function nameOf(box) {
  return box.getAttribute("aria-label") ?? box.labels?.[0]?.textContent.trim().replace(/:$/, "") ?? "";
}

let turn = Promise.resolve(); // one question after another, however many boxes a paste fills

/** Show beside a box how it is read, whenever it is filled, and offer the calendar or the clock. */
function attend(box) {
  const said = document.createElement("output");
  said.className = "typed-moment";
  said.htmlFor = box.id;
  const around = document.createElement("span");
  around.className = "chosen-moment";
  box.after(around);
  around.append(...("showPicker" in HTMLInputElement.prototype ? picker(box) : []), said);
  for (const event of ["change", "filled"]) box.addEventListener(event, () => (turn = turn.then(() => say(box, said))));
  if (box.value && box.closest(".errors, .errorlist")) say(box, said);
}

const boxesIn = (part) => part.querySelectorAll("input[data-typed]:not(:disabled)");
boxesIn(document).forEach(attend);
document.addEventListener("row:added", (event) => boxesIn(event.target).forEach(attend));
