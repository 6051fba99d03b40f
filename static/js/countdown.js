// Counts down what a page waits for, by the server's clock.

import { lasting } from "./times.js";

// `part` says by `data-now` when the server wrote it.
export class Countdown {
  #ahead = -Infinity; // of the server's clock, in milliseconds

  // The way here takes its time, so the largest difference is the truest.
  written(part) {
    const ahead = Number(part.dataset.now) * 1_000 - Date.now();
    this.#ahead = Math.max(this.#ahead, ahead);
  }

  draw(part) {
    for (const time of part.querySelectorAll("time[data-until]")) {
      const left = Date.parse(time.dateTime) - Date.now() - this.#ahead;
      const text = left >= 1_000 ? whole(left / 1_000) : "a moment";
      if (time.textContent !== text) time.textContent = text;
    }
  }
}

// Tenths that run by would only disturb.
function whole(seconds) {
  return seconds < 60 ? `${Math.floor(seconds)} s` : lasting(seconds);
}
