// Keeps what a speaker types, a moment after the last key and when the page is left, so that no closed tab loses it.

const PAUSE = 2000; // milliseconds without a key
const AGAIN = 15_000; // milliseconds until the next try where the site cannot be reached
const MOST_KEPT_ALIVE = 60_000; // bytes that a browser still sends once the page is gone (Fetch §4.6)

document.body.classList.add("has-script");
const form = document.querySelector(".speaker-form");
const status = form.querySelector(".kept");
let timer;
let isChanged = false;
let isSaving = false;
let isStopped = false;

function say(words, isBad) {
  status.textContent = words;
  status.classList.toggle("is-stop", isBad);
}

function draft() {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  body.set("_draft", "yes");
  return body;
}

async function save() {
  if (!isChanged || isStopped) return;
  if (isSaving) return later(PAUSE); // in turn: each save says which version it follows
  isSaving = true;
  isChanged = false;
  try {
    const body = draft();
    const keepalive = document.visibilityState === "hidden" && body.toString().length < MOST_KEPT_ALIVE;
    const answer = await fetch(form.action, { method: "POST", body, redirect: "error", keepalive });
    const told = await answer.json();
    if (answer.ok) form.elements.version.value = told.version;
    else isStopped = true; // sending the form says what to do
    say(told.said, !answer.ok);
  } catch {
    isChanged = true;
    say(form.dataset.lost, true);
    later(AGAIN);
  } finally {
    isSaving = false;
  }
}

function later(pause) {
  clearTimeout(timer);
  timer = setTimeout(save, pause);
}

form.addEventListener("input", (event) => {
  if (event.target.type === "file") return; // sent with the whole form
  isChanged = true;
  later(PAUSE);
});
form.addEventListener("submit", (event) => {
  clearTimeout(timer);
  if (!isSaving) {
    isStopped = true;
    return;
  }
  event.preventDefault(); // the save under way has a version of its own
  setTimeout(() => form.requestSubmit(event.submitter), 200);
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") save();
});
addEventListener("online", save);
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload(); // what the server has by now
});
