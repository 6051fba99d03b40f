import assert from "node:assert/strict";
import { test } from "node:test";

import { Kept } from "../../static/js/lib/kept.js";
import { Recent } from "../../static/js/lib/recent.js";
import { Storage } from "./storage.mjs";

const of = (storage, person = "alice") =>
  new Recent({ kept: new Kept("notices", { storage, person }), now: () => 5 });

test("the last twenty are kept, the newest first, also for the next page", () => {
  const storage = new Storage();
  const recent = of(storage);
  for (let n = 1; n <= 22; n += 1) recent.add({ text: `notice ${n}`, kind: "success" });

  for (const each of [recent, of(storage)]) {
    assert.equal(each.items.length, 20);
    assert.equal(each.items[0].text, "notice 22");
    assert.equal(each.unread, 20);
  }
});

test("seen is seen on the next page too, and cleared is gone", () => {
  const storage = new Storage();
  of(storage).add({ text: "one", kind: "error", href: "/there/" });
  of(storage).see();
  const notice = { text: "one", kind: "error", href: "/there/", at: 5, seen: true };
  assert.deepEqual(of(storage).items, [notice]);

  of(storage).clear();
  assert.deepEqual(of(storage).items, []);
});

test("nobody reads the notices of another person", () => {
  const storage = new Storage();
  of(storage).add({ text: "one", kind: "error" });

  assert.deepEqual(of(storage, "bob").items, []);
  assert.deepEqual(of(storage).items, []);
});

test("the sign-in page takes nothing away", () => {
  const storage = new Storage();
  of(storage).add({ text: "one", kind: "error" });
  of(storage, "").add({ text: "two", kind: "error" });

  assert.deepEqual(of(storage).items.map(({ text }) => text), ["one"]);
});

test("a storage that is full, forbidden or broken does no harm", () => {
  const refuse = () => {
    throw new Error("No.");
  };
  const recent = of({ getItem: refuse, setItem: refuse, removeItem: refuse });
  recent.add({ text: "one", kind: "error" });
  assert.equal(recent.unread, 1);

  const storage = new Storage();
  storage.setItem("notices", "{");
  assert.deepEqual(of(storage).items, []);
});
