// Keeps “5 min ago” true on a page that stays open; `tasks_app/admin/words.py` agrees.

const STEPS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
];
const EVERY_MS = 30_000;

export function ago(seconds) {
  for (const [unit, size] of STEPS) {
    if (seconds >= size) return `${Math.floor(seconds / size)} ${unit} ago`;
  }
  return "just now";
}

export function keepTrue() {
  setInterval(() => {
    for (const time of document.querySelectorAll("time[data-ago]")) {
      const text = ago((Date.now() - Date.parse(time.dateTime)) / 1_000);
      if (time.textContent !== text) time.textContent = text;
    }
  }, EVERY_MS);
}
