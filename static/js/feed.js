// What this page watches, and the news about it: the newest of each task, once a frame.
//
// `tasks`    tasks to draw
// `removed`  ids of tasks that were deleted
// `watched`  the server answered a watch: {name, missing}
// `live`     the socket is (again) there; `detail` says whether it had been lost
// `held`     while paused: how many changes wait

import { NewestStore } from "./store.js";
import { socket } from "./socket.js";

class Feed extends EventTarget {
  paused = false;
  store = new NewestStore();
  #watches = new Map();
  #removed = new Set();
  #frame = 0;
  #wasLive = false;

  constructor() {
    super();
    socket.addEventListener("message", (event) => this.#hear(event.detail));
  }

  get held() {
    return this.store.size + this.#removed.size;
  }

  // Ask for `what`: {tasks: [ids]} or {filter: {...}}. It is asked for again after
  // every reconnect, until the name is given to something else.
  watch(name, what) {
    this.#watches.set(name, what);
    this.#ask(name, what);
  }

  // News that came another way, such as the answer to an action.
  offer(task) {
    if (this.store.offer(task)) this.#schedule();
  }

  pause() {
    this.paused = true;
    this.#tell("held", this.held);
  }

  resume() {
    this.paused = false;
    this.#schedule();
  }

  #hear(message) {
    if (message.type === "hello") return this.#greet();
    // The server cannot say what was missed: everything is asked for again.
    if (message.type === "replay" && !message.recovered) return this.#greet();
    if (message.type === "removed") for (const id of message.ids) this.#removed.add(id);
    for (const task of message.tasks ?? []) this.store.offer(task);
    if (message.type === "snapshot") {
      this.#tell("watched", { name: message.subscription, missing: message.missing });
    }
    if (this.held) this.#schedule();
  }

  #greet() {
    const again = this.#wasLive;
    this.#wasLive = true;
    for (const [name, what] of this.#watches) this.#ask(name, what);
    this.#tell("live", again);
  }

  #ask(name, what) {
    socket.send({ action: "subscribe", id: name, ...what });
  }

  #schedule() {
    if (this.paused) this.#tell("held", this.held);
    else this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#frame = 0;
    if (this.paused) return;
    const removed = [...this.#removed];
    this.#removed.clear();
    const tasks = this.store.take();
    if (tasks.length) this.#tell("tasks", tasks);
    if (removed.length) this.#tell("removed", removed);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

export const feed = new Feed();
