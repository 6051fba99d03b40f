// What people are told: toasts for the eye, one polite region for the ear.

const SUCCESS_MS = 6_000;
const SUMMARY_MS = 5_000;
const MOST = 4; // toasts at once
const counts = new Map();
let summary = 0;

// `kind` is success, or error, which stays until it is closed. Returns the notice.
export function toast(text, kind = "success") {
  const box = document.getElementById("toasts");
  const notice = document.createElement("div");
  notice.className = "toast";
  notice.dataset.kind = kind;
  const words = document.createElement("span");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "quiet";
  close.textContent = "Close";
  close.addEventListener("click", () => notice.remove());
  notice.append(words, close);
  box.append(notice);
  while (box.children.length > MOST) box.firstElementChild.remove();
  if (kind === "success") expire(notice);
  if (kind === "error") warn(text);
  else say(text);
  return notice;
}

// Said when the reader is done with what it says now.
export function say(text) {
  document.getElementById("spoken").textContent = text;
}

// Said at once.
export function warn(text) {
  document.getElementById("warned").textContent = text;
}

// Counts tasks that ended; the sum is said at most every five seconds.
export function count(label) {
  counts.set(label, (counts.get(label) ?? 0) + 1);
  summary ||= setTimeout(() => {
    summary = 0;
    say([...counts].map(([word, n]) => `${n} ${word.toLowerCase()}`).join(", "));
    counts.clear();
  }, SUMMARY_MS);
}

// Goes by itself, but not while somebody reads it.
function expire(notice) {
  let timer = setTimeout(() => notice.remove(), SUCCESS_MS);
  const hold = () => clearTimeout(timer);
  const release = () => {
    hold();
    timer = setTimeout(() => notice.remove(), SUCCESS_MS);
  };
  notice.addEventListener("pointerenter", hold);
  notice.addEventListener("focusin", hold);
  notice.addEventListener("pointerleave", release);
  notice.addEventListener("focusout", release);
}
