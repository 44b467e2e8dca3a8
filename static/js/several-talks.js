// Tick the box of a value as soon as somebody enters one.
for (const row of document.querySelectorAll(".one-of-several")) {
  const box = row.querySelector("[name=chosen]");
  row.addEventListener("input", event => {
    if (event.target !== box) box.checked = true;
  });
}
