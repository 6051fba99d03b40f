// How fast a task goes, and how long it may still take.

import assert from "node:assert/strict";
import { test } from "node:test";

import { about, Pace } from "../../static/js/lib/pace.js";

const news = (current, total = null, attempt = 1) => ({
  attempt,
  progress: { current, total },
});

test("one piece of news says nothing about the rate", () => {
  const pace = new Pace();

  pace.take(news(500, 1_000), 0);

  assert.equal(pace.words(100), "");
});

test("rate and rest are told in words", () => {
  const pace = new Pace();
  for (const second of [0, 1, 2, 3]) {
    pace.take(news(1_240 * second, 150_000), 1_000 * second);
  }

  assert.equal(pace.words(3_100), "1,240 a second, about 2 min left");
});

test("without a total only the rate is told", () => {
  const pace = new Pace();
  for (const second of [0, 1, 2]) pace.take(news(3 * second), 1_000 * second);

  assert.equal(pace.words(2_000), "3 a second");
});

test("what is slower than one a second is told by the minute", () => {
  const pace = new Pace();
  pace.take(news(0), 0);
  pace.take(news(2), 10_000);

  assert.equal(pace.words(10_000), "12 a minute");
});

test("a task that falls silent has no rate", () => {
  const pace = new Pace();
  for (const second of [0, 1, 2]) pace.take(news(50 * second), 1_000 * second);

  assert.notEqual(pace.words(12_000), "");
  assert.equal(pace.words(12_001), "");
});

test("a burst long ago does not count", () => {
  const pace = new Pace();
  pace.take(news(0), 0);
  pace.take(news(100_000), 1_000);
  for (let second = 10; second <= 40; second += 1) {
    pace.take(news(100_000 + 10 * second), 1_000 * second);
  }

  assert.equal(pace.words(40_000), "10 a second");
});

test("another attempt, and going back, begin anew", () => {
  const pace = new Pace();
  for (const second of [0, 1, 2]) pace.take(news(50 * second), 1_000 * second);

  pace.take(news(200, null, 2), 3_000);
  assert.equal(pace.words(3_000), "");

  for (const second of [4, 5, 6]) pace.take(news(200 + second, null, 2), 1_000 * second);
  pace.take(news(1, null, 2), 7_000);
  assert.equal(pace.words(7_000), "");
});

test("a message alone is no progress", () => {
  const pace = new Pace();
  for (const second of [0, 1, 2]) pace.take(news(50 * second), 1_000 * second);

  pace.take(news(100), 9_000);

  assert.equal(pace.words(9_500), "50 a second");
});

test("a guess is never too exact", () => {
  assert.equal(about(4), "a few seconds");
  assert.equal(about(37), "about 40 s");
  assert.equal(about(100), "about 2 min");
  assert.equal(about(7_000), "about 2 h");
  assert.equal(about(200_000), "about 2 d");
});
