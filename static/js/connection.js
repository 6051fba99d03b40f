// The chip in the header: whether this page is live, in words, and what to do about it.

import { feed, socket } from "./feed.js";
import { counted } from "./lib/words.js";
import { warn } from "./notices.js";

class LiveConnection extends HTMLElement {
  #leaving = null;
  #tick = 0;
  #lost = false;

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const part = (name) => this.querySelector(`[data-${name}]`);
    [this.label, this.hold, this.again, this.signin] = ["label", "pause", "reconnect", "signin"].map(part);
    const here = encodeURIComponent(location.pathname + location.search);
    this.signin.href = `${this.dataset.login}?next=${here}`;
    socket.addEventListener("state", () => this.#show(), { signal });
    feed.addEventListener("held", () => this.#show(), { signal });
    this.hold.addEventListener("click", () => this.#toggle(), { signal });
    this.again.addEventListener("click", () => socket.reconnect(), { signal });
    const url = new URL(this.dataset.socket, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    socket.start(url.href);
  }

  disconnectedCallback() {
    this.#leaving.abort();
    clearInterval(this.#tick);
  }

  get #state() {
    return feed.paused && socket.state === "live" ? "paused" : socket.state;
  }

  #toggle() {
    if (feed.paused) feed.resume();
    else feed.pause();
    this.#show();
  }

  #show() {
    const state = this.#state;
    clearInterval(this.#tick);
    this.dataset.state = document.body.dataset.connection = state;
    this.hold.hidden = state !== "live" && state !== "paused";
    this.hold.textContent = feed.paused ? "Resume" : "Pause";
    this.again.hidden = state !== "reconnecting" && state !== "offline";
    this.signin.hidden = state !== "denied";
    this.label.textContent = this.#words(state);
    if (state === "reconnecting" && socket.due) {
      this.#tick = setInterval(() => {
        this.label.textContent = this.#words(state);
      }, 1_000);
    }
    this.#speak(state);
  }

  #words(state) {
    const seconds = Math.max(1, Math.ceil((socket.due - Date.now()) / 1_000));
    return {
      closed: "Connecting",
      connecting: "Connecting",
      live: "Live",
      paused: feed.held ? `Paused, ${counted(feed.held, "change")} held` : "Paused",
      reconnecting: socket.due ? `Reconnecting in ${seconds} s` : "Reconnecting",
      offline: "Offline",
      denied: "Signed out",
    }[state];
  }

  // One warning per loss, and one for the end of the session.
  #speak(state) {
    const lost = state === "reconnecting" || state === "offline";
    if (lost && !this.#lost) warn("The connection is lost. This page is not live.");
    if (state === "live" && this.#lost) warn("The connection is back.");
    if (state === "denied") warn("You are signed out. Sign in again to go on.");
    if (lost || state === "live") this.#lost = lost;
  }
}

customElements.define("live-connection", LiveConnection);
