// The list: rows rendered by the server, patched while the page is open.

import { carryOut } from "./actions.js";
import { feed } from "./feed.js";
import { fragment } from "./fragment.js";
import { Fresh } from "./fresh.js";
import { FINAL, counted } from "./lib/words.js";
import { merge } from "./merge.js";
import { count, say, toast } from "./notices.js";
import { patch } from "./row.js";
import { Ticks } from "./ticks.js";

const COUNTS_MS = 3_000; // the shortest time between two fetches of the counts
const ELSEWHERE = 2_000; // tasks remembered that have no row here

class LiveList extends HTMLElement {
  #leaving = null;
  #waiting = new Set(); // ids that “update list” would add or remove
  #elsewhere = new Map(); // statuses of tasks on other pages
  #timer = 0;
  #page = new Fresh(() => fragment("rows"));

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.filter = JSON.parse(this.dataset.filter);
    this.body = this.querySelector("[data-rows]");
    this.bar = this.querySelector("[data-waiting]");
    this.ticks = new Ticks(this, signal);
    const on = (target, name, work) => target.addEventListener(name, work, { signal });
    on(feed, "tasks", (event) => this.#draw(event.detail));
    on(feed, "removed", (event) => event.detail.forEach((id) => this.#leave(id, "deleted")));
    on(feed, "watched", ({ detail }) => {
      detail.missing.forEach((id) => this.#leave(id, "deleted"));
      this.dataset.watching = detail.name;
    });
    on(feed, "back", (event) => this.#catchUp(event.detail));
    on(this, "submit", (event) => {
      event.preventDefault();
      carryOut(event.submitter);
    });
    on(this.bar, "click", () => this.#bringIn());
    on(this, "pointerleave", () => this.#settle());
    on(this, "focusout", () => this.#settle());
    this.#watch();
    feed.watch("filter", { filter: this.filter });
  }

  disconnectedCallback() {
    this.#leaving.abort();
    clearTimeout(this.#timer);
  }

  // Bring in what waits; with `quietly` only the counts and what disturbs nobody.
  async update({ quietly = false } = {}) {
    const fresh = await this.#page.get();
    if (!fresh) return;
    for (const selector of [".pills", "[data-pages]", "[data-empty]"]) {
      this.#replace(selector, fresh);
    }
    if (quietly && !this.#isIdle()) return;
    merge(this.body, fresh.querySelector("[data-rows]"));
    this.#waiting.clear();
    this.#showBar();
    this.ticks.show();
    this.#watch();
  }

  #watch() {
    const rows = [...this.body.rows];
    for (const row of rows) feed.store.show(row.dataset.id, Number(row.dataset.version));
    feed.watch("rows", { tasks: rows.map((row) => row.dataset.id) });
  }

  #draw(tasks) {
    for (const task of tasks) {
      const row = document.getElementById(`task-${task.id}`);
      if (row) this.#patch(row, task);
      else this.#consider(task);
    }
    this.#showBar();
  }

  #patch(row, task) {
    const before = row.dataset.status;
    patch(row, task);
    if (task.status === before) return;
    if (FINAL.has(task.status)) count(task.status_label);
    const left = Boolean(this.filter.status) && task.status !== this.filter.status;
    if (left) this.#leave(task.id, "left this filter");
    else this.#return(row);
    this.#countSoon();
  }

  // A task without a row: does it belong on this page?
  #consider(task) {
    const oldest = this.body.rows[this.body.rows.length - 1];
    const since = this.dataset.newestFirst === "yes" && oldest
      ? oldest.dataset.created
      : this.dataset.renderedAt;
    const belongs = !task.left && Date.parse(task.created_at) >= Date.parse(since);
    if (belongs) this.#waiting.add(task.id);
    else this.#waiting.delete(task.id);
    if (this.#elsewhere.get(task.id) === task.status) return;
    if (this.#elsewhere.size >= ELSEWHERE) this.#elsewhere.clear();
    this.#elsewhere.set(task.id, task.status);
    this.#countSoon();
  }

  async #bringIn() {
    await this.update();
    say("The list is up to date.");
    this.querySelector(".frame").focus(); // the button that had it is gone
  }

  #leave(id, why) {
    const row = document.getElementById(`task-${id}`);
    if (row) row.dataset.left = why;
    if (row) this.#waiting.add(id);
    else this.#waiting.delete(id);
    this.#showBar();
  }

  #return(row) {
    if (!row.dataset.left) return;
    delete row.dataset.left;
    this.#waiting.delete(row.dataset.id);
  }

  #showBar() {
    const number = this.#waiting.size;
    this.bar.hidden = !number;
    this.bar.querySelector("[data-count]").textContent = counted(number, "change");
  }

  // Nobody reads, points at or uses the rows, and new ones would come in on top.
  #isIdle() {
    return (
      this.dataset.newestFirst === "yes" &&
      !feed.paused &&
      !document.hidden &&
      !this.body.querySelector("[data-left], input:checked") &&
      !this.body.matches(":hover") &&
      !this.contains(document.activeElement) &&
      getSelection().isCollapsed
    );
  }

  #settle() {
    if (this.#waiting.size) this.#countSoon();
  }

  #countSoon() {
    this.#timer ||= setTimeout(() => {
      this.#timer = 0; // first: what changes from here on needs a fetch of its own
      this.update({ quietly: true });
    }, this.#waiting.size && this.#isIdle() ? 250 : COUNTS_MS);
  }

  // What was missed is drawn; only what adds or removes rows has to be fetched.
  async #catchUp({ whole, lost }) {
    if (!whole || this.#waiting.size) await this.update();
    if (lost) toast("The connection is back, and this list is up to date.");
  }

  #replace(selector, fresh) {
    const [now, then] = [document, fresh].map((root) => root.querySelector(selector));
    if (!now || !then) return;
    now.hidden = then.hidden;
    if (now.innerHTML !== then.innerHTML && !now.contains(document.activeElement)) {
      now.replaceChildren(...then.childNodes);
    }
  }
}

customElements.define("live-list", LiveList);
