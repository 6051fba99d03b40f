import assert from "node:assert/strict";
import { test } from "node:test";

import { TaskStore } from "../../static/js/lib/store.js";

const task = (id, version, more = {}) => ({ id, version, ...more });

test("of several versions the newest is drawn, once", () => {
  const store = new TaskStore();
  for (const version of [1, 3, 2]) store.offer(task("a", version));

  assert.deepEqual(store.take(), { tasks: [task("a", 3)], removed: [] });
  assert.deepEqual(store.take(), { tasks: [], removed: [] });
});

test("what the page shows already is no news", () => {
  const store = new TaskStore();
  store.show("a", 5);

  assert.equal(store.offer(task("a", 4)), false);
  assert.equal(store.offer(task("a", 5)), false);
  assert.equal(store.offer(task("a", 6)), true);
});

test("a drawn version is not drawn again", () => {
  const store = new TaskStore();
  store.show("a", 1);
  store.offer(task("a", 2));
  store.take();

  assert.equal(store.offer(task("a", 2)), false);
});

test("fields that a newer message leaves out are kept from the one before", () => {
  const store = new TaskStore();
  store.offer(task("a", 1, { artifacts: ["report"] }));
  store.offer(task("a", 2, { status: "completed" }));

  const [drawn] = store.take().tasks;
  assert.deepEqual(drawn, task("a", 2, { artifacts: ["report"], status: "completed" }));
});

test("a row fetched meanwhile is not drawn back to what waited", () => {
  const store = new TaskStore();
  store.show("a", 1);
  store.offer(task("a", 2));
  store.show("a", 3);

  assert.deepEqual(store.take().tasks, []);
});

test("an older version of a task without a row is dropped as well", () => {
  const store = new TaskStore();
  store.offer(task("a", 2));
  store.take();

  assert.equal(store.offer(task("a", 1)), false);
  assert.equal(store.offer(task("a", 3)), true);
});

test("a removed task is told once, and nothing about it after that", () => {
  const store = new TaskStore();
  for (const id of ["a", "b"]) {
    if (id === "a") store.show(id, 1);
    store.offer(task(id, 2));
    store.remove(id);
    store.remove(id);
    assert.equal(store.offer(task(id, 3)), false);
  }

  assert.deepEqual(store.take(), { tasks: [], removed: ["a", "b"] });
  store.remove("a");
  assert.deepEqual(store.take().removed, []);
});

test("that a task left is said by its newest version alone", () => {
  const store = new TaskStore();
  store.offer(task("a", 1, { left: true }));
  store.offer(task("b", 1, { left: false }));
  store.offer(task("a", 2)); // the answer to an action knows of no filter
  store.offer(task("b", 2, { left: true }));

  assert.deepEqual(store.take().tasks, [task("a", 2), task("b", 2, { left: true })]);
});

test("after a reset even lower versions are news", () => {
  const store = new TaskStore();
  store.show("a", 5);
  store.remove("b");
  store.reset();

  assert.equal(store.size, 0);
  assert.equal(store.offer(task("a", 2)), true);
  assert.equal(store.offer(task("b", 1)), true);
});

test("tasks without a row are not remembered for ever", () => {
  const store = new TaskStore();
  for (let n = 0; n <= 5_000; n += 1) store.offer(task(`task ${n}`, 2));
  store.take();

  assert.equal(store.offer(task("task 0", 1)), true);
  assert.equal(store.offer(task("task 5000", 1)), false);
});

test("it counts tasks that wait, not messages", () => {
  const store = new TaskStore();
  for (const id of ["a", "a", "b"]) store.offer(task(id, store.size + 1));

  assert.equal(store.size, 2);
});

test("any order of any messages ends on the newest version of each task", () => {
  for (let round = 0; round < 200; round += 1) {
    const store = new TaskStore();
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
      for (const each of store.take().tasks) {
        assert.ok(each.version > (shown.get(each.id) ?? 0));
        shown.set(each.id, each.version);
      }
    }
  }
});

test("rows that left the page are forgotten, the last of them remembered", () => {
  const store = new TaskStore();
  store.showOnly(new Map([["a", 2], ["b", 2]]));
  store.showOnly(new Map([["b", 3]]));

  assert.equal(store.offer(task("a", 2)), false);
  assert.equal(store.offer(task("b", 3)), false);
  for (let n = 0; n < 6_000; n += 1) store.showOnly(new Map([[`row ${n}`, 2]]));
  assert.equal(store.offer(task("row 5999", 2)), false);
  assert.equal(store.offer(task("row 5990", 2)), false);
  assert.equal(store.offer(task("a", 2)), true); // 5,000 others ago
});
