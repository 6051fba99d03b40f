// What came of an action on many tasks, in one sentence for each reason.

import { FINAL, counted } from "./lib/words.js";

const DONE = {
  cancel: "cancelled, or asked to be",
  pause: "paused, or asked to be",
  resume: "resumed",
  retry: "retried",
  delete: "deleted",
};
const WHY = {
  not_found: "gone",
  task_gone: "gone",
  permission_denied: "not yours to change",
  task_busy: "busy",
  needs_answer: "waiting for an answer",
};

// `told` are the outcomes of the API; returns how many were done, and the words.
export function outcomes(verb, told) {
  const reasons = new Map();
  for (const each of told) add(reasons, verb, each, 1);
  return { done: reasons.get("") ?? 0, text: words(verb, reasons) };
}

// The words for the counts, by outcome, of a task that acted on all that matched.
export function summary(verb, counts) {
  const reasons = new Map();
  for (const [outcome, number] of Object.entries(counts)) {
    add(reasons, verb, { outcome, detail: "" }, number);
  }
  return words(verb, reasons) || "Nothing matched any more.";
}

function add(reasons, verb, told, number) {
  const reason = told.outcome === "done" ? "" : why(verb, told);
  reasons.set(reason, (reasons.get(reason) ?? 0) + number);
}

function words(verb, reasons) {
  const done = reasons.get("");
  const parts = done ? [`${counted(done, "task")} ${DONE[verb]}.`] : [];
  const others = [...reasons].filter(([reason]) => reason);
  for (const [reason, number] of others.sort(([, one], [, other]) => other - one)) {
    parts.push(`${number.toLocaleString("en")} ${number === 1 ? "was" : "were"} ${reason}.`);
  }
  return parts.join(" ");
}

function why(verb, { outcome, detail }) {
  if (outcome !== "illegal_transition") return WHY[outcome] ?? "not to be changed just now";
  const [, status] = /because it is ([a-z ]+)\./.exec(detail) ?? [];
  if (!status) return "in another status by then";
  const known = FINAL.has(status.replaceAll(" ", "_")) || (verb === "pause" && status === "paused");
  return known ? `already ${status}` : status;
}
