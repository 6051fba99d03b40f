// The ticked rows of the list, and the bar that acts on them or on all that match.

export class Ticks {
  #last = null; // the box from which Shift ticks a range

  constructor(list, signal) {
    const part = (name) => list.querySelector(`[data-${name}]`);
    this.list = list;
    [this.bar, this.words, this.every, this.clear] = ["bulk", "ticked", "tick-all", "untick"].map(part);
    this.allLabel = part("all");
    this.all = this.allLabel.querySelector("input");
    this.offersAll = !this.allLabel.hidden;
    this.summary = part("summary");
    this.every.hidden = this.clear.hidden = false;
    const on = (target, name, work) => target.addEventListener(name, work, { signal });
    on(this.every, "change", () => this.set(this.every.checked));
    on(this.clear, "click", () => {
      this.set(false);
      this.every.focus();
    });
    on(list, "click", (event) => this.#reach(event));
    on(list, "change", (event) => {
      if (event.target.name === "id") this.all.checked = false;
      this.show();
    });
    this.show();
  }

  get boxes() {
    return [...this.list.querySelectorAll("input[name=id]")];
  }

  get ids() {
    return this.boxes.filter((box) => box.checked).map((box) => box.value);
  }

  set(ticked) {
    for (const box of this.boxes) box.checked = ticked;
    this.all.checked = false;
    this.show();
  }

  show() {
    const { boxes } = this;
    const number = this.ids.length;
    const whole = number > 0 && number === boxes.length;
    this.bar.hidden = !number;
    this.summary.hidden = Boolean(number);
    this.words.textContent = this.all.checked ? "All that match" : `${number} ticked`;
    this.every.checked = whole;
    this.every.indeterminate = number > 0 && !whole;
    this.allLabel.hidden = !this.offersAll || !(whole || this.all.checked);
  }

  // With Shift every row from the last one clicked to this one becomes as this one.
  #reach(event) {
    const box = event.target.closest("input[name=id]");
    if (!box) return;
    const { boxes } = this;
    const [from, to] = [boxes.indexOf(this.#last), boxes.indexOf(box)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) {
      for (const each of boxes.slice(from, to + 1)) each.checked = box.checked;
    }
    this.#last = box;
  }
}
