// The page of one task: its head is patched, its story is fetched when it grew.

import { carryOut } from "./actions.js";
import { feed } from "./feed.js";
import { fragment } from "./fragment.js";
import { Fresh } from "./fresh.js";
import { FINAL } from "./lib/words.js";
import { count } from "./notices.js";
import { patch } from "./row.js";

const STORY_MS = 1_000; // the shortest time between two fetches

class LiveTask extends HTMLElement {
  #leaving = null;
  #timer = 0;
  #seen = "";
  #story = new Fresh(() => fragment("story"));

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const { id, version } = this.dataset;
    const on = (target, name, work) => target.addEventListener(name, work, { signal });
    on(feed, "tasks", (event) => {
      for (const task of event.detail) if (task.id === id) this.#draw(task);
    });
    on(feed, "watched", ({ detail }) => {
      if (detail.missing.includes(id)) this.#gone();
      this.dataset.watching = detail.name;
    });
    on(feed, "removed", (event) => event.detail.includes(id) && this.#gone());
    on(feed, "back", (event) => event.detail.whole || this.#fetchSoon());
    on(this, "submit", (event) => {
      event.preventDefault();
      carryOut(event.submitter);
    });
    feed.store.show(id, Number(version));
    feed.watch("task", { tasks: [id] });
  }

  disconnectedCallback() {
    this.#leaving.abort();
    clearTimeout(this.#timer);
  }

  #draw(task) {
    const before = this.dataset.status;
    patch(this, task);
    this.#tell("message", task.progress.message);
    this.#tell("error", task.error_message);
    if (task.status !== before && FINAL.has(task.status)) count(task.status_label);
    const { status, step, attempt, cancel_requested, pause_requested } = task;
    const story = [status, step, attempt, cancel_requested, pause_requested].join();
    if (story !== this.#seen || task.artifacts) this.#fetchSoon();
    this.#seen = story;
  }

  #tell(field, text) {
    const node = this.querySelector(`[data-field="${field}"]`);
    node.hidden = !text;
    if (node.textContent !== text) node.textContent = text;
  }

  #fetchSoon() {
    this.#timer ||= setTimeout(() => this.#fetch(), STORY_MS);
  }

  async #fetch() {
    this.#timer = 0; // first: what changes from here on needs a fetch of its own
    const fresh = await this.#story.get();
    const story = this.querySelector("[data-story]");
    if (!fresh) return;
    const focused = story.contains(document.activeElement) && document.activeElement;
    const open = story.querySelector("details[open]") !== null;
    story.replaceChildren(...fresh.body.childNodes);
    if (open) for (const more of story.querySelectorAll("details")) more.open = true;
    const href = focused && focused.getAttribute("href");
    if (href) story.querySelector(`a[href="${CSS.escape(href)}"]`)?.focus();
  }

  #gone() {
    this.#tell("error", "This task was deleted. What you see is the last that is known.");
  }
}

customElements.define("live-task", LiveTask);
