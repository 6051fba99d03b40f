// The one socket of the page. Tells its `state` and hands on each `message`.
//
// connecting -> live -> reconnecting -> live ...; offline while the browser has no
// network; denied when the server says that nobody is signed in (4401), and then for good.

import { backoff } from "./backoff.js";

const SILENT_MS = 45_000; // the server answers a ping every 20 seconds
const PING_MS = 20_000;
const DENIED = new Set([4401, 4403]);

export class LiveSocket extends EventTarget {
  state = "closed";
  due = 0; // when the next try starts, in Date.now() time
  #socket = null;
  #url = "";
  #tries = 0;
  #retry = 0;
  #beat = 0;
  #heardAt = 0;

  start(path) {
    this.#url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
    addEventListener("online", () => this.reconnect());
    addEventListener("offline", () => this.#lose());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.state === "reconnecting") this.reconnect();
    });
    this.#open();
  }

  send(message) {
    if (this.state !== "live") return;
    this.#socket.send(JSON.stringify(message));
  }

  // Try at once, whatever the countdown says.
  reconnect() {
    if (this.state === "live" || this.state === "denied") return;
    this.#open();
  }

  #open() {
    clearTimeout(this.#retry);
    this.#detach();
    this.due = 0;
    this.#become(this.#tries ? "reconnecting" : "connecting");
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onmessage = (event) => this.#hear(JSON.parse(event.data));
    socket.onclose = (event) => (DENIED.has(event.code) ? this.#deny() : this.#lose());
  }

  #hear(message) {
    this.#heardAt = Date.now();
    if (message.type === "hello") {
      this.#tries = 0;
      this.#become("live");
      clearInterval(this.#beat);
      this.#beat = setInterval(() => this.#check(), PING_MS);
    }
    this.dispatchEvent(new CustomEvent("message", { detail: message }));
  }

  // A connection that died without a word is noticed by its silence.
  #check() {
    if (Date.now() - this.#heardAt > SILENT_MS) this.#lose();
    else this.send({ action: "ping" });
  }

  #lose() {
    this.#detach();
    if (!navigator.onLine) {
      clearTimeout(this.#retry);
      this.due = 0;
      this.#become("offline");
      return;
    }
    const wait = backoff(this.#tries++);
    this.due = Date.now() + wait;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#open(), wait);
    this.#become("reconnecting");
  }

  #deny() {
    this.#detach();
    this.#become("denied");
  }

  #detach() {
    clearInterval(this.#beat);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #become(state) {
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
}

export const socket = new LiveSocket();
