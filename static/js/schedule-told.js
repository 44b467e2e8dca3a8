// The panel below the schedule that says what a paste, a fill or an undo did.

const MOST_TOLD = 20; // values of one kind that are listed; all of them are counted

const status = document.querySelector("#pasted [role=status]");

function list(values) {
  const whole = document.createElement("ul");
  const shown = values.length > MOST_TOLD ? [...values.slice(0, MOST_TOLD), "…"] : values;
  whole.append(...shown.map((value) => Object.assign(document.createElement("li"), { textContent: value })));
  return whole;
}

/** Show sentences. Each is a name in the data attributes of the region, and a number or the values to list. */
export function tell(sentences) {
  const parts = sentences.flatMap(([name, values, others]) => {
    const sentence = document.createElement("p");
    const words = status.dataset[name].replace("{number}", values.length ?? values).replace("{others}", others);
    sentence.textContent = words;
    return Array.isArray(values) ? [sentence, list(values)] : [sentence];
  });
  status.replaceChildren(...parts);
}
