// Lets the keyboard scroll a formula or code that is wider than the page (WCAG 2.1.1); the others are no tab stops.

const parts = document.querySelectorAll(":is(.prose, .poster-abstract) :is(math, .tex-display, pre)");

const mark = () => {
  for (const part of parts) {
    if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
  }
};

mark();
addEventListener("resize", mark);
