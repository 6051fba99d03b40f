// The states of the connection in words.

import { MOST_HELD } from "./lib/store.js";
import { counted } from "./lib/words.js";

// Which buttons the chip has in which state.
export const BUTTONS = {
  hold: ["live", "paused", "slow", "outdated"],
  again: ["reconnecting", "offline", "slow"],
  signin: ["denied"],
  reload: ["outdated", "other"],
};

// Returns what is always said, and what is added where there is room for it. `due` is
// when the next try begins, `held` how many changes wait.
export function words(state, { due = 0, held = 0, now = Date.now() } = {}) {
  const seconds = Math.max(1, Math.ceil((due - now) / 1_000));
  const [exact, noun] = counted(held, "change").split(" ");
  const number = held > MOST_HELD ? `${MOST_HELD.toLocaleString("en")}+` : exact;
  return {
    closed: ["Connecting", ""],
    connecting: ["Connecting", ""],
    live: ["Live", ""],
    paused: held ? [`Paused, ${number}`, ` ${noun} held`] : ["Paused", ""],
    reconnecting: due ? [`Reconnecting in ${seconds} s`, ""] : ["Reconnecting", ""],
    slow: ["Slow updates", ", every 5 s"],
    offline: ["Offline", ""],
    denied: ["Signed out", ""],
    other: ["Another person", " is signed in"],
    outdated: ["New version", ""],
  }[state];
}

// Returns what is said aloud when the state becomes this: {warning} or {text}.
export function spoken(state, { wasLost }) {
  if (["reconnecting", "offline"].includes(state)) {
    return wasLost ? null : { warning: "The connection is lost. This page is not live." };
  }
  const warning = {
    denied: "You are signed out. Sign in again to go on.",
    other: "Another person is signed in now. Reload the page to go on.",
  }[state];
  if (warning) return { warning };
  const text = {
    live: wasLost ? "The connection is back." : "",
    slow: "This page is updated every 5 seconds until the connection is back.",
    outdated: "There is a new version of this page. Reload when it suits you.",
  }[state];
  return text ? { text } : null;
}
