// Buttons ask the API instead of posting their form: the page stays where it is.

import { feed, socket } from "./feed.js";
import { Outbox } from "./lib/outbox.js";
import { done, outcome, refusal } from "./lib/words.js";
import { toast } from "./notices.js";

const form = () => document.querySelector("form[data-actions]");

export const outbox = new Outbox({
  fetch: (url, options) => fetch(url, options),
  url: (id, verb) => `${form().dataset.api}${id}/${verb}/`,
  token: () => form().elements.csrfmiddlewaretoken.value,
  isOnline: () => navigator.onLine,
});

addEventListener("online", () => outbox.wake());
socket.addEventListener("state", () => socket.state === "live" && outbox.wake());
outbox.addEventListener("pending", ({ detail: { id, verb } }) => {
  const shown = shownAs(id);
  if (shown && verb) shown.dataset.pending = verb;
  else if (shown) delete shown.dataset.pending;
});

// `act` is what the pressed button says: `VERB:ID`, or `VERB` for all that is ticked.
export async function carryOut(button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  const [verb, id] = button.value.split(":");
  const ids = id ? [id] : ticked();
  if (!ids.length) return toast("Tick some rows first.", "error");
  button.setAttribute("aria-busy", "true");
  const waiting = tellWhenHeld(ids);
  let accepted = 0;
  for (const each of ids) {
    const { task, problem } = await outbox.act(each, verb, { version: seen(each, verb) });
    if (task) {
      accepted += 1;
      feed.offer(task);
      if (id) toast(outcome(verb, task));
    } else {
      toast(words(verb, titleOf(each), problem), "error");
      if (problem.status === 401 || problem.code === "not_sent") break;
    }
  }
  waiting.end();
  button.removeAttribute("aria-busy");
  if (!id && accepted) toast(done(verb, accepted));
}

// Says once that the server does not answer, for as long as it does not.
function tellWhenHeld(ids) {
  let notice = null;
  const hear = ({ detail }) => {
    if (!ids.includes(detail.id)) return;
    const text = "The server cannot be reached. This is sent as soon as it can be.";
    notice ??= toast(text, "error");
  };
  outbox.addEventListener("held", hear);
  const end = () => {
    outbox.removeEventListener("held", hear);
    notice?.remove();
  };
  return { end };
}

function words(verb, title, problem) {
  if (problem.status === 409 && problem.current_status) {
    return refusal(verb, title, problem.current_status);
  }
  if (problem.status === 401) return "You are signed out. Sign in again, then repeat this.";
  return `“${title}”: ${problem.detail}`;
}

// A retry is of what the person saw: should its answer be lost, it is not done twice.
function seen(id, verb) {
  return verb === "retry" ? Number(shownAs(id)?.dataset.version) || undefined : undefined;
}

function ticked() {
  return [...form().querySelectorAll("input[name=id]:checked")].map((box) => box.value);
}

function shownAs(id) {
  return document.querySelector(`[data-version][data-id="${CSS.escape(id)}"]`);
}

function titleOf(id) {
  return shownAs(id)?.querySelector("[data-title]")?.textContent ?? "The task";
}
