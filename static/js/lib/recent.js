// The last notices of this tab, the newest first: {text, kind, href, at, seen}.
//
// `change`  there is one more, or all were seen or cleared

import { Told } from "./told.js";

const MOST = 20;

export class Recent extends EventTarget {
  #kept;
  #now;

  constructor({ kept, now }) {
    super();
    this.#kept = kept;
    this.#now = now ?? Date.now;
    this.items = kept.read();
  }

  get unread() {
    return this.items.filter(({ seen }) => !seen).length;
  }

  add({ text, kind, href = "" }) {
    const notice = { text, kind, href, at: this.#now(), seen: false };
    this.#become([notice, ...this.items].slice(0, MOST));
  }

  see() {
    if (this.unread) this.#become(this.items.map((each) => ({ ...each, seen: true })));
  }

  clear() {
    this.#become([]);
  }

  #become(items) {
    this.items = items;
    this.#kept.write(items);
    this.dispatchEvent(new Told("change", items));
  }
}
