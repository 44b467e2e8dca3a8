// Copies a field or other text at the press of a button; without script the text is there to be selected.

function prepare(button) {
  const field = document.getElementById(button.dataset.copies);
  const status = button.parentElement.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (field.select) field.select();
    else getSelection().selectAllChildren(field);
    try {
      await navigator.clipboard.writeText(field.value ?? field.textContent);
    } catch {
      // Clipboards open for https only; on plain http the old way is the only one.
      document.execCommand("copy");
    }
    status.textContent = button.dataset.done;
    button.textContent = button.dataset.done;
  });
}

const prepareAll = () => document.querySelectorAll("button[data-copies][hidden]").forEach(prepare);

prepareAll();
document.addEventListener("refreshed", prepareAll); // another script has put parts of the page in place
