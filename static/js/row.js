// Writes what changed about a task into nodes that are there already.
//
// Nothing is replaced: focus, ticks, an open menu and a selection of text all stay.

import { duration } from "./durations.js";
import { badge, line, measure } from "./lib/words.js";

const CLICK_MS = 50; // after a button of the pointer went up comes the click

// `row` is whatever shows one task: a row of the list or the head of its page.
export function patch(row, task) {
  const before = row.dataset.status;
  row.dataset.version = task.version;
  write(row, "badge", badge(task));
  write(row, "line", line(task));
  write(row, "measure", measure(task));
  write(row, "attempt", task.attempt);
  pin(row, task.kept);
  time(row, duration(task));
  moveBar(row.querySelector("progress"), task);
  if (task.actions) offer(row, task.actions);
  if (task.status === before) return;
  row.dataset.status = task.status;
  setIcon(row.querySelector("[data-badge] use"), task.status);
  flash(row);
}

// The same from a row the server rendered, if it is newer.
export function copy(row, fresh) {
  if (Number(fresh.dataset.version) <= Number(row.dataset.version)) return;
  row.dataset.version = fresh.dataset.version;
  row.dataset.status = fresh.dataset.status;
  for (const field of fresh.querySelectorAll("[data-field]")) {
    write(row, field.dataset.field, field.textContent);
  }
  pin(row, !fresh.querySelector("[data-pin]")?.hidden);
  const { since = "" } = fresh.querySelector(".c-duration").dataset;
  time(row, { words: fresh.querySelector(".c-duration").textContent, since });
  const [bar, other] = [row, fresh].map((each) => each.querySelector("progress"));
  if (other.hasAttribute("value")) bar.value = other.value;
  else bar.removeAttribute("value");
  setIcon(row.querySelector("[data-badge] use"), fresh.dataset.status);
  const shown = [...fresh.querySelectorAll("[data-verb]:not([hidden])")];
  offer(
    row,
    shown.map((button) => button.dataset.verb),
  );
}

export function write(row, field, value) {
  const node = row.querySelector(`[data-field="${field}"]`);
  const text = String(value);
  if (!node || node.textContent === text) return;
  node.textContent = text;
  if (node.hasAttribute("title")) node.title = text;
}

function pin(row, kept) {
  const mark = row.querySelector("[data-pin]");
  if (mark) mark.hidden = !kept;
}

function time(row, { words, since }) {
  const place = row.querySelector(".c-duration");
  if (!place) return;
  write(row, "duration", words);
  if (since) place.dataset.since = since;
  else delete place.dataset.since;
}

function moveBar(bar, task) {
  if (!bar) return;
  const { percent } = task.progress;
  if (percent === null && task.status === "processing") bar.removeAttribute("value");
  else if (bar.getAttribute("value") !== String(percent ?? 0)) bar.value = percent ?? 0;
}

// Shows the buttons of `verbs`. One that has the focus and became illegal stays until
// the focus leaves it: a focus that falls to the page is lost.
function offer(row, verbs) {
  for (const button of row.querySelectorAll("[data-verb]")) {
    const legal = verbs.includes(button.dataset.verb);
    const stays = !legal && button === document.activeElement;
    if (stays && !button.hasAttribute("aria-disabled")) {
      button.setAttribute("aria-disabled", "true");
      button.addEventListener("blur", () => settleSoon(button), { once: true });
    }
    if (legal) button.removeAttribute("aria-disabled");
    if (!stays) button.hidden = !legal;
  }
}

// The press that took the focus ends first: what it is about to click must not move.
function settleSoon(button) {
  if (!document.querySelector(":active")) return settle(button);
  const end = () => setTimeout(() => settle(button), CLICK_MS);
  for (const name of ["pointerup", "pointercancel"]) {
    addEventListener(name, end, { once: true });
  }
}

function settle(button) {
  if (!button.hasAttribute("aria-disabled")) return; // legal again meanwhile
  button.removeAttribute("aria-disabled");
  button.hidden = true;
}

function setIcon(use, name) {
  if (!use) return;
  const [file] = use.getAttribute("href").split("#");
  use.setAttribute("href", `${file}#${name}`);
}

function flash(row) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  row.animate([{ backgroundColor: "var(--selected-row)" }, {}], 1_000);
}
