// What is watched over a socket, through every loss of it.
//
// Each watch knows the place up to which it was told (its cursor) and comes back with it
// as `after`. While it waits for an answer its place stays: what other watches hear in
// the meantime says nothing about this one. An answer may name no place: then it is no
// older than what the server said before it, which it works through in order.
//
// `tasks`     tasks as they are now, perhaps known already, perhaps older than known
// `removed`   ids of tasks that were deleted
// `forget`    what was known means nothing now; a snapshot follows
// `answered`  {name, missing}: a snapshot came; what is missing may not be seen
// `back`      {whole, lost}: every watch was answered after the connection was lost, or
//             after the server said that what was known means nothing now. Unless
//             `whole`, changes may have been missed that no snapshot shows. It also ends
//             a rest
// `error`, `counts`, `notification`: as the server sent them

import { Told } from "./told.js";

export class Watcher extends EventTarget {
  #socket;
  #watches = new Map(); // name -> {what, cursor, waits}
  #place = ""; // the last that the hello or an answer of this connection named
  #frame = 0;
  #greeted = false;
  #round = null; // what the next `back` says
  #rests = false;

  constructor(socket) {
    super();
    this.#socket = socket;
    socket.addEventListener("message", (event) => this.#hear(event.detail));
  }

  // Ask for `what`: {tasks: [ids]} or {filter: {...}}, in place of what had the name.
  watch(name, what) {
    const waits = this.#watches.get(name)?.waits ?? 0;
    this.#watches.set(name, { what, cursor: "", waits });
    this.#ask(name);
  }

  // Watch nothing for a while: each watch keeps its place.
  rest() {
    if (this.#rests) return;
    this.#rests = true;
    for (const name of this.#watches.keys()) {
      this.#socket.send({ action: "unsubscribe", id: name });
    }
  }

  // Go on, with what was missed.
  wake() {
    if (!this.#rests) return;
    this.#rests = false;
    if (this.#socket.state === "live") this.#askAll({ lost: false });
  }

  unwatch(name) {
    if (!this.#watches.delete(name)) return;
    this.#socket.send({ action: "unsubscribe", id: name });
    this.#settle();
  }

  #hear(message) {
    const work = {
      hello: () => this.#greet(message.cursor),
      snapshot: () => this.#show(message),
      replay: () => this.#replay(message),
      update: () => this.#update(message),
      removed: () => this.#remove(message),
      position: () => this.#note(message.cursor),
      error: () => this.#refuse(message),
    }[message.type];
    if (work) work();
    else this.#tell(message.type, message);
  }

  #greet(place) {
    this.#place = place;
    this.#frame = 0;
    for (const watch of this.#watches.values()) watch.waits = 0;
    if (this.#greeted) this.#askAll({ lost: true });
    else for (const name of this.#watches.keys()) this.#ask(name);
    this.#greeted = true;
  }

  // Ask for everything again; `back` is told when all of it was answered.
  #askAll({ lost }) {
    const before = this.#round ?? { whole: true, lost: false };
    const whole = [...this.#watches.values()].every(({ cursor }) => cursor);
    this.#round = { whole: whole && before.whole, lost: lost || before.lost };
    for (const name of this.#watches.keys()) this.#ask(name);
    this.#settle();
  }

  #ask(name) {
    if (this.#rests) return;
    const watch = this.#watches.get(name);
    const message = { action: "subscribe", id: name, ...watch.what };
    if (watch.cursor) message.after = watch.cursor;
    if (this.#socket.send(message)) watch.waits += 1;
  }

  #show({ subscription, tasks, missing, cursor }) {
    this.#tell("tasks", tasks);
    this.#answered(subscription, cursor);
    this.#tell("answered", { name: subscription, missing });
  }

  #replay({ subscription, recovered, tasks, removed, cursor }) {
    if (!recovered) return this.#startOver(subscription);
    if (tasks.length) this.#tell("tasks", tasks);
    if (removed?.length) this.#tell("removed", removed);
    this.#answered(subscription, cursor);
  }

  #startOver(name) {
    const watch = this.#answer(name);
    if (!watch) return;
    watch.cursor = "";
    this.#round = { whole: false, lost: this.#round?.lost ?? false };
    this.#tell("forget", name);
    this.#ask(name);
  }

  // Frames are counted by the server: one that is missing makes us ask what it said.
  #update({ frame, tasks, cursor }) {
    const missed = frame > this.#frame + 1;
    this.#frame = frame;
    if (missed) for (const name of this.#watches.keys()) this.#ask(name);
    this.#tell("tasks", tasks);
    this.#socket.send({ action: "ack", frame });
    this.#note(cursor);
  }

  #remove({ ids, cursor }) {
    this.#tell("removed", ids);
    this.#note(cursor);
  }

  // A refused cursor is forgotten, and a watch that is refused altogether is given up.
  #refuse(message) {
    const watch = this.#answer(message.ref);
    if (watch?.cursor) this.#startOver(message.ref);
    else if (watch) this.#watches.delete(message.ref);
    this.#tell("error", message);
    this.#settle();
  }

  #answered(name, cursor) {
    const watch = this.#answer(name);
    this.#place = cursor || this.#place;
    // Another answer is on its way: this one may be to what was watched before.
    if (watch && !watch.waits) watch.cursor = cursor || watch.cursor || this.#place;
    this.#settle();
  }

  #answer(name) {
    const watch = this.#watches.get(name);
    if (watch) watch.waits = Math.max(0, watch.waits - 1);
    return watch;
  }

  // Nothing before this place is missing, to those who do not wait for an answer.
  #note(cursor) {
    if (!cursor || this.#rests) return;
    for (const watch of this.#watches.values()) if (!watch.waits) watch.cursor = cursor;
  }

  #settle() {
    const round = this.#round;
    if (!round || this.#rests || [...this.#watches.values()].some(({ waits }) => waits)) return;
    this.#round = null;
    this.#tell("back", round);
  }

  #tell(name, detail) {
    this.dispatchEvent(new Told(name, detail));
  }
}
