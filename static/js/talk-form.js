// The form of a talk: opens the folded part that an address names, takes typed names, moves people up and down.

const named = location.hash && document.getElementById(location.hash.slice(1));
if (named) {
  for (let part = named.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  named.scrollIntoView();
}

// A typed name is offered below the people who are known, so that Enter chooses one of them if there is any.
const select2 = window.django?.jQuery?.fn.select2;
select2?.defaults.set("insertTag", (found, typed) => found.push(typed));

// --- who has spoken before ---

const A_YEAR = 365 * 24 * 60 * 60 * 1000; // milliseconds

/** A person in the list of a box, with what the site knows of their talks. */
function withTalks(found) {
  if (!found.beside) return found.text;
  const beside = document.createElement("span");
  Object.assign(beside, { className: "beside-name", dir: "auto", textContent: found.beside });
  const whole = document.createElement("span");
  whole.append(found.name, beside);
  return whole;
}
select2?.defaults.set("templateResult", withTalks);

/** The day of the talk, as far as its box has it in numbers; otherwise today. */
function dayOfTalk() {
  const typed = Date.parse(document.getElementById("id_starts_at_0")?.value);
  return Number.isNaN(typed) ? Date.now() : typed;
}

/** Says below a chosen person which of their talks are within a year of this one. */
function warn(row, chosen) {
  row.querySelector(".spoke")?.remove();
  const here = location.pathname.match(/\/(\d+)\/change\//)?.[1];
  const near = (chosen.near ?? []).filter(
    ({ talk, day }) => String(talk) !== here && Math.abs(Date.parse(day) - dayOfTalk()) < A_YEAR,
  );
  if (!near.length) return;
  const told = document.createElement("p");
  Object.assign(told, { className: "spoke", textContent: near.map(({ sentence }) => sentence).join(" ") });
  told.setAttribute("role", "status");
  row.querySelector(".on-one-line").after(told);
}

if (select2)
  window.django.jQuery(document).on("select2:select select2:clear", ".people .name select", (event) => {
    warn(event.target.closest(".person"), event.params?.data ?? {});
  });

// --- the order of people ---

const people = document.querySelector(".people");
const rows = () => [...people.querySelectorAll(".person:not(.empty-form)")];

function number() {
  rows().forEach((row, place) => (row.querySelector(".order input").value = place));
}

function move(row, by) {
  const all = rows();
  const other = all[all.indexOf(row) + by];
  if (!other) return;
  if (by < 0) other.before(row);
  else other.after(row);
  number();
}

function addButtons(row) {
  if (row.querySelector(".moves")) return;
  const place = document.createElement("span");
  place.className = "moves";
  for (const [sign, words, by] of [["↑", people.dataset.up, -1], ["↓", people.dataset.down, 1]]) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "button", textContent: sign, title: words });
    button.setAttribute("aria-label", words);
    button.addEventListener("click", () => {
      move(row, by);
      button.focus();
    });
    place.append(button, " ");
  }
  row.querySelector(".of-person").prepend(place);
}

if (people?.dataset.up) {
  rows().forEach(addButtons);
  document.addEventListener("formset:added", (event) => {
    if (!event.target.closest(".people")) return;
    addButtons(event.target);
    number();
  });
}
