// <task-progress task-id="…">: one task, live, on any page. `docs/embedding.md` has all.

import { Card } from "./card.js";
import { followsOf } from "./follows.js";
import { fetchTicket } from "./ticket.js";
import { FINAL } from "./words.js";

const HOME = new URL("/", import.meta.url).href; // where this module was loaded from
const ATTRIBUTES = { taskId: "task-id", server: "server", ticketUrl: "ticket-url" };

export class TaskProgress extends HTMLElement {
  static observedAttributes = Object.values(ATTRIBUTES);

  #card = new Card(this.attachShadow({ mode: "open" }));
  #follower = followerOf(this, (kind, task) => this.#show(kind, task), this.#card);
  #follows = null;
  #leave = null;
  #followed = ""; // server and task of what is shown
  #soon = false;
  #task = null;
  #getTicket = null;

  // The task as it was last told, or null.
  get task() {
    return this.#task;
  }

  // An async function that returns a ticket; asked before every connection.
  get getTicket() {
    return this.#getTicket;
  }

  set getTicket(value) {
    if (this.#getTicket === value) return;
    const before = credentialOf(this);
    this.#getTicket = value;
    if (value && !before) this.#follows?.renew();
  }

  connectedCallback() {
    this.#followSoon();
  }

  disconnectedCallback() {
    this.#end();
  }

  attributeChangedCallback(name, before, now) {
    if (before === now) return;
    if (name === "ticket-url") this.#follows?.renew();
    else if (this.isConnected) this.#followSoon();
  }

  #show(kind, task) {
    const wasFinal = this.#task !== null && FINAL.has(this.#task.status);
    this.#task = kind === "missing" ? null : task;
    if (kind === "missing") return this.#card.miss();
    if (kind === "removed") return this.#card.remove();
    this.#card.show(task);
    this.#announce("task-update", task);
    if (FINAL.has(task.status) && !wasFinal) this.#announce("task-done", task);
  }

  // Later in this turn: a framework sets what belongs together one by one.
  #followSoon() {
    if (!this.#soon) queueMicrotask(() => this.#follow());
    this.#soon = true;
  }

  #follow() {
    this.#soon = false;
    this.#adopt();
    if (!this.isConnected) return;
    const server = serverOf(this);
    const wanted = `${server} ${this.taskId}`;
    if (this.#leave && this.#followed === wanted) return;
    this.#end();
    if (this.#followed !== wanted) this.#card.clear();
    if (this.#followed !== wanted) this.#task = null;
    this.#followed = wanted;
    if (!this.taskId) return;
    this.#follows = followsOf(server);
    this.#leave = this.#follows.follow(this.taskId, this.#follower);
  }

  #end() {
    this.#leave?.();
    this.#leave = this.#follows = null;
  }

  // Properties set before the class was there stand in the way of its own.
  #adopt() {
    for (const name of [...Object.keys(ATTRIBUTES), "getTicket"]) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
  }

  #announce(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

for (const [property, attribute] of Object.entries(ATTRIBUTES)) {
  Object.defineProperty(TaskProgress.prototype, property, {
    get() {
      return this.getAttribute(attribute) ?? "";
    },
    set(value) {
      if (value === null || value === undefined) this.removeAttribute(attribute);
      else this.setAttribute(attribute, value);
    },
    configurable: true,
    enumerable: true,
  });
}

function followerOf(element, told, card) {
  const connected = (state) => card.connect(state);
  return { told, connected, credential: () => credentialOf(element) };
}

// What returns a ticket, or null where the session's cookie has to do.
function credentialOf(element) {
  if (element.getTicket) return element.getTicket;
  if (!element.ticketUrl) return null;
  const url = new URL(element.ticketUrl, document.baseURI);
  return () => fetchTicket(url, fetch, cookiesFor(url));
}

function serverOf(element) {
  const url = new URL(element.server || HOME, document.baseURI);
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}

// The CSRF cookie goes to the page's own server only.
function cookiesFor(url) {
  return url.origin === location.origin ? document.cookie : "";
}

if (!customElements.get("task-progress")) customElements.define("task-progress", TaskProgress);
