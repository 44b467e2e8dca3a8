// Moves to the search field of the desk with Ctrl+K or ⌘K.
// Names what Django's scripts leave nameless to a screen reader: boxes that search as one types, empty table heads.
// Keeps the identity of a new talk for those who go back to its form, so that saving again makes no second talk.

function nameSearchBoxes(root) {
  for (const select of root.querySelectorAll("select.admin-autocomplete")) {
    const name = select.labels?.[0]?.textContent.trim().replace(/:$/, "") || select.getAttribute("aria-label");
    const box = select.parentElement.querySelector(".select2-selection");
    if (!name || !box) continue;
    box.setAttribute("aria-label", name);
    const shown = box.querySelector("[role=textbox]");
    if (shown) shown.setAttribute("aria-label", name);
  }
}

for (const head of document.querySelectorAll("th.original:empty")) head.replaceWith(document.createElement("td"));

// The desk speaks the department's time, so Django need not say how far its clock is from the browser's.
if (window.DateTimeShortcuts) window.DateTimeShortcuts.addTimezoneWarning = () => {};

// Queued behind Django's own, which makes the boxes.
window.django?.jQuery?.(() => nameSearchBoxes(document));
document.addEventListener("formset:added", (event) => setTimeout(() => nameSearchBoxes(event.target), 0));

// Going back asks for the form anew, with another identity; the entry of the history still has the first one.
const identity = document.querySelector("#talk_form input[name=uid]");
if (identity && history.state?.uid) identity.value = history.state.uid;
else if (identity) history.replaceState({ ...history.state, uid: identity.value }, "");

// A single key would be pressed by mistake, above all by people who speak to their computer (WCAG 2.1.4).
document.addEventListener("keydown", (event) => {
  const field = document.querySelector("#desk-search");
  if (!field || event.key.toLowerCase() !== "k" || event.ctrlKey === event.metaKey || event.altKey || event.shiftKey) return;
  event.preventDefault();
  field.focus();
  field.select();
});
