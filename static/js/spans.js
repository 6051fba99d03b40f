// Durations on an axis; `tasks_app/admin/charts.py` writes them in words.

const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
];

// Between two lines of a grid, in seconds.
export const STEPS = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800],
  ...[3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 432_000],
];

export function readable(seconds) {
  if (seconds === 0) return "0";
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? ["ms", 0.001];
  const number = seconds / size;
  return `${number < 10 ? Math.round(number * 10) / 10 : Math.round(number)} ${unit}`;
}
