// Buttons ask the API instead of posting their form: the page stays where it is.

import { feed } from "./feed.js";
import { complaint, outcome } from "./lib/words.js";
import { toast } from "./notices.js";
import { outbox } from "./outbox.js";

const HELD = {
  network: "The server cannot be reached. This is sent as soon as it can be.",
  "signed out": "You are signed out. This is sent when you have signed in again.",
};

outbox.addEventListener("pending", ({ detail: { id, verb } }) => {
  const shown = shownAs(id);
  if (shown && verb) shown.dataset.pending = verb;
  else if (shown) delete shown.dataset.pending;
});

// The pressed button says `VERB:ID`, or `answer:ID:CHOICE`; what is for many tasks is in `many.js`.
export async function carryOut(button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  const [verb, id, ...rest] = button.value.split(":");
  const title = titleOf(id);
  button.setAttribute("aria-busy", "true");
  const waiting = tellWhenHeld((held) => held.id === id);
  const choice = rest.length ? rest.join(":") : undefined;
  const asked = { version: seen(id, verb), title, choice };
  const { task, problem } = await outbox.act(id, verb, asked);
  if (task) {
    feed.offer(task);
    toast(outcome(verb, task), "success", { task: id });
  } else if (problem.code !== "withdrawn") {
    toast(complaint(verb, title, problem), "error", { task: id });
  }
  waiting.end();
  button.removeAttribute("aria-busy");
}

// Says once that the server does not answer, for as long as it does not; `then` follows.
export function tellWhenHeld(isMeant, then = () => {}) {
  let notice = null;
  const hear = ({ detail }) => {
    if (notice || !isMeant(detail)) return;
    notice = toast(HELD[detail.why], "error");
    then();
  };
  outbox.addEventListener("held", hear);
  const end = () => {
    outbox.removeEventListener("held", hear);
    notice?.remove();
  };
  return { end };
}

// A retry is of what the person saw: should its answer be lost, it is not done twice. An
// answer is to the question they read.
function seen(id, verb) {
  const isOfThis = verb === "retry" || verb === "answer";
  return isOfThis ? Number(shownAs(id)?.dataset.version) || undefined : undefined;
}

function shownAs(id) {
  return document.querySelector(`[data-version][data-id="${CSS.escape(id)}"]`);
}

function titleOf(id) {
  return shownAs(id)?.querySelector("[data-title]")?.textContent ?? "The task";
}
