// The news about what this page watches: the newest of each task, once a frame.
//
// `tasks`    tasks to draw
// `removed`  ids of tasks that were deleted
// `watched`  the server answered a watch: {name, missing}
// `back`     all is drawn that was missed while the connection was lost: {whole, lost};
//            unless `whole`, the page has to be fetched again
// `held`     while paused: how many changes wait
// `poll`     slow updates: no news comes, what the page shows has to be fetched; every
//            five seconds, not while paused or hidden
// `slow`     whether there are slow updates now
// `notification`  {level, text, task}: a word to this person, about a task of theirs
// `counts`   how many tasks have which status, as the server sent it

import { pageSocket } from "./lib/page.js";
import { SlowUpdates } from "./lib/slow.js";
import { MOST_HELD, TaskStore } from "./lib/store.js";
import { Told } from "./lib/told.js";
import { Watcher } from "./lib/watcher.js";
import { shell } from "./shell.js";

export const socket = pageSocket();

class Feed extends EventTarget {
  paused = false;
  store = new TaskStore();
  #watcher = new Watcher(socket);
  #slow = new SlowUpdates({
    socket,
    ask: answers,
    isIdle: () => document.hidden || this.paused,
  });
  #back = null;
  #counts = null;
  #frame = 0;

  constructor() {
    super();
    const on = (name, work) =>
      this.#watcher.addEventListener(name, (event) => work(event.detail));
    on("tasks", (tasks) => tasks.forEach((task) => this.offer(task)));
    on("removed", (ids) => this.#remove(ids));
    on("forget", () => this.store.reset());
    on("answered", (answer) => this.#tell("watched", answer));
    on("back", (back) => this.#return(back));
    on("notification", (notification) => this.#tell("notification", notification));
    this.#slow.addEventListener("change", ({ detail }) => this.#tell("slow", detail));
    this.#slow.addEventListener("due", () => this.#tell("poll", null));
    on("counts", (counts) => {
      this.#counts = counts;
      this.#schedule();
    });
  }

  get held() {
    return this.store.size;
  }

  get slow() {
    return this.#slow.isOn;
  }

  // Ask for `what`: {tasks: [ids]} or {filter: {...}}. It is asked for again after
  // every reconnect, until the name is given to something else.
  watch(name, what) {
    this.#watcher.watch(name, what);
  }

  // Watch nothing until `wake`, which tells what was missed.
  rest() {
    this.#watcher.rest();
  }

  wake() {
    if (!this.#isFull) this.#watcher.wake();
  }

  // News, from the socket or another way, such as the answer to an action.
  offer(task) {
    if (this.store.offer(task)) this.#schedule();
  }

  // The same over HTTP: the task as it is now, or that it is gone.
  async ask(id) {
    const response = await fetch(`${shell.api}${id}/`).catch(() => null);
    if (response?.ok) this.offer(await response.json());
    else if (response?.status === 404) this.#remove([id]);
  }

  pause() {
    this.paused = true;
    this.#tell("held", this.held);
  }

  resume() {
    this.paused = false;
    this.#watcher.wake();
    this.#schedule();
  }

  #remove(ids) {
    for (const id of ids) this.store.remove(id);
    if (this.held) this.#schedule();
  }

  #return({ whole, lost }) {
    const before = this.#back ?? { whole: true, lost: false };
    this.#back = { whole: whole && before.whole, lost: lost || before.lost };
    this.#schedule();
  }

  // Paused with so much that all of it is better asked for again than kept.
  get #isFull() {
    return this.paused && this.held > MOST_HELD;
  }

  #schedule() {
    if (this.#isFull) this.#watcher.rest();
    if (this.paused) this.#tell("held", this.held);
    else this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#frame = 0;
    if (this.paused) return;
    const { tasks, removed } = this.store.take();
    const [back, counts] = [this.#back, this.#counts];
    this.#back = this.#counts = null;
    if (tasks.length) this.#tell("tasks", tasks);
    if (removed.length) this.#tell("removed", removed);
    if (counts) this.#tell("counts", counts);
    if (back) this.#tell("back", back);
  }

  #tell(name, detail) {
    this.dispatchEvent(new Told(name, detail));
  }
}

// Whether the server answers over HTTP, and still knows who asks.
async function answers() {
  try {
    const request = { method: "HEAD", credentials: "same-origin" };
    const { ok, status } = await fetch(shell.probe, request);
    if (status === 401) return "denied";
    return ok ? "yes" : "no";
  } catch {
    return "no";
  }
}

export const feed = new Feed();
