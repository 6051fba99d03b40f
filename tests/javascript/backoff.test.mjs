import assert from "node:assert/strict";
import { test } from "node:test";

import { backoff } from "../../static/js/lib/backoff.js";

const SPANS = [
  [1_000, 2_000],
  [2_000, 4_000],
  [4_000, 8_000],
  [8_000, 16_000],
  [15_000, 30_000],
  [15_000, 30_000],
];

test("each try waits within its span, and both ends of it are possible", () => {
  SPANS.forEach(([least, most], tries) => {
    assert.equal(backoff(tries, () => 0), least);
    assert.equal(backoff(tries, () => 1), most);
  });
});

test("even the first try is drawn, so that pages do not come back all at once", () => {
  const draws = new Set(Array.from({ length: 100 }, () => backoff(0)));

  assert.ok(draws.size > 50);
});

test("it never waits longer than half a minute", () => {
  assert.equal(backoff(1_000, () => 1), 30_000);
});
