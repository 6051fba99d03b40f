import assert from "node:assert/strict";
import { test } from "node:test";

import { BUTTONS, spoken, words } from "../../static/js/states.js";

const STATES = "connecting live paused reconnecting slow offline denied other outdated".split(" ");
const said = (state, more) => words(state, more).join("");

test("each state has words of its own", () => {
  const all = STATES.map((state) => said(state, { due: 9_000, held: 12, now: 2_500 }));
  assert.equal(new Set(all).size, STATES.length);
  assert.equal(said("reconnecting", { due: 9_000, now: 2_500 }), "Reconnecting in 7 s");
  assert.equal(said("paused", { held: 12 }), "Paused, 12 changes held");
  assert.equal(said("paused", { held: 1 }), "Paused, 1 change held");
  assert.equal(said("paused", { held: 5_001 }), "Paused, 5,000+ changes held"); // then it rests
});

test("what moves by itself can always be paused", () => {
  for (const state of ["live", "slow", "outdated", "paused"]) {
    assert.ok(BUTTONS.hold.includes(state));
  }
});

test("a loss is one warning, however it goes on", () => {
  const warnings = [];
  let wasLost = false;
  for (const state of ["live", "reconnecting", "offline", "reconnecting", "slow", "live"]) {
    const { warning } = spoken(state, { wasLost }) ?? {};
    if (warning) warnings.push(warning);
    wasLost = state !== "live";
  }
  assert.deepEqual(warnings, ["The connection is lost. This page is not live."]);
});

test("that nobody is signed in is a warning even after a loss", () => {
  for (const state of ["denied", "other"]) {
    assert.ok(spoken(state, { wasLost: true }).warning);
  }
});
