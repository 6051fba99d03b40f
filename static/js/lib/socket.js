// A connection that comes back. Tells its `state` and hands on each `message`.
//
// closed        not started yet, or stopped
// connecting    for the first time
// live          the server has said hello
// reconnecting  lost; `due` says when the next try starts, in the clock's time
// offline       lost, and the browser has no network to try it on
// denied        nobody is signed in, or may not: nothing is tried until `renew`

import { backoff } from "./backoff.js";
import { clock as machine } from "./clock.js";
import { Told } from "./told.js";

const HELLO_MS = 15_000; // a connection without a hello by then is dead
const HEARTBEAT_S = 20; // where the server does not say
const DENIED = new Set([4401, 4403]);
// After these the tries begin further up: too slow, too many messages, and messages that
// were refused, which would only be refused again.
const LATER = new Map([
  [4408, 2],
  [4429, 3],
  [4400, 4],
  [1009, 4],
]);

export class LiveSocket extends EventTarget {
  state = "closed";
  due = 0;
  #with;
  #url = "";
  #socket = null;
  #attempt = 0; // what an earlier one still hears of counts for nothing
  #tries = 0;
  #refused = false; // with a credential made for that very connection
  #retry = 0;
  #beat = 0;
  #deadline = 0;
  #heartbeat = 0;

  // `protocols` is asked before each connection: an async function that returns the
  // subprotocols, [] for none, or null when there is no credential to be had. When it
  // throws, it is asked again later.
  constructor({ WebSocket, protocols, clock, random, isOnline }) {
    super();
    this.#with = {
      WebSocket,
      protocols: protocols ?? (async () => []),
      clock: clock ?? machine,
      random: random ?? Math.random,
      isOnline: isOnline ?? (() => true),
    };
  }

  start(url) {
    this.#url = url;
    this.#tries = 0;
    this.#refused = false;
    this.#open();
  }

  stop() {
    this.#detach();
    this.#become("closed");
  }

  // Returns whether the message was sent; it is not kept for later.
  send(message) {
    if (this.state !== "live") return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  // Try at once, whatever the countdown says: a person asked.
  reconnect() {
    if (this.state === "reconnecting" || this.state === "offline") this.#open();
  }

  // There is a new credential.
  renew() {
    if (this.state === "denied") this.start(this.#url);
    else this.reconnect();
  }

  // Somebody else found out that nobody is signed in.
  deny() {
    if (this.state !== "closed" && this.state !== "denied") this.#deny();
  }

  // Drawn as well: a whole office gets its network back in the same moment.
  wentOnline() {
    if (this.state !== "reconnecting" && this.state !== "offline") return;
    this.#tries = 0;
    this.#lose();
  }

  wentOffline() {
    if (this.state !== "closed" && this.state !== "denied") this.#lose();
  }

  async #open() {
    this.#detach();
    this.#become(this.#tries ? "reconnecting" : "connecting");
    const attempt = this.#attempt;
    this.#deadline = this.#with.clock.later(() => this.#lose(), HELLO_MS);
    const protocols = await this.#with.protocols().catch(() => undefined);
    if (attempt !== this.#attempt) return;
    if (protocols === undefined) this.#lose();
    else if (protocols === null) this.#deny();
    else this.#connect(protocols);
  }

  #connect(protocols) {
    const socket = (this.#socket = this.#make(protocols));
    socket.onmessage = (event) => this.#hear(JSON.parse(event.data));
    socket.onclose = ({ code }) => {
      if (!DENIED.has(code)) this.#lose(code);
      else if (protocols.length && !this.#refused) this.#lose(code, { refused: true });
      else this.#deny();
    };
  }

  // An address or a credential that no browser takes is nothing to try again.
  #make(protocols) {
    try {
      return new this.#with.WebSocket(this.#url, protocols);
    } catch (error) {
      this.#deny();
      throw error;
    }
  }

  #hear(message) {
    this.#with.clock.cancel(this.#deadline); // whatever comes is a sign of life
    if (message.type === "hello") this.#greet(message);
    this.dispatchEvent(new Told("message", message));
  }

  #greet({ heartbeat_s: seconds = HEARTBEAT_S }) {
    this.#tries = 0;
    this.#refused = false;
    this.#heartbeat = seconds * 1_000;
    this.#become("live");
    this.#listen();
  }

  // A connection that died without a word is noticed by its silence after a ping.
  #listen() {
    const { clock } = this.#with;
    clock.cancel(this.#beat);
    this.#beat = clock.later(() => {
      this.send({ action: "ping" });
      clock.cancel(this.#deadline);
      this.#deadline = clock.later(() => this.#lose(), this.#heartbeat / 2);
      this.#listen();
    }, this.#heartbeat);
  }

  #lose(code = 0, { refused = false } = {}) {
    const { clock, isOnline, random } = this.#with;
    this.#detach();
    this.#refused ||= refused;
    if (!isOnline()) {
      this.#become("offline");
      return;
    }
    this.#tries = Math.max(this.#tries, LATER.get(code) ?? 0);
    const wait = backoff(this.#tries++, random);
    this.due = clock.now() + wait;
    this.#retry = clock.later(() => this.#open(), wait);
    this.#become("reconnecting");
  }

  #deny() {
    this.#detach();
    this.#become("denied");
  }

  #detach() {
    for (const timer of [this.#retry, this.#beat, this.#deadline]) {
      this.#with.clock.cancel(timer);
    }
    this.due = 0;
    this.#attempt += 1;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #become(state) {
    this.state = state;
    this.dispatchEvent(new Told("state", state));
  }
}
