import assert from "node:assert/strict";
import { test } from "node:test";

import { Filter } from "../../static/js/filter.js";

const filter = (words) => new Filter(JSON.stringify(words));
const task = {
  status: "pending",
  source: "api",
  queue: "default",
  priority: 0,
  batch: null,
  created_at: "2026-11-22T10:00:00.000Z",
  finished_at: null,
};

test("the socket is asked for the words it knows only", () => {
  const mixed = filter({ status: ["failed"], owner: "me", queue: "slow" });

  assert.deepEqual(mixed.watched, { status: ["failed"], owner: "me" });
  assert.equal(mixed.isWatched, false);
  assert.equal(filter({ search: "orders" }).isWatched, true);
});

test("the other words are compared here", () => {
  assert.equal(filter({ queue: "default", priority: 0 }).takes(task), true);
  assert.equal(filter({ queue: "slow" }).takes(task), false);
  assert.equal(filter({ priority: 5 }).takes(task), false);
  assert.equal(filter({ batch: "0199" }).takes(task), false);
});

test("who failed alike is not known here", () => {
  const alike = filter({ status: ["failed"], error_group: "a1" });

  assert.equal(alike.takes({ ...task, status: "failed" }), false);
  assert.equal(alike.isWatched, false);
});

test("a span has its first moment and not its last", () => {
  const moment = "2026-11-22T10:00:00Z";

  assert.equal(filter({ created_after: moment }).takes(task), true);
  assert.equal(filter({ created_before: moment }).takes(task), false);
  assert.equal(filter({ finished_before: moment }).takes(task), false);
  assert.equal(filter({ finished_after: moment }).takes(task), false);
});

test("an action on all is for the statuses it applies to, of those the filter takes", () => {
  const statuses = ["paused", "pending"];

  assert.deepEqual(filter({ queue: "slow" }).of(statuses), { queue: "slow", status: statuses });
  assert.deepEqual(filter({ status: ["failed", "paused"] }).of(statuses), { status: ["paused"] });
});
