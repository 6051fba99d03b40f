// The outbox of this tab: it takes up what an earlier page could not send.

import { feed, socket } from "./feed.js";
import { Kept } from "./lib/kept.js";
import { Outbox } from "./lib/outbox.js";
import { complaint, outcome } from "./lib/words.js";
import { toast } from "./notices.js";
import { outcomes } from "./reasons.js";
import { person, shell } from "./shell.js";

const TOKEN = "#logout-form [name=csrfmiddlewaretoken]";

export const outbox = new Outbox({
  fetch: (url, options) => fetch(url, options),
  url: (id, verb) => `${shell.api}${id ? `${id}/${verb}` : "bulk"}/`,
  token: () => document.querySelector(TOKEN).value,
  isOnline: () => navigator.onLine,
  kept: new Kept("sightline.outbox", { storage: sessionStorage, person }),
});

addEventListener("online", () => outbox.wake());
socket.addEventListener("state", () => socket.state === "live" && outbox.wake());
outbox.addEventListener("barred", () => socket.deny());
outbox.addEventListener("late", ({ detail: { id, verb, title, answer } }) => {
  if (answer.outcomes) {
    tellOf(verb, answer.outcomes);
  } else if (answer.task) {
    feed.offer(answer.task);
    toast(outcome(verb, answer.task), "success", { task: id });
  } else if (answer.problem.code !== "withdrawn") {
    const about = title ?? (id ? "The task" : "Several tasks");
    toast(complaint(verb, about, answer.problem), "error", { task: id });
  }
});

// What came of an action on several tasks.
export function tellOf(verb, told) {
  const { done, text } = outcomes(verb, told);
  toast(text, done === told.length ? "success" : "error");
}

export function takeUp() {
  if (shell) outbox.restore();
}
