// Fetches one at a time, and never answers with something older than the question.

export class Fresh {
  #fetch;
  #running = null;
  #next = null;

  constructor(fetch) {
    this.#fetch = fetch;
  }

  // Null when the fetch fails. A fetch under way may have missed the news for which this
  // one is asked: it is let end, and all who wait for that share the one after it.
  get() {
    if (this.#running) return (this.#next ??= this.#running.then(() => this.#again()));
    this.#running = this.#fetch()
      .catch(() => null)
      .finally(() => (this.#running = null));
    return this.#running;
  }

  #again() {
    this.#next = null;
    return this.get();
  }
}
