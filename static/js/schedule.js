// Lets Enter walk down a column of the schedule as in a spreadsheet; without script it saves, as in any form.

const form = document.getElementById("schedule");

const cells = (name) => [...form.querySelectorAll(`.cell-${name} input:enabled, .cell-${name} select:enabled`)];

form?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  const column = event.target.closest("td[class^=cell-]")?.className.replace("cell-", "");
  if (!column || column === "state") return;
  event.preventDefault();
  if (event.ctrlKey || event.metaKey) {
    form.requestSubmit(form.querySelector("[name=_save]"));
    return;
  }
  const all = cells(column);
  const next = all[all.indexOf(event.target) + (event.shiftKey ? -1 : 1)];
  next?.focus();
  next?.select?.();
});
