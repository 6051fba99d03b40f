// The file field: takes dropped files, shows what was chosen, and what is wrong with it.

class DropZone extends HTMLElement {
  #leaving = null;

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const on = (target, name, work) => target.addEventListener(name, work, { signal });
    this.input = this.querySelector("input[type=file]");
    this.chosen = this.querySelector("[data-chosen]");
    this.errors = this.querySelector("[data-errors]");
    on(this.input, "change", () => this.#show());
    on(this, "dragover", (event) => this.#hover(event));
    on(this, "dragleave", () => this.removeAttribute("data-over"));
    on(this, "drop", (event) => this.#take(event));
    this.#show({ keepErrors: true });
  }

  disconnectedCallback() {
    this.#leaving.abort();
  }

  #hover(event) {
    event.preventDefault();
    this.setAttribute("data-over", "");
  }

  #take(event) {
    event.preventDefault();
    this.removeAttribute("data-over");
    if (!event.dataTransfer.files.length) return;
    this.input.files = event.dataTransfer.files;
    this.#show();
  }

  #show({ keepErrors = false } = {}) {
    const files = [...this.input.files];
    this.chosen.hidden = !files.length;
    this.chosen.replaceChildren(...files.map((file) => item(`${file.name}, ${size(file.size)}`)));
    if (keepErrors && !files.length) return;
    const wrong = files.map((file) => this.#complaint(file)).filter(Boolean);
    const most = Number(this.dataset.most) || Infinity;
    if (files.length > most) wrong.unshift(`At most ${most} files are taken at once. Choose fewer.`);
    this.errors.hidden = !wrong.length;
    this.errors.replaceChildren(...wrong.map(item));
    this.input.toggleAttribute("aria-invalid", wrong.length > 0);
  }

  // The server checks again; this only saves the way.
  #complaint(file) {
    const { accepts, limit, limitWords } = this.dataset;
    const name = file.name.toLowerCase();
    if (!accepts.split(",").some((ending) => name.endsWith(ending))) {
      return `“${file.name}” is of another kind. Taken are: ${accepts.replaceAll(",", ", ")}.`;
    }
    if (file.size > Number(limit)) {
      return `“${file.name}” is too large: at most ${limitWords} are taken.`;
    }
    return file.size ? "" : `“${file.name}” is empty. Choose a file with content.`;
  }
}

function item(text) {
  const node = document.createElement("li");
  node.textContent = text;
  return node;
}

function size(bytes) {
  const units = ["bytes", "kB", "MB", "GB"];
  let number = bytes;
  while (number >= 1_000 && units.length > 1) {
    number /= 1_000;
    units.shift();
  }
  return `${number.toFixed(number < 10 && units[0] !== "bytes" ? 1 : 0)} ${units[0]}`;
}

customElements.define("drop-zone", DropZone);
