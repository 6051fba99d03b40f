import assert from "node:assert/strict";
import { test } from "node:test";

import { outcomes, summary } from "../../static/js/reasons.js";

const done = { outcome: "done", detail: "" };
const late = (status) => ({
  outcome: "illegal_transition",
  detail: `The task cannot be cancelled because it is ${status}. Possible now: delete.`,
});

test("what was done is counted first, then each reason once, the commonest first", () => {
  const told = [late("pending"), done, late("completed with errors"), late("completed with errors"), done];

  assert.deepEqual(outcomes("cancel", told), {
    done: 2,
    text: "2 tasks cancelled, or asked to be. 2 were already completed with errors. 1 was pending.",
  });
});

test("where nothing was done only the reasons are told", () => {
  const told = [{ outcome: "not_found", detail: "" }, { outcome: "permission_denied", detail: "" }];

  assert.deepEqual(outcomes("delete", told), {
    done: 0,
    text: "1 was gone. 1 was not yours to change.",
  });
});

test("what asks a question is counted apart", () => {
  const told = [done, { outcome: "needs_answer", detail: "" }];

  assert.equal(outcomes("resume", told).text, "1 task resumed. 1 was waiting for an answer.");
  assert.equal(
    summary("resume", { needs_answer: 3 }),
    "3 were waiting for an answer.",
  );
});

test("a reason nobody foresaw is still told", () => {
  const { text } = outcomes("retry", [{ outcome: "odd", detail: "Odd." }]);

  assert.equal(text, "1 was not to be changed just now.");
});

test("the counts of a task that did it become the same words", () => {
  assert.equal(
    summary("retry", { done: 1204, task_busy: 2 }),
    "1,204 tasks retried. 2 were busy.",
  );
  assert.equal(summary("retry", {}), "Nothing matched any more.");
});
