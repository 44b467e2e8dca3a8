// Proposes names of known people while somebody types: `data-known-names` of a field is the address that answers
// `?…&term=…` with {results: [{name, beside}]}. Without script, the field takes any words.

const WAIT = 150; // milliseconds after the last key

for (const field of document.querySelectorAll("[data-known-names]")) {
  const names = document.createElement("datalist");
  names.id = `${field.id}-names`;
  field.after(names);
  field.setAttribute("list", names.id);
  let timer;
  let question;

  async function ask() {
    question?.abort();
    question = new AbortController();
    const address = `${field.dataset.knownNames}&term=${encodeURIComponent(field.value)}`;
    try {
      const answer = await fetch(address, { signal: question.signal });
      if (!answer.ok) return;
      const { results } = await answer.json();
      names.replaceChildren(...results.map(({ name, beside }) => new Option(beside, name)));
    } catch {
      // The next key asks again.
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    if (field.value.trim().length > 1) timer = setTimeout(ask, WAIT);
  });
}
