// The bell: the last notices of this tab, and what the server tells about own tasks.

import { feed } from "./feed.js";
import { counted } from "./lib/words.js";
import { recent, toast } from "./notices.js";
import { ago } from "./times.js";

class NoticeBell extends HTMLElement {
  #leaving = null;

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const part = (name) => this.querySelector(`[data-${name}]`);
    [this.words, this.badge, this.clear, this.none, this.list] = [
      "words",
      "unread",
      "clear",
      "none",
      "notices",
    ].map(part);
    this.menu = this.querySelector("details");
    const on = (target, name, work) => target.addEventListener(name, work, { signal });
    on(recent, "change", () => this.#show());
    on(feed, "notification", ({ detail: { text, level, task } }) => toast(text, level, { task }));
    on(this.menu, "toggle", () => this.#show());
    on(this.clear, "click", () => this.#empty());
    this.#show();
  }

  disconnectedCallback() {
    this.#leaving.abort();
  }

  #empty() {
    recent.clear();
    this.menu.querySelector("summary").focus(); // the button that had it is gone
  }

  #show() {
    if (this.menu.open && recent.unread) return recent.see(); // comes back here
    const { items, unread } = recent;
    this.words.textContent = unread ? `Notices, ${unread} unread` : "Notices";
    this.badge.hidden = !unread;
    this.badge.textContent = unread;
    this.clear.hidden = !items.length;
    this.none.hidden = items.length > 0;
    this.none.textContent = "Nothing yet. What happens while you are here is kept here.";
    if (this.menu.open) this.list.replaceChildren(...items.map(entry));
    this.list.setAttribute("aria-label", counted(items.length, "notice"));
  }
}

function entry({ text, kind, href, at }) {
  const item = document.createElement("li");
  item.dataset.kind = kind;
  const words = document.createElement(href ? "a" : "span");
  words.textContent = text;
  if (href) words.href = href;
  const time = document.createElement("time");
  const date = new Date(at);
  time.dateTime = date.toISOString();
  time.title = date.toLocaleString("en");
  time.textContent = ago((Date.now() - at) / 1_000);
  time.dataset.ago = "";
  item.append(words, time);
  return item;
}

customElements.define("notice-bell", NoticeBell);
