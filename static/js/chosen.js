// One chosen file: its name and size, its bar, and what is wrong with it.

const UNITS = ["bytes", "kB", "MB", "GB"];

export class Chosen {
  state = "ready"; // or refused, sending, started
  fixed = false; // refused by the server, which looked into it

  constructor(file, template) {
    this.file = file;
    this.node = template.content.cloneNode(true).firstElementChild;
    this.part = (name) => this.node.querySelector(`[data-${name}]`);
    this.part("name").textContent = file.name;
    this.part("size").textContent = size(file.size);
    this.part("remove").append(hidden(` ${file.name}`));
    this.part("bar").setAttribute("aria-label", `Upload of ${file.name}`);
    this.#turn("ready", "");
  }

  isLike(file) {
    const { name, size: bytes, lastModified } = this.file;
    return name === file.name && bytes === file.size && lastModified === file.lastModified;
  }

  // Nothing is wrong with it when there is no sentence.
  judge(sentence) {
    if (!this.fixed) this.#turn(sentence ? "refused" : "ready", sentence);
  }

  // What the server said.
  refuse(sentence) {
    this.fixed = true;
    this.#turn("refused", sentence.replaceAll(`“${this.file.name}”: `, ""));
  }

  move(bytes) {
    const percent = this.file.size ? Math.floor((100 * bytes) / this.file.size) : 100;
    this.part("bar").value = percent;
    this.#turn("sending", percent < 100 ? `${percent} %` : "Sent, being checked");
  }

  finish() {
    this.part("bar").value = 100;
    this.#turn("started", "Started");
  }

  #turn(state, words) {
    this.state = this.node.dataset.state = state;
    const [said, bar] = [this.part("said"), this.part("bar")];
    if (said.textContent !== words) said.textContent = words;
    bar.hidden = state === "ready" || state === "refused";
    this.part("remove").hidden = state === "sending" || state === "started";
  }
}

export function size(bytes) {
  let number = bytes;
  let unit = 0;
  while (number >= 1_000 && unit < UNITS.length - 1) {
    number /= 1_000;
    unit += 1;
  }
  return `${number.toFixed(number < 10 && unit ? 1 : 0)} ${UNITS[unit]}`;
}

function hidden(text) {
  const node = document.createElement("span");
  node.className = "visually-hidden";
  node.textContent = text;
  return node;
}
