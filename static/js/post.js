// Asks the API for an action on all that match. Such a question is not kept for later: what
// matches may be something else by then.

const LOST = "The server cannot be reached. Nothing is known to be changed; try again.";
let last = { text: "", key: "" }; // asked for again with its key, it is done once

// Resolves to {answer} or {problem: sentence}; never rejects.
export async function post(body) {
  const form = document.querySelector("form[data-actions]");
  const text = JSON.stringify(body);
  if (last.text !== text) last = { text, key: key() };
  try {
    const response = await fetch(`${form.dataset.api}bulk/`, {
      method: "POST",
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "Idempotency-Key": last.key,
        "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
      },
      body: text,
    });
    const answer = await response.json().catch(() => null);
    last = { text: "", key: "" };
    return response.ok && answer ? { answer } : { problem: sentence(response, answer) };
  } catch {
    return { problem: LOST };
  }
}

function sentence({ status }, answer) {
  if (status === 401) return "You are signed out. Sign in again, then repeat this.";
  return `Nothing was changed. ${answer?.detail ?? `The server answered ${status}.`}`;
}

function key() {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
