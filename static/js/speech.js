// What is said to those who listen: at most one sentence every five seconds, and
// warnings at once.

const EVERY_MS = 5_000;
const MOST = 3; // sentences at once
const counts = new Map();
let waiting = [];
let timer = 0;

// Said when the reader is done with what it says now.
export function say(text) {
  waiting.push(text);
  if (!timer) speak();
}

// Said at once.
export function warn(text) {
  put("warned", text);
}

// Counts tasks that ended; the sum is said.
export function count(label) {
  counts.set(label, (counts.get(label) ?? 0) + 1);
  timer ||= setTimeout(speak, EVERY_MS);
}

function speak() {
  timer = 0;
  const sum = [...counts].map(([word, n]) => `${n} ${word.toLowerCase()}`).join(", ");
  const told = [...waiting.slice(-MOST), ...(sum ? [sum] : [])];
  waiting = [];
  counts.clear();
  if (!told.length) return;
  put("spoken", told.join(" "));
  timer = setTimeout(speak, EVERY_MS);
}

// A node of its own each time: the same words twice are said twice.
function put(region, text) {
  document.getElementById(region).replaceChildren(document.createTextNode(text));
}
