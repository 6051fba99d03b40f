// How much of each file was sent.

import assert from "node:assert/strict";
import test from "node:test";

import { size } from "../../static/js/chosen.js";
import { share } from "../../static/js/upload.js";

test("nothing of the files is sent while the fields before them are", () => {
  assert.deepEqual(share(100, 1_100, [600, 400]), [0, 0]);
});

test("files are sent one after the other", () => {
  assert.deepEqual(share(400, 1_100, [600, 400]), [300, 0]);
  assert.deepEqual(share(800, 1_100, [600, 400]), [600, 100]);
});

test("in the end each was sent as a whole", () => {
  assert.deepEqual(share(1_100, 1_100, [600, 0, 400]), [600, 0, 400]);
});

test("a total that is not known shares what was sent", () => {
  assert.deepEqual(share(700, 0, [600, 400]), [600, 100]);
});

test("sizes are written in the largest unit they fill", () => {
  assert.deepEqual(
    [0, 999, 1_000, 12_345, 1_234_567, 2_500_000_000_000].map(size),
    ["0 bytes", "999 bytes", "1.0 kB", "12 kB", "1.2 MB", "2500 GB"],
  );
});
