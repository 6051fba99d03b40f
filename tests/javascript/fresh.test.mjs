import assert from "node:assert/strict";
import { test } from "node:test";

import { Fresh } from "../../static/js/fresh.js";

// A server whose answers are given by hand: `ends[n]("text")` answers the nth question.
function server() {
  const ends = [];
  const fetch = () => new Promise((resolve, reject) => ends.push({ resolve, reject }));
  return { ends, fresh: new Fresh(fetch) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("what is asked during a fetch is answered by a later one", async () => {
  const { ends, fresh } = server();
  const first = fresh.get();
  const second = fresh.get();
  ends[0].resolve("old");

  assert.equal(await first, "old");
  await settled();
  assert.equal(ends.length, 2);
  ends[1].resolve("new");
  assert.equal(await second, "new");
});

test("two fetches never run at once, so no answer overtakes another", async () => {
  const { ends, fresh } = server();
  fresh.get();
  fresh.get();
  await settled();

  assert.equal(ends.length, 1);
});

test("all who ask during a fetch share the one after it", async () => {
  const { ends, fresh } = server();
  const [, ...later] = [fresh.get(), fresh.get(), fresh.get()];
  ends[0].resolve("old");
  await settled();
  ends[1].resolve("new");

  assert.deepEqual(await Promise.all(later), ["new", "new"]);
  assert.equal(ends.length, 2);
});

test("a fetch that fails answers null and does not hold up the next", async () => {
  const { ends, fresh } = server();
  const [first, second] = [fresh.get(), fresh.get()];
  ends[0].reject(new Error("away"));

  assert.equal(await first, null);
  await settled();
  ends[1].resolve("new");
  assert.equal(await second, "new");
});
