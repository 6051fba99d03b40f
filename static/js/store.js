// Keeps the newest version of each task until it is drawn.
//
// Messages may come twice or in the wrong order. A version that is not newer than what
// the page shows, or than what waits to be drawn, is dropped.

export class NewestStore {
  #shown = new Map();
  #waiting = new Map();

  get size() {
    return this.#waiting.size;
  }

  // The page shows this version of the task.
  show(id, version) {
    this.#shown.set(id, version);
  }

  // The page does not show the task any more.
  forget(id) {
    this.#shown.delete(id);
    this.#waiting.delete(id);
  }

  // Returns whether the task is news.
  offer(task) {
    const waiting = this.#waiting.get(task.id);
    const known = Math.max(this.#shown.get(task.id) ?? 0, waiting?.version ?? 0);
    if (task.version <= known) return false;
    this.#waiting.set(task.id, { ...waiting, ...task });
    return true;
  }

  // Returns the tasks to draw, each once, and keeps none.
  take() {
    const tasks = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const task of tasks) {
      if (this.#shown.has(task.id)) this.#shown.set(task.id, task.version);
    }
    return tasks;
  }
}
