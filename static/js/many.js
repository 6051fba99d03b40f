// One action on many tasks: asks, sends it once, and tells what came of it.

import { tellWhenHeld } from "./actions.js";
import { follow } from "./followed.js";
import { counted } from "./lib/words.js";
import { toast } from "./notices.js";
import { outbox, tellOf } from "./outbox.js";
import { post } from "./post.js";
import { ask, questionOf } from "./question.js";

const UNASKED =
  "Nothing was changed: the server cannot be reached, or you are signed out. Try again.";

// `list` is the live list, `button` the verb of its bar that was pressed.
export async function carryOutMany(list, button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  const { all, ids } = list.ticks;
  if (!all.checked && !ids.length) return toast("Tick some rows first.", "error");
  if (all.checked) await askOfAll(list, button);
  else await askOfTicked(list, button, ids);
}

async function askOfAll(list, button) {
  const { value: verb, form, dataset } = button;
  const question = await questionOf(form, verb);
  if (!question) return toast(UNASKED, "error");
  if (!(await ask(question))) return;
  const filter = list.filter.of(dataset.applies.split(" "));
  button.setAttribute("aria-busy", "true");
  const { answer, problem } = await post({ action: verb, filter });
  button.removeAttribute("aria-busy");
  if (problem) return toast(problem, "error");
  letGo(list);
  follow(answer, { label: question.yes });
}

// Which tasks are meant is settled: what cannot be sent waits like any other action.
async function askOfTicked(list, button, ids) {
  const verb = button.value;
  if (!(await ask(question(button, counted(ids.length, "task"))))) return;
  let isFree = false;
  const free = () => {
    if (!isFree) letGo(list); // rows that are ticked later are another matter
    isFree = true;
  };
  const waiting = tellWhenHeld((held) => held.ids === ids, free);
  const { outcomes, problem } = await outbox.actOnSeveral(ids, verb);
  waiting.end();
  if (outcomes) {
    free();
    tellOf(verb, outcomes);
  } else if (problem.code !== "withdrawn") {
    toast(`Nothing was changed. ${problem.detail}`, "error");
  }
}

// The bar goes with the last tick, and its focus to the rows.
function letGo(list) {
  const hadFocus = list.ticks.bar.contains(document.activeElement);
  list.ticks.set(false);
  if (hadFocus) list.querySelector(".frame").focus({ preventScroll: true });
}

function question(button, words) {
  const { label, consequence } = button.dataset;
  const go = `${label} ${words}`;
  return { title: `${go}?`, text: consequence, yes: go, grave: button.value === "delete" };
}
