// The chip in the header: whether this page is live, in words, and what to do about it.

import { feed, socket } from "./feed.js";
import { say, warn } from "./notices.js";
import { outbox } from "./outbox.js";
import { BUTTONS, spoken, words } from "./states.js";

class LiveConnection extends HTMLElement {
  #leaving = null;
  #tick = 0;
  #said = "";
  #lost = false;
  #hello = {};

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const part = (name) => this.querySelector(`[data-${name}]`);
    for (const name of ["label", "more", ...Object.keys(BUTTONS)]) this[name] = part(name);
    const here = encodeURIComponent(location.pathname + location.search);
    this.signin.href = `${this.dataset.login}?next=${here}`;
    const on = (target, name, work) => target.addEventListener(name, work, { signal });
    on(socket, "state", () => this.#show());
    on(socket, "message", ({ detail }) => detail.type === "hello" && this.#meet(detail));
    for (const name of ["held", "slow"]) on(feed, name, () => this.#show());
    on(this.hold, "click", () => this.#toggle());
    on(this.again, "click", () => socket.reconnect());
    on(this.reload, "click", () => location.reload());
    const url = new URL(this.dataset.socket, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    socket.start(url.href);
  }

  disconnectedCallback() {
    this.#leaving.abort();
    clearInterval(this.#tick);
  }

  get #state() {
    const { build, user } = this.#hello;
    if (socket.state === "denied") return user && user !== this.dataset.user ? "other" : "denied";
    const state = feed.slow ? "slow" : socket.state;
    if (feed.paused && (state === "live" || state === "slow")) return "paused";
    return state === "live" && build && build !== this.dataset.build ? "outdated" : state;
  }

  // Cookies are of the whole browser: another tab may have signed in somebody else.
  #meet({ build, user }) {
    this.#hello = { build, user };
    if (user === this.dataset.user) return this.#show();
    outbox.bar();
    socket.deny();
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
    this.#offer(state);
    this.#label(state);
    if (state === "reconnecting" && socket.due) {
      this.#tick = setInterval(() => this.#label(state), 1_000);
    }
    if (state !== this.#said) this.#speak(state);
  }

  // A button that goes with the focus hands it to the next one.
  #offer(state) {
    const focused = this.contains(document.activeElement) ? document.activeElement : null;
    for (const [name, states] of Object.entries(BUTTONS)) {
      this[name].hidden = !states.includes(state);
    }
    const [word, icon] = feed.paused ? ["Resume", "resume"] : ["Pause", "pause"];
    this.hold.querySelector(".word").textContent = word;
    const use = this.hold.querySelector("use");
    use.setAttribute("href", `${use.getAttribute("href").split("#")[0]}#${icon}`);
    if (focused?.hidden) this.querySelector(":is(button, a):not([hidden])")?.focus();
  }

  #label(state) {
    const [label, more] = words(state, { due: socket.due, held: feed.held });
    this.label.textContent = label;
    this.more.textContent = more;
  }

  // Once per loss, however it goes on until the connection is back.
  #speak(state) {
    const said = spoken(state, { wasLost: this.#lost });
    this.#said = state;
    if (["reconnecting", "offline", "slow"].includes(state)) this.#lost = true;
    if (["live", "outdated"].includes(state)) this.#lost = false;
    if (said?.warning) warn(said.warning);
    else if (said) say(said.text);
  }
}

customElements.define("live-connection", LiveConnection);
