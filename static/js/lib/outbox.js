// Actions on tasks on their way to the server.
//
// Those on one task are sent one after the other, in the order in which they were asked
// for. One that the server could not take (no network, 429, 502, 503, 504) is tried again
// until it is too old; every other answer, yes or no, is final. When nobody is signed in
// all of them wait for a page of the same person.
//
// `pending`  {id, verb}: what is being asked of the task now; null when nothing is
// `held`     {id, verb, why}: it could not be delivered and is tried again by itself; or
//            is not, where `why` is "signed out" instead of "network"
// `waiting`  what waits, see `waiting`, is something else now
// `barred`   nobody is signed in any more, or somebody else
// `late`     {id, verb, title, answer}: the answer to what an earlier page asked for

import { backoff } from "./backoff.js";
import { clock as machine } from "./clock.js";
import { deliver } from "./delivery.js";
import { Told } from "./told.js";

const OLDEST_MS = 15 * 60_000; // what a person wanted that long ago is not done unasked
const TOO_OLD = {
  code: "not_sent",
  detail: "The server could not be reached for 15 minutes. Nothing was changed.",
};
const WITHDRAWN = { code: "withdrawn", detail: "It was taken back before it was sent." };

export class Outbox extends EventTarget {
  #with;
  #lanes = new Map(); // id -> actions, the one being sent first
  #barred = false;

  // `url(id, verb)` is where an action is posted, `token()` the CSRF token, `kept` what
  // lasts from one page to the next.
  constructor({ fetch, url, token, clock, random, isOnline, kept }) {
    super();
    this.#with = {
      fetch,
      url,
      token,
      clock: clock ?? machine,
      random: random ?? Math.random,
      isOnline: isOnline ?? (() => true),
      kept: kept ?? { read: () => [], write() {} },
    };
  }

  // How many actions are not done yet.
  get size() {
    return this.#all().length;
  }

  // Those that could not be sent at once, the oldest first: {key, id, verb, title, since,
  // sending}. One that is being sent cannot be taken back.
  get waiting() {
    const waits = (action) => action.tries > 0 || this.#lanes.get(action.id)[0] !== action;
    return this.#all()
      .filter(waits)
      .map((action) => ({ ...kept(action), sending: Boolean(action.sending) }));
  }

  // What is being asked of the task now, or null.
  pending(id) {
    return this.#lanes.get(id)?.[0].verb ?? null;
  }

  // Resolves to {task} or {problem: {status, code, detail, ...}}; never rejects. With a
  // `version` it holds for that version of the task only; `title` is for telling of it
  // on a later page. Asking again for what is asked for already changes nothing.
  act(id, verb, { version, title } = {}) {
    const last = this.#lanes.get(id)?.at(-1);
    if (last?.verb !== verb) {
      const since = this.#with.clock.now();
      return this.#add({ id, verb, version, title, since, key: key() }).answer;
    }
    last.isLate = false; // who asks now is told
    return last.answer;
  }

  // Take up what an earlier page of this tab left behind.
  restore() {
    for (const left of this.#with.kept.read()) {
      const action = this.#add({ ...left, isLate: true });
      const { id, verb, title } = action;
      action.answer.then((answer) => {
        if (action.isLate) this.#tell("late", { id, verb, title, answer });
      });
    }
  }

  // Take back what is not being sent: all that is asked of the task, or one action.
  withdraw(id, key = null) {
    for (const action of [...(this.#lanes.get(id) ?? [])].reverse()) {
      if (action.sending || (key && action.key !== key)) continue;
      this.#finish(action, { problem: WITHDRAWN });
    }
  }

  // The server can be reached again: try now what waits, unless it asked for more time.
  wake() {
    const now = this.#with.clock.now();
    for (const [action] of [...this.#lanes.values()]) {
      if (!action.sending && now >= action.least) this.#send(action);
    }
  }

  // Send nothing any more from this page: whoever asked is not signed in here.
  bar() {
    if (this.#barred) return;
    this.#barred = true;
    this.#tell("barred", null);
  }

  #all() {
    return [...this.#lanes.values()].flat().sort((one, other) => one.since - other.since);
  }

  #add(fields) {
    const action = { ...fields, least: fields.since, tries: 0 };
    action.answer = new Promise((resolve) => (action.resolve = resolve));
    const lane = this.#lanes.get(action.id) ?? [];
    lane.push(action);
    this.#lanes.set(action.id, lane);
    this.#keep();
    if (lane.length === 1) this.#begin(action);
    return action;
  }

  #begin(action) {
    this.#tell("pending", { id: action.id, verb: action.verb });
    this.#send(action);
  }

  async #send(action) {
    const { clock, isOnline } = this.#with;
    clock.cancel(action.timer);
    if (clock.now() - action.since > OLDEST_MS) {
      return this.#finish(action, { problem: TOO_OLD });
    }
    if (this.#barred || !isOnline()) return this.#hold(action, 0);
    action.sending = true;
    if (action.tries) this.#tell("waiting", null);
    const { answer, again, signedOut } = await deliver(action, this.#with);
    action.sending = false;
    if (signedOut) this.bar();
    if (answer) this.#finish(action, answer);
    else this.#hold(action, again ?? 0);
  }

  // Where nothing can be sent this is only a look whether the action has become too old.
  #hold(action, asked) {
    const { clock, random } = this.#with;
    const wait = Math.max(asked, backoff(action.tries++, random));
    action.least = clock.now() + asked;
    action.timer = clock.later(() => this.#send(action), wait);
    const why = this.#barred ? "signed out" : "network";
    this.#tell("held", { id: action.id, verb: action.verb, why });
    this.#tell("waiting", null);
  }

  #finish(action, answer) {
    this.#with.clock.cancel(action.timer);
    const lane = this.#lanes.get(action.id);
    const first = lane[0] === action;
    lane.splice(lane.indexOf(action), 1);
    if (!lane.length) this.#lanes.delete(action.id);
    action.resolve(answer);
    this.#keep();
    if (first && lane.length) this.#begin(lane[0]);
    else if (first) this.#tell("pending", { id: action.id, verb: null });
  }

  #keep() {
    this.#with.kept.write(this.#all().map(kept));
    this.#tell("waiting", null);
  }

  #tell(name, detail) {
    this.dispatchEvent(new Told(name, detail));
  }
}

// What has to be known of an action to send it from another page.
function kept({ id, verb, version, title, since, key }) {
  return { id, verb, version, title, since, key };
}

// `crypto.randomUUID` exists on secure pages only.
function key() {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
