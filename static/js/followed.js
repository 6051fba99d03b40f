// The task that acts on all that matched: its progress on this page, and its outcome.

import { feed } from "./feed.js";
import { FINAL, measure } from "./lib/words.js";
import { toast } from "./notices.js";
import { summary } from "./reasons.js";

let followed = null; // {id, verb, place}
const part = (name) => followed.place.querySelector(`[data-followed-${name}]`);

// Shows `task` until it has ended and the person closes it.
export function follow(task, { label }) {
  const place = document.querySelector("[data-followed]");
  followed = { id: task.id, verb: label.split(" ")[0].toLowerCase(), place };
  place.hidden = false;
  const link = part("title");
  link.textContent = label;
  link.href = page(task);
  part("close").onclick = () => (place.hidden = true);
  draw(task);
  toast(`${label}: started.`, "success", { task: task.id });
  feed.watch("followed", { tasks: [task.id] });
}

feed.addEventListener("tasks", ({ detail }) => {
  for (const task of detail) draw(task);
});

// The end may have come before the answer that told of the task.
feed.addEventListener("watched", async ({ detail }) => {
  if (detail.name !== "followed" || !followed) return;
  const { api } = document.querySelector("form[data-actions]").dataset;
  const response = await fetch(`${api}${followed.id}/`).catch(() => null);
  if (response?.ok) draw(await response.json());
});

function draw(task) {
  if (task.id !== followed?.id) return; // told of its end meanwhile
  const bar = followed.place.querySelector("progress");
  const { percent } = task.progress;
  if (percent === null && !FINAL.has(task.status)) bar.removeAttribute("value");
  else bar.value = percent ?? 0;
  part("measure").textContent = FINAL.has(task.status) ? task.status_label : measure(task);
  followed.place.dataset.status = task.status;
  if (FINAL.has(task.status)) end(task);
}

function end(task) {
  const { verb, place } = followed;
  followed = null; // told once
  const good = task.status === "completed";
  const text = task.result && !task.error_message ? summary(verb, task.result) : task.error_message;
  place.querySelector("[data-followed-measure]").textContent = text || task.status_label;
  toast(text || `The action was ${task.status_label.toLowerCase()}.`, good ? "success" : "error");
}

function page(task) {
  return `${document.querySelector("form[data-actions]").dataset.pagesOfTasks}${task.id}/change/`;
}
