import assert from "node:assert/strict";
import { test } from "node:test";

import { settled } from "./clock.mjs";
import { connected } from "./server.mjs";

// How long the socket waits before each of `number` tries that fail.
async function waits(number, random) {
  const { clock, socket, last } = await connected({ random, greeted: false });
  const found = [];
  while (found.length < number) {
    last().end();
    found.push(socket.due - clock.now());
    await clock.move(found.at(-1));
  }
  return found;
}

test("every wait is drawn, the first one too: 1-2 s at first, 15-30 s at last", async () => {
  const least = [1_000, 2_000, 4_000, 8_000, 15_000, 15_000];
  const most = [2_000, 4_000, 8_000, 16_000, 30_000, 30_000];

  assert.deepEqual(await waits(6, () => 0), least);
  assert.deepEqual(await waits(6, () => 1), most);
});

test("a hello makes the waits short again", async () => {
  const { clock, socket, last } = await connected({ greeted: false });
  for (let n = 0; n < 5; n += 1) {
    last().end();
    await clock.move(socket.due - clock.now());
  }
  last().greet();
  last().end();

  assert.equal(socket.due - clock.now(), 1_000);
});

test("it tells how it is doing", async () => {
  const { clock, states, last } = await connected();
  last().end();
  await clock.move(1_000);
  last().greet();

  assert.deepEqual(states, ["connecting", "live", "reconnecting", "reconnecting", "live"]);
});

test("a connection that says nothing after a ping is dead", async () => {
  const { clock, socket, connections, last } = await connected();
  await clock.move(20_000);
  assert.deepEqual(last().sent, [{ action: "ping" }]);

  await clock.move(9_999);
  assert.equal(socket.state, "live");
  await clock.move(1);
  assert.equal(socket.state, "reconnecting");
  assert.ok(connections[0].closed);
});

test("any message is a sign of life", async () => {
  const { clock, socket, last } = await connected();
  for (let n = 0; n < 5; n += 1) {
    await clock.move(20_000);
    last().say({ type: "position", cursor: "c" });
  }

  assert.equal(socket.state, "live");
  assert.equal(last().sent.length, 5);
});

test("a server that accepts and never says hello is given up", async () => {
  const { clock, socket } = await connected({ greeted: false });
  await clock.move(15_000);

  assert.equal(socket.state, "reconnecting");
});

test("who is not signed in is not let in by asking again", async () => {
  for (const code of [4401, 4403]) {
    const { clock, socket, connections, last } = await connected();
    last().end(code);
    await clock.move(600_000);

    assert.equal(socket.state, "denied");
    assert.equal(connections.length, 1);
  }
});

test("a refused ticket is replaced once; a second refusal is final", async () => {
  let tickets = 0;
  const protocols = async () => ["sightline.v1", `sightline.ticket.${(tickets += 1)}`];
  const { clock, socket, last } = await connected({ protocols });
  assert.deepEqual(last().protocols, ["sightline.v1", "sightline.ticket.1"]);

  last().end(4401);
  await clock.move(1_000);
  assert.deepEqual(last().protocols, ["sightline.v1", "sightline.ticket.2"]);
  last().end(4401);
  await clock.move(600_000);

  assert.equal(socket.state, "denied");
  assert.equal(tickets, 2);
});

test("a ticket that cannot be fetched is asked for again; one that is refused is not", async () => {
  const answers = [() => Promise.reject(new Error("away")), async () => null];
  const { clock, socket, connections } = await connected({
    protocols: () => answers.shift()(),
    greeted: false,
  });
  assert.equal(socket.state, "reconnecting");

  await clock.move(1_000);
  assert.equal(socket.state, "denied");
  assert.equal(connections.length, 0);
});

test("a new credential ends the denial", async () => {
  const { socket, connections, last } = await connected();
  last().end(4401);
  socket.renew();
  await settled();
  last().greet();

  assert.equal(socket.state, "live");
  assert.equal(connections.length, 2);
});

test("a server that asked for less is left alone for longer", async () => {
  const least = [];
  for (const code of [4408, 4429, 4400, 1009]) {
    const { clock, socket, last } = await connected();
    last().end(code);
    least.push(socket.due - clock.now());
  }

  assert.deepEqual(least, [4_000, 8_000, 15_000, 15_000]);
});

test("without a network nothing is tried; with one again, after a drawn moment", async () => {
  let online = true;
  const { clock, socket, connections } = await connected({ isOnline: () => online });
  online = false;
  socket.wentOffline();
  await clock.move(600_000);
  assert.equal(socket.state, "offline");
  assert.equal(connections.length, 1);

  online = true;
  socket.wentOnline();
  assert.equal(socket.due - clock.now(), 1_000);
  await clock.move(1_000);
  assert.equal(connections.length, 2);
});

test("what an earlier connection still says is not heard", async () => {
  const { clock, socket, connections, last } = await connected();
  const heard = [];
  socket.addEventListener("message", ({ detail }) => heard.push(detail.type));
  connections[0].end();
  await clock.move(1_000);
  connections[0].say({ type: "update" });
  last().greet();

  assert.deepEqual(heard, ["hello"]);
});

test("a stopped socket stays stopped, even while it waits for its ticket", async () => {
  let give;
  const protocols = () => new Promise((resolve) => (give = resolve));
  const { socket, connections } = await connected({ protocols, greeted: false });
  socket.stop();
  give([]);
  await settled();

  assert.equal(socket.state, "closed");
  assert.equal(connections.length, 0);
});
