import assert from "node:assert/strict";
import { test } from "node:test";

import { SlowUpdates } from "../../static/js/lib/slow.js";
import { settled } from "./clock.mjs";
import { connected } from "./server.mjs";

// Slow updates beside a socket; `server.answer` is what HTTP answers.
async function beside(options = {}) {
  const server = { ...(await connected()), answer: "yes", asked: 0, told: [] };
  const ask = async () => {
    server.asked += 1;
    return server.answer;
  };
  const { clock, socket } = server;
  const slow = new SlowUpdates({ socket, ask, clock, random: () => 0.5, ...options });
  slow.addEventListener("change", ({ detail }) => server.told.push(detail));
  slow.addEventListener("due", () => server.told.push("due"));
  // Ends each connection until `tries` of them have failed; the waits are 1, 2, 4, 8 s.
  server.fail = async (tries) => {
    for (let n = 0; n < tries; n += 1) {
      await clock.move(1_000 * 2 ** n);
      server.last().end();
      await settled();
    }
  };
  return Object.assign(server, { slow });
}

// A connection that never said hello was a try; the first one did.
async function lost(options) {
  const server = await beside(options);
  server.last().greet();
  server.last().end();
  return server;
}

test("after three failed tries all is fetched every five seconds", async () => {
  const server = await lost();
  await server.fail(2);
  assert.equal(server.asked, 0);
  await server.clock.move(4_000);
  server.last().end();
  await settled();
  assert.deepEqual(server.told, [true, "due"]);
  await server.clock.move(5_000);
  assert.deepEqual(server.told, [true, "due", "due"]);
});

test("the waits are drawn, so that pages do not come together", async () => {
  for (const [draw, wait] of [
    [0, 4_000],
    [1, 6_000],
  ]) {
    const server = await lost({ random: () => draw });
    await server.fail(3);
    await server.clock.move(wait - 1);
    assert.equal(server.asked, 1);
    await server.clock.move(1);
    assert.equal(server.asked, 2);
  }
});

test("they end with the hello of a socket", async () => {
  const server = await lost();
  await server.fail(3);
  await server.clock.move(8_000);
  server.last().greet();
  assert.equal(server.slow.isOn, false);
  const { asked } = server;
  await server.clock.move(20_000);
  assert.equal(server.asked, asked);
});

test("where HTTP does not answer either they are not on, but looked for", async () => {
  const server = await lost();
  server.answer = "no";
  await server.fail(3);
  assert.deepEqual(server.told, []);
  server.answer = "yes";
  await server.clock.move(5_000);
  assert.deepEqual(server.told, [true, "due"]);
});

test("an ended session ends them, and the tries to connect", async () => {
  const server = await lost();
  server.answer = "denied";
  await server.fail(3);
  await server.clock.move(60_000);

  assert.equal(server.socket.state, "denied");
  assert.equal(server.asked, 1);
  assert.deepEqual(server.told, []);
});

test("nothing is fetched where nobody looks", async () => {
  let idle = true;
  const server = await lost({ isIdle: () => idle });
  await server.fail(3);
  await server.clock.move(5_000);
  assert.equal(server.asked, 0);
  idle = false;
  await server.clock.move(5_000);
  assert.deepEqual(server.told, [true, "due"]);
});
