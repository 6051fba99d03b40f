// One action on many tasks: asks, sends it once, and tells what came of it.

import { follow } from "./followed.js";
import { counted } from "./lib/words.js";
import { toast } from "./notices.js";
import { post } from "./post.js";
import { ask } from "./question.js";
import { outcomes } from "./reasons.js";

// `list` is the live list, `button` the verb of its bar that was pressed.
export async function carryOutMany(list, button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  const { all, ids } = list.ticks;
  const verb = button.value;
  if (!all.checked && !ids.length) return toast("Tick some rows first.", "error");
  const asked = all.checked ? ofAll(list, button) : ofTicked(ids, button);
  if (!(await ask(asked.question))) return;
  button.setAttribute("aria-busy", "true");
  const { answer, problem } = await post({ action: verb, ...asked.body });
  button.removeAttribute("aria-busy");
  if (problem) return toast(problem, "error");
  list.ticks.set(false);
  list.querySelector(".frame").focus({ preventScroll: true }); // the bar that had it is gone
  if (answer.outcomes) tell(verb, answer.outcomes);
  else follow(answer, { label: asked.label });
}

function ofTicked(ids, button) {
  return { question: question(button, counted(ids.length, "task")), body: { ids } };
}

// Of all that match only those are asked for which this can be done.
function ofAll(list, button) {
  const filter = list.filter.of(button.dataset.applies.split(" "));
  const { number, exact } = list.pills.sum(filter.status);
  const spared = list.pills.total.number - number;
  const words = `${exact ? "" : "at least "}${counted(number, "task")}`;
  const asked = question(button, words);
  if (!number) asked.yes = "";
  if (spared > 0) asked.text += " Others that match stay as they are: their status does not allow it.";
  if (!number) asked.text = "None of the tasks is in a status that allows this.";
  return { question: asked, body: { filter }, label: `${button.dataset.label} ${words}` };
}

function question(button, words) {
  const { label, consequence } = button.dataset;
  const go = `${label} ${words}`;
  return { title: `${go}?`, text: consequence, yes: go, grave: button.value === "delete" };
}

function tell(verb, told) {
  const { done, text } = outcomes(verb, told);
  toast(text, done === told.length ? "success" : "error");
}
