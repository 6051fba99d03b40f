// A list that lasts as long as its tab, through reloads, for one person only.

export class Kept {
  #name;
  #with;

  // `storage` is the browser's session storage, `person` whoever is signed in.
  constructor(name, { storage, person }) {
    this.#name = name;
    this.#with = { storage, person };
  }

  // What somebody else left in this tab is nobody's business, and goes.
  read() {
    const { storage, person } = this.#with;
    if (!person) return []; // as on the sign-in page: who comes next is not known yet
    try {
      const found = JSON.parse(storage.getItem(this.#name));
      if (found?.person === person && Array.isArray(found.items)) return found.items;
      storage.removeItem(this.#name);
    } catch {
      // no storage here, or nothing that can be read: the list lives on this page alone
    }
    return [];
  }

  write(items) {
    const { storage, person } = this.#with;
    if (!person) return;
    try {
      if (items.length) storage.setItem(this.#name, JSON.stringify({ person, items }));
      else storage.removeItem(this.#name);
    } catch {
      // full or forbidden: as above
    }
  }
}
