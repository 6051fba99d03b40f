// The list: rows rendered by the server, patched while the page is open.

import { carryOut } from "./actions.js";
import { Changes } from "./changes.js";
import { feed } from "./feed.js";
import { Filter } from "./filter.js";
import { fragment } from "./fragment.js";
import { Fresh } from "./fresh.js";
import { FINAL } from "./lib/words.js";
import { carryOutMany } from "./many.js";
import { merge } from "./merge.js";
import { count, say, toast } from "./notices.js";
import { Pills } from "./pills.js";
import { Press } from "./press.js";
import { patch } from "./row.js";
import { Ticks } from "./ticks.js";

const FETCH_MS = 1_000; // between two fetches of new rows
const COUNTS_MS = 3_000; // and of counts, where the socket has none
const PARTS = [".pills", "[data-verbs]", "[data-pages]", "[data-empty]"];

class LiveList extends HTMLElement {
  #leaving = null;
  #timer = 0;
  #page = new Fresh(() => fragment("rows"));

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.filter = new Filter(this.dataset.filter);
    this.body = this.querySelector("[data-rows]");
    this.changes = new Changes(this.querySelector("[data-waiting]"));
    this.pills = new Pills(this);
    this.press = new Press(this, signal);
    this.ticks = new Ticks(this, signal);
    const on = (target, name, work) => target.addEventListener(name, work, { signal });
    on(feed, "tasks", (event) => this.#draw(event.detail));
    on(feed, "counts", (event) => this.pills.show(event.detail));
    on(feed, "removed", (event) => event.detail.forEach((id) => this.#leave(id, "deleted")));
    on(feed, "watched", ({ detail }) => {
      detail.missing.forEach((id) => this.#leave(id, "deleted"));
      this.dataset.watching = detail.name;
    });
    on(feed, "back", (event) => this.#catchUp(event.detail));
    on(this, "submit", (event) => {
      event.preventDefault();
      const { submitter } = event;
      if (submitter.value.includes(":")) carryOut(submitter);
      else carryOutMany(this, submitter);
    });
    on(this.changes.bar, "click", () => this.#bringIn());
    on(this, "pointerleave", () => this.#bringInSoon());
    on(this, "focusout", () => this.#bringInSoon());
    this.#watch();
    feed.watch("filter", { filter: this.filter.watched, counts: this.filter.isWatched });
  }

  disconnectedCallback() {
    this.#leaving.abort();
    clearTimeout(this.#timer);
  }

  // Bring in what waits; with `quietly` only the counts and what disturbs nobody.
  async update({ quietly = false } = {}) {
    const fresh = await this.#page.get();
    if (!fresh) return;
    await this.press.released();
    for (const selector of PARTS) this.#replace(selector, fresh);
    this.pills.showTotal();
    if (quietly && !this.#isIdle()) return;
    this.#replace("[data-summary]", fresh); // says of when the order is
    merge(this.body, fresh.querySelector("[data-rows]"));
    this.changes.clear();
    this.ticks.show();
    this.#watch();
  }

  #watch() {
    const rows = [...this.body.rows];
    const versions = rows.map(({ dataset: { id, version } }) => [id, Number(version)]);
    feed.store.showOnly(new Map(versions));
    feed.watch("rows", { tasks: rows.map((row) => row.dataset.id) });
  }

  #draw(tasks) {
    for (const task of tasks) {
      const row = document.getElementById(`task-${task.id}`);
      if (row) this.#patch(row, task);
      else this.#consider(task);
    }
    this.changes.show();
    this.#bringInSoon();
  }

  #patch(row, task) {
    const before = row.dataset.status;
    patch(row, task);
    if (task.status === before) return;
    if (FINAL.has(task.status)) count(task.status_label);
    if (!this.filter.takesStatus(task.status)) this.#leave(task.id, "left this filter");
    else this.#return(row);
    this.#countSoon();
  }

  // A task without a row: does it belong on this page? None does on a later one.
  #consider(task) {
    const oldest = this.body.rows[this.body.rows.length - 1];
    const since = this.#isNewestFirst && oldest
      ? oldest.dataset.created
      : this.dataset.renderedAt;
    const isNew = Date.parse(task.created_at) >= Date.parse(since);
    const belongs = !task.left && isNew && this.filter.takes(task);
    if (belongs && this.dataset.first === "yes") this.changes.add(task.id);
    else this.changes.drop(task.id);
    this.#countSoon();
  }

  async #bringIn() {
    await this.update();
    say("The list is up to date.");
    const frame = this.querySelector(".frame");
    frame.focus({ preventScroll: true }); // the button that had it is gone
  }

  #leave(id, why) {
    const row = document.getElementById(`task-${id}`);
    if (row) row.dataset.left = why;
    if (row) this.changes.add(id);
    else this.changes.drop(id);
    this.changes.show();
  }

  #return(row) {
    if (!row.dataset.left) return;
    delete row.dataset.left;
    this.changes.drop(row.dataset.id);
  }

  get #isNewestFirst() {
    return this.dataset.newestFirst === "yes";
  }

  // Nobody reads, points at or uses the rows, and new ones would come in on top.
  #isIdle() {
    return (
      this.#isNewestFirst &&
      !feed.paused &&
      !document.hidden &&
      !this.press.isDown &&
      !this.body.querySelector("[data-left], input:checked") &&
      !this.body.matches(":hover") &&
      !this.contains(document.activeElement) &&
      getSelection().isCollapsed
    );
  }

  #bringInSoon() {
    if (this.changes.size && this.#isIdle()) this.#updateIn(FETCH_MS);
  }

  // Where the socket knows the whole filter it tells the counts by itself.
  #countSoon() {
    if (!this.filter.isWatched) this.#updateIn(COUNTS_MS);
  }

  #updateIn(delay) {
    this.#timer ||= setTimeout(() => {
      this.#timer = 0; // first: what changes from here on needs a fetch of its own
      this.update({ quietly: true });
    }, delay);
  }

  // What was missed is drawn; only what adds or removes rows has to be fetched.
  async #catchUp({ whole, lost }) {
    if (!whole || this.changes.size) await this.update();
    if (lost) toast("The connection is back, and this list is up to date.");
  }

  #replace(selector, fresh) {
    const [now, then] = [document, fresh].map((root) => root.querySelector(selector));
    if (!now || !then) return;
    if (selector === "[data-empty]") now.hidden = then.hidden;
    if (now.innerHTML !== then.innerHTML && !now.contains(document.activeElement)) {
      now.replaceChildren(...then.childNodes);
    }
  }
}

customElements.define("live-list", LiveList);
