// How long a task has run: fixed once it ended, growing every second until then.

import { feed } from "./feed.js";
import { lasting } from "./times.js";

const EVERY_MS = 1_000;

// Returns the words, and since when they grow: empty unless the task runs now.
export function duration({ status, started_at, finished_at }) {
  if (!started_at) return { words: "", since: "" };
  if (finished_at) return { words: between(started_at, Date.parse(finished_at)), since: "" };
  if (status !== "processing") return { words: "", since: "" };
  return { words: between(started_at, Date.now()), since: started_at };
}

export function keepCounting() {
  setInterval(() => {
    if (feed.paused || document.hidden) return;
    for (const place of document.querySelectorAll("[data-since]")) {
      const text = between(place.dataset.since, Date.now());
      if (place.textContent !== text) place.textContent = text;
    }
  }, EVERY_MS);
}

function between(start, end) {
  const seconds = (end - Date.parse(start)) / 1_000;
  return lasting(seconds);
}
