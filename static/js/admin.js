// Names what Django's scripts leave nameless to a screen reader: boxes that search as one types, empty table heads.

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

// Queued behind Django's own, which makes the boxes.
window.django?.jQuery?.(() => nameSearchBoxes(document));
document.addEventListener("formset:added", (event) => setTimeout(() => nameSearchBoxes(event.target), 0));
