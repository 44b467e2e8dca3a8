// Shows how Markdown and TeX will look as one types; the server typesets it, as it does for visitors.

const PAUSE = 500; // milliseconds without a key

function follow(shown) {
  const typed = document.getElementById(shown.dataset.preview);
  if (!typed) return;
  let timer;
  let asked = 0;

  async function show() {
    const number = ++asked;
    shown.hidden = !typed.value.trim();
    if (shown.hidden) return;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", typed.form.elements.csrfmiddlewaretoken?.value ?? "");
    body.set("language", typed.form.elements.language?.value ?? "");
    body.set("_text", "source");
    body.set("_part", "yes");
    body.set("source", typed.value);
    try {
      const answer = await fetch(shown.dataset.address, { method: "POST", body, redirect: "error" });
      if (answer.ok && number === asked) shown.innerHTML = await answer.text();
    } catch {
      shown.hidden = true; // offline, or signed out: saving will say so
    }
  }

  typed.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  });
  show();
}

for (const shown of document.querySelectorAll("[data-preview]")) follow(shown);
