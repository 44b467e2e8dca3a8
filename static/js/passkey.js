// Makes or uses a passkey at the press of a button (WebAuthn, W3C, level 3) and sends the form with what the browser
// answers. Where browsers do not know passkeys, the button stays hidden: a code does the same.

const SAID = { InvalidStateError: "known", SecurityError: "elsewhere" }; // of anything else: "failed"

function ask(options) {
  return options.user
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

function prepare(button) {
  const status = button.parentElement.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async (event) => {
    event.preventDefault(); // the form waits for the answer
    status.textContent = "";
    if (!button.form.reportValidity()) return;
    try {
      const answer = await ask(JSON.parse(button.dataset.passkey));
      button.form.elements.passkey.value = JSON.stringify(answer);
      button.form.submit();
    } catch (error) {
      status.textContent = button.dataset[SAID[error.name] ?? "failed"];
    }
  });
}

if (window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
  for (const part of document.querySelectorAll("[data-needs-passkeys]")) part.hidden = false;
  document.querySelectorAll("button[data-passkey]").forEach(prepare);
}
