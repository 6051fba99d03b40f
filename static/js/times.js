// Times in words on a page that stays open; `tasks_app/admin/words.py` agrees.

const STEPS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
];
const EVERY_MS = 30_000;

export function ago(seconds) {
  for (const [unit, size] of STEPS.slice(0, -1)) {
    if (seconds >= size) return `${Math.floor(seconds / size)} ${unit} ago`;
  }
  return "just now";
}

// A duration in its two largest units: `0.4 s`, `12 s`, `3 min 5 s`.
export function lasting(seconds) {
  const span = Math.max(0, seconds);
  if (span < 10) return `${span.toFixed(1)} s`;
  const whole = Math.floor(span);
  for (const [index, [unit, size]] of STEPS.slice(0, -1).entries()) {
    const [less, part] = STEPS[index + 1];
    if (whole >= size) {
      return `${Math.floor(whole / size)} ${unit} ${Math.floor((whole % size) / part)} ${less}`;
    }
  }
  return `${whole} s`;
}

export function keepTrue() {
  setInterval(() => {
    for (const time of document.querySelectorAll("time[data-ago]")) {
      const text = ago((Date.now() - Date.parse(time.dateTime)) / 1_000);
      if (time.textContent !== text) time.textContent = text;
    }
  }, EVERY_MS);
}
