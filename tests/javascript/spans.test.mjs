// Durations beside the lines of a chart.

import assert from "node:assert/strict";
import { test } from "node:test";

import { MAGNITUDES, readable } from "../../static/js/spans.js";

test("a duration is told in its largest unit, with a decimal where that is small", () => {
  const told = [0.0004, 0.25, 1, 1.54, 59.6, 90, 4_000, 90_000].map(readable);

  assert.deepEqual(told, ["0.4 ms", "250 ms", "1 s", "1.5 s", "60 s", "1.5 min", "1.1 h", "1 d"]);
});

test("the lines of an axis rise and are told without a rest", () => {
  assert.deepEqual(MAGNITUDES, [...MAGNITUDES].sort((a, b) => a - b));
  for (const value of MAGNITUDES) assert.match(readable(value), /^\d+ [a-z]+$/);
});
