// What “update the list” would add or remove, counted in a bar that takes no place.

import { counted } from "./lib/words.js";

export class Changes {
  #ids = new Set();

  constructor(bar) {
    this.bar = bar;
  }

  get size() {
    return this.#ids.size;
  }

  add(id) {
    this.#ids.add(id);
  }

  drop(id) {
    this.#ids.delete(id);
  }

  clear() {
    this.#ids.clear();
    this.show();
  }

  show() {
    this.bar.hidden = !this.size;
    this.bar.querySelector("[data-count]").textContent = counted(this.size, "change");
  }
}
