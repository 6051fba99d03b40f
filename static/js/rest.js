// Nobody looks at a hidden tab: after a minute it watches nothing, and on return all
// that was missed is asked for.

import { feed } from "./feed.js";

const HIDDEN_MS = 60_000;
let timer = 0;

export function restWhileHidden() {
  document.addEventListener("visibilitychange", look);
  look();
}

function look() {
  clearTimeout(timer);
  if (document.hidden) timer = setTimeout(() => feed.rest(), HIDDEN_MS);
  else feed.wake();
}
