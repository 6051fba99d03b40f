// While a button of the pointer is down nothing may move: it goes up, and clicks, where
// it went down.

const CLICK_MS = 50; // after the button went up comes the click

export class Press {
  #wait = null;
  #end = null;

  constructor(element, signal) {
    element.addEventListener("pointerdown", () => this.#begin(), { signal });
    for (const name of ["pointerup", "pointercancel"]) {
      addEventListener(name, () => setTimeout(() => this.#finish(), CLICK_MS), { signal });
    }
  }

  get isDown() {
    return this.#wait !== null;
  }

  // Resolves as soon as no button is down.
  released() {
    return this.#wait ?? Promise.resolve();
  }

  #begin() {
    this.#wait ??= new Promise((resolve) => (this.#end = resolve));
  }

  #finish() {
    this.#wait = null;
    this.#end?.();
    this.#end = null;
  }
}
