// Actions on tasks on their way to the server.
//
// Those on one task are sent one after the other, in the order in which they were asked
// for. One that the server could not take (no network, 429, 502, 503, 504) is tried again
// until it is too old; every other answer, yes or no, is final.
//
// `pending`  {id, verb}: what is being asked of the task now; null when nothing is
// `held`     {id, verb}: it could not be delivered and is tried again by itself

import { backoff } from "./backoff.js";
import { clock as machine } from "./clock.js";
import { Told } from "./told.js";

const ANSWER_MS = 30_000; // without an answer by then, the request is given up
const OLDEST_MS = 15 * 60_000; // what a person wanted that long ago is not done unasked
const AGAIN = new Set([429, 502, 503, 504]);
const TOO_OLD = {
  code: "not_sent",
  detail: "The server could not be reached for 15 minutes. Nothing was changed.",
};
const WITHDRAWN = { code: "withdrawn", detail: "It was taken back before it was sent." };

export class Outbox extends EventTarget {
  #with;
  #lanes = new Map(); // id -> actions, the one being sent first

  // `url(id, verb)` is where an action is posted, `token()` the CSRF token.
  constructor({ fetch, url, token, clock, random, isOnline }) {
    super();
    this.#with = {
      fetch,
      url,
      token,
      clock: clock ?? machine,
      random: random ?? Math.random,
      isOnline: isOnline ?? (() => true),
    };
  }

  // How many actions are not done yet.
  get size() {
    return [...this.#lanes.values()].reduce((sum, lane) => sum + lane.length, 0);
  }

  // What is being asked of the task now, or null.
  pending(id) {
    return this.#lanes.get(id)?.[0].verb ?? null;
  }

  // Resolves to {task} or {problem: {status, code, detail, ...}}; never rejects. With a
  // `version` it holds for that version of the task only. Asking again for what is asked
  // for already changes nothing.
  act(id, verb, { version } = {}) {
    const lane = this.#lanes.get(id) ?? [];
    if (lane.at(-1)?.verb === verb) return lane.at(-1).answer;
    const since = this.#with.clock.now();
    const action = { id, verb, version, since, least: since, key: key(), tries: 0 };
    action.answer = new Promise((resolve) => (action.resolve = resolve));
    lane.push(action);
    this.#lanes.set(id, lane);
    if (lane.length === 1) this.#begin(action);
    return action.answer;
  }

  // Take back what is not being sent.
  withdraw(id) {
    for (const action of [...(this.#lanes.get(id) ?? [])].reverse()) {
      if (!action.sending) this.#finish(action, { problem: WITHDRAWN });
    }
  }

  // The server can be reached again: try now what waits, unless it asked for more time.
  wake() {
    const now = this.#with.clock.now();
    for (const [action] of [...this.#lanes.values()]) {
      if (!action.sending && now >= action.least) this.#send(action);
    }
  }

  #begin(action) {
    this.#tell("pending", action);
    this.#send(action);
  }

  async #send(action) {
    const { clock, isOnline } = this.#with;
    clock.cancel(action.timer);
    if (clock.now() - action.since > OLDEST_MS) {
      return this.#finish(action, { problem: TOO_OLD });
    }
    if (!isOnline()) return this.#hold(action);
    action.sending = true;
    const response = await this.#post(action).catch(() => null);
    const answer = response && !AGAIN.has(response.status) && (await read(response));
    action.sending = false;
    if (answer) this.#finish(action, answer);
    else this.#hold(action, response?.headers.get("Retry-After"));
  }

  #post({ id, verb, key: idempotency, version }) {
    const { fetch, url, token, clock } = this.#with;
    const late = new AbortController();
    const timer = clock.later(() => late.abort(), ANSWER_MS);
    return fetch(url(id, verb), {
      method: "POST",
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "Idempotency-Key": idempotency,
        "X-CSRFToken": token(),
      },
      body: JSON.stringify(version ? { expected_version: version } : {}),
      signal: late.signal,
    }).finally(() => clock.cancel(timer));
  }

  // Without a network this is only a look whether the action has become too old.
  #hold(action, retryAfter) {
    const { clock, random } = this.#with;
    const asked = delay(retryAfter, clock.now());
    const wait = Math.max(asked, backoff(action.tries++, random));
    action.least = clock.now() + asked;
    action.timer = clock.later(() => this.#send(action), wait);
    this.#tell("held", action);
  }

  #finish(action, answer) {
    this.#with.clock.cancel(action.timer);
    const lane = this.#lanes.get(action.id);
    const first = lane[0] === action;
    lane.splice(lane.indexOf(action), 1);
    if (!lane.length) this.#lanes.delete(action.id);
    action.resolve(answer);
    if (first && lane.length) this.#begin(lane[0]);
    else if (first) this.#tell("pending", { id: action.id, verb: null });
  }

  #tell(name, { id, verb }) {
    this.dispatchEvent(new Told(name, { id, verb }));
  }
}

// The answer as {task} or {problem}; an ended session may answer with a page instead.
async function read(response) {
  const type = response.headers.get("Content-Type") ?? "";
  const body = type.includes("json") ? await response.json().catch(() => null) : null;
  if (response.ok && body) return { task: body };
  const { status } = response;
  const detail = `The server answered ${status}.`;
  return { problem: { status, code: "", detail, ...body } };
}

// `Retry-After` in milliseconds: it is a number of seconds or a date.
function delay(text, now) {
  if (!text) return 0;
  const seconds = Number(text);
  const wait = Number.isNaN(seconds) ? Date.parse(text) - now : seconds * 1_000;
  return Math.max(0, wait) || 0;
}

// `crypto.randomUUID` exists on secure pages only.
function key() {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
