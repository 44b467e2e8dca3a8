// Applies each choice at once: fetches the page for it and puts its fresh parts in place. The focus stays on the choice.
// Without script, or when fetching fails, the form is sent as any other.

const form = document.querySelector("form.choices");
let asked = 0;

form.addEventListener("change", async () => {
  const turn = ++asked;
  const address = new URL(form.action);
  address.search = new URLSearchParams(new FormData(form));
  address.hash = "";
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (turn !== asked) return;
    for (const part of document.querySelectorAll("[data-fresh]")) {
      part.replaceChildren(...page.getElementById(part.id).childNodes);
    }
    document.title = page.title;
    history.replaceState(null, "", address);
    document.dispatchEvent(new Event("refreshed"));
  } catch {
    if (turn === asked) form.requestSubmit();
  }
});
