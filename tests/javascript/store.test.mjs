import assert from "node:assert/strict";
import { test } from "node:test";

import { NewestStore } from "../../static/js/store.js";

const task = (id, version, more = {}) => ({ id, version, ...more });

test("of several versions the newest is drawn, once", () => {
  const store = new NewestStore();
  for (const version of [1, 3, 2]) store.offer(task("a", version));

  assert.deepEqual(store.take(), [task("a", 3)]);
  assert.deepEqual(store.take(), []);
});

test("what the page shows already is no news", () => {
  const store = new NewestStore();
  store.show("a", 5);

  assert.equal(store.offer(task("a", 4)), false);
  assert.equal(store.offer(task("a", 5)), false);
  assert.equal(store.offer(task("a", 6)), true);
});

test("a drawn version is not drawn again", () => {
  const store = new NewestStore();
  store.show("a", 1);
  store.offer(task("a", 2));
  store.take();

  assert.equal(store.offer(task("a", 2)), false);
});

test("fields that a newer message leaves out are kept from the one before", () => {
  const store = new NewestStore();
  store.offer(task("a", 1, { artifacts: ["report"] }));
  store.offer(task("a", 2, { status: "completed" }));

  const [drawn] = store.take();
  assert.deepEqual(drawn, task("a", 2, { artifacts: ["report"], status: "completed" }));
});

test("it counts tasks that wait, not messages", () => {
  const store = new NewestStore();
  for (const id of ["a", "a", "b"]) store.offer(task(id, store.size + 1));

  assert.equal(store.size, 2);
});

test("any order of any messages ends on the newest version of each task", () => {
  for (let round = 0; round < 200; round += 1) {
    const store = new NewestStore();
    const shown = new Map();
    const newest = new Map();
    for (const id of ["a", "b", "c"]) store.show(id, 0);
    for (let step = 0; step < 50; step += 1) {
      const id = "abc"[Math.floor(Math.random() * 3)];
      const version = 1 + Math.floor(Math.random() * 30);
      newest.set(id, Math.max(newest.get(id) ?? 0, version));
      store.offer(task(id, version));
      if (Math.random() < 0.2) draw();
    }
    draw();
    assert.deepEqual([...shown].sort(), [...newest].sort());

    function draw() {
      for (const each of store.take()) {
        assert.ok(each.version > (shown.get(each.id) ?? 0));
        shown.set(each.id, each.version);
      }
    }
  }
});
