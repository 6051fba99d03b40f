// Buttons ask the API instead of posting their form: the page stays where it is.

import { feed } from "./feed.js";
import { complaint, done, outcome } from "./lib/words.js";
import { toast } from "./notices.js";
import { outbox } from "./outbox.js";

const HELD = {
  network: "The server cannot be reached. This is sent as soon as it can be.",
  "signed out": "You are signed out. This is sent when you have signed in again.",
};
const form = () => document.querySelector("form[data-actions]");

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
    const title = titleOf(each);
    const about = { version: seen(each, verb), title };
    const { task, problem } = await outbox.act(each, verb, about);
    if (task) {
      accepted += 1;
      feed.offer(task);
      if (id) toast(outcome(verb, task), "success", { task: each });
    } else if (problem.code !== "withdrawn") {
      toast(complaint(verb, title, problem), "error", { task: each });
    }
    if (problem?.code === "not_sent") break;
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
    notice ??= toast(HELD[detail.why], "error");
  };
  outbox.addEventListener("held", hear);
  const end = () => {
    outbox.removeEventListener("held", hear);
    notice?.remove();
  };
  return { end };
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
