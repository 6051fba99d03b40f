// The schedules stay fresh while somebody looks, and their buttons need no new page.

import { feed } from "./feed.js";
import { fragment } from "./fragment.js";
import { Fresh } from "./fresh.js";
import { morph } from "./morph.js";
import { toast, warn } from "./notices.js";
import "./schedule-form.js";

const LOOK_MS = 1_000; // how often it looks whether a fetch is due
const LOST = "The server cannot be reached. Look again in a moment whether this was done.";

class LiveSchedules extends HTMLElement {
  #leaving = null;
  #timer = 0;
  #due = 0;
  #parts = new Fresh(() => fragment("schedules"));

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const acts = this.querySelector("[data-acts]");
    acts?.addEventListener("submit", (event) => this.#act(event), { signal });
    this.#plan();
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  disconnectedCallback() {
    this.#leaving.abort();
    clearInterval(this.#timer);
  }

  #plan() {
    this.#due = Date.now() + Number(this.dataset.every) * 1_000;
  }

  // Nothing moves while the page is paused, or while nobody sees it.
  #look() {
    if (feed.paused || document.hidden || Date.now() < this.#due) return;
    this.#plan();
    this.#fetch();
  }

  async #fetch() {
    const fresh = await this.#parts.get();
    if (fresh && !feed.paused) this.#show(fresh);
  }

  // A press shows what came of it at once, also where the page is paused.
  async #act(event) {
    const button = event.submitter;
    if (!button) return;
    event.preventDefault();
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    const fresh = await send(event.target, button);
    button.ariaBusy = null;
    if (fresh === null) return toast(LOST, "error");
    if (fresh === undefined) return location.reload();
    this.#plan();
    this.#renew(fresh);
    this.#show(fresh);
    for (const told of fresh.querySelectorAll("[data-told]")) tell(told);
  }

  // A press counts once by the key of the form; the next one is another press.
  #renew(fresh) {
    const [now, then] = [this, fresh].map((place) => place.querySelector("[data-acts] [name=form]"));
    if (now && then) now.value = then.value;
  }

  #show(fresh) {
    this.#list(fresh);
    for (const part of document.querySelectorAll("[data-part]")) {
      const then = fresh.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
      if (then && (part.dataset.steady !== undefined || !inUse(part))) morph(part, then);
    }
    this.dataset.updated = String(Date.now());
  }

  // What is new comes last and what is gone goes; nothing else moves until a reload.
  #list(fresh) {
    const then = new Map(items(fresh));
    for (const [id, item] of items(document)) {
      const same = then.get(id);
      if (same) marks(item, same);
      else if (!inUse(item)) item.remove();
      then.delete(id);
    }
    const list = this.querySelector("[data-list]");
    for (const item of then.values()) list?.append(document.importNode(item, true));
  }
}

function items(place) {
  return [...place.querySelectorAll("[data-item]")].map((item) => [item.dataset.item, item]);
}

function marks(item, fresh) {
  for (const name of ["data-late", "data-off"]) item.toggleAttribute(name, fresh.hasAttribute(name));
}

// Nothing is moved away from a pointer, the focus, or a selection.
function inUse(part) {
  const { anchorNode, isCollapsed } = getSelection();
  return (
    part.contains(document.activeElement) ||
    (part.querySelector("a") !== null && part.matches(":hover")) ||
    (!isCollapsed && part.contains(anchorNode))
  );
}

// Resolves to the page as it is then; to null without an answer, to undefined where
// something else came, such as the sign-in page.
async function send(form, button) {
  const body = new FormData(form, button);
  const headers = { "X-Fragment": "schedules" };
  try {
    const response = await fetch(button.formAction, { method: "POST", body, headers });
    if (response.headers.get("X-Fragment") !== "schedules") return undefined;
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    return null;
  }
}

function tell(told) {
  const kind = told.dataset.told;
  const link = told.querySelector("a");
  link?.remove();
  toast(told.textContent.trim(), kind, link ? { href: link.getAttribute("href") } : {});
  if (kind === "error") warn(told.textContent.trim());
}

customElements.define("live-schedules", LiveSchedules);
