import assert from "node:assert/strict";
import { test } from "node:test";

import { Kept } from "../../static/js/lib/kept.js";
import { Outbox } from "../../static/js/lib/outbox.js";
import { Clock, settled } from "./clock.mjs";
import { Storage } from "./storage.mjs";

const json = (status, body, headers = {}) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/problem+json", ...headers },
  });

// A server whose answers are given by hand: `requests[n].answer(response)`.
function server(options = {}) {
  const requests = [];
  const clock = new Clock();
  const outbox = new Outbox({
    fetch: (url, { body, headers, signal }) =>
      new Promise((answer, fail) => {
        signal.addEventListener("abort", () => fail(new Error("late")));
        requests.push({ url, body: JSON.parse(body), headers, answer, fail });
      }),
    url: (id, verb) => `/api/v1/tasks/${id}/${verb}/`,
    token: () => "token",
    clock,
    random: () => 0,
    ...options,
  });
  const urls = () => requests.map(({ url }) => url.slice("/api/v1/tasks/".length));
  return { clock, outbox, requests, urls };
}

test("an action is posted with the token, and its answer is the task", async () => {
  const { outbox, requests, urls } = server();
  const answer = outbox.act("a", "retry", { version: 7 });
  assert.equal(requests[0].headers["X-CSRFToken"], "token");
  assert.deepEqual(requests[0].body, { expected_version: 7 });
  requests[0].answer(json(200, { id: "a", version: 8 }));

  assert.deepEqual(await answer, { task: { id: "a", version: 8 } });
  assert.deepEqual(urls(), ["a/retry/"]);
});

test("actions on one task go in order, one at a time; other tasks do not wait", async () => {
  const { outbox, requests, urls } = server();
  outbox.act("a", "pause");
  outbox.act("a", "resume");
  outbox.act("b", "cancel");
  assert.deepEqual(urls(), ["a/pause/", "b/cancel/"]);

  requests[0].answer(json(200, {}));
  await settled();
  assert.deepEqual(urls(), ["a/pause/", "b/cancel/", "a/resume/"]);
});

test("asking twice for the same is asking once", async () => {
  const { outbox, requests } = server();
  const answers = [outbox.act("a", "cancel"), outbox.act("a", "cancel")];
  requests[0].answer(json(200, { id: "a" }));

  assert.deepEqual(await Promise.all(answers), Array(2).fill({ task: { id: "a" } }));
  assert.equal(requests.length, 1);
});

test("an answer says which; another choice is another answer", async () => {
  const { outbox, requests, urls } = server();
  const answers = ["skip", "skip", "process"].map((choice) =>
    outbox.act("a", "answer", { version: 4, choice }),
  );
  assert.deepEqual(requests[0].body, { choice: "skip", expected_version: 4 });
  requests[0].answer(json(200, { id: "a" }));
  await settled();
  requests[1].answer(json(409, { code: "already_answered" }));

  const [first, second, third] = await Promise.all(answers);
  assert.equal(first, second);
  assert.equal(third.problem.code, "already_answered");
  assert.deepEqual(urls(), ["a/answer/", "a/answer/"]);
  assert.equal(requests[1].body.choice, "process");
});

test("what is asked of a task can be seen until it is answered", async () => {
  const { outbox, requests } = server();
  const told = [];
  outbox.addEventListener("pending", ({ detail }) => told.push(detail.verb));
  outbox.act("a", "pause");
  outbox.act("a", "resume");
  assert.equal(outbox.pending("a"), "pause");
  for (const n of [0, 1]) {
    requests[n].answer(json(200, {}));
    await settled();
  }

  assert.equal(outbox.pending("a"), null);
  assert.deepEqual(told, ["pause", "resume", null]);
});

test("a refusal is final and says why", async () => {
  for (const status of [400, 403, 404, 409, 422, 500]) {
    const { clock, outbox, requests } = server();
    const answer = outbox.act("a", "cancel");
    requests[0].answer(json(status, { status, code: "x", detail: "It is over." }));

    const { problem } = await answer;
    assert.equal(problem.detail, "It is over.");
    await clock.move(600_000);
    assert.equal(requests.length, 1);
  }
});

test("a page instead of an answer is a refusal too", async () => {
  const { outbox, requests } = server();
  const answer = outbox.act("a", "cancel");
  const headers = { "Content-Type": "text/html" };
  requests[0].answer(new Response("<h1>Sign in</h1>", { headers }));

  assert.equal((await answer).problem.detail, "The server answered 200.");
});

test("a lost connection is tried again with the same key, later each time", async () => {
  const { clock, outbox, requests } = server();
  const answer = outbox.act("a", "cancel");
  requests[0].fail(new TypeError("network"));
  await settled();
  await clock.move(999);
  assert.equal(requests.length, 1);
  await clock.move(1);
  requests[1].fail(new TypeError("network"));
  await settled();
  await clock.move(2_000);
  requests[2].answer(json(200, { id: "a" }));

  assert.deepEqual(await answer, { task: { id: "a" } });
  const keys = new Set(requests.map(({ headers }) => headers["Idempotency-Key"]));
  assert.equal(keys.size, 1);
});

test("a server that is busy is asked again when it said", async () => {
  for (const status of [429, 503]) {
    const { clock, outbox, requests } = server();
    outbox.act("a", "cancel");
    requests[0].answer(json(status, {}, { "Retry-After": "12" }));
    await settled();
    await clock.move(11_000);
    outbox.wake(); // it asked for more time than that
    assert.equal(requests.length, 1);
    await clock.move(1_000);
    assert.equal(requests.length, 2);
  }
});

test("a date says when as well", async () => {
  const { clock, outbox, requests } = server();
  outbox.act("a", "cancel");
  const date = new Date(clock.now() + 60_000).toUTCString();
  requests[0].answer(json(503, {}, { "Retry-After": date }));
  await settled();
  await clock.move(59_000);
  assert.equal(requests.length, 1);
  await clock.move(1_000);
  assert.equal(requests.length, 2);
});

test("without a network it waits, and goes when there is one", async () => {
  let online = false;
  const { outbox, requests, urls } = server({ isOnline: () => online });
  const held = [];
  outbox.addEventListener("held", ({ detail }) => held.push(detail.verb));
  outbox.act("a", "cancel");
  outbox.act("b", "cancel");
  assert.equal(requests.length, 0);
  assert.deepEqual(held, ["cancel", "cancel"]);
  assert.equal(outbox.size, 2);

  online = true;
  outbox.wake();
  assert.deepEqual(urls(), ["a/cancel/", "b/cancel/"]);
});

test("after a quarter of an hour nothing is done any more", async () => {
  const { clock, outbox, requests } = server({ isOnline: () => false });
  const answer = outbox.act("a", "cancel");
  await clock.move(16 * 60_000);

  assert.equal((await answer).problem.code, "not_sent");
  assert.equal(requests.length, 0);
});

test("what was not sent yet can be taken back, what was sent cannot", async () => {
  const { outbox, requests } = server();
  const sent = outbox.act("a", "pause");
  const waiting = outbox.act("a", "resume");
  for (const { key } of outbox.waiting) outbox.withdraw(key);

  assert.equal((await waiting).problem.code, "withdrawn");
  requests[0].answer(json(200, { id: "a" }));
  assert.deepEqual(await sent, { task: { id: "a" } });
  assert.equal(outbox.size, 0);
});

test("a request without an answer is given up after half a minute", async () => {
  const { clock, outbox, requests } = server();
  outbox.act("a", "cancel");
  await clock.move(31_000);

  assert.equal(requests.length, 2);
});

// The outbox of a page in the tab of `storage`.
const page = (storage, { person = "alice", ...options } = {}) =>
  server({ kept: new Kept("outbox", { storage, person }), ...options });

test("what one page could not send the next one sends, with the same key", async () => {
  const storage = new Storage();
  const first = page(storage, { isOnline: () => false });
  first.outbox.act("a", "retry", { version: 7, title: "orders" });
  first.outbox.act("b", "cancel", { title: "invoices" });
  const kept = first.outbox.waiting.map(({ key }) => key);

  const second = page(storage);
  const late = [];
  second.outbox.addEventListener("late", ({ detail }) => late.push(detail));
  second.outbox.restore();
  assert.deepEqual(second.urls(), ["a/retry/", "b/cancel/"]);
  assert.deepEqual(second.requests[0].body, { expected_version: 7 });
  const keys = second.requests.map(({ headers }) => headers["Idempotency-Key"]);
  assert.deepEqual(keys, kept);
  second.requests[0].answer(json(200, { id: "a" }));
  second.requests[1].answer(json(409, { status: 409, detail: "Too late." }));
  await settled();

  const [retry, cancel] = late;
  assert.deepEqual([retry.verb, retry.title, retry.answer.task], ["retry", "orders", { id: "a" }]);
  assert.equal(cancel.answer.problem.detail, "Too late.");
  assert.equal(storage.getItem("outbox"), null);
  const third = page(storage);
  third.outbox.restore();
  assert.equal(third.requests.length, 0);
});

test("the order of what waits lasts too, and so does its age", async () => {
  const storage = new Storage();
  const first = page(storage, { isOnline: () => false });
  first.outbox.act("a", "pause");
  first.outbox.act("a", "resume");

  const second = page(storage);
  second.outbox.restore();
  assert.deepEqual(second.urls(), ["a/pause/"]);
  const third = page(storage);
  await third.clock.move(16 * 60_000);
  const late = [];
  third.outbox.addEventListener("late", ({ detail }) => late.push(detail.answer.problem.code));
  third.outbox.restore();
  await settled();
  assert.deepEqual(late, ["not_sent", "not_sent"]);
  assert.deepEqual(third.urls(), []);
});

test("what somebody else asked for in this tab is not sent", () => {
  const storage = new Storage();
  page(storage, { isOnline: () => false }).outbox.act("a", "cancel");
  const other = page(storage, { person: "bob" });
  other.outbox.restore();
  const again = page(storage);
  again.outbox.restore();

  assert.deepEqual([other.requests.length, again.requests.length], [0, 0]);
});

test("signed out, all of it waits for the next page of the same person", async () => {
  for (const problem of [{ status: 401 }, { status: 403, code: "csrf_failed" }]) {
    const storage = new Storage();
    const { clock, outbox, requests } = page(storage);
    const told = [];
    outbox.addEventListener("barred", () => told.push("barred"));
    outbox.addEventListener("held", ({ detail }) => told.push(detail.why));
    outbox.act("a", "cancel");
    requests[0].answer(json(problem.status, problem));
    await settled();
    outbox.wake();
    await clock.move(60_000);
    assert.equal(requests.length, 1);
    assert.deepEqual(told.slice(0, 2), ["barred", "signed out"]);

    const next = page(storage);
    next.outbox.restore();
    assert.deepEqual(next.urls(), ["a/cancel/"]);
  }
});

test("signed out for a quarter of an hour, it is dropped", async () => {
  const storage = new Storage();
  const { clock, outbox, requests } = page(storage);
  const answer = outbox.act("a", "cancel");
  requests[0].answer(json(401, {}));
  await clock.move(16 * 60_000);

  assert.equal((await answer).problem.code, "not_sent");
  assert.equal(storage.getItem("outbox"), null);
});

test("what waits can be listed, and taken back one by one", async () => {
  let online = false;
  const { outbox, urls } = server({ isOnline: () => online });
  outbox.act("a", "pause", { title: "orders" });
  outbox.act("a", "resume", { title: "orders" });
  outbox.act("b", "cancel", { title: "invoices" });
  const listed = outbox.waiting.map(({ title, verb }) => `${verb} ${title}`);
  assert.deepEqual(listed, ["pause orders", "resume orders", "cancel invoices"]);

  outbox.withdraw(outbox.waiting[0].key);
  online = true;
  outbox.wake();
  assert.deepEqual(urls(), ["a/resume/", "b/cancel/"]);
});

test("what is on its way for the first time does not count as waiting", () => {
  const { outbox } = server();
  outbox.act("a", "pause");

  assert.deepEqual(outbox.waiting, []);
  assert.equal(outbox.size, 1);
});

test("who asks again on the next page is told, and nobody else", async () => {
  const storage = new Storage();
  page(storage, { isOnline: () => false }).outbox.act("a", "cancel");
  const { outbox, requests } = page(storage);
  const late = [];
  outbox.addEventListener("late", ({ detail }) => late.push(detail));
  outbox.restore();
  const answer = outbox.act("a", "cancel");
  requests[0].answer(json(200, { id: "a" }));

  assert.deepEqual(await answer, { task: { id: "a" } });
  await settled();
  assert.deepEqual([late, requests.length], [[], 1]);
});
