// Marks a page with formulas once its words are on the screen; on phones the font of formulas waits for that (math.css).

const mark = () => document.documentElement.classList.add("is-shown");

requestAnimationFrame(() => requestAnimationFrame(mark));
