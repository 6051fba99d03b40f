import assert from "node:assert/strict";
import { test } from "node:test";

import { Follows } from "../../static/js/lib/follows.js";
import { Clock, settled } from "./clock.mjs";
import { recorded, socketOn } from "./server.mjs";

const id = (n) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const task = (n, version) => ({ id: id(n), version });

// The tasks a page follows, with the server's end of its sockets.
function page() {
  const connections = recorded();
  const clock = new Clock();
  const connect = (protocols) => socketOn(clock, { protocols });
  const follows = new Follows("ws://server/", connect, clock);
  return { clock, follows, last: () => connections.at(-1), connections };
}

function follower(credential = null) {
  const told = [];
  return {
    heard: told,
    states: [],
    told: (kind, each) => told.push([kind, each?.version ?? null]),
    connected(state) {
      this.states.push(state);
    },
    credential: () => credential,
  };
}

const subscribed = ({ sent }) => sent.filter(({ action }) => action === "subscribe");

async function greeted(all) {
  await settled();
  all.last().greet();
}

test("what one turn of the page follows is one socket and one watch", async () => {
  const all = page();
  for (const n of [1, 2, 1]) all.follows.follow(id(n), follower());
  await greeted(all);

  assert.equal(all.connections.length, 1);
  assert.deepEqual(subscribed(all.last()).map(({ tasks }) => tasks), [[id(1), id(2)]]);
});

test("each hears of its own task, the newest version, once", async () => {
  const all = page();
  const [one, two] = [follower(), follower()];
  all.follows.follow(id(1), one);
  all.follows.follow(id(2), two);
  await greeted(all);
  for (const version of [3, 2, 3, 4]) {
    all.last().say({ type: "update", frame: 1, cursor: "c", tasks: [task(1, version)] });
  }

  assert.deepEqual(one.heard, [["task", 3], ["task", 4]]);
  assert.deepEqual(two.heard, []);
});

test("who comes later is told at once what is known", async () => {
  const all = page();
  all.follows.follow(id(1), follower());
  await greeted(all);
  all.last().say({ type: "update", frame: 1, cursor: "c", tasks: [task(1, 3)] });
  const late = follower();
  all.follows.follow(id(1).toUpperCase(), late);
  await settled();

  assert.deepEqual(late.heard, [["task", 3]]);
  assert.deepEqual(late.states, ["live"]);
  assert.equal(subscribed(all.last()).length, 1);
});

test("a task that may not be seen, or was removed, is told as such", async () => {
  const all = page();
  const [one, two] = [follower(), follower()];
  all.follows.follow(id(1), one);
  all.follows.follow(id(2), two);
  await greeted(all);
  const [{ id: subscription }] = subscribed(all.last());
  const tasks = [task(2, 1)];
  all.last().say({ type: "snapshot", subscription, tasks, missing: [id(1)], cursor: "c" });
  all.last().say({ type: "removed", ids: [id(2)], cursor: "c" });
  all.last().say({ type: "update", frame: 1, cursor: "c", tasks: [task(2, 9)] });

  assert.deepEqual(one.heard, [["missing", null]]);
  assert.deepEqual(two.heard, [["task", 1], ["removed", 1]]);
});

test("what is no id does not spoil the watch of others", async () => {
  const all = page();
  const wrong = follower();
  all.follows.follow("7", wrong);
  all.follows.follow(id(1), follower());
  await greeted(all);

  assert.deepEqual(wrong.heard, [["missing", null]]);
  assert.deepEqual(subscribed(all.last())[0].tasks, [id(1)]);
});

test("a moved element keeps the socket; the last to leave closes it", async () => {
  const all = page();
  const leave = all.follows.follow(id(1), follower());
  await greeted(all);
  leave();
  const leaveAgain = all.follows.follow(id(1), follower());
  await all.clock.move(2_000);
  assert.equal(all.last().closed, false);

  leaveAgain();
  await all.clock.move(2_000);
  assert.equal(all.last().closed, true);
  all.follows.follow(id(1), follower());
  await greeted(all);
  assert.equal(all.connections.length, 2);
});

test("a thousand followers fit into the watches and messages the server takes", async () => {
  const all = page();
  all.follows.follow(id(0), follower());
  await greeted(all);
  for (let n = 1; n < 60; n += 1) {
    all.follows.follow(id(n), follower());
    await settled();
  }
  for (let n = 60; n < 1_200; n += 1) all.follows.follow(id(n), follower());
  await settled();

  const watches = new Map();
  for (const message of all.last().sent) {
    if (message.action === "subscribe") watches.set(message.id, message.tasks);
    if (message.action === "unsubscribe") watches.delete(message.id);
    assert.ok(watches.size <= 50);
    assert.ok((message.tasks?.length ?? 0) <= 500);
  }
  assert.equal(new Set([...watches.values()].flat()).size, 1_200);
});

test("a ticket is fetched anew for each connection", async () => {
  let tickets = 0;
  const all = page();
  all.follows.follow(id(1), follower());
  all.follows.follow(id(2), follower(async () => `t${(tickets += 1)}`));
  await greeted(all);
  all.last().end();
  await all.clock.move(1_000);

  const asked = all.connections.map(({ protocols }) => protocols);
  assert.deepEqual(asked, [
    ["sightline.v1", "sightline.ticket.t1"],
    ["sightline.v1", "sightline.ticket.t2"],
  ]);
});

test("who brings a ticket where a cookie was refused is let in", async () => {
  const all = page();
  const one = follower();
  all.follows.follow(id(1), one);
  await settled();
  all.last().end(4401);
  assert.equal(one.states.at(-1), "denied");

  one.credential = () => async () => "ticket";
  all.follows.renew();
  await greeted(all);
  assert.equal(one.states.at(-1), "live");
});
