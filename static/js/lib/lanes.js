// Who goes when: what is about one task goes in the order in which it was asked for.

export class Lanes {
  #actions = new Set(); // the oldest first

  get all() {
    return [...this.#actions];
  }

  // Those whose turn it is.
  get ready() {
    return this.all.filter((action) => this.isReady(action));
  }

  of(id) {
    return this.all.filter(({ ids }) => ids.includes(id));
  }

  add(action) {
    this.#actions.add(action);
  }

  // One about several tasks waits for its turn at each of them.
  isReady(action) {
    return action.ids.every((id) => this.of(id)[0] === action);
  }

  remove(action) {
    this.#actions.delete(action);
  }
}
