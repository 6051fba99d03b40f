// Counts down what a page waits for, by the server's clock.

import { lasting } from "./times.js";

// `part` says by `data-now` when the server wrote it.
export class Countdown {
  #ahead = 0; // of the server's clock, in milliseconds

  written(part) {
    this.#ahead = Number(part.dataset.now) * 1_000 - Date.now();
  }

  draw(part) {
    for (const time of part.querySelectorAll("time[data-until]")) {
      const left = Date.parse(time.dateTime) - Date.now() - this.#ahead;
      const text = left > 0 ? lasting(left / 1_000) : "a moment";
      if (time.textContent !== text) time.textContent = text;
    }
  }
}
