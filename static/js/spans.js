// Durations on an axis; `tasks_app/admin/charts.py` writes them in words.

const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
];

// Where an axis of magnitudes has its lines, in seconds.
export const MAGNITUDES = [0.001, 0.01, 0.1, 1, 10, 60, 600, 3600, 36_000, 86_400, 864_000];

export function readable(seconds) {
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? ["ms", 0.001];
  const number = seconds / size;
  return `${number < 10 ? Math.round(number * 10) / 10 : Math.round(number)} ${unit}`;
}
