import assert from "node:assert/strict";
import { test } from "node:test";

import { ago, lasting } from "../../static/js/times.js";
import { badge, complaint, counted, line, measure, outcome, refusal } from "../../static/js/lib/words.js";

const running = {
  title: "orders",
  status: "processing",
  status_label: "Processing",
  error_message: "",
  progress: { current: 1204, total: null, percent: null, message: "" },
};

test("a request the worker has not seen is part of the status", () => {
  assert.equal(badge(running), "Processing");
  assert.equal(badge({ ...running, pause_requested: true }), "Pausing");
  assert.equal(badge({ ...running, cancel_requested: true }), "Cancelling");
});

test("the line is the error, else the message, else what it waits for", () => {
  const progress = { ...running.progress, message: "Reading" };

  assert.equal(line({ ...running, progress, error_message: "It broke.\nBadly." }), "It broke.");
  assert.equal(line({ ...running, progress }), "Reading");
  assert.equal(line(running), "A worker is on it.");
  const question = { text: "Do it again?", choices: [] };
  assert.equal(
    line({ ...running, status: "paused", progress, question }),
    "Waits for an answer: Do it again?",
  );
});

test("without a total it counts, with one it is a percentage", () => {
  assert.equal(measure(running), "1,204");
  assert.equal(measure({ ...running, progress: { ...running.progress, percent: 42 } }), "42 %");
});

test("what came of a request is a sentence", () => {
  assert.equal(outcome("cancel", running), "“orders” will be cancelled at its next checkpoint.");
  assert.equal(outcome("cancel", { ...running, status: "cancelled" }), "“orders” is cancelled.");
  assert.equal(
    refusal("retry", "orders", "completed_with_errors"),
    "“orders” was not retried: it is already completed with errors.",
  );
  assert.equal(
    refusal("pause", "orders", "paused"),
    "“orders” was not paused: it is paused just now.",
  );
});

test("who answers too late hears who was first", () => {
  const said = {
    status: 409,
    code: "already_answered",
    current_status: "pending",
    detail: "This question was answered already. alice answered: Skip it.",
  };

  assert.equal(complaint("answer", "orders", said), `“orders”: ${said.detail}`);
  assert.equal(complaint("resume", "orders", { ...said, code: "needs_answer" }), `“orders”: ${said.detail}`);
  assert.equal(
    complaint("cancel", "orders", { ...said, code: "illegal_transition" }),
    "“orders” was not cancelled: it is pending just now.",
  );
});

test("numbers and times read as on the server", () => {
  assert.equal(counted(1, "change"), "1 change");
  assert.equal(counted(1204, "change"), "1,204 changes");
  assert.deepEqual([59, 60, 7_200, 90_000].map(ago), [
    "just now",
    "1 min ago",
    "2 h ago",
    "1 d ago",
  ]);
});

test("a duration is told in its two largest units", () => {
  assert.equal(lasting(0.44), "0.4 s");
  assert.equal(lasting(12.9), "12 s");
  assert.equal(lasting(185), "3 min 5 s");
  assert.equal(lasting(3_600 * 26 + 60), "1 d 2 h");
  assert.equal(lasting(-3), "0.0 s");
});
