// What <task-progress> shows, inside its shadow root.

import { look } from "./look.js";
import { badge, measure } from "./words.js";

const WAITING = { pending: "Waiting for a worker.", processing: "A worker is on it." };
const MISSING = "This task does not exist, or you may not see it.";
const REMOVED = "This task was deleted. What you see is the last that is known.";
const CONNECTION = {
  reconnecting: "The connection is lost and tried again. This may be out of date.",
  offline: "You are offline. This may be out of date.",
  denied: "You are signed out, or may not follow this task. Sign in and load the page again.",
};

export class Card {
  #parts = {};
  #said = "";

  constructor(root) {
    root.adoptedStyleSheets = [look()];
    root.append(
      this.#part("div", "card", [
        this.#part("div", "row", [this.#part("span", "title"), this.#part("span", "status")]),
        this.#part("div", "bar", [this.#part("div", "fill")]),
        this.#part("div", "row", [this.#part("span", "message"), this.#part("span", "percent")]),
        this.#part("p", "error"),
        this.#part("p", "connection"),
        this.#part("p", "spoken"),
      ]),
    );
    const { card, bar, spoken } = this.#parts;
    card.setAttribute("role", "group");
    bar.setAttribute("role", "progressbar");
    bar.setAttribute("aria-valuemin", "0");
    bar.setAttribute("aria-valuemax", "100");
    spoken.setAttribute("role", "status");
    spoken.setAttribute("aria-live", "polite");
    this.clear();
  }

  // Nothing is known yet.
  clear() {
    this.#said = "";
    this.#write({ title: "Task", status: "Loading", message: "", percent: "" });
    this.#write({ error: "", connection: "" });
    this.#mark("pending", null);
    this.#name("Task");
  }

  show(task) {
    this.#write({
      title: task.title,
      status: badge(task),
      message: task.progress.message || WAITING[task.status] || "",
      percent: measure(task),
      error: task.error_message,
    });
    this.#mark(task.status, task.progress.percent);
    this.#name(task.title);
    this.#say(`${task.title}: ${badge(task)}. ${task.error_message}`.trim());
  }

  miss() {
    this.#write({ status: "Not found", message: MISSING, percent: "", error: "" });
    this.#mark("missing", null);
    this.#say(MISSING);
  }

  remove() {
    this.#write({ status: "Deleted", error: REMOVED });
    this.#mark("removed", null);
    this.#say(REMOVED);
  }

  connect(state) {
    this.#write({ connection: CONNECTION[state] ?? "" });
    if (state === "denied") this.#say(CONNECTION.denied);
  }

  #part(tag, name, children = []) {
    const node = document.createElement(tag);
    node.className = name;
    if (name !== "row") {
      node.setAttribute("part", name);
      this.#parts[name] = node;
    }
    node.append(...children);
    return node;
  }

  #write(texts) {
    for (const [name, text] of Object.entries(texts)) {
      const node = this.#parts[name];
      if (node.textContent !== text) node.textContent = text;
      if (node.localName === "p") node.hidden = !text;
    }
    this.#parts.title.title = this.#parts.title.textContent;
  }

  #mark(status, percent) {
    const { bar, fill, status: word } = this.#parts;
    const unmeasured = status === "processing" && percent === null;
    word.dataset.status = bar.dataset.status = status;
    word.setAttribute("part", `status ${status}`);
    bar.setAttribute("aria-valuetext", `${word.textContent} ${this.#parts.percent.textContent}`.trim());
    bar.toggleAttribute("data-unmeasured", unmeasured);
    bar.hidden = status === "missing" || status === "removed";
    fill.style.width = `${percent ?? 0}%`;
    if (unmeasured) bar.removeAttribute("aria-valuenow");
    else bar.setAttribute("aria-valuenow", String(percent ?? 0));
  }

  #name(title) {
    this.#parts.card.setAttribute("aria-label", title);
    this.#parts.bar.setAttribute("aria-label", `Progress of ${title}`);
  }

  // The first word about a task is on the page already; what changes is said.
  #say(words) {
    if (this.#said && this.#said !== words) this.#parts.spoken.textContent = words;
    this.#said = words;
  }
}
