// The button that prints a poster; without script the hint beside it says how.
const button = document.querySelector("[data-prints]");
button.hidden = false;
button.addEventListener("click", () => window.print());
