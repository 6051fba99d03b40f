// Actions on tasks on their way to the server.
//
// An action is about one task, or about several in one request. Those on one task are sent
// one after the other, in the order in which they were asked for. One that the server could
// not take (no network, 429, 502, 503, 504) is tried again until it is too old; every other
// answer, yes or no, is final. When nobody is signed in all of them wait for a page of the
// same person.
//
// `pending`  {id, verb}: what is being asked of the task now; null when nothing is
// `held`     {id, ids, verb, why}: it could not be delivered and is tried again by itself;
//            or is not, where `why` is "signed out" instead of "network"
// `waiting`  what waits, see `waiting`, is something else now
// `barred`   nobody is signed in any more, or somebody else
// `late`     {id, verb, title, answer}: the answer to what an earlier page asked for
//
// The `id` of an action about several tasks is empty; `ids` has the tasks of any.

import { backoff } from "./backoff.js";
import { clock as machine } from "./clock.js";
import { deliver } from "./delivery.js";
import { Lanes } from "./lanes.js";
import { Told } from "./told.js";

const OLDEST_MS = 15 * 60_000; // what a person wanted that long ago is not done unasked
const TOO_OLD = {
  code: "not_sent",
  detail: "The server could not be reached for 15 minutes. Nothing was changed.",
};
const WITHDRAWN = { code: "withdrawn", detail: "It was taken back before it was sent." };

export class Outbox extends EventTarget {
  #with;
  #lanes = new Lanes();
  #barred = false;

  // `url(id, verb)` is where an action is posted, without an id one about several tasks;
  // `token()` is the CSRF token, `kept` what lasts from one page to the next.
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
    return this.#lanes.all.length;
  }

  // Those that could not be sent at once, the oldest first: {key, id, ids, verb, title,
  // since, sending}. One that is being sent cannot be taken back.
  get waiting() {
    return this.#lanes.all
      .filter((action) => action.tries > 0 || !this.#lanes.isReady(action))
      .map((action) => ({ ...kept(action), sending: Boolean(action.sending) }));
  }

  // What is being asked of the task now, or null.
  pending(id) {
    return this.#lanes.of(id)[0]?.verb ?? null;
  }

  // Resolves to {task} or {problem: {status, code, detail, ...}}; never rejects. With a
  // `version` it holds for that version of the task only; `title` is for telling of it
  // on a later page, `choice` is what `answer` answers. Asking again for what is asked
  // for already changes nothing.
  act(id, verb, { version, title, choice } = {}) {
    const last = this.#lanes.of(id).at(-1);
    if (last?.id !== id || last.verb !== verb || last.choice !== choice) {
      const action = this.#fresh({ id, ids: [id], verb, version, title, choice });
      return this.#add(action).answer;
    }
    last.isLate = false; // who asks now is told
    return last.answer;
  }

  // The same for several tasks, in one request; resolves to {outcomes} or {problem}.
  actOnSeveral(ids, verb) {
    return this.#add(this.#fresh({ id: "", ids, verb })).answer;
  }

  // Take up what an earlier page of this tab left behind.
  restore() {
    for (const left of this.#with.kept.read()) {
      const action = this.#add({ ids: [left.id], ...left, isLate: true });
      const { id, verb, title } = action;
      action.answer.then((answer) => {
        if (action.isLate) this.#tell("late", { id, verb, title, answer });
      });
    }
  }

  // Take back the action with this key, unless it is being sent.
  withdraw(key) {
    const action = this.#lanes.all.find((each) => each.key === key);
    if (action && !action.sending) this.#finish(action, { problem: WITHDRAWN });
  }

  // The server can be reached again: try now what waits, unless it asked for more time.
  wake() {
    const now = this.#with.clock.now();
    for (const action of this.#lanes.ready) {
      if (!action.sending && now >= action.least) this.#send(action);
    }
  }

  // Send nothing any more from this page: whoever asked is not signed in here.
  bar() {
    if (this.#barred) return;
    this.#barred = true;
    this.#tell("barred", null);
  }

  #fresh(fields) {
    return { ...fields, since: this.#with.clock.now(), key: key() };
  }

  #add(fields) {
    const action = { ...fields, least: fields.since, tries: 0 };
    action.answer = new Promise((resolve) => (action.resolve = resolve));
    this.#lanes.add(action);
    this.#keep();
    this.#beginReady();
    return action;
  }

  #beginReady() {
    for (const action of this.#lanes.ready) {
      if (action.begun) continue;
      action.begun = true;
      for (const id of action.ids) this.#tell("pending", { id, verb: action.verb });
      this.#send(action);
    }
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
    this.#tell("held", { ...kept(action), why });
    this.#tell("waiting", null);
  }

  #finish(action, answer) {
    this.#with.clock.cancel(action.timer);
    this.#lanes.remove(action);
    action.resolve(answer);
    this.#keep();
    this.#beginReady();
    const idle = action.begun ? action.ids.filter((id) => !this.pending(id)) : [];
    for (const id of idle) this.#tell("pending", { id, verb: null });
  }

  #keep() {
    this.#with.kept.write(this.#lanes.all.map(kept));
    this.#tell("waiting", null);
  }

  #tell(name, detail) {
    this.dispatchEvent(new Told(name, detail));
  }
}

// What has to be known of an action to send it from another page.
function kept({ id, ids, verb, version, title, choice, since, key }) {
  return { id, ids, verb, version, title, choice, since, key };
}

// `crypto.randomUUID` exists on secure pages only.
function key() {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
