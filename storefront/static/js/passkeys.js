// Forms that a passkey answers: the question is fetched, the browser asks its user, the form is sent.
const able = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON) && window.isSecureContext;

async function signed(form) {
  const answer = await fetch(form.dataset.passkey, { method: "POST", headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) throw new Error("The shop didn't answer as expected. Reload the page and try again.");
  const question = await answer.json();
  const credential = question.user
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(question) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(question) });
  return JSON.stringify(credential);
}

const said = {
  NotAllowedError: "That was cancelled, or took too long. Try again.",
  InvalidStateError: "This device has a passkey for this account already.",
  SecurityError: "Passkeys need an address with a name, and https. This one can't have any.",
};

async function ask(form) {
  const problem = form.querySelector("[data-passkey-problem]");
  const button = form.querySelector("button");
  problem.textContent = "";
  button.disabled = true;
  try {
    form.elements.credential.value = await signed(form);
    form.submit();
  } catch (error) {
    problem.textContent = said[error.name] ?? error.message;
    button.disabled = false;
  }
}

for (const form of able ? document.querySelectorAll("form[data-passkey]") : []) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form);
  });
}
if (able) document.querySelector("[data-passkey-missing]")?.remove();
