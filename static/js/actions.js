// Buttons ask the API instead of posting their form: the page stays where it is.

import { feed } from "./feed.js";
import { toast } from "./notices.js";
import { done, outcome, refusal } from "./words.js";

// `act` is what the pressed button says: `VERB:ID`, or `VERB` for all that is ticked.
export async function carryOut(form, button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  const [verb, id] = button.value.split(":");
  const ids = id ? [id] : ticked(form);
  if (!ids.length) return toast("Tick some rows first.", "error");
  button.setAttribute("aria-busy", "true");
  let accepted = 0;
  for (const each of ids) {
    const answer = await ask(form, verb, each);
    if (answer.task) {
      accepted += 1;
      feed.offer(answer.task);
      if (id) toast(outcome(verb, answer.task));
    } else {
      toast(answer.words, "error");
      if (answer.stop) break;
    }
  }
  button.removeAttribute("aria-busy");
  if (!id && accepted) toast(done(verb, accepted));
}

// Returns {task}, or {words} with `stop` when asking for more makes no sense.
async function ask(form, verb, id) {
  const title = titleOf(id);
  let response;
  try {
    response = await fetch(`${form.dataset.api}${id}/${verb}/`, {
      method: "POST",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "Idempotency-Key": key(),
        "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
      },
      body: "{}",
    });
  } catch {
    const words = "The server cannot be reached, so nothing was changed. Try again.";
    return { words, stop: true };
  }
  const body = await json(response);
  if (response.ok && body) return { task: body };
  if (response.status === 409 && body?.current_status) {
    return { words: refusal(verb, title, body.current_status) };
  }
  if (response.status === 401) {
    return { words: "You are signed out. Sign in again, then repeat this.", stop: true };
  }
  const words = body?.detail ?? `The server answered ${response.status}.`;
  return { words: `“${title}”: ${words}` };
}

// An ended session may answer with a page instead.
async function json(response) {
  const type = response.headers.get("Content-Type") ?? "";
  return type.includes("json") ? response.json() : null;
}

function ticked(form) {
  return [...form.querySelectorAll("input[name=id]:checked")].map((box) => box.value);
}

function titleOf(id) {
  const shown = document.querySelector(`[data-id="${CSS.escape(id)}"] [data-title]`);
  return shown?.textContent ?? "The task";
}

// `crypto.randomUUID` exists on secure pages only.
function key() {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
