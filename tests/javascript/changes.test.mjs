import assert from "node:assert/strict";
import { test } from "node:test";

import { Changes } from "../../static/js/changes.js";

function bar() {
  const place = { textContent: "" };
  return { hidden: true, place, querySelector: () => place };
}

test("each task that changed is counted once, until the list is up to date", () => {
  const changes = new Changes(bar());
  for (const id of ["a", "b", "a"]) changes.add(id);
  changes.drop("b");
  changes.show();
  assert.deepEqual([changes.bar.hidden, changes.bar.place.textContent], [false, "1 change"]);

  changes.clear();
  assert.equal(changes.bar.hidden, true);
});

test("a page that is open all day does not remember every task of the day", () => {
  const changes = new Changes(bar());
  for (let n = 0; n < 20_000; n += 1) changes.add(`task ${n}`);
  changes.show();

  assert.equal(changes.size, 5_000);
  assert.equal(changes.bar.place.textContent, "5,000+ changes");
});
