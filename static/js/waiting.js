// In the chip: what waits to be sent, each with a way to take it back.

import { counted } from "./lib/words.js";
import { say } from "./notices.js";
import { outbox } from "./outbox.js";

class WaitingActions extends HTMLElement {
  #leaving = null;

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.number = this.querySelector("[data-number]");
    this.list = this.querySelector("ul");
    outbox.addEventListener("waiting", () => this.#show(), { signal });
    this.addEventListener("click", (event) => this.#undo(event), { signal });
    this.addEventListener("focusout", () => setTimeout(() => this.#show()), { signal });
    this.#show();
  }

  disconnectedCallback() {
    this.#leaving.abort();
  }

  // With the focus inside it stays, so that the focus is not lost.
  #show() {
    const { waiting } = outbox;
    this.hidden = !waiting.length && !this.contains(document.activeElement);
    this.number.textContent = waiting.length;
    const known = new Map([...this.list.children].map((item) => [item.dataset.key, item]));
    const keys = new Set(waiting.map(({ key }) => key));
    for (const [key, item] of known) if (!keys.has(key)) this.#drop(item);
    for (const action of waiting) {
      if (!known.has(action.key)) this.list.append(entry(action));
    }
    this.list.setAttribute("aria-label", `${counted(waiting.length, "action")} waiting`);
  }

  #drop(item) {
    const next = item.nextElementSibling ?? item.previousElementSibling ?? this;
    const moves = item.contains(document.activeElement);
    item.remove();
    if (moves) next.querySelector("button, summary").focus();
  }

  #undo({ target }) {
    const item = target.closest("button")?.closest("[data-key]");
    if (!item) return;
    outbox.withdraw(item.dataset.key);
    const isSending = item.isConnected;
    say(isSending ? "It is being sent just now." : "Taken back. Nothing was changed.");
  }
}

function entry({ key, id, ids, verb, title }) {
  const item = document.createElement("li");
  item.dataset.key = key;
  const words = document.createElement("span");
  const name = id ? `“${title ?? "A task"}”` : counted(ids.length, "task");
  words.textContent = `${verb[0].toUpperCase()}${verb.slice(1)} ${name}`;
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "quiet";
  undo.textContent = "Undo";
  undo.setAttribute("aria-label", `Undo: ${words.textContent}`);
  item.append(words, undo);
  return item;
}

customElements.define("waiting-actions", WaitingActions);
