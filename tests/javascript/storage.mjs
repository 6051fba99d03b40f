// The storage of a tab.

export class Storage {
  #items = new Map();

  getItem(name) {
    return this.#items.get(name) ?? null;
  }

  setItem(name, text) {
    this.#items.set(name, String(text));
  }

  removeItem(name) {
    this.#items.delete(name);
  }
}
