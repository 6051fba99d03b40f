// Slow updates: what a page shows is fetched and brought up to date where it is.

import { feed } from "./feed.js";
import { fragment } from "./fragment.js";
import { Fresh } from "./fresh.js";
import { copy } from "./row.js";

const rows = new Fresh(() => fragment("rows"));

export function updateSlowly() {
  feed.addEventListener("poll", () => {
    const [list, task] = ["live-list", "live-task"].map((name) => document.querySelector(name));
    if (list) updateList(list);
    if (task) feed.ask(task.dataset.id);
  });
}

// Rows stay where they are; what is new or gone is handed on as news, one by one.
async function updateList(list) {
  const shown = [...list.querySelectorAll("[data-rows] [data-version]")];
  const fresh = (await rows.get())?.querySelector("[data-rows]");
  if (!fresh) return;
  const wanted = new Map([...fresh.rows].map((row) => [row.id, row]));
  const changed = shown.filter((row) => wanted.get(row.id)?.dataset.version !== row.dataset.version);
  for (const row of changed) if (wanted.has(row.id)) refresh(row, wanted.get(row.id));
  const known = new Set(shown.map((row) => row.id));
  const others = [...changed, ...fresh.rows].filter((row) => !(known.has(row.id) && wanted.has(row.id)));
  await Promise.all(others.map((row) => feed.ask(row.dataset.id)));
  if (changed.length || others.length) await list.update({ quietly: true }); // the counts
}

function refresh(row, fresh) {
  copy(row, fresh);
  feed.store.show(row.dataset.id, Number(row.dataset.version));
}
