// Brings the rows of the list into the order and membership the server gave.

import { copy } from "./row.js";

// Rows with the same id are kept as nodes and only moved.
export function merge(body, fresh) {
  const rows = [...fresh.rows];
  const wanted = new Set(rows.map((row) => row.id));
  for (const row of [...body.rows]) if (!wanted.has(row.id)) row.remove();
  const known = new Map([...body.rows].map((row) => [row.id, row]));
  let next = body.firstElementChild;
  for (const row of rows) {
    const kept = known.get(row.id);
    if (kept) {
      copy(kept, row);
      kept.removeAttribute("data-left");
    }
    const node = kept ?? document.adoptNode(row);
    if (node === next) next = next.nextElementSibling;
    else place(body, node, next);
  }
}

// `moveBefore`, where there is one, keeps the focus of what it moves.
function place(body, node, next) {
  if (node.isConnected && body.moveBefore) body.moveBefore(node, next);
  else body.insertBefore(node, next);
}
