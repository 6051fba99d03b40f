// The form of a schedule: the next runs as it is typed, and nothing typed is lost by accident.

const PAUSE_MS = 350; // after the last key
const RULE = /^(kind|minute|hour|day_of_month|month_of_year|day_of_week|timezone|at|every|period)$/;

class ScheduleForm extends HTMLElement {
  #leaving = null;
  #timer = 0;
  #asked = 0;
  #before = "";

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const on = (target, name, work) => target.addEventListener(name, work, { signal });
    this.form = this.querySelector("form");
    this.#before = this.querySelector(".trouble") ? "" : this.#typed();
    on(this.form, "input", ({ target }) => this.#hear(target));
    on(this.form, "submit", () => (this.#before = null));
    on(window, "pageshow", ({ persisted }) => persisted && (this.#before = ""));
    on(window, "beforeunload", (event) => this.#isChanged && event.preventDefault());
  }

  disconnectedCallback() {
    this.#leaving.abort();
    clearTimeout(this.#timer);
  }

  get #isChanged() {
    return this.#before !== null && this.#before !== this.#typed();
  }

  // The token is another one after each sign-in, and nobody typed it.
  #typed() {
    const typed = [...new FormData(this.form)].filter(([name]) => name !== "csrfmiddlewaretoken");
    return JSON.stringify(typed);
  }

  #hear({ name }) {
    if (name !== "operation" && !RULE.test(name)) return;
    clearTimeout(this.#timer);
    const wait = name === "operation" ? 0 : PAUSE_MS;
    this.#timer = setTimeout(() => this.#look(name === "operation"), wait);
  }

  // Of two questions only the answer to the newer one counts.
  async #look(isOther) {
    const number = (this.#asked += 1);
    const next = this.querySelector("[data-next]");
    next.ariaBusy = "true";
    const page = await ask(this.form);
    if (number !== this.#asked) return;
    next.ariaBusy = null;
    if (!page) return;
    if (isOther) this.#replace("[data-params]", page);
    this.#replace("[data-next]", page);
  }

  // The words are kept as a node, else no change of them is read out.
  #replace(selector, page) {
    const [now, then] = [this, page].map((place) => place.querySelector(selector));
    const [words, fresh] = [now, then].map((place) => place.querySelector("[data-words]"));
    if (words && fresh) {
      if (words.textContent !== fresh.textContent) words.textContent = fresh.textContent;
      while (words.nextSibling) words.nextSibling.remove();
      while (fresh.nextSibling) now.append(fresh.nextSibling);
    } else now.replaceChildren(...then.childNodes);
  }
}

// Null when something else than our form came, such as the sign-in page.
async function ask(form) {
  const headers = { "X-Fragment": "form" };
  const body = new FormData(form);
  body.append("look", "1");
  try {
    const response = await fetch(form.action, { method: "POST", headers, body });
    if (response.headers.get("X-Fragment") !== "form") return null;
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    return null;
  }
}

customElements.define("schedule-form", ScheduleForm);
