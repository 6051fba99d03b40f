import assert from "node:assert/strict";
import { test } from "node:test";

import { Kept } from "../../static/js/lib/kept.js";
import { Outbox } from "../../static/js/lib/outbox.js";
import { Clock, settled } from "./clock.mjs";
import { Storage } from "./storage.mjs";

// A page whose requests are answered by hand, with a network or without.
function page({ storage = new Storage(), isOnline = () => true } = {}) {
  const requests = [];
  const outbox = new Outbox({
    fetch: (url, { body, headers }) =>
      new Promise((resolve) => {
        const answer = (status, text) => resolve(new Response(JSON.stringify(text), {
          status,
          headers: { "Content-Type": "application/json" },
        }));
        requests.push({ url, body: JSON.parse(body), headers, answer });
      }),
    url: (id, verb) => (id ? `${id}/${verb}` : "bulk"),
    token: () => "token",
    clock: new Clock(),
    random: () => 0,
    isOnline,
    kept: new Kept("outbox", { storage, person: "alice" }),
  });
  return { outbox, requests, urls: () => requests.map(({ url }) => url) };
}

test("an action on several tasks is one request with an outcome for each", async () => {
  const { outbox, requests, urls } = page();
  const answer = outbox.actOnSeveral(["a", "b"], "cancel");
  assert.deepEqual(requests[0].body, { action: "cancel", ids: ["a", "b"] });
  assert.deepEqual([outbox.pending("a"), outbox.pending("b")], ["cancel", "cancel"]);
  const outcomes = [{ id: "a", outcome: "done" }, { id: "b", outcome: "not_found" }];
  requests[0].answer(200, { outcomes });

  assert.deepEqual(await answer, { outcomes });
  assert.deepEqual(urls(), ["bulk"]);
  assert.equal(outbox.pending("b"), null);
});

test("it waits for its turn at each of its tasks, and others wait for it", async () => {
  const { outbox, requests, urls } = page();
  outbox.act("a", "pause");
  outbox.actOnSeveral(["a", "b"], "cancel");
  outbox.act("b", "retry");
  outbox.act("c", "cancel");
  assert.deepEqual(urls(), ["a/pause", "c/cancel"]);

  requests[0].answer(200, { id: "a" });
  await settled();
  assert.deepEqual(urls(), ["a/pause", "c/cancel", "bulk"]);
  requests[2].answer(200, { outcomes: [] });
  await settled();
  assert.deepEqual(urls().at(-1), "b/retry");
});

test("asked of one of them alone, the same verb is an action of its own", async () => {
  const { outbox, requests, urls } = page();
  outbox.actOnSeveral(["a", "b"], "cancel");
  const alone = outbox.act("b", "cancel");
  requests[0].answer(200, { outcomes: [] });
  await settled();
  requests[1].answer(200, { id: "b" });

  assert.deepEqual(await alone, { task: { id: "b" } });
  assert.deepEqual(urls(), ["bulk", "b/cancel"]);
});

test("without a network it is kept for the next page, with its key", async () => {
  const storage = new Storage();
  const first = page({ storage, isOnline: () => false });
  first.outbox.actOnSeveral(["a", "b"], "delete");
  const [waiting] = first.outbox.waiting;
  assert.deepEqual([waiting.verb, waiting.ids], ["delete", ["a", "b"]]);

  const second = page({ storage });
  const late = [];
  second.outbox.addEventListener("late", ({ detail }) => late.push(detail.answer));
  second.outbox.restore();
  assert.equal(second.requests[0].headers["Idempotency-Key"], waiting.key);
  second.requests[0].answer(200, { outcomes: [] });
  await settled();
  assert.deepEqual(late, [{ outcomes: [] }]);
});

test("taken back, it makes way for what was asked after it", async () => {
  let online = false;
  const { outbox, urls } = page({ isOnline: () => online });
  const told = [];
  const answer = outbox.actOnSeveral(["a", "b"], "pause");
  outbox.act("b", "cancel");
  outbox.addEventListener("pending", ({ detail: { id, verb } }) => told.push([id, verb]));
  outbox.withdraw(outbox.waiting[0].key);

  assert.equal((await answer).problem.code, "withdrawn");
  assert.deepEqual(told, [["b", "cancel"], ["a", null]]);
  online = true;
  outbox.wake();
  assert.deepEqual(urls(), ["b/cancel"]);
});
