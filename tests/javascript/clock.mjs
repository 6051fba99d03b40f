// A clock that stands still until it is moved on.

// Lets every promise that can be settled be settled.
export const settled = () => new Promise((resolve) => setImmediate(resolve));

export class Clock {
  #now = 1_000_000;
  #timers = new Map();
  #count = 0;

  now() {
    return this.#now;
  }

  later(work, wait) {
    this.#count += 1;
    this.#timers.set(this.#count, { at: this.#now + wait, work });
    return this.#count;
  }

  cancel(timer) {
    this.#timers.delete(timer);
  }

  // Moves on by `wait` milliseconds and does what becomes due, in order.
  async move(wait) {
    const end = this.#now + wait;
    for (let next = this.#next(end); next; next = this.#next(end)) {
      const [timer, { at, work }] = next;
      this.#timers.delete(timer);
      this.#now = at;
      work();
      await settled();
    }
    this.#now = end;
    await settled();
  }

  #next(end) {
    const due = [...this.#timers].filter(([, { at }]) => at <= end);
    return due.sort(([, one], [, other]) => one.at - other.at)[0];
  }
}
