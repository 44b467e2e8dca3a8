// Shows how the site will look while somebody edits the department; the server draws it, as it does for visitors.

const PAUSE = 300; // milliseconds without a change
const FIELDS = ["name", "tagline", "notice", "accent", "masthead", "typeface"];

const frames = document.querySelectorAll("[data-looks]");
const form = frames[0]?.closest("form");
let timer;

function show() {
  const typed = new FormData(form);
  for (const frame of frames) {
    const address = new URL(frame.src);
    address.search = new URLSearchParams({ theme: frame.dataset.looks });
    for (const name of FIELDS) address.searchParams.set(name, typed.get(name) ?? "");
    frame.contentWindow.location.replace(address); // which adds no step to the history
  }
}

form?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(show, PAUSE);
});
