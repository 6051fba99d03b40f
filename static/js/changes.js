// What “update the list” would add or remove, counted in a bar that takes no place.

import { counted } from "./lib/words.js";

const MOST = 5_000; // tasks that are told apart; a page is open all day

export class Changes {
  #ids = new Set();
  #more = false; // there were more, which are not known

  constructor(bar) {
    this.bar = bar;
  }

  get size() {
    return this.#ids.size;
  }

  add(id) {
    if (this.#ids.size < MOST) this.#ids.add(id);
    else this.#more ||= !this.#ids.has(id);
  }

  drop(id) {
    this.#ids.delete(id);
  }

  clear() {
    this.#ids.clear();
    this.#more = false;
    this.show();
  }

  show() {
    this.bar.hidden = !this.size;
    const most = `${MOST.toLocaleString("en")}+ changes`;
    const text = this.#more ? most : counted(this.size, "change");
    this.bar.querySelector("[data-count]").textContent = text;
  }
}
