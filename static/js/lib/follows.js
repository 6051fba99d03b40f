// Who on this page follows which task of a server: any number of them, over one socket.
//
// A follower has three functions:
//   told(kind, task)    kind is task, missing (it may not be seen) or removed
//   connected(state)    how the socket is doing
//   credential()        an async function that returns a ticket, null when it is refused;
//                       or null, where a cookie has to do

import { clock as machine } from "./clock.js";
import { pageSocket, socketUrl } from "./page.js";
import { isNews } from "./store.js";
import { Watcher } from "./watcher.js";

const GRACE_MS = 1_000; // an element that is moved leaves and comes back
const MOST_IDS = 500; // in a watch
const MOST_WATCHES = 40; // of a socket; the server takes 50
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export class Follows {
  #url;
  #socket;
  #watcher;
  #clock;
  #followers = new Map(); // id -> set of followers
  #known = new Map(); // id -> {kind, task}
  #watches = new Map(); // name -> set of ids
  #asked = new Set(); // ids that no watch holds yet
  #named = 0;
  #leaving = 0;

  // `connect` makes the socket when it is given what asks for its subprotocols.
  constructor(url, connect, clock = machine) {
    this.#url = url;
    this.#clock = clock;
    this.#socket = connect(() => this.#protocols());
    this.#watcher = new Watcher(this.#socket);
    const on = (name, work) =>
      this.#watcher.addEventListener(name, (event) => work(event.detail));
    on("tasks", (tasks) => tasks.forEach((task) => this.#take(task)));
    on("removed", (ids) => ids.forEach((id) => this.#lose(id, "removed")));
    on("answered", ({ missing }) => missing.forEach((id) => this.#lose(id, "missing")));
    on("forget", () => this.#forget());
    this.#socket.addEventListener("state", ({ detail }) => {
      for (const each of this.#all()) each.connected(detail);
    });
  }

  // Returns the function that ends it.
  follow(text, follower) {
    const id = text.trim().toLowerCase();
    if (!UUID.test(id)) {
      follower.told("missing", null); // the server would refuse the whole watch
      return () => {};
    }
    this.#clock.cancel(this.#leaving);
    const followers = this.#followers.get(id) ?? new Set();
    this.#followers.set(id, followers.add(follower));
    if (followers.size === 1) this.#ask(id);
    follower.connected(this.#socket.state);
    const known = this.#known.get(id);
    if (known) follower.told(known.kind, known.task);
    return () => this.#leave(id, follower);
  }

  // Somebody has a new credential.
  renew() {
    this.#socket.renew();
  }

  async #protocols() {
    const credentials = this.#all().map((each) => each.credential());
    const getTicket = credentials.find((credential) => credential !== null);
    if (!getTicket) return [];
    const ticket = await getTicket();
    return ticket ? ["sightline.v1", `sightline.ticket.${ticket}`] : null;
  }

  #all() {
    return [...this.#followers.values()].flatMap((followers) => [...followers]);
  }

  #leave(id, follower) {
    const followers = this.#followers.get(id);
    if (!followers?.delete(follower) || followers.size) return;
    this.#followers.delete(id);
    this.#known.delete(id);
    this.#asked.delete(id);
    for (const [name, ids] of this.#watches) {
      if (ids.delete(id) && !ids.size) this.#unwatch(name);
    }
    if (this.#followers.size) return;
    this.#leaving = this.#clock.later(() => this.#socket.stop(), GRACE_MS);
  }

  // What one turn of the page asks for becomes one watch.
  #ask(id) {
    if (!this.#asked.size) queueMicrotask(() => this.#watch());
    this.#asked.add(id);
  }

  #watch() {
    const closed = this.#socket.state === "closed";
    if (closed && this.#followers.size) this.#socket.start(this.#url);
    const wanted = Math.ceil(this.#asked.size / MOST_IDS);
    if (this.#watches.size + wanted > MOST_WATCHES) {
      for (const name of [...this.#watches.keys()]) this.#unwatch(name);
      this.#asked = new Set(this.#followers.keys());
    }
    const ids = [...this.#asked];
    this.#asked.clear();
    for (let start = 0; start < ids.length; start += MOST_IDS) {
      const tasks = ids.slice(start, start + MOST_IDS);
      this.#named += 1;
      this.#watches.set(`follow-${this.#named}`, new Set(tasks));
      this.#watcher.watch(`follow-${this.#named}`, { tasks });
    }
  }

  #unwatch(name) {
    this.#watches.delete(name);
    this.#watcher.unwatch(name);
  }

  #take({ left: _, ...task }) {
    const known = this.#known.get(task.id);
    if (!this.#followers.has(task.id) || !isNews(task, known?.version ?? 0)) return;
    this.#tell(task.id, {
      kind: "task",
      task: { ...known?.task, ...task },
      version: task.version,
    });
  }

  #lose(id, kind) {
    if (!this.#followers.has(id) || this.#known.get(id)?.kind === "removed") return;
    const version = kind === "removed" ? Infinity : 0;
    this.#tell(id, { kind, task: this.#known.get(id)?.task ?? null, version });
  }

  #tell(id, known) {
    this.#known.set(id, known);
    for (const each of this.#followers.get(id)) each.told(known.kind, known.task);
  }

  // Versions may have gone back.
  #forget() {
    for (const known of this.#known.values()) known.version = 0;
  }
}

const servers = new Map();

// The follows of this page on `server`, a URL that ends in a slash.
export function followsOf(server) {
  if (!servers.has(server)) {
    const connect = (protocols) => pageSocket({ protocols });
    servers.set(server, new Follows(socketUrl(server), connect));
  }
  return servers.get(server);
}
