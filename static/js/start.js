// The form that starts tasks: sent without leaving the page, and lost by nothing.

import { adopt, apply, renew } from "./answer.js";
import { say, warn } from "./notices.js";
import "./operations.js";
import "./started.js";
import { look, send, share } from "./upload.js";

const OFFLINE = "You are offline. What is here stays; Start works again once you are back.";
const LOST = "The connection was lost. All of it is still here: press Start to try again. Nothing is started twice.";
const SIGNED_OUT = "You are signed out. Sign in in a new tab, then press Start again.";
const STOPPED = "The upload was cancelled. Nothing was started.";

class StartForm extends HTMLElement {
  #leaving = null;
  #upload = null; // while something is on its way
  #asked = 0;

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const on = (target, name, work) => target.addEventListener(name, work, { signal });
    this.form = this.querySelector("[data-start]");
    this.choices = this.querySelector("[data-choices]");
    on(this.form, "submit", (event) => {
      event.preventDefault();
      this.#start();
    });
    on(this.form, "click", (event) => this.#press(event.target.closest("button")));
    on(this.choices, "operation", ({ detail }) => this.#choose(detail));
    on(window, "online", () => this.#settle());
    on(window, "offline", () => this.#settle());
    on(window, "beforeunload", (event) => this.#upload && event.preventDefault());
    this.#settle();
  }

  disconnectedCallback() {
    this.#leaving.abort();
    this.#upload?.abort();
  }

  get #zone() {
    return this.form.querySelector("drop-zone");
  }

  #part(name) {
    return this.form.querySelector(`[data-${name}]`);
  }

  #press(button) {
    if (button?.matches("[data-stop]")) this.#upload?.abort();
    if (!button?.matches("[data-another]")) return;
    this.#zone?.clear();
    this.#tell("");
    this.form.querySelector("drop-zone input, .field :is(input, select, textarea)")?.focus();
  }

  async #start() {
    if (this.#upload || !navigator.onLine) return;
    this.#upload = new AbortController();
    this.#settle();
    const answer = await this.#send(this.#upload.signal);
    this.#upload = null;
    this.#settle();
    this.#hear(answer);
    this.#zone?.rest();
  }

  // Who has to sign in again learns that before anything large is sent.
  async #send(signal) {
    this.#tell("Starting");
    const { page, ...failed } = await look(this.form.action);
    if (!page) return failed;
    renew(page);
    const [now, then] = [this.form, page].map((each) => each.querySelector("[name=form]").dataset.who);
    if (now !== then) {
      adopt(this.form, page);
      return { words: `You are signed in as ${then} now, not as ${now}. To start this as ${then}, press Start again.` };
    }
    const chosen = this.#zone?.ready ?? [];
    const sizes = chosen.map(({ file }) => file.size);
    const body = new FormData(this.form);
    body.delete("file");
    for (const { file } of chosen) body.append("file", file);
    const progress = (loaded, total) => {
      share(loaded, total, sizes).forEach((bytes, index) => chosen[index].move(bytes));
      this.#part("stop").hidden = !sizes.length || loaded === total;
      if (sizes.length) this.#tell(loaded < total ? `Uploading, ${Math.floor((100 * loaded) / total)} %` : "Checking the files");
    };
    return { ...(await send(this.form.action, body, { progress, signal })), chosen };
  }

  #hear({ page, status, lost, stopped, words, chosen }) {
    if (page && chosen) return this.#take(page, chosen);
    const isSignedOut = status === 401 || status === 200;
    const other = `The server answered ${status}. All of it is still here: press Start to try again.`;
    const text = words ?? (lost ? LOST : stopped ? STOPPED : isSignedOut ? SIGNED_OUT : other);
    this.#tell(text, isSignedOut && !lost && !stopped && !words);
    warn(text);
  }

  #take(page, chosen) {
    const fresh = page.querySelector("[data-start]");
    const rows = page.querySelectorAll("[data-rows] > tr");
    const said = [...fresh.querySelectorAll("[data-errors] > li:not(.unscripted)")];
    const about = (number) =>
      said.filter((each) => each.dataset.number === number).map((each) => each.textContent);
    chosen.forEach((each, number) => {
      const sentences = about(String(number));
      if (sentences.length) each.refuse(sentences.join(" "));
      else if (rows.length) each.finish();
    });
    this.#zone?.complain(about(undefined));
    this.querySelector("live-started").add(rows);
    apply(this.form, fresh);
    const told = this.#part("told").textContent.trim();
    this.#part("another").hidden = !rows.length;
    if (!rows.length) return;
    this.form.elements.title.value = "";
    say(told);
  }

  // Shows the form of another operation, with the same files.
  async #choose(name) {
    const url = `?operation=${encodeURIComponent(name)}`;
    const number = (this.#asked += 1);
    const { page } = await look(url);
    if (number !== this.#asked) return;
    if (!page) return this.#stay();
    const files = this.#zone?.files ?? [];
    renew(page);
    this.form.replaceChildren(...page.querySelector("[data-start]").childNodes);
    this.form.action = url;
    history.replaceState(null, "", url);
    this.choices.settle(name);
    if (files.length) this.#zone?.add(files);
    this.#settle();
    this.form.querySelector("h2").focus();
  }

  #stay() {
    this.#tell("The form of this operation could not be fetched. Try again.");
    warn("The form of this operation could not be fetched. Try again.");
  }

  // What may be pressed now, and why not.
  #settle() {
    const [send, stop] = [this.#part("send"), this.#part("stop")];
    const busy = this.#upload !== null;
    const why = navigator.onLine ? "" : OFFLINE;
    send.setAttribute("aria-disabled", String(busy || Boolean(why)));
    this.choices.inert = busy;
    if (this.#zone) this.#zone.locked = busy;
    if (!busy) stop.hidden = true;
    const told = this.#part("told");
    if (why && !busy) this.#tell(why);
    else if (told.textContent === OFFLINE) this.#tell("");
  }

  #tell(text, withSignIn = false) {
    const told = this.#part("told");
    this.#part("another").hidden = true;
    told.replaceChildren(text);
    if (!withSignIn) return;
    const link = document.createElement("a");
    link.className = "button";
    link.href = this.dataset.login;
    link.target = "_blank";
    link.textContent = "Sign in";
    told.append(" ", link);
  }
}

customElements.define("start-form", StartForm);
