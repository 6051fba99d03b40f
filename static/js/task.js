// The page of one task: its head is patched, its parts are fetched when they changed.

import { carryOut } from "./actions.js";
import { Countdown } from "./countdown.js";
import { feed } from "./feed.js";
import { fragment } from "./fragment.js";
import { Fresh } from "./fresh.js";
import { Pace } from "./lib/pace.js";
import { FINAL } from "./lib/words.js";
import { morph } from "./morph.js";
import { count, say } from "./notices.js";
import { patch } from "./row.js";

const STORY_MS = 1_000; // the shortest time between two fetches
const TICK_MS = 1_000;
// What changes without news of the task: why it waits, and how long it has run.
const STALE_MS = { pending: 5_000, processing: 15_000 };

class LiveTask extends HTMLElement {
  #leaving = null;
  #timer = 0;
  #ticker = 0;
  #seen = "";
  #asked = false;
  #looked = 0;
  #pace = new Pace();
  #countdown = new Countdown();
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
    this.#looked = performance.now();
    this.#countdown.written(this.#part("waits"));
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  disconnectedCallback() {
    this.#leaving.abort();
    clearTimeout(this.#timer);
    clearInterval(this.#ticker);
  }

  #part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  #draw(task) {
    const before = this.dataset.status;
    patch(this, task);
    this.#tell("message", task.progress.message);
    this.#tell("error", task.error_message);
    this.#tell("tries", task.attempt ? `Attempt ${task.attempt} of ${task.max_attempts}` : "");
    if (task.status === "processing") this.#pace.take(task, performance.now());
    else this.#pace.forget();
    this.#tell("pace", this.#pace.words(performance.now()));
    if (task.status !== before && FINAL.has(task.status)) count(task.status_label);
    this.#ask(task);
    const { status, step, attempt, cancel_requested, pause_requested, kept } = task;
    const story = [status, step, attempt, cancel_requested, pause_requested, kept].join();
    if (story !== this.#seen || task.artifacts) this.#fetchSoon();
    this.#seen = story;
  }

  // A question comes with the next parts, and goes at once when it is answered.
  #ask({ question }) {
    const asks = this.#part("asks");
    const isOver = asks.firstElementChild && !question;
    if (isOver && !asks.hidden) this.#hand(asks);
    asks.hidden = isOver;
    if (question && !this.#asked) say(`It asks: ${question.text}`);
    this.#asked = Boolean(question);
  }

  // A focus in what goes is not lost.
  #hand(leaving) {
    if (leaving.contains(document.activeElement)) this.querySelector("h1").focus();
  }

  #tell(field, text) {
    const node = this.querySelector(`[data-field="${field}"]`);
    node.hidden = !text;
    if (node.textContent !== text) node.textContent = text;
  }

  #tick() {
    if (feed.paused || document.hidden) return;
    const now = performance.now();
    this.#tell("pace", this.#pace.words(now));
    this.#countdown.draw(this.#part("waits"));
    if (now - this.#looked > STALE_MS[this.dataset.status]) this.#fetchSoon();
  }

  #fetchSoon() {
    this.#looked = performance.now();
    this.#timer ||= setTimeout(() => this.#fetch(), STORY_MS);
  }

  async #fetch() {
    this.#timer = 0; // first: what changes from here on needs a fetch of its own
    const fresh = await this.#story.get();
    if (!fresh) return;
    for (const part of fresh.querySelectorAll("[data-part]")) {
      if (!part.firstElementChild) this.#hand(this.#part(part.dataset.part));
      morph(this.#part(part.dataset.part), part);
    }
    this.#countdown.written(this.#part("waits"));
    this.#countdown.draw(this.#part("waits"));
  }

  #gone() {
    this.#tell("error", "This task was deleted. What you see is the last that is known.");
  }
}

customElements.define("live-task", LiveTask);
