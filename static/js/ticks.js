// The ticked rows of the list, and the bar that acts on them.

export class Ticks {
  constructor(list, signal) {
    const part = (name) => list.querySelector(`[data-${name}]`);
    this.list = list;
    [this.bar, this.words, this.every, this.clear] = ["bulk", "ticked", "tick-all", "untick"].map(part);
    this.every.hidden = this.clear.hidden = false;
    this.every.addEventListener("change", () => this.set(this.every.checked), { signal });
    this.clear.addEventListener("click", () => this.set(false), { signal });
    list.addEventListener("change", () => this.show(), { signal });
    this.show();
  }

  get boxes() {
    return [...this.list.querySelectorAll("input[name=id]")];
  }

  set(ticked) {
    for (const box of this.boxes) box.checked = ticked;
    this.show();
  }

  show() {
    const { boxes } = this;
    const number = boxes.filter((box) => box.checked).length;
    this.bar.hidden = !number;
    this.words.textContent = `${number} ticked`;
    this.every.checked = number > 0 && number === boxes.length;
    this.every.indeterminate = number > 0 && number < boxes.length;
  }
}
