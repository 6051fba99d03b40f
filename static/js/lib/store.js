// Keeps the newest version of each task until it is drawn.
//
// Messages may come twice or in the wrong order. A version that is not newer than what
// the page shows, or than what waits to be drawn, is dropped; so is whatever still comes
// about a task that was removed.

const MOST = 5_000; // tasks remembered that the page does not show
export const MOST_HELD = 5_000; // changes a page that is paused waits with

export class TaskStore {
  #shown = new Map(); // id -> version
  #seen = new Map(); // the same of tasks that are not shown, the latest last
  #waiting = new Map();
  #removed = new Set();

  // What was known means nothing any more: versions may even have gone back.
  reset() {
    for (const part of [this.#shown, this.#seen, this.#waiting, this.#removed]) part.clear();
  }

  // How many tasks would change.
  get size() {
    return this.#waiting.size + this.#removed.size;
  }

  // The page shows this version of the task.
  show(id, version) {
    this.#seen.delete(id);
    this.#shown.set(id, version);
    if (this.#waiting.get(id)?.version <= version) this.#waiting.delete(id);
  }

  // The page shows these tasks and no others, with their versions.
  showOnly(versions) {
    const gone = [...this.#shown].filter(([id]) => !versions.has(id));
    for (const [id, version] of versions) this.show(id, version);
    for (const [id, version] of gone) {
      this.#shown.delete(id);
      this.#remember(id, version); // what comes too late is dropped as before
    }
  }

  // Returns whether the task is news. `left` belongs to its version: a newer one that
  // does not say it has not left.
  offer(task) {
    const { left: _, ...waiting } = this.#waiting.get(task.id) ?? {};
    if (!isNews(task, Math.max(this.#known(task.id), waiting.version ?? 0))) return false;
    this.#waiting.set(task.id, { ...waiting, ...task });
    return true;
  }

  // The task was deleted.
  remove(id) {
    this.#waiting.delete(id);
    if (this.#known(id) === Infinity) return;
    this.#remember(id, Infinity);
    this.#removed.add(id);
  }

  // Returns what is to be drawn, each task once, and keeps none of it.
  take() {
    const tasks = [...this.#waiting.values()];
    const removed = [...this.#removed];
    this.#waiting.clear();
    this.#removed.clear();
    for (const task of tasks) this.#remember(task.id, task.version);
    return { tasks, removed };
  }

  #known(id) {
    return this.#shown.get(id) ?? this.#seen.get(id) ?? 0;
  }

  #remember(id, version) {
    if (this.#shown.has(id)) {
      this.#shown.set(id, version);
      return;
    }
    this.#seen.delete(id);
    this.#seen.set(id, version);
    if (this.#seen.size > MOST) this.#seen.delete(this.#seen.keys().next().value);
  }
}

// Whether a task tells more than its version `known`. Downloads may come late, when the
// message that first told of them was lost.
export function isNews(task, known) {
  return task.version > known || (task.version === known && Boolean(task.artifacts?.length));
}
