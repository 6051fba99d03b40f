// The tasks that were started on this page, live.

import { carryOut } from "./actions.js";
import { feed } from "./feed.js";
import { FINAL } from "./lib/words.js";
import { count } from "./notices.js";
import { patch } from "./row.js";

class LiveStarted extends HTMLElement {
  #leaving = null;

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const on = (target, name, work) => target.addEventListener(name, work, { signal });
    this.body = this.querySelector("[data-rows]");
    on(feed, "tasks", ({ detail }) => detail.forEach((task) => this.#draw(task)));
    on(feed, "removed", ({ detail }) => detail.forEach((id) => this.#leave(id)));
    on(feed, "watched", ({ detail }) => {
      if (detail.name !== "started") return;
      detail.missing.forEach((id) => this.#leave(id));
      this.dataset.watching = detail.name;
    });
    on(this, "submit", (event) => {
      event.preventDefault();
      carryOut(event.submitter);
    });
    this.#watch();
  }

  disconnectedCallback() {
    this.#leaving.abort();
  }

  // Last: what is there already does not move.
  add(rows) {
    const known = (row) => this.#row(row.dataset.id);
    this.body.append(...[...rows].filter((row) => !known(row)).map((row) => document.adoptNode(row)));
    this.#watch();
  }

  #watch() {
    const rows = [...this.body.rows];
    if (!rows.length) return;
    this.hidden = false;
    for (const row of rows) feed.store.show(row.dataset.id, Number(row.dataset.version));
    feed.watch("started", { tasks: rows.map((row) => row.dataset.id) });
  }

  #draw(task) {
    const row = this.#row(task.id);
    if (!row) return;
    const before = row.dataset.status;
    patch(row, task);
    if (task.status !== before && FINAL.has(task.status)) count(task.status_label);
  }

  #leave(id) {
    const row = this.#row(id);
    if (row) row.dataset.left = "deleted";
  }

  #row(id) {
    return this.body.querySelector(`#task-${CSS.escape(id)}`);
  }
}

customElements.define("live-started", LiveStarted);
