import assert from "node:assert/strict";
import { test } from "node:test";

import { Watcher } from "../../static/js/lib/watcher.js";
import { connected } from "./server.mjs";

const NAMES = ["tasks", "removed", "forget", "answered", "back", "error", "counts"];

// A watcher of the task “a” by the name “one”, and all that it told.
async function watching() {
  const server = await connected({ greeted: false });
  const watcher = new Watcher(server.socket);
  const told = [];
  for (const name of NAMES) {
    watcher.addEventListener(name, ({ detail }) => told.push([name, detail]));
  }
  watcher.watch("one", { tasks: ["a"] });
  server.last().greet();
  return { ...server, watcher, told };
}

const snapshot = (subscription, cursor, tasks = []) => ({
  type: "snapshot",
  subscription,
  tasks,
  missing: [],
  cursor,
});

const replay = (recovered, more = {}) => ({
  type: "replay",
  subscription: "one",
  recovered,
  tasks: [],
  cursor: "",
  ...more,
});

async function dropped({ last, clock }) {
  last().end();
  await clock.move(1_000);
  last().greet();
}

test("it comes back with the last place it was told", async () => {
  const all = await watching();
  assert.deepEqual(all.last().sent, [{ action: "subscribe", id: "one", tasks: ["a"] }]);
  all.last().say(snapshot("one", "c1"));
  all.last().say({ type: "update", frame: 1, cursor: "c2", tasks: [] });
  all.last().say({ type: "position", cursor: "c3" });
  all.last().say({ type: "removed", cursor: "", ids: [] }); // the server does not know one
  await dropped(all);

  const asked = { action: "subscribe", id: "one", tasks: ["a"], after: "c3" };
  assert.deepEqual(all.last().sent, [asked]);
});

test("what was missed is told, and then that nothing is missing", async () => {
  const all = await watching();
  all.last().say(snapshot("one", "c1"));
  await dropped(all);
  all.told.length = 0;
  const tasks = [{ id: "a", version: 2 }];
  all.last().say(replay(true, { tasks, removed: ["b"], cursor: "c9" }));

  assert.deepEqual(all.told, [
    ["tasks", tasks],
    ["removed", ["b"]],
    ["back", { whole: true, lost: true }],
  ]);
});

test("without a replay it asks for everything, and says that something may be missing", async () => {
  const all = await watching();
  all.last().say(snapshot("one", "c1"));
  await dropped(all);
  all.told.length = 0;
  all.last().say(replay(false));

  const again = { action: "subscribe", id: "one", tasks: ["a"] };
  assert.deepEqual(all.last().sent.at(-1), again);
  assert.deepEqual(all.told, [["forget", "one"]]);
  all.last().say(snapshot("one", "c9"));
  assert.deepEqual(all.told.at(-1), ["answered", { name: "one", missing: [] }]);
  assert.deepEqual(all.told.at(-2), ["back", { whole: false, lost: true }]);
});

test("a server that lost the thread while connected is believed too", async () => {
  const all = await watching();
  all.last().say(snapshot("one", "c1"));
  all.last().say(replay(false, { cursor: "new.1" }));
  all.last().say(snapshot("one", "new.2"));

  const backs = all.told.filter(([name]) => name === "back");
  assert.deepEqual(backs, [["back", { whole: false, lost: false }]]);
});

test("a watch that waits for its answer keeps its place, whatever others hear", async () => {
  const all = await watching();
  all.last().say(snapshot("one", "c1"));
  await dropped(all);
  all.watcher.watch("two", { filter: {} });
  all.last().say(snapshot("two", "c8"));
  all.last().say({ type: "update", frame: 1, cursor: "c9", tasks: [] });
  await dropped(all);

  const after = all.last().sent.map(({ id, after }) => [id, after]);
  assert.deepEqual(after, [
    ["one", "c1"],
    ["two", "c9"],
  ]);
});

test("an answer without a place is as new as what was said before it", async () => {
  const all = await watching();
  all.watcher.watch("two", { filter: {} });
  all.last().say(snapshot("one", "c1"));
  all.last().say({ type: "update", frame: 1, cursor: "", tasks: [] });
  all.last().say(snapshot("two", ""));
  await dropped(all);
  assert.deepEqual(all.last().sent.map(({ after }) => after), ["c1", "c1"]);

  all.last().say(replay(true, { cursor: "" })); // where it was is still true
  await dropped(all);
  assert.deepEqual(all.last().sent.map(({ after }) => after), ["c1", "c1"]);
});

test("every frame is acknowledged", async () => {
  const { last } = await watching();
  last().say(snapshot("one", "c1"));
  for (const frame of [1, 2]) last().say({ type: "update", frame, cursor: "c", tasks: [] });

  const acks = last().sent.filter(({ action }) => action === "ack");
  assert.deepEqual(acks, [
    { action: "ack", frame: 1 },
    { action: "ack", frame: 2 },
  ]);
});

test("a frame that is missing is asked for, once", async () => {
  const { last } = await watching();
  last().say(snapshot("one", "c1"));
  last().say({ type: "update", frame: 1, cursor: "c2", tasks: [] });
  last().say({ type: "update", frame: 3, cursor: "c3", tasks: [] });
  last().say({ type: "update", frame: 4, cursor: "c4", tasks: [] });
  for (let n = 0; n < 5; n += 1) last().say({ type: "position", cursor: "c5" });

  const asked = last().sent.filter(({ action, after }) => action === "subscribe" && after);
  assert.deepEqual(asked, [{ action: "subscribe", id: "one", tasks: ["a"], after: "c2" }]);
});

test("a beacon moves the place and asks for nothing", async () => {
  const { last } = await watching();
  last().say(snapshot("one", "c1"));
  const before = last().sent.length;
  for (const cursor of ["c5", "c6", "c7"]) last().say({ type: "position", cursor });

  assert.equal(last().sent.length, before);
});

test("a cursor the server does not know is forgotten", async () => {
  const all = await watching();
  all.last().say(snapshot("one", "c1"));
  await dropped(all);
  all.last().say({ type: "error", code: "bad_message", detail: "No.", ref: "one" });

  assert.deepEqual(all.last().sent.at(-1), { action: "subscribe", id: "one", tasks: ["a"] });
});

test("a watch that is refused is given up, and the refusal is told", async () => {
  const all = await watching();
  const refusal = { type: "error", code: "bad_message", detail: "No.", ref: "one" };
  all.last().say(refusal);
  await dropped(all);

  assert.deepEqual(all.last().sent, []);
  assert.ok(all.told.some(([name, detail]) => name === "error" && detail.ref === "one"));
});

test("what is watched no more is not asked for again", async () => {
  const all = await watching();
  all.last().say(snapshot("one", "c1"));
  all.watcher.unwatch("one");
  assert.deepEqual(all.last().sent.at(-1), { action: "unsubscribe", id: "one" });
  await dropped(all);

  assert.deepEqual(all.last().sent, []);
});

test("a rest asks for nothing, and what was missed comes after it", async () => {
  const all = await watching();
  all.last().say(snapshot("one", "c1"));
  all.watcher.rest();
  assert.deepEqual(all.last().sent.at(-1), { action: "unsubscribe", id: "one" });
  all.last().say({ type: "position", cursor: "c5" }); // of what nobody watches
  all.told.length = 0;
  all.watcher.wake();
  const asked = { action: "subscribe", id: "one", tasks: ["a"], after: "c1" };
  assert.deepEqual(all.last().sent.at(-1), asked);
  const tasks = [{ id: "a", version: 2 }];
  all.last().say(replay(true, { tasks, cursor: "c9" }));

  assert.deepEqual(all.told, [
    ["tasks", tasks],
    ["back", { whole: true, lost: false }],
  ]);
});

test("a connection that comes back during a rest waits for its end", async () => {
  const all = await watching();
  all.last().say(snapshot("one", "c1"));
  all.watcher.rest();
  await dropped(all);
  all.watcher.watch("two", { tasks: ["b"] });
  assert.deepEqual(all.last().sent, []);
  all.told.length = 0;
  all.watcher.wake();
  assert.deepEqual(all.last().sent.map(({ id, after }) => [id, after]), [
    ["one", "c1"],
    ["two", undefined],
  ]);
  all.last().say(replay(true, { cursor: "c9" }));
  all.last().say(snapshot("two", "c9"));

  assert.deepEqual(all.told.at(-2), ["back", { whole: false, lost: true }]);
});
