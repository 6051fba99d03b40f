// The file field: takes chosen and dropped files, and says of each what is wrong with it.

import { Chosen } from "./chosen.js";
import { say } from "./notices.js";

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const LONGEST_NAME = 255;

class DropZone extends HTMLElement {
  #leaving = null;
  #every = [];
  locked = false; // while they are on their way

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const on = (target, name, work) => target.addEventListener(name, work, { signal });
    const part = (name) => this.querySelector(name);
    this.input = part("input[type=file]");
    this.list = part("[data-chosen]");
    this.errors = part("[data-errors]");
    this.template = part("template");
    on(this.input, "change", () => this.add(this.input.files));
    on(this, "dragover", (event) => this.#hover(event));
    on(this, "dragleave", () => this.removeAttribute("data-over"));
    on(this, "drop", (event) => this.#take(event));
    on(this.list, "click", (event) => {
      const button = event.target.closest("[data-remove]");
      if (button) this.#remove(button);
    });
    if (this.input.files.length) this.add(this.input.files);
  }

  disconnectedCallback() {
    this.#leaving.abort();
  }

  // Those that are to be sent, in order.
  get ready() {
    return this.#every.filter(({ state }) => state === "ready" || state === "sending");
  }

  // Every file that is not started yet.
  get files() {
    return this.#every.filter(({ state }) => state !== "started").map(({ file }) => file);
  }

  add(files) {
    if (this.locked) return;
    this.clear();
    for (const file of files) {
      if (this.#every.some((chosen) => chosen.isLike(file))) continue;
      const chosen = new Chosen(file, this.template);
      this.#every.push(chosen);
      this.list.append(chosen.node);
    }
    this.complain([]);
    this.#judge();
  }

  // Forget what was started; the rest stays.
  clear() {
    for (const chosen of this.#every) if (chosen.state === "started") chosen.node.remove();
    this.#every = this.#every.filter(({ state }) => state !== "started");
    this.list.hidden = !this.#every.length;
  }

  // What is wrong with the files as a whole.
  complain(sentences) {
    this.errors.hidden = !sentences.length;
    this.errors.replaceChildren(...sentences.map(item));
    this.#mark();
  }

  // Not on their way any more: what is neither started nor refused may be sent again.
  rest() {
    for (const chosen of this.ready) chosen.judge("");
    this.#fill();
    this.#mark();
  }

  #hover(event) {
    event.preventDefault();
    this.setAttribute("data-over", "");
  }

  #take(event) {
    event.preventDefault();
    this.removeAttribute("data-over");
    this.add(event.dataTransfer.files);
  }

  // The focus goes to what took the place of the button.
  #remove(button) {
    const index = this.#every.findIndex(({ node }) => node.contains(button));
    const [gone] = this.#every.splice(index, 1);
    gone.node.remove();
    this.list.hidden = !this.#every.length;
    this.#judge();
    const next = this.#every[Math.min(index, this.#every.length - 1)];
    (next?.part("remove") ?? this.input).focus();
    say(`${gone.file.name} is removed.`);
  }

  // The server judges again; this only saves the way.
  #judge() {
    const most = Number(this.dataset.most) || Infinity;
    let number = 0;
    for (const chosen of this.#every) {
      const sentence = this.#complaint(chosen.file);
      if (!sentence && !chosen.fixed) number += 1;
      const tooMany = `At most ${most} files are taken at once. Start these, then add the others.`;
      chosen.judge(sentence || (number > most ? tooMany : ""));
    }
    const refused = this.#every.filter(({ state }) => state === "refused").length;
    const words = `${this.ready.length} chosen${refused ? `, ${refused} refused` : ""}.`;
    if (this.#every.length) say(words);
    this.list.hidden = !this.#every.length;
    this.#fill();
    this.#mark();
  }

  #complaint({ name, size }) {
    const { accepts, limit, limitWords } = this.dataset;
    const isTaken = accepts.split(",").some((ending) => name.toLowerCase().endsWith(ending));
    if (!isTaken) return `Of another kind. Taken are: ${accepts.replaceAll(",", ", ")}.`;
    if (size > Number(limit)) return `Too large: at most ${limitWords} are taken.`;
    if (!size) return "Empty. Choose a file with content.";
    if (INVISIBLE.test(name)) return "Its name contains invisible characters. Rename the file.";
    return name.length > LONGEST_NAME ? "Its name is too long. Rename the file." : "";
  }

  // The field holds what is to be sent: that is what its words count.
  #fill() {
    const held = new DataTransfer();
    for (const { file } of this.ready) held.items.add(file);
    this.input.files = held.files;
  }

  #mark() {
    const wrong = !this.errors.hidden || this.#every.some(({ state }) => state === "refused");
    if (wrong) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
  }
}

function item(text) {
  const node = document.createElement("li");
  node.textContent = text;
  return node;
}

customElements.define("drop-zone", DropZone);
