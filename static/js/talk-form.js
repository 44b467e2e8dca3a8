// The form of a talk: opens the folded part that an address names, takes typed names, moves people up and down.

const named = location.hash && document.getElementById(location.hash.slice(1));
if (named) {
  for (let part = named.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  named.scrollIntoView();
}

// A typed name is offered below the people who are known, so that Enter chooses one of them if there is any.
const select2 = window.django?.jQuery?.fn.select2;
select2?.defaults.set("insertTag", (found, typed) => found.push(typed));

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
